"""A person's own settings: language, appearance, and how they sign in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from legist.core.clock import utc_now
from legist.core.web import request_actor
from legist.practice.permissions import Capability, require
from legist.practice.preferences import set_language


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and save the settings of the person who is signed in."""
    actor = request_actor(request)
    require(actor, Capability.VIEW_PLAYBOOKS)
    if request.method == "POST":
        language = set_language(request.POST.get("language", ""), actor=actor, now=utc_now())
        translation.activate(language)
        response = redirect("practice:settings")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", httponly=True)
        return response
    return render(request, "practice/settings.html", {"languages": settings.LANGUAGES})
