"""One look at a list: what an address asks for of it, what one person may see of that, and that as a file.

A filter, a value or an order that the list does not know is refused, never left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, NotFound
from legist.core.web.pagination import Page, ordered, paginate
from legist.practice.people import list_views
from legist.practice.web.exports import WRITERS, Rows, Sheet, export, in_portions
from legist.practice.web.lists import Act, Column, Given, Listing, unknown

if TYPE_CHECKING:
    from legist.practice.models import SavedView

COUNT_UP_TO: Final = 1000


@dataclass(frozen=True)
class Look:
    """What one address asks for of a list, for one person."""

    listing: Listing
    actor: Actor
    now: datetime
    given: dict[str, str]
    sort: str
    view: SavedView | None

    @cached_property
    def views(self) -> Sequence[SavedView]:
        """The saved views of the list that the person sees."""
        return list_views.visible_views(self.actor, self.listing.key)

    @cached_property
    def choices(self) -> list_views.Choices:
        return list_views.choices_of(self.actor)

    @property
    def address(self) -> dict[str, str]:
        """The filters and the order as they stand in an address."""
        named = {"saved": str(self.view.pk)} if self.view else self.given
        sorts = self.view.sort if self.view else ""
        return {**named, "sort": self.sort} if self.sort != sorts else {**named}

    @property
    def url(self) -> str:
        return self.listing.url(self.address)

    @property
    def query(self) -> str:
        """The address without its path, for the forms that are sent from the list."""
        return urlencode(self.address)

    @property
    def clear_url(self) -> str:
        return self.listing.url({})

    @property
    def rows_target(self) -> str:
        return f"#{self.listing.key}-rows"

    @property
    def act_url(self) -> str:
        """Where the form around the rows goes when nobody says with which act."""
        return reverse("practice:list_act", args=[self.listing.key, self.acts[0].key]) if self.acts else ""

    @property
    def shares(self) -> list[tuple[str, str]]:
        return list_views.shares(self.actor)

    @cached_property
    def columns(self) -> list[Column]:
        chosen = self.choices.columns.get(self.listing.key, [])
        return self.listing.columns_of((self.view and self.view.columns) or chosen, self.actor)

    @property
    def shown(self) -> set[str]:
        """The keys of the columns, for rows that are no cells."""
        return {each.key for each in self.columns}

    @property
    def is_usual(self) -> bool:
        """Whether the list stands in its usual order, with its usual columns."""
        return not self.sort and self.columns == self.listing.columns_of([], self.actor)

    @property
    def order(self) -> tuple[str, ...]:
        column = next((e for e in self.listing.columns if e.key == self.sort.removeprefix("-")), None)
        if column is None or not column.sort:
            return self.listing.order(self.given)
        return (f"{'-' if self.sort.startswith('-') else ''}{column.sort}",)

    @cached_property
    def found(self) -> QuerySet[Any]:
        found = self.listing.find(self.actor, self.given, self.now)
        if not isinstance(found, QuerySet):
            message = f"{self.listing.key} has no stored rows"
            raise TypeError(message)
        return found

    @cached_property
    def total(self) -> int:
        """How many rows there are, as far as they are counted."""
        return counted(self.found)

    @property
    def total_words(self) -> str:
        return count_words(self.total)

    def page(self, cursor: str | None) -> Page[Any]:
        return paginate(self.found, order=self.order, cursor=cursor)

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """The views at the head of the list: those of everybody, and those that the person has pinned."""
        current = self._current
        kept = {name: value for name, value in self.given.items() if name in self.listing.kept}
        offered = [
            {"label": label, "url": self.listing.url({**kept, **given}), "current": given is current}
            for label, given in self.listing.views
        ]
        pinned = [each for each in self.views if each.pk in self.choices.pinned]
        return offered + [self._tab(each) for each in pinned]

    def counted_tabs(self, counts: Mapping[str, int]) -> list[dict[str, Any]]:
        """The views with how much is in them, by the value that makes each; nothing is said of none."""
        numbers = [counts.get("".join(given.values())) or None for _label, given in self.listing.views]
        tabs = self.tabs
        counted = [tab | {"count": number} for tab, number in zip(tabs, numbers, strict=False)]
        return [*counted, *tabs[len(numbers) :]]

    def shows(self, name: str) -> list[dict[str, Any]]:
        """The values of a filter as links that stand side by side, beside what else is in force."""
        one = next(each for each in self.listing.filters if each.name == name)
        options = [(str(key), label) for key, label in one.options(self.actor)]
        here = self.given.get(name, one.default)
        return [
            {
                "label": label,
                "url": self.listing.url(self._beside(name, value if value != one.default else "")),
                "current": value == here,
            }
            for value, label in (options if one.default else [("", _("All")), *options])
        ]

    def _beside(self, name: str, value: str) -> dict[str, str]:
        others = {key: given for key, given in self.given.items() if key != name}
        chosen = {name: value} if value else {}
        sorts = {"sort": self.sort} if self.sort else {}
        return {**others, **chosen, **sorts}

    @property
    def _current(self) -> Given | None:
        if self.view:
            return None
        names = {name for _label, given in self.listing.views for name in given}
        here = {name: value for name, value in self.given.items() if name in names}
        return next((given for _label, given in self.listing.views if given == here), None)

    def _tab(self, view: SavedView) -> dict[str, Any]:
        try:
            given = self.listing.read(query_of(view.filters), self.actor)
            count = count_words(counted(self.listing.find(self.actor, given, self.now)))
        except InvalidInput:
            count = "!"
        is_here = self.view is not None and self.view.pk == view.pk
        return {"label": view.name, "url": view_url(self.listing, view), "count": count, "current": is_here}

    @property
    def chips(self) -> list[dict[str, str]]:
        """The filters in force that no view at the head shows, each with the address without it."""
        shown = {} if self.view else self._current or {}
        known = {each.name: each for each in self.listing.filters}
        return [
            {
                "name": str(known[name].label),
                "value": known[name].words(value, self.actor),
                "remove_url": self.listing.url(self._beside(name, "")),
            }
            for name, value in self.given.items()
            if name not in shown and name not in self.listing.kept
        ]

    @cached_property
    def menu(self) -> list[dict[str, Any]]:
        """What the filter menu asks for."""
        offered = [(each, list(each.options(self.actor))) for each in self.listing.filters if each.offered]
        return [
            {
                "name": each.name,
                "label": each.label,
                "options": [(str(key), label) for key, label in options],
                "value": self.given.get(each.name, each.default),
                "default": each.default,
                "is_typed": each.fits is not None,
                "hint": each.hint,
            }
            for each, options in offered
            if each.fits or options
        ]

    @property
    def unasked(self) -> dict[str, str]:
        """The filters in force that the menu does not ask for."""
        asked = {each["name"] for each in self.menu}
        return {name: value for name, value in self.given.items() if name not in asked}

    @property
    def heads(self) -> list[dict[str, Any]]:
        """The heads of the columns: one that sorts leads to its order, and back to front from there."""
        return [self._head(each) for each in self.columns]

    def _head(self, column: Column) -> dict[str, Any]:
        is_up, is_down = self.sort == column.key, self.sort == f"-{column.key}"
        named = {"saved": str(self.view.pk)} if self.view else self.given
        turned = f"-{column.key}" if is_up else column.key
        return {
            "column": column,
            "url": self.listing.url(named, sort=turned) if column.sort else "",
            "is_up": is_up,
            "is_down": is_down,
        }

    @property
    def sorts(self) -> list[dict[str, Any]]:
        """The heads that sort, for the menu that a phone shows in their place."""
        return [head for head in map(self._head, self.listing.open_columns(self.actor)) if head["url"]]

    @property
    def offered_columns(self) -> list[tuple[Column, bool]]:
        return [(each, each in self.columns) for each in self.listing.open_columns(self.actor)]

    @cached_property
    def acts(self) -> list[Act]:
        return [each for each in self.listing.acts if each.may(self.actor)]

    @property
    def saves(self) -> bool:
        """Whether these filters can be kept: what was searched for cannot."""
        return all(each.kept for each in self.listing.filters if each.name in self.given)

    def context(self, cursor: str | None, counts: Mapping[str, int] | None = None) -> dict[str, Any]:
        """Return what the shared templates of a list show; `counts` is how much is in its views."""
        page = self.page(cursor)
        return {
            "look": self,
            "page": page,
            "rows": list(self.listing.drawn(self.actor, page.items)),
            "tabs": self.counted_tabs(counts or {}),
            "chips": self.chips,
            "now": self.now,
        }

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """Send the list with the columns and in the order that are chosen, on the record."""
        pairs = [pair for column in self.columns for pair in column.sheet]
        found = self.listing.find(self.actor, self.given, self.now)

        def drawn(portion: list[Any]) -> Iterable[Any]:
            return self.listing.drawn(self.actor, portion)

        def rows() -> Rows:
            if isinstance(found, QuerySet):
                return in_portions(ordered(found, self.order), drawn)
            return Rows(len(found), found)

        return export(
            request,
            Sheet(self.listing.key, pairs),
            rows,
            filters=self.given,
            actor=self.actor,
            now=self.now,
        )


def look(listing: Listing, query: QueryDict, *, actor: Actor, now: datetime) -> Look:
    """Read an address of a list.

    Raises NotFound for a saved view that is closed to the person, and InvalidInput for one beside filters of
    the address, and for a filter, a value or an order that the list does not know, in a view as well.
    """
    given, saved = listing.read(query, actor), query.get("saved", "")
    views = list_views.visible_views(actor, listing.key) if saved else []
    view = next((each for each in views if str(each.pk) == saved), None)
    if saved and view is None:
        raise NotFound
    if view and given:
        raise unknown()
    if view:
        given = listing.read(query_of(view.filters), actor)
    sort = listing.checked_sort(query.get("sort", "") or (view.sort if view else ""), actor)
    return Look(listing, actor, now, given, sort, view)


def view_url(listing: Listing, view: SavedView) -> str:
    return listing.url({"saved": str(view.pk)})


def query_of(given: Given) -> QueryDict:
    return QueryDict(urlencode(given))


def open_look(listing: Listing, request: HttpRequest, *, actor: Actor, now: datetime) -> Look:
    """Read the look that a person has open, from which a fragment posts; the usual one from another page."""
    address = urlsplit(request.headers.get("HX-Current-URL", ""))
    is_here = address.path == reverse(listing.url_name)
    try:
        return look(listing, QueryDict(address.query if is_here else ""), actor=actor, now=now)
    except (InvalidInput, NotFound):
        return look(listing, QueryDict(), actor=actor, now=now)


def counted(rows: QuerySet[Any] | Sequence[Any]) -> int:
    """Count rows to a thousand and one."""
    if not isinstance(rows, QuerySet):
        return len(rows[: COUNT_UP_TO + 1])
    return rows.order_by()[: COUNT_UP_TO + 1].count()


def count_words(count: int) -> str:
    return f"{COUNT_UP_TO:,}+" if count > COUNT_UP_TO else str(count)


def is_wanted(request: HttpRequest) -> bool:
    """Say whether an address asks for a file, `?format=csv` or `?format=xlsx`; InvalidInput for another."""
    wanted = request.GET.get("format", "")
    if wanted and wanted not in WRITERS:
        raise InvalidInput(_("A list is exported as csv or xlsx. Open it again, and choose one of the two."))
    return bool(wanted)
