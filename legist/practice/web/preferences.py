"""A person's own settings: language, appearance, and how they sign in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from legist.core.web import request_actor
from legist.practice.permissions import Capability, require


@require_GET
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Show the settings of a member of staff; the language is changed at the address `set_language`."""
    require(request_actor(request), Capability.VIEW_PLAYBOOKS)
    return render(request, "practice/settings.html", {"languages": settings.LANGUAGES})
