"""The search of the top bar. What was typed may be personal data, so it never stands in an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, can, require
from legist.practice.search import services
from legist.practice.search.services import SHOWN, Finder, Found, Hit, Query
from tracking import selectors
from tracking.receipts import ReceiptNumber, ReceiptNumberError
from tracking.selectors.receipts import find_receipts, form_beside, numbers
from tracking.web import labels
from tracking.web.receipts.adding import TrackForm

if TYPE_CHECKING:
    from tracking.models import Receipt


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Keep what was typed, and go to the one thing that was meant or to the page of what was found."""
    actor, now = request_actor(request), utc_now()
    require(actor, Capability.VIEW_RECEIPT)
    kept = (
        services.keep(request.POST.get("q", ""), actor=actor, now=now) if request.method == "POST" else None
    )
    if kept is None:
        return render(request, "tracking/search.html")
    results = services.find(actor, kept.text, now=now)
    return htmx.redirect(request, results.only or reverse("tracking:found", args=[kept.pk]))


@never_cache
@require_safe
@login_required
def found(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """Show what a search finds now, for whoever asks; the text itself is shown to its owner only."""
    actor, now = request_actor(request), utc_now()
    require(actor, Capability.VIEW_RECEIPT)
    kept = services.recall(search_id, now=now)
    if kept is None:
        return render(request, "tracking/search.html", {"is_over": True})
    results, number = services.find(actor, kept.text, now=now), read_number(kept.text)
    context = {
        "q": services.words_of(kept, actor),
        "kept": kept,
        "results": results,
        "number": number,
        **adding(actor, number),
    }
    return render(request, "tracking/search.html", context)


def read_number(text: str) -> ReceiptNumber | None:
    """Return the receipt number in the text, if there is one."""
    try:
        return ReceiptNumber.parse(text)
    except ReceiptNumberError:
        return None


def adding(actor: Actor, number: ReceiptNumber | None) -> dict[str, Any]:
    """Return the form that begins to watch a number nobody watches yet, for who may."""
    if number is None or not can(actor, Capability.IMPORT_RECEIPTS):
        return {}
    return {"form": TrackForm(initial={"receipt_number": number.grouped}, auto_id="track_%s")}


def find(actor: Actor, query: Query) -> Found:
    """Find the actor's receipts by their number or a piece of it, or by their form."""
    whole, form = read_number(query.text), form_beside(query.text)
    if whole:
        filters = selectors.ReceiptFilters(number=whole.canonical, state="")
        return _found(actor, list(selectors.list_receipts(actor, filters, now=query.now)[:1]))
    receipts = list(find_receipts(actor, query)[: SHOWN + 1])
    listed = (
        f"{reverse('tracking:receipts')}?{urlencode({'form': form[0]})}" if form[0] and not form[1] else ""
    )
    return _found(actor, receipts, listed)


def _found(actor: Actor, receipts: list[Receipt], more_url: str = "") -> Found:
    names = can(actor, Capability.VIEW_MATTER)
    hits = [_hit(receipt, names=names) for receipt in receipts[:SHOWN]]
    return Found(hits, (), len(receipts) > SHOWN, more_url if hits else "", numbers.is_behind and not hits)


def _hit(receipt: Receipt, *, names: bool) -> Hit:
    matter = receipt.matter
    client = matter.client.name if matter and names else ""
    return Hit(
        url=reverse("tracking:receipt", args=[receipt.pk]),
        title=receipt.masked,
        reference=matter.reference if matter else "",
        detail=" · ".join(filter(None, (receipt.form_type, client))),
        state=labels.status_words(receipt.current_code).label,
        icon="receipt-text",
    )


RECEIPTS = Finder("receipts", gettext_lazy("Receipts"), find, order=20)
