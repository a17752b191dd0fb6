"""What the client chooses: the language, and how to sign in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from legist.core.web import request_actor
from portal.access import access_client


@require_GET
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Show the client's settings; the language is changed at the address `set_language`."""
    client = access_client(request_actor(request))
    return render(request, "portal/settings.html", {"client": client, "languages": settings.LANGUAGES})
