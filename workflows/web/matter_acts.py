"""What people do with a matter from its page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from workflows import matters
from workflows.web import go_back
from workflows.web.forms import AssignForm, checked


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
def close(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    """Close the matter."""
    reason = request.POST.get("reason", "")[:2000]
    matters.close(matter_id, actor=request_actor(request), now=utc_now(), reason=reason)
    return done(request, matter_id, _("The matter is closed. It can be reopened."))


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


def done(request: HttpRequest, matter_id: UUID, said: str) -> HttpResponse:
    """Say what was done, on the page it was asked for from."""
    messages.success(request, said)
    return htmx.redirect(request, go_back(request, reverse("workflows:matter", args=[matter_id])))
