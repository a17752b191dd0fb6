"""Answers to htmx: toasts, redirects that work with and without it, and "nothing has changed"."""

from __future__ import annotations

import hashlib
import json
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

R = TypeVar("R", bound=HttpResponse)
TRIGGER = "HX-Trigger"


def is_fragment(request: HttpRequest) -> bool:
    """True when htmx asks for a part of the page (and not for a whole one after history was lost)."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


def trigger(response: R, name: str, detail: object = None) -> R:
    """Make the browser fire an event, with what it is about; several calls add up."""
    events = json.loads(response.headers.get(TRIGGER, "{}"))
    response[TRIGGER] = json.dumps({**events, name: detail})
    return response


def toast(response: R, message: str, tone: str = "good", *, undo: dict[str, Any] | None = None) -> R:
    """Say the outcome in the corner of the page; `message` holds no personal data and is translated.

    `undo` is a button that takes it back: its label, and the url and values that are posted.
    """
    detail = {"message": str(message), "tone": tone}
    return trigger(response, "toast", detail | ({"undo": undo} if undo else {}))


def redirect(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to another page of ours."""
    if getattr(request, "htmx", None):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def refresh() -> HttpResponse:
    """Make the browser load its page again."""
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def change_token(*parts: object) -> str:
    """Return a short text that differs when any part differs; put it in the fragment as `since`."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]


def is_unchanged(request: HttpRequest, token: str) -> bool:
    """True when a polling fragment already shows the state that `token` stands for."""
    return is_fragment(request) and request.GET.get("since") == token


def unchanged() -> HttpResponse:
    """Answer a poll without swapping anything."""
    return HttpResponse(status=204)
