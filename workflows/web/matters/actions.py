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
from workflows.matters import services as matters
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
