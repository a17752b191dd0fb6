"""How a page answers after something was done: with and without htmx."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import ngettext

from legist.core.web import htmx
from tracking import selectors

PANEL = "side-panel-body"
CHANGED = "receipt-changed"


def is_panel(request: HttpRequest) -> bool:
    """True when the answer goes into the side panel."""
    return request.headers.get("HX-Target") == PANEL


def done(request: HttpRequest, message: str, *, back: str, event: str = CHANGED) -> HttpResponse:
    """Say the outcome; the open page refreshes itself on `event`, a plain form goes `back`."""
    if htmx.is_fragment(request):
        return htmx.trigger(htmx.toast(HttpResponse(status=204), message), event)
    messages.success(request, message)
    return htmx.redirect(request, back)


def promised(message: str, ids: Collection[UUID], *, now: datetime) -> str:
    """Say an outcome that has checks follow, with what keeps them from it at present, if anything does."""
    count, why = selectors.why_checks_wait(ids, now=now)
    if not count:
        return message
    waits = ngettext("%(n)d check waits, because %(why)s.", "%(n)d checks wait, because %(why)s.", count)
    return f"{message} {waits % {'n': count, 'why': why}}"


def form_again(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Show a form with its errors in place."""
    return render(request, template, context, status=422)


def matter_url(matter_id: object) -> str:
    """Return the address of a matter's page, or nothing while no app serves it."""
    try:
        return reverse("workflows:matter", args=[matter_id])
    except NoReverseMatch:
        return ""
