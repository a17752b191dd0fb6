"""The client's cases."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from legist.core.clock import utc_now
from legist.core.web import request_actor
from portal import selectors
from portal.web.decorators import client_page


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
