"""The look through the statuses that is due now and then."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from tracking.mapping_editor.checkup import complete_checkup, view_checkup
from tracking.mapping_editor.versions import view_draft
from tracking.web.mapping import page


@require_http_methods(["GET", "POST"])
@login_required
def checkup(request: HttpRequest) -> HttpResponse:
    """Show what is not understood, doubtful or new; note that a person has looked through it."""
    actor, now = request_actor(request), utc_now()
    if request.method == "POST":
        complete_checkup(actor=actor, now=now)
        messages.success(request, _("Noted. You are asked again when the next look is due."))
        return htmx.redirect(request, reverse("tracking:vocabulary_checkup"))
    draft, found = view_draft(actor), view_checkup(actor)
    unclear = {line.key for line in (*found.unmapped, *found.ambiguous)}
    fresh = [line for line in found.fresh if line.key not in unclear]
    context = page.frame(draft, "checkup", now=now) | {
        "checkup": found,
        "is_due": found.due_at is not None and found.due_at <= now,
        "parts": [
            (_("Not understood"), page.rows(found.unmapped, draft)),
            (_("Ambiguous"), page.rows(found.ambiguous, draft)),
            (_("New, and understood"), page.rows(fresh, draft)),
        ],
    }
    return render(request, "tracking/mapping/checkup.html", context)
