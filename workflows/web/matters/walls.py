"""Ethical walls: the list of those a person manages, and raising, widening and taking them down."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from legist.core.clock import utc_now
from legist.core.web import request_actor
from legist.practice.permissions import Capability
from workflows.matters import walls
from workflows.web import staff_actor
from workflows.web.forms import WallForm, checked
from workflows.web.matters.actions import done


@require_GET
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """List the walls, those first whose reach a person has to decide."""
    found = walls.list_walls(staff_actor(request, Capability.MANAGE_MATTER))
    return render(request, "workflows/matters/walls/page.html", {"found": found})


@require_POST
@login_required
def raise_wall(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Shut a person out of the client, or of the matter only."""
    given = checked(WallForm(request.POST))
    actor, person = request_actor(request), str(given["person"])
    whole = given["reach"] != WallForm.MATTER
    walls.shut_out(
        matter_id, person=person, reason=given["reason"], whole_client=whole, actor=actor, now=utc_now()
    )
    said = _("The person is shut out of this matter and of those below it.")
    if whole:
        said = _("The person is shut out of this client: of every matter, and of those opened later.")
    return done(request, matter_id, said)


@require_POST
@login_required
def lower(request: HttpRequest, matter_id: UUID, wall_id: UUID) -> HttpResponse:
    """Take a wall down."""
    walls.let_in(matter_id, wall_id=wall_id, actor=request_actor(request), now=utc_now())
    said = _("The wall is down. Assign the person to the matter if they are to work on it.")
    return done(request, matter_id, said)


@require_POST
@login_required
def widen(request: HttpRequest, matter_id: UUID, wall_id: UUID) -> HttpResponse:
    """Put a wall on the whole client."""
    walls.widen(matter_id, wall_id=wall_id, actor=request_actor(request), now=utc_now())
    said = _("The person is shut out of this client: of every matter, and of those opened later.")
    return done(request, matter_id, said)


@require_POST
@login_required
def keep(request: HttpRequest, matter_id: UUID, wall_id: UUID) -> HttpResponse:
    """Leave a wall on its one matter."""
    walls.keep(matter_id, wall_id=wall_id, actor=request_actor(request), now=utc_now())
    return done(request, matter_id, _("The wall stays on its matter."))
