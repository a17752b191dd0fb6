"""Words that wait for an attorney, and what people decide about them; what an upgrade changed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, can
from workflows.plain_language import proposals, shipped
from workflows.plain_language.pending import proposal_detail
from workflows.plain_language.unseen import read_changed, seen_token
from workflows.web import authenticated_at
from workflows.web.forms import ReasonForm, checked
from workflows.web.plain_language.labels import examine, shipped_words


@require_GET
@login_required
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Show exactly the words that are asked for, beside those that clients read now."""
    detail = proposal_detail(request_actor(request), proposal_id)
    context = {
        "detail": detail,
        "proposal": detail.proposal,
        "code": detail.proposal.code,
        "check": examine(detail.proposal.code, detail.texts, detail.in_force),
        "reason_form": ReasonForm(),
        "now": utc_now(),
    }
    return render(request, "workflows/plain_language/proposal.html", context)


@require_POST
@login_required
def approve(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Put exactly the words that the person read in force."""
    version = proposals.approve(
        proposal_id,
        version_hash=request.POST.get("version_hash", ""),
        actor=request_actor(request),
        now=utc_now(),
        authenticated_at=authenticated_at(request),
    )
    said = _("Published as version %(version)s. Clients read it from now on; drafts keep their text.")
    messages.success(request, said % {"version": version.version})
    return htmx.redirect(request, reverse("workflows:wording", args=[version.code]))


@require_POST
@login_required
def reject(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Send the words back with a reason."""
    reason = checked(ReasonForm(request.POST))["reason"]
    proposals.reject(
        proposal_id,
        reason=reason,
        version_hash=request.POST.get("version_hash", ""),
        actor=request_actor(request),
        now=utc_now(),
    )
    messages.success(request, _("Sent back with your reason. Clients read what they read before."))
    return htmx.redirect(request, reverse("workflows:wording_proposal", args=[proposal_id]))


@require_POST
@login_required
def withdraw(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Take one's own words back."""
    proposals.withdraw(proposal_id, actor=request_actor(request), now=utc_now())
    messages.success(request, _("Withdrawn. Clients read what they read before."))
    return htmx.redirect(request, reverse("workflows:wording_proposal", args=[proposal_id]))


@require_POST
@login_required
def approve_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Approve words that were published before approvals were asked for."""
    version = proposals.approve_afterwards(
        version_id,
        version_hash=request.POST.get("version_hash", ""),
        actor=request_actor(request),
        now=utc_now(),
        authenticated_at=authenticated_at(request),
    )
    messages.success(request, _("Approved. Clients go on reading these words."))
    return htmx.redirect(request, reverse("workflows:wording_version", args=[version.pk]))


@require_http_methods(["GET", "POST"])
@login_required
def upgrade(request: HttpRequest) -> HttpResponse:
    """Show which of our own texts an upgrade changed; note that somebody has seen them."""
    actor = request_actor(request)
    if request.method == "POST":
        shipped.mark_seen(request.POST.get("token", ""), actor=actor, now=utc_now())
        messages.success(request, _("Noted. The list is empty until the next upgrade changes something."))
        return htmx.redirect(request, reverse("workflows:wordings"))
    rows = read_changed(actor)
    context = {
        "rows": [(row, *shipped_words(row.key)) for row in rows],
        "token": seen_token(rows),
        "can_edit": can(actor, Capability.EDIT_WORDING),
        "now": utc_now(),
    }
    return render(request, "workflows/plain_language/upgrade.html", context)
