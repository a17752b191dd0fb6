"""The approval queue, and one message beside the reasons for it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from workflows.messages.queue import DELIVERIES, ApprovalQueue, approval_queue, neighbours
from workflows.messages.resolving import UNDECIDED
from workflows.messages.selectors import DraftDetail, approved_letter, draft_detail
from workflows.states import DraftEventKind, DraftState
from workflows.web import staff_actor
from workflows.web.forms import ReasonForm

if TYPE_CHECKING:
    from workflows.models import DraftEvent


@require_GET
@login_required
def approvals(request: HttpRequest) -> HttpResponse:
    """List what waits for an attorney, the most urgent first, then what waits longest."""
    view = request.GET.get("view", "")
    return _queue(request, "" if view == DELIVERIES else view)


@require_GET
@login_required
def deliveries(request: HttpRequest) -> HttpResponse:
    """List the deliveries that a person has to settle."""
    return _queue(request, DELIVERIES)


def _queue(request: HttpRequest, view: str) -> HttpResponse:
    actor, now = staff_actor(request), utc_now()
    queue = approval_queue(actor, view=view, today=timezone.localdate(now))
    marks = [(row.id, row.version, row.state) for row in queue.rows]
    token = htmx.change_token(
        actor.key, queue.counts, marks, [(row.pk, row.state) for row in queue.deliveries]
    )
    if htmx.is_unchanged(request, token):
        return htmx.unchanged()
    context = {"queue": queue, "tabs": _tabs(queue), "token": token, "now": now, "reason_form": ReasonForm()}
    part = "live" if htmx.is_fragment(request) else "page"
    return render(request, f"workflows/messages/{part}.html", context)


def _tabs(queue: ApprovalQueue) -> list[dict[str, object]]:
    here = reverse("workflows:approvals")
    views = (
        ("", _("Waiting"), here),
        ("returned", _("Sent back"), f"{here}?view=returned"),
        ("drafts", _("Drafts"), f"{here}?view=drafts"),
        ("approved", _("On their way"), f"{here}?view=approved"),
        (DELIVERIES, _("Unclear deliveries"), reverse("workflows:deliveries")),
        ("sent", _("Sent"), f"{here}?view=sent"),
    )
    return [
        {"label": label, "url": url, "count": queue.counts.get(key, 0) or None, "current": key == queue.view}
        for key, label, url in views
    ]


@require_GET
@login_required
def draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Show exactly what the client would get, beside why it exists."""
    actor, now = request_actor(request), utc_now()
    detail = draft_detail(actor, draft_id)
    context = {
        "detail": detail,
        "draft": detail.draft,
        "place": neighbours(actor, draft_id, today=timezone.localdate(now)),
        "returned": _returned(detail),
        "unsettled": [row for row in detail.deliveries if row.state in UNDECIDED],
        "reason_form": ReasonForm(),
        "token": htmx.change_token(detail.version_hash, detail.draft.state),
        "now": now,
    }
    return render(request, "workflows/messages/draft.html", context)


@require_GET
@login_required
def letter(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Show an approved message as a letter to print, for a client whom nothing else reaches."""
    detail = approved_letter(request_actor(request), draft_id)
    context = {"draft": detail.draft, "view": detail.languages[0], "now": utc_now()}
    return render(request, "workflows/messages/print.html", context)


def _returned(detail: DraftDetail) -> DraftEvent | None:
    """The reason a message was sent back for, while nobody has answered it."""
    if detail.draft.state != DraftState.RETURNED:
        return None
    return next((each for each in reversed(detail.events) if each.kind == DraftEventKind.RETURNED), None)


@require_GET
@login_required
def pulse(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Say when the message is no longer the one on the reader's screen."""
    actor = request_actor(request)
    detail = draft_detail(actor, draft_id)
    token = htmx.change_token(detail.version_hash, detail.draft.state)
    if htmx.is_unchanged(request, token):
        return htmx.unchanged()
    shown = request.GET.get("shown", "")
    latest = detail.events[-1] if detail.events else None
    someone = latest.by if latest else None
    context = {
        "draft": detail.draft,
        "was_open": shown == DraftState.IN_REVIEW,
        # What was approved on the reader's screen is simply on its way: nobody has changed anything.
        "has_gone_out": (shown, detail.draft.state) == (DraftState.APPROVED, DraftState.SENT),
        "who": _("You") if someone and str(someone.pk) == actor.id else someone and someone.name,
    }
    return render(request, "workflows/messages/changed.html", context)
