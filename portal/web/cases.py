"""The client's cases and messages, and the preview of the firm's words beside its editor."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from legist.core.clock import utc_now
from legist.core.errors import NotFound
from legist.core.web import request_actor
from legist.practice.permissions import Capability
from portal import selectors
from portal.access import access_client
from portal.closing import promises_news
from portal.services import open_message
from portal.web.decorators import client_page
from portal.wording_preview import preview
from tracking.statuses import StatusCode
from workflows.web import staff_actor
from workflows.web.plain_language.forms import posted_texts


@require_GET
@client_page
def messages(request: HttpRequest) -> HttpResponse:
    """List the messages, newest first."""
    actor = request_actor(request)
    found = selectors.list_messages(actor, language=request.LANGUAGE_CODE)
    context = {"messages_found": found, "promises_news": not found and promises_news(access_client(actor))}
    return render(request, "portal/messages.html", context)


@require_GET
@client_page
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Show one message; the first time it is opened goes on the record."""
    found = open_message(
        message_id, actor=request_actor(request), language=request.LANGUAGE_CODE, now=utc_now()
    )
    return render(request, "portal/message.html", {"entry": found, "message": found.message})


@require_POST
@login_required
def wording_preview(request: HttpRequest, code: str) -> HttpResponse:
    """Show the words as they stand in the editor; nothing is kept."""
    staff_actor(request, Capability.VIEW_PLAYBOOKS)
    if code not in StatusCode.__members__:
        raise NotFound
    shown = preview(code, posted_texts(request.POST), now=utc_now())
    return render(request, "portal/wording_preview.html", {"preview": shown})


@require_GET
@client_page
def home(request: HttpRequest) -> HttpResponse:
    """Show where every case stands, and what the client must do."""
    page = selectors.home(request_actor(request), language=request.LANGUAGE_CODE, now=utc_now())
    return render(request, "portal/home.html", {"home": page})


@require_GET
@client_page
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show one case with its history, newest first."""
    found = selectors.access_case(
        request_actor(request), case_id, language=request.LANGUAGE_CODE, now=utc_now()
    )
    return render(request, "portal/case.html", {"case": found})
