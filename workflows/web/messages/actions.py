"""What people decide about a message to a client."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from workflows.messages import drafts
from workflows.messages.queue import neighbours
from workflows.messages.selectors import editable_draft
from workflows.states import Channel
from workflows.web import authenticated_at
from workflows.web.forms import MessageForm, ReasonForm, checked

APPROVED = gettext_lazy("Approved. The message is on its way to the client.")
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
    return _to(request, draft_id)


def _next(request: HttpRequest, draft_id: UUID | None, *, left: int) -> HttpResponse:
    if draft_id is None:
        messages.info(request, _("Nothing else waits for approval."))
        return htmx.redirect(request, reverse("workflows:approvals"))
    rest = ngettext("%(n)d message still waits.", "%(n)d messages still wait.", left) % {"n": left}
    messages.info(request, rest)
    return _to(request, draft_id)


def _to(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    return htmx.redirect(request, reverse("workflows:draft", args=[draft_id]))
