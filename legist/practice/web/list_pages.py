"""What a person does with a list: its columns, saved views, and acts on several rows with a preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import Forbidden, InvalidInput, NotFound
from legist.core.web import htmx, request_actor
from legist.practice.people import list_views
from legist.practice.permissions import Capability, can, require
from legist.practice.states import ViewScope
from legist.practice.web import lists, looks
from legist.practice.web.lists import AT_ONCE, REGISTERED, Act, Listing, Tally
from legist.practice.web.looks import Look

if TYPE_CHECKING:
    from legist.practice.models import SavedView


@require_POST
@login_required
def shown(request: HttpRequest, list_key: str) -> HttpResponse:
    """Keep which columns a list has and how near its rows stand, and go back to it."""
    actor, now = request_actor(request), utc_now()
    listing = lists.listing_of(list_key, actor)
    here = _asked(listing, request, actor=actor, now=now)
    offered = [each.key for each in listing.open_columns(actor)]
    chosen = [key for key in offered if key in request.POST.getlist("columns")]
    usual = [each.key for each in listing.columns_of([], actor)]
    kept = [] if "usual" in request.POST or chosen == usual else chosen
    compact = request.POST.get("density") == "compact"
    list_views.choose(listing.key, kept, is_compact=compact, actor=actor, now=now)
    # The columns of a saved view are its own: whoever chooses others leaves it for its filters.
    is_view = here.view is not None and not here.view.columns
    url = here.url if is_view else listing.url(here.given, **({"sort": here.sort} if here.sort else {}))
    return htmx.redirect(request, url)


@require_http_methods(["GET", "POST"])
@login_required
def views(request: HttpRequest) -> HttpResponse:
    """Show the saved views of every list, or keep a new one of the list that was open."""
    actor, now = request_actor(request), utc_now()
    require(actor, Capability.VIEW_RECEIPT)
    if request.method == "POST":
        return _save(request, actor, now)
    found = [each for each in list_views.visible_views(actor) if _is_open(each, actor)]
    pinned = list_views.choices_of(actor).pinned
    lines = [line_of(each, actor=actor, pinned=pinned, now=now) for each in found]
    groups = [
        (listing.label, [line for line in lines if line["view"].list_key == listing.key])
        for listing in REGISTERED.values()
    ]
    context = {"groups": [each for each in groups if each[1]], "shares": list_views.shares(actor)}
    return render(request, "practice/lists/views.html", context)


def _is_open(view: SavedView, actor: Actor) -> bool:
    listing = REGISTERED.get(view.list_key)
    return listing is not None and can(actor, listing.capability)


def line_of(view: SavedView, *, actor: Actor, pinned: frozenset[UUID], now: datetime) -> dict[str, Any]:
    """Return a saved view as its line shows it: how many rows this person sees, none where it is broken."""
    listing = REGISTERED[view.list_key]
    try:
        given = listing.read(looks.query_of(view.filters), actor)
        count = looks.count_words(looks.counted(listing.find(actor, given, now)))
    except InvalidInput:
        count = ""
    return {
        "view": view,
        "url": looks.view_url(listing, view),
        "count": count,
        "is_pinned": view.pk in pinned,
        "may_change": list_views.may_change(view, actor),
        "share": str(view.team_id) if view.team_id else view.scope,
    }


def _save(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    listing = lists.listing_of(request.POST.get("list", ""), actor)
    look = _asked(listing, request, actor=actor, now=now)
    if not look.saves:
        raise InvalidInput(
            _("A search is kept for a day, and in no view. End it first, then save the filters.")
        )
    with_columns = "with_columns" in request.POST
    entered = list_views.Entered(
        name=request.POST.get("name", ""),
        share=request.POST.get("share", ViewScope.PRIVATE),
        filters=look.given,
        columns=[each.key for each in look.columns] if with_columns else (),
        sort=look.sort if with_columns else "",
    )
    view = list_views.save_view(listing.key, entered, actor=actor, now=now)
    list_views.pin(view.pk, is_pinned=True, actor=actor, now=now)
    messages.success(request, _("The view is saved, and stands at the head of the list."))
    return htmx.redirect(request, looks.view_url(listing, view))


@require_POST
@login_required
def view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Pin a view, change its name and who sees it, or delete it."""
    actor, now, act = request_actor(request), utc_now(), request.POST.get("act", "change")
    if act in {"pin", "unpin"}:
        list_views.pin(view_id, is_pinned=act == "pin", actor=actor, now=now)
    elif act == "delete":
        list_views.delete_view(view_id, actor=actor, now=now)
        messages.success(request, _("The view is deleted. What it showed is where it was."))
    else:
        given = request.POST
        list_views.change_view(
            view_id, name=given.get("name", ""), share=given.get("share", ""), actor=actor, now=now
        )
        messages.success(request, _("The view is saved."))
    return htmx.redirect(request, reverse("practice:views"))


@dataclass(frozen=True, slots=True)
class Preview:
    """What an act is about to do: how many rows were chosen, and how many it can be done with."""

    act: Act
    look: Look
    ids: Sequence[UUID]
    fitting: int

    @property
    def rest(self) -> int:
        return len(self.ids) - self.fitting


@require_POST
@login_required
def act(request: HttpRequest, list_key: str, act_key: str) -> HttpResponse:
    """Show with how many rows an act would be done; sent again with `sure`, do it and say what came of it."""
    actor, now = request_actor(request), utc_now()
    listing = lists.listing_of(list_key, actor)
    wanted = next((each for each in listing.acts if each.key == act_key), None)
    if wanted is None:
        raise NotFound
    if not wanted.may(actor):
        raise Forbidden(_("Your role does not include this. Ask a manager of your firm if it should."))
    look = _asked(listing, request, actor=actor, now=now)
    ids = _chosen(request, look)
    value = request.POST.get("value", "").strip()
    if "sure" in request.POST and (value or not wanted.ask):
        messages.success(request, said_of(wanted.run(ids, value, actor=actor, now=now)))
        return htmx.redirect(request, look.url)
    seen = look.found.model.objects.filter(pk__in=ids)
    preview = Preview(wanted, look, ids, _fitting(wanted, seen, actor))
    context = {"preview": preview, "look": look, "options": wanted.options(actor), "value": value}
    missing = "sure" in request.POST
    return render(
        request, "practice/lists/act.html", context | {"is_missing": missing}, status=422 if missing else 200
    )


def _fitting(act: Act, rows: QuerySet[Any], actor: Actor) -> int:
    return act.fits(rows, actor).order_by().values("pk").distinct().count()


def _chosen(request: HttpRequest, look: Look) -> list[UUID]:
    """Return the rows that are ticked, or all of the list; raises InvalidInput for none or too many."""
    ticked = [UUID(each) for each in request.POST.getlist("ids") if lists.is_id(each)]
    ids = list(dict.fromkeys(ticked))
    if "all" in request.POST:
        ids = list(look.found.order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])
    if not ids:
        raise InvalidInput(_("Tick the rows first."))
    if len(ids) > AT_ONCE:
        message = _("At most %(n)d rows at once. Narrow the list, or tick fewer.")
        raise InvalidInput(message % {"n": AT_ONCE})
    return ids


def _asked(listing: Listing, request: HttpRequest, *, actor: Actor, now: datetime) -> Look:
    """Read the address of the list from which a form was sent."""
    return looks.look(listing, QueryDict(request.POST.get("query", "")), actor=actor, now=now)


def said_of(tally: Tally) -> str:
    """Say how many are done and how many are skipped, and why."""
    said = tally.said or ngettext("%(n)d is done.", "%(n)d are done.", tally.done) % {"n": tally.done}
    skipped = [
        ngettext("%(n)d is skipped: %(why)s", "%(n)d are skipped: %(why)s", count) % {"n": count, "why": why}
        for why, count in tally.skipped.items()
    ]
    return " ".join([said, *skipped])
