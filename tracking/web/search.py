"""The search of the top bar. What was typed may be personal data, so it never stands in an address."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from legist.practice.models import Matter
from legist.practice.permissions import Capability, can, require
from legist.practice.selectors import MatterFilters, list_matters
from tracking import selectors
from tracking.models import Receipt
from tracking.receipts import ReceiptNumber, ReceiptNumberError
from tracking.selectors import ReceiptFilters
from tracking.web.answers import matter_url
from tracking.web.receipts import TrackForm

SHOWN = 20
LONGEST = 200


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Jump to the receipt or matter that was meant, or show what was found."""
    actor = request_actor(request)
    require(actor, Capability.VIEW_RECEIPT)
    text = request.POST.get("q", "").strip()[:LONGEST]
    number = read_number(text)
    receipts = find_receipts(actor, number) if number else []
    matters = find_matters(actor, text) if text and not number else []
    if target := only_target(receipts, matters):
        return htmx.redirect(request, target)
    context = {"q": text, "number": number, "matters": matters, **adding(actor, number)}
    return render(request, "tracking/search.html", context)


def read_number(text: str) -> ReceiptNumber | None:
    """Return the receipt number in the text, if there is one."""
    try:
        return ReceiptNumber.parse(text)
    except ReceiptNumberError:
        return None


def find_receipts(actor: Actor, number: ReceiptNumber) -> list[Receipt]:
    """Return the receipt with this number in whatever state, if the actor may see it."""
    filters = ReceiptFilters(number=number.canonical, state="")
    return list(selectors.list_receipts(actor, filters, now=utc_now())[:1])


def find_matters(actor: Actor, text: str) -> list[Matter]:
    """Return the actor's matters with this in their reference, or of the client with exactly this address."""
    return list(list_matters(actor, MatterFilters(state="", text=text))[:SHOWN])


def only_target(receipts: list[Receipt], matters: list[Matter]) -> str:
    """Return the one place that was meant, or nothing when there are several or none."""
    if receipts:
        return reverse("tracking:receipt", args=[receipts[0].pk])
    return matter_url(matters[0].pk) if len(matters) == 1 else ""


def adding(actor: Actor, number: ReceiptNumber | None) -> dict[str, Any]:
    """Return the form that begins to watch a number nobody watches yet, for who may."""
    if number is None or not can(actor, Capability.IMPORT_RECEIPTS):
        return {}
    return {"form": TrackForm(initial={"receipt_number": number.grouped}, auto_id="track_%s")}
