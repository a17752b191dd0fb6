"""The search of the top bar. What was typed may be personal data, so it never stands in an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor, searches
from legist.practice.permissions import Capability, can, require
from legist.practice.selectors import MatterFilters, list_matters
from tracking import selectors
from tracking.receipts import ReceiptNumber, ReceiptNumberError
from tracking.selectors import ReceiptFilters
from tracking.web.answers import matter_url
from tracking.web.receipts.views import TrackForm

if TYPE_CHECKING:
    from legist.practice.models import Matter
    from tracking.models import Receipt

SHOWN = 20


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Jump to the receipt or matter that was meant, or show what was found."""
    actor = request_actor(request)
    require(actor, Capability.VIEW_RECEIPT)
    if request.method == "POST":
        return jump(request, actor)
    key = request.GET.get("find", "")
    text = searches.find(request, key) or ""
    number, receipts, matters = look_for(actor, text)
    if receipts:
        return htmx.redirect(request, only_target(receipts, []))
    context = {
        "q": text,
        "key": key,
        "is_over": bool(key and not text),
        "number": number,
        "matters": matters[:SHOWN],
        "has_more": len(matters) > SHOWN,
        **adding(actor, number),
    }
    return render(request, "tracking/search.html", context)


def jump(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Go to the one place that was meant, or to the page of what was found: it can be gone back to."""
    key = searches.keep(request, request.POST.get("q", ""))
    _number, receipts, matters = look_for(actor, searches.find(request, key) or "")
    found = f"{reverse('tracking:search')}?{urlencode({'find': key})}" if key else reverse("tracking:search")
    return htmx.redirect(request, only_target(receipts, matters) or found)


def look_for(actor: Actor, text: str) -> tuple[ReceiptNumber | None, list[Receipt], list[Matter]]:
    """Return the receipt number in the text with its receipt, or the matters (one more than are shown)."""
    number = read_number(text)
    if number:
        return number, find_receipts(actor, number), []
    return None, [], find_matters(actor, text) if text else []


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
    """Return the actor's matters with this in their reference, or of clients with this name or address."""
    return list(list_matters(actor, MatterFilters(state="", text=text)).order_by("-id")[: SHOWN + 1])


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
