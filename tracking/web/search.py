"""The search of the top bar. What was typed may be personal data, so it never stands in an address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import htmx, navigation, request_actor
from legist.core.web.navigation import Verb
from legist.practice.permissions import Capability, can, require
from legist.practice.same_name import is_part_of_name, name_readings
from legist.practice.search import services
from legist.practice.search.services import SHOWN, Finder, Found, Hit, Query, Results
from tracking.receipts import ReceiptNumber, ReceiptNumberError
from tracking.selectors.receipts import find_receipts, form_beside, numbers
from tracking.web import labels
from tracking.web.receipts.adding import TrackForm

if TYPE_CHECKING:
    from tracking.models import Receipt

MOST_LINES: Final = 6
MOST_CHOSEN: Final = 12


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
    text = services.words_of(kept, actor)
    number = read_number(text)
    context = {
        "q": text,
        "kept": kept,
        "results": services.find(actor, kept.text, now=now),
        "number": number,
        **adding(actor, number),
    }
    return render(request, "tracking/search.html", context)


@never_cache
@require_POST
@login_required
def palette(request: HttpRequest) -> HttpResponse:
    """Return what fits the words in the field so far, or what a verb may be about; nothing is kept."""
    actor, now = request_actor(request), utc_now()
    require(actor, Capability.VIEW_RECEIPT)
    text, wanted = services.tidy(request.POST.get("q", "")), request.POST.get("verb", "")
    known = navigation.verbs(actor)
    verb = next((each for each in known if each.key == wanted and each.finder), None)
    found = (
        services.find(actor, text, now=now, only=verb.finder if verb else "")
        if len(text) > 1
        else Results([])
    )
    groups = _chosen(found, verb) if verb else _offered(actor, text, found, now=now)
    context = {"groups": groups, "q": text, "verb": verb, "is_behind": found.is_behind}
    context["offers_verbs"] = any(group["key"] == "do" for group in groups)
    return render(request, "tracking/palette.html", context)


Lines = list[dict[str, Any]]


def _offered(actor: Actor, text: str, found: Results, *, now: datetime) -> Lines:
    """What is spelled as typed, then what can be done and where to go, then what is spelled nearly so."""
    doable = [
        {"title": verb.label, "icon": verb.icon, "url": verb.url, "letters": verb.keys, "ask": verb.ask}
        | ({"verb": verb.key} if verb.finder else {})
        for verb in navigation.verbs(actor)
    ]
    places = [
        {
            "title": place.item.label,
            "icon": place.item.icon,
            "url": place.url,
            "letters": f"g{place.item.letter}" if place.item.letter else "",
        }
        for place in navigation.places(actor)
        if place.item.section != navigation.PORTAL
    ]
    latest = [] if text else services.recent(actor=actor, now=now)
    kept = [
        {"title": each.text, "icon": "timer", "url": reverse("tracking:found", args=[each.pk])}
        for each in latest
    ]
    return _filled(
        ("recent", _("Searched for lately"), kept),
        *((group.finder.key, group.finder.label, _lines(group.found.exact)) for group in found.groups),
        ("do", _("Do"), _fitting(doable, text)),
        ("go", _("Go to"), _fitting(places, text)),
        ("similar", _("Spelled nearly so"), [line for g in found.groups for line in _lines(g.found.similar)]),
    )


def _chosen(found: Results, verb: Verb) -> Lines:
    """What a verb may be about, each leading to its page with the dialog open."""
    hits = [hit for group in found.groups for hit in (*group.found.exact, *group.found.similar)]
    lines = [line | {"url": f"{line['url']}#{verb.anchor}"} for line in _lines(hits, limit=MOST_CHOSEN)]
    return _filled(("chosen", verb.label, lines))


def _lines(hits: Sequence[Hit], *, limit: int = MOST_LINES) -> Lines:
    return [
        {
            "title": hit.title,
            "reference": hit.reference,
            "detail": hit.detail,
            "icon": hit.icon,
            "url": hit.url,
        }
        for hit in hits
        if hit.url
    ][:limit]


def _fitting(lines: Lines, text: str) -> Lines:
    """The lines in whose words every typed word begins or stands; all of them where nothing was typed."""
    return [line for line in lines if not text or is_part_of_name(text, name_readings(str(line["title"])))]


def _filled(*groups: tuple[str, object, Lines]) -> Lines:
    return [{"key": key, "label": label, "lines": lines} for key, label, lines in groups if lines]


def read_number(text: str) -> ReceiptNumber | None:
    """Return the receipt number in the text, if there is one."""
    try:
        return ReceiptNumber.parse(text)
    except ReceiptNumberError:
        return None


def adding(actor: Actor, number: ReceiptNumber | None) -> dict[str, Any]:
    """Return the form that begins to watch a number nobody watches yet, for who may."""
    if number is None or not can(actor, Capability.TRACK_RECEIPT):
        return {}
    return {"form": TrackForm(initial={"receipt_number": number.grouped}, auto_id="track_%s")}


def find(actor: Actor, query: Query) -> Found:
    """Find the actor's receipts by their number or a piece of it, or by their form."""
    form = form_beside(query.text)
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
