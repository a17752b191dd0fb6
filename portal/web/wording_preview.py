"""The preview beside the firm's editor of its words: for staff, drawn with the client's templates."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from legist.core.clock import utc_now
from legist.core.errors import NotFound
from legist.practice.permissions import Capability
from portal.wording_preview import preview
from tracking.statuses import StatusCode
from workflows.web import staff_actor
from workflows.web.plain_language.forms import posted_texts


@require_POST
@login_required
def wording_preview(request: HttpRequest, code: str) -> HttpResponse:
    """Show the words as they stand in the editor; nothing is kept."""
    staff_actor(request, Capability.VIEW_PLAYBOOKS)
    if code not in StatusCode.__members__:
        raise NotFound
    shown = preview(code, posted_texts(request.POST), now=utc_now())
    return render(request, "portal/wording_preview.html", {"preview": shown})
