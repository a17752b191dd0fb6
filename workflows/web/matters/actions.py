"""What people do with a matter from its page: its stage, its people, its end, and who is shut out of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from legist.practice import measures
from legist.practice.permissions import Capability
from workflows.matters import services
from workflows.matters import services as matters
from workflows.web import go_back, staff_actor
from workflows.web.forms import AssignForm, WallForm, checked


@require_GET
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """List the walls, those first whose reach a person has to decide."""
    found = services.list_walls(staff_actor(request, Capability.MANAGE_MATTER))
    return render(request, "workflows/matters/walls/page.html", {"found": found})


@require_POST
@login_required
def raise_wall(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Shut a person out of the client, or of the matter only."""
    given = checked(WallForm(request.POST))
    actor, person = request_actor(request), str(given["person"])
    whole = given["reach"] != WallForm.MATTER
    services.shut_out(
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
    services.let_in(matter_id, wall_id=wall_id, actor=request_actor(request), now=utc_now())
    said = _("The wall is down. Assign the person to the matter if they are to work on it.")
    return done(request, matter_id, said)


@require_POST
@login_required
def widen(request: HttpRequest, matter_id: UUID, wall_id: UUID) -> HttpResponse:
    """Put a wall on the whole client."""
    services.widen(matter_id, wall_id=wall_id, actor=request_actor(request), now=utc_now())
    said = _("The person is shut out of this client: of every matter, and of those opened later.")
    return done(request, matter_id, said)


@require_POST
@login_required
def keep(request: HttpRequest, matter_id: UUID, wall_id: UUID) -> HttpResponse:
    """Leave a wall on its one matter."""
    services.keep(matter_id, wall_id=wall_id, actor=request_actor(request), now=utc_now())
    return done(request, matter_id, _("The wall stays on its matter."))


@require_POST
@login_required
def stage(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Move the firm's own stage."""
    wanted = request.POST.get("stage", "")
    moved = matters.move_stage(matter_id, stage=wanted, actor=request_actor(request), now=utc_now())
    said = _("The stage of the matter was moved.") if moved else _("The matter was at this stage already.")
    return done(request, matter_id, said)


@require_POST
@login_required
def log_contact(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Note that the client called or asked, and how long it took."""
    kind, minutes = (request.POST.get(name, "") for name in ("kind", "minutes"))
    measures.log_contact(matter_id, kind=kind, minutes=minutes, actor=request_actor(request), now=utc_now())
    return done(request, matter_id, _("Noted, with the minutes it took."))


@require_POST
@login_required
def close(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Close the matter."""
    reason = request.POST.get("reason", "")[:2000]
    unsent = request.POST.get("unsent", "")
    closed = matters.close(
        matter_id, actor=request_actor(request), now=utc_now(), reason=reason, unsent=unsent
    )
    said = [_("The matter is closed. It can be reopened.")]
    if closed.withdrawn:
        said.append(_("Messages withdrawn: %(n)s.") % {"n": closed.withdrawn})
    if closed.on_way:
        said.append(_("Messages that had left already: %(n)s.") % {"n": closed.on_way})
    return done(request, matter_id, " ".join(said))


@require_POST
@login_required
def reopen(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Open the matter again."""
    matters.reopen(matter_id, actor=request_actor(request), now=utc_now())
    return done(request, matter_id, _("The matter is open again."))


@require_POST
@login_required
def assign(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Give the matter to people or a team."""
    given = checked(AssignForm(request.POST))
    to = matters.Assignment(**{name: str(value or "") for name, value in given.items()})
    matters.assign(matter_id, to=to, actor=request_actor(request), now=utc_now())
    return done(request, matter_id, _("The matter was assigned."))


@require_POST
@login_required
def client_name(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Correct the name of the matter's client."""
    actor, name = request_actor(request), request.POST.get("name", "")
    changed = matters.correct_client_name(matter_id, name=name, actor=actor, now=utc_now())
    return done(request, matter_id, _("The name was corrected.") if changed else _("The name is so already."))


def done(request: HttpRequest, matter_id: UUID, said: str) -> HttpResponse:
    """Say what was done, on the page it was asked for from."""
    messages.success(request, said)
    return htmx.redirect(request, go_back(request, reverse("workflows:matter", args=[matter_id])))
