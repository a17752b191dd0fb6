"""The live counts of the staff shell."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from legist.core.web import request_actor
from legist.core.web.context import Shell
from legist.core.web.htmx import is_unchanged, unchanged


@require_safe
def rail(request: HttpRequest) -> HttpResponse:
    """Return the places with fresh counts and the dot of the top bar, or nothing when none has changed."""
    request_actor(request)
    shell = Shell(request)
    if is_unchanged(request, shell.token):
        return unchanged()
    return render(
        request, "staff/sidebar.html", {"sections": shell.sections, "shell": shell, "is_answer": True}
    )
