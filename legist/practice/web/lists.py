"""Lists as declarations: columns, filters, views, acts on rows and the file are one mechanism for all.

A list says what it is in a `Listing`; `legist.practice.web.looks` reads its addresses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, LegistError, NotFound
from legist.core.web.sheets import Value
from legist.practice.permissions import Capability, can

Words = str | Promise
Options = Sequence[tuple[Any, Any]]
Given = Mapping[str, str]
AT_ONCE: Final = 200
BESIDE: Final = frozenset({"cursor", "format", "sort", "saved"})


def is_id(value: str) -> bool:
    """Say whether a text is the id of something."""
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `sheet` is what a file holds of it, `cell` the template that draws it on the page.

    Without a template its first value is drawn. `sort` is the field it sorts by: no encrypted one can be.
    `instead_of` names a column in whose place it stands for people to whom that one is closed.
    """

    key: str
    label: Words
    sheet: Sequence[tuple[Words, Callable[[Any], Value]]]
    cell: str = ""
    sort: str = ""
    shown: bool = True
    fixed: bool = False
    css: str = ""
    head: str = ""
    named: bool = False
    capability: Capability | None = None
    instead_of: str = ""

    @property
    def cell_attributes(self) -> str:
        """What the cells of the column carry: how they are drawn, and on a phone the name beside them."""
        is_plain = not self.cell
        css = " ".join(filter(None, (self.css, "plain-cell" if is_plain else "")))
        label = str(self.label) if is_plain or self.named else ""
        return flatatt({name: text for name, text in (("class", css), ("data-label", label)) if text})

    def value(self, row: Any) -> Value:
        return self.sheet[0][1](row)


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: its `options`, or `fits` for what is typed and for ids.

    `default` holds where the address says nothing. `offered` stands in the menu, `kept` in a saved view.
    """

    name: str
    label: Words
    options: Callable[[Actor], Options] = lambda _actor: ()
    fits: Callable[[str], bool] | None = None
    default: str = ""
    offered: bool = True
    kept: bool = True
    hint: str = ""
    say: Callable[[str, Actor], str] | None = None

    def accepts(self, value: str, actor: Actor) -> bool:
        return self.fits(value) if self.fits else value in {str(key) for key, _label in self.options(actor)}

    def words(self, value: str, actor: Actor) -> str:
        """Name a value: one that is not among the options by itself, an id not at all."""
        if self.say:
            return self.say(value, actor)
        known = {str(key): str(label) for key, label in self.options(actor)}
        return known.get(value, _("one") if is_id(value) else value)


def flag(name: str, label: Words) -> Filter:
    """A filter that is on or not given; a view of the list offers it."""
    return Filter(name, label, lambda _actor: [("1", _("yes"))], offered=False)


def expect(
    query: Mapping[str, str], known: Mapping[str, Collection[str]], *, beside: Collection[str] = ()
) -> None:
    """Raise InvalidInput for a parameter or a value of an address that a page does not know."""
    for name, value in query.items():
        if name not in {"cursor", *beside} and value not in ("", *known.get(name, ())):
            raise unknown()
        if name not in {"cursor", *beside, *known}:
            raise unknown()


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the rows of an act: `done` and `skipped`, by reason, add up to them.

    `said` is what the act says of those that are done, where more is to be said than how many.
    """

    done: int
    skipped: Mapping[str, int] = field(default_factory=dict)
    said: str = ""


class Run(Protocol):
    """Does an act with rows; `value` is what the person chose or wrote for all of them."""

    def __call__(self, ids: Sequence[UUID], value: str, /, *, actor: Actor, now: datetime) -> Tally: ...


@dataclass(frozen=True, slots=True)
class Act:
    """Something to do with several rows at once.

    `fits` narrows rows to those that it can be done with, which a preview counts; `otherwise` says what the
    rest are. `ask` is what the person chooses (`options`) or writes for all of them.
    """

    key: str
    label: Words
    icon: str
    may: Callable[[Actor], bool]
    fits: Callable[[QuerySet[Any], Actor], QuerySet[Any]]
    otherwise: Words
    run: Run
    about: Words = ""
    ask: Words = ""
    options: Callable[[Actor], Options] = lambda _actor: ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list. `find` returns its rows for an actor by the filters that are given.

    Rows that are worked out and stored nowhere are a sequence, in an order of the page's own.
    `beside` are parameters of its address that narrow nothing; `views` are offered to everybody, and the
    filters in `kept`, links that stand beside the list, stay when another one is chosen.
    """

    key: str
    label: Words
    url_name: str
    capability: Capability
    columns: Sequence[Column]
    find: Callable[[Actor, Given, datetime], QuerySet[Any] | Sequence[Any]]
    filters: Sequence[Filter] = ()
    views: Sequence[tuple[Words, Given]] = ()
    order: Callable[[Given], tuple[str, ...]] = lambda _given: ("-id",)
    kind: str = ""
    drawn: Callable[[Actor, list[Any]], Iterable[Any]] = lambda _actor, rows: rows
    acts: Sequence[Act] = ()
    beside: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()

    def read(self, query: QueryDict, actor: Actor) -> dict[str, str]:
        """Return the filters of an address; raises InvalidInput for whatever this list does not know."""
        known = {each.name: each for each in self.filters}
        found: dict[str, str] = {}
        for name, values in query.lists():
            if name in BESIDE or name in self.beside:
                continue
            if name not in known or len(values) != 1:
                raise unknown()
            value = values[0].strip()
            if "\0" in value or (value and not known[name].accepts(value, actor)):
                raise unknown()
            if value and value != known[name].default:
                found[name] = value
        return found

    def open_columns(self, actor: Actor) -> list[Column]:
        return [each for each in self.columns if each.capability is None or can(actor, each.capability)]

    def columns_of(self, keys: Sequence[str], actor: Actor) -> list[Column]:
        """Return the columns that are chosen, those that always stand first; the usual ones for no choice."""
        offered = self.open_columns(actor)
        here = {each.key for each in offered}
        if here.isdisjoint(keys):
            return [e for e in offered if e.shown or (e.instead_of and e.instead_of not in here)]
        return [each for each in offered if each.fixed or each.key in keys]

    def url(self, given: Given, **beside: str) -> str:
        values = {**given, **beside}
        path = reverse(self.url_name)
        return f"{path}?{urlencode(values)}" if any(values.values()) else path

    def checked_sort(self, sort: str, actor: Actor) -> str:
        """Return an order by a column, or nothing for the usual one; InvalidInput for an unknown one."""
        sorting = {each.key for each in self.open_columns(actor) if each.sort}
        if sort and sort.removeprefix("-") not in sorting:
            raise unknown()
        return sort


REGISTERED: Final[dict[str, Listing]] = {}


def register(listing: Listing) -> Listing:
    """Make a list known to saved views and acts by its key."""
    REGISTERED[listing.key] = listing
    return listing


def listing_of(key: str, actor: Actor) -> Listing:
    """Return a list that is open to the actor's role; raises NotFound."""
    found = REGISTERED.get(key)
    if found is None or not can(actor, found.capability):
        raise NotFound
    return found


def unknown() -> InvalidInput:
    message = _("One of the filters is not known (any more). Open the list again, and choose anew.")
    return InvalidInput(message)


def one_by_one(ids: Sequence[UUID], do: Callable[[UUID], object]) -> Tally:
    """Do something with each row by itself; one that cannot be done is skipped, with the reason."""
    done, skipped = 0, Counter[str]()
    for pk in ids:
        try:
            do(pk)
        except LegistError as error:
            skipped[error.message] += 1
        else:
            done += 1
    return Tally(done, skipped)
