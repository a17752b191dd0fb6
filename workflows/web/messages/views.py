"""The approval queue, one message beside the reasons for it, and what people decide about it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from legist.practice.web import lists, looks
from legist.practice.web.looks import Look
from workflows.messages import drafts, joining
from workflows.messages.queue import (
    DELIVERIES,
    ApprovalQueue,
    approval_queue,
    neighbours,
    read_rows,
)
from workflows.messages.resolving import (
    BY_CALL,
    BY_POST,
    SEND_AGAIN,
    UNDECIDED,
    WAS_SENT,
    record_by_hand,
    resolve_delivery,
)
from workflows.messages.selectors import (
    DraftDetail,
    approved_letter,
    draft_detail,
    editable_draft,
)
from workflows.states import Channel, DraftEventKind, DraftState
from workflows.web import authenticated_at, go_back, staff_actor
from workflows.web.forms import DecisionForm, MessageForm, ReasonForm, checked
from workflows.web.messages.listing import LIST

if TYPE_CHECKING:
    from workflows.models import DraftEvent


APPROVED = gettext_lazy("Approved. The message is on its way to the client.")
APPROVED_FIRST = gettext_lazy(
    "Approved, as the first of two. It goes out once another attorney has approved it."
)
APPROVED_BY_HAND = gettext_lazy(
    "Approved. Nothing reaches this client: it waits under “Unclear deliveries” for a letter or a call."
)


@require_POST
@login_required
def approve(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Let exactly the version that the person read go out, and show the next one."""
    actor, now = request_actor(request), utc_now()
    place = neighbours(actor, draft_id, today=timezone.localdate(now))
    approved = drafts.approve_draft(
        draft_id,
        actor=actor,
        version_hash=request.POST.get("version_hash", ""),
        now=now,
        authenticated_at=authenticated_at(request),
    )
    if approved.state == DraftState.IN_REVIEW:
        messages.success(request, APPROVED_FIRST)
    else:
        messages.success(request, APPROVED_BY_HAND if Channel.HAND in approved.channels else APPROVED)
    return _next(request, place.next, left=place.total - 1)


@require_POST
@login_required
def send_back(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Return the message with a reason, and show the next one."""
    actor, now = request_actor(request), utc_now()
    reason = checked(ReasonForm(request.POST))["reason"]
    place = neighbours(actor, draft_id, today=timezone.localdate(now))
    version_hash = request.POST.get("version_hash", "")
    drafts.return_draft(draft_id, reason=reason, version_hash=version_hash, actor=actor, now=now)
    messages.success(request, _("Sent back with your reason."))
    return _next(request, place.next, left=place.total - 1)


@require_POST
@login_required
def submit(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Put the message before an attorney."""
    drafts.submit(draft_id, actor=request_actor(request), now=utc_now())
    messages.success(request, _("The message waits for the attorney's approval."))
    return _to(request, draft_id)


@require_POST
@login_required
def void(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Withdraw the message for good."""
    reason = checked(ReasonForm(request.POST))["reason"]
    drafts.void(draft_id, reason=reason, actor=request_actor(request), now=utc_now())
    messages.success(request, _("The message was withdrawn. Nothing goes to the client."))
    return _to(request, draft_id)


@require_POST
@login_required
def separate(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Let each part of the message wait for approval by itself."""
    actor, version_hash = request_actor(request), request.POST.get("version_hash", "")
    parts = joining.separate(draft_id, version_hash=version_hash, actor=actor, now=utc_now())
    messages.success(request, _("Taken apart: %(n)d messages wait by themselves.") % {"n": len(parts)})
    return htmx.redirect(request, reverse("workflows:approvals"))


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Edit the text in every language; saving makes a new version."""
    actor = request_actor(request)
    draft = editable_draft(actor, draft_id)
    form = MessageForm(request.POST or None, texts=draft.texts, version_hash=draft.content_hash)
    if request.method == "POST" and form.is_valid():
        return _save(request, draft_id, form, actor=actor)
    context = {"draft": draft, "form": form}
    return render(request, "workflows/messages/edit.html", context, status=422 if form.is_bound else 200)


def _save(request: HttpRequest, draft_id: UUID, form: MessageForm, *, actor: Actor) -> HttpResponse:
    version_hash = form.cleaned_data["version_hash"]
    saved = drafts.edit_draft(
        draft_id, texts=form.texts, version_hash=version_hash, actor=actor, now=utc_now()
    )
    messages.success(request, _("Saved as version %(version)s.") % {"version": saved.version})
    return _to(request, saved.joined_into_id or draft_id)


def _next(request: HttpRequest, draft_id: UUID | None, *, left: int) -> HttpResponse:
    if draft_id is None:
        messages.info(request, _("Nothing else waits for approval."))
        return htmx.redirect(request, reverse("workflows:approvals"))
    rest = ngettext("%(n)d message still waits.", "%(n)d messages still wait.", left) % {"n": left}
    messages.info(request, rest)
    return _to(request, draft_id)


def _to(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    return htmx.redirect(request, reverse("workflows:draft", args=[draft_id]))


@require_POST
@login_required
def resolve(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Note that the message was sent, posted or read out, or send it again."""
    given = checked(DecisionForm(request.POST))
    decision, reason, actor = given["decision"], given["reason"], request_actor(request)
    if decision in {BY_POST, BY_CALL}:
        record_by_hand(delivery_id, how=decision, reason=reason, actor=actor, now=utc_now())
    else:
        was_sent = decision == WAS_SENT
        resolve_delivery(delivery_id, was_sent=was_sent, reason=reason, actor=actor, now=utc_now())
    messages.success(request, SAID[decision])
    return htmx.redirect(request, go_back(request, reverse("workflows:deliveries")))


SAID = {
    WAS_SENT: _("Noted as sent. It will not go out again."),
    BY_POST: _("Noted as posted."),
    BY_CALL: _("Noted as read out on the telephone."),
    SEND_AGAIN: _("The message goes out again, as it was approved."),
}


@require_GET
@login_required
def approvals(request: HttpRequest) -> HttpResponseBase:
    """List what waits for an attorney, the most urgent first, then what waits longest."""
    actor, now = staff_actor(request), utc_now()
    here = looks.look(LIST, request.GET, actor=actor, now=now)
    if looks.is_wanted(request):
        return here.export(request)
    rows = read_rows(here.found, here.order)
    return _queue(request, here, approval_queue(actor, view=here.given.get("view", ""), rows=rows))


@require_GET
@login_required
def deliveries(request: HttpRequest) -> HttpResponse:
    """List the deliveries that a person has to settle."""
    actor, now = staff_actor(request), utc_now()
    lists.expect(request.GET, {}, beside=("since",))
    here = looks.look(LIST, QueryDict(), actor=actor, now=now)
    return _queue(request, here, approval_queue(actor, view=DELIVERIES, rows=[]))


def _queue(request: HttpRequest, here: Look, queue: ApprovalQueue) -> HttpResponse:
    marks = [(row.id, row.version, row.state) for row in queue.rows]
    token = htmx.change_token(
        here.actor.key, queue.counts, marks, [(row.pk, row.state) for row in queue.deliveries]
    )
    if htmx.is_unchanged(request, token):
        return htmx.unchanged()
    context = {
        "look": here,
        "chips": here.chips,
        "queue": queue,
        "tabs": _tabs(here, queue),
        "token": token,
        "now": here.now,
        "reason_form": ReasonForm(),
    }
    is_refresh = htmx.is_fragment(request)
    part = "live" if is_refresh else "page"
    return render(request, f"workflows/messages/{part}.html", context | {"is_refresh": is_refresh})


def _tabs(here: Look, queue: ApprovalQueue) -> list[dict[str, object]]:
    """Return the views of the queue; before what was sent, what nobody knows whether it was."""
    unclear = queue.view == DELIVERIES
    found = here.counted_tabs(queue.counts)
    if unclear:
        found = [each | {"current": False} for each in found]
    found.insert(
        len(LIST.views) - 1,
        {
            "label": _("Unclear deliveries"),
            "url": reverse("workflows:deliveries"),
            "count": queue.counts.get(DELIVERIES, 0) or None,
            "current": unclear,
        },
    )
    return found


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
