"""The client's messages."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from legist.core.clock import utc_now
from legist.core.web import request_actor
from portal import selectors
from portal.access import access_client
from portal.closing import promises_news
from portal.messages import open_message
from portal.web.decorators import client_page


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
