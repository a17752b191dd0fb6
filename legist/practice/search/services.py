"""Searching the whole practice: what was typed is kept for a day, and each topic finds its own.

A finder is asked with the permissions of whoever looks, each time anew: what was kept is a text and nothing
that it found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Any, Final, TypeVar
from unicodedata import decimal
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from legist.core.actors import Actor
from legist.core.crypto import UNREADABLE, showing
from legist.core.housekeeping import BATCH, also_forget
from legist.practice.models import KeptSearch
from legist.practice.permissions import acting_person

KEPT_FOR: Final = timedelta(days=1)
LONGEST: Final = 200
SHOWN: Final = 20
# How many are narrowed at a time to what is open, before all that is open is asked for.
PORTIONS: Final = (100, 900, 4000)
_NUMBER: Final = re.compile(r"a?[\d\s()+./#*-]+", re.IGNORECASE)
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Query:
    """What is looked for, in the forms that finders ask for."""

    text: str = field(repr=False)
    now: datetime
    _answers: dict[str, list[int]] = field(default_factory=dict, repr=False, compare=False)

    def once(self, question: str, ask: Callable[[], list[int]]) -> list[int]:
        """Return what was answered to a question before; only the first finder that puts it asks."""
        if question not in self._answers:
            self._answers[question] = ask()
        return self._answers[question]

    @cached_property
    def digits(self) -> str:
        """The digits of a number of any kind: a telephone, an A-number, the end of a receipt number."""
        found = "".join(str(decimal(char)) for char in self.text if char.isdecimal())
        return found if len(found) >= 4 and _NUMBER.fullmatch(self.text) else ""

    @cached_property
    def address(self) -> str:
        """The text in lower case where it looks like an e-mail address or a piece of one."""
        is_one = " " not in self.text and any(not char.isalpha() and char not in "-'’" for char in self.text)
        return self.text.lower() if is_one else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing that was found, as its reader may see it; every one names its matter, where it has one."""

    url: str
    title: str = field(repr=False)
    reference: str = ""
    detail: str | Promise = ""
    state: str | Promise = ""
    icon: str = "briefcase"


@dataclass(frozen=True, slots=True)
class Found:
    """What one finder found: spelled as typed, then but for typing errors; and where all of it is listed."""

    exact: Sequence[Hit] = ()
    similar: Sequence[Hit] = ()
    has_more: bool = False
    more_url: str = ""
    is_behind: bool = False


@dataclass(frozen=True, slots=True)
class Finder:
    """One topic's part of the search: what it is called above its hits, and how it looks."""

    key: str
    label: str | Promise
    find: Callable[[Actor, Query], Found]
    order: int = 100


@dataclass(frozen=True, slots=True)
class Group:
    """What one finder found, under its name."""

    finder: Finder
    found: Found


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that was found for one person."""

    groups: list[Group]

    @property
    def is_behind(self) -> bool:
        """True while names are still being read, so that there may be more."""
        return any(group.found.is_behind for group in self.groups)

    @property
    def only(self) -> str:
        """The address of the one thing that was meant, or nothing when there are several or none."""
        urls = {hit.url for group in self.groups for hit in group.found.exact}
        return urls.pop() if len(urls) == 1 and not self.is_behind else ""


_finders: dict[str, Finder] = {}


def register(*finders: Finder) -> None:
    """Add the finders of a topic; one with a key that is known replaces it."""
    _finders.update({finder.key: finder for finder in finders})


def find(actor: Actor, text: str, *, now: datetime, only: str = "") -> Results:
    """Return what the actor may see of what the text names, by topic; `only` asks one finder."""
    asked = sorted(_finders.values(), key=lambda finder: (finder.order, finder.key))
    query = Query(tidy(text), now)
    if not query.text:
        return Results([])
    groups = [Group(each, each.find(actor, query)) for each in asked if only in {"", each.key}]
    return Results(
        [group for group in groups if group.found.exact or group.found.similar or group.found.is_behind]
    )


def tidy(text: str) -> str:
    """Return a text as it is kept and looked for: one line, of bounded length."""
    return " ".join(text.replace("\0", "").split())[:LONGEST]


def keep(text: str, *, actor: Actor, now: datetime) -> KeptSearch | None:
    """Keep what a person typed for a day, encrypted; None for an empty text. What is older is forgotten."""
    owner, text = acting_person(actor), tidy(text)
    forget(now=now)
    if owner is None or not text:
        return None
    return KeptSearch.objects.create(owner=owner, text=text, created_at=now)


def recall(kept_id: UUID | str, *, now: datetime) -> KeptSearch | None:
    """Return a search that is kept, whoever's it is; None once its day is over, or when it is unreadable."""
    try:
        pk = UUID(str(kept_id))
    except ValueError:
        return None
    found = KeptSearch.objects.filter(pk=pk, created_at__gt=now - KEPT_FOR).first()
    with showing():
        return found if found and found.text != UNREADABLE else None


def words_of(kept: KeptSearch | None, actor: Actor) -> str:
    """Return what was typed, for who typed it only: it may name somebody a colleague is shut out of."""
    return kept.text if kept and str(kept.owner_id) == actor.id else ""


def recent(*, actor: Actor, now: datetime, limit: int = 5) -> list[KeptSearch]:
    """Return what the actor looked for of late, each text once, the latest first."""
    kept = KeptSearch.objects.filter(owner=acting_person(actor), created_at__gt=now - KEPT_FOR)
    mine = kept.order_by("-created_at")
    by_text: dict[str, KeptSearch] = {}
    with showing():
        for each in mine[: 4 * limit]:
            by_text.setdefault(each.text, each)
    return [each for text, each in by_text.items() if text != UNREADABLE][:limit]


@also_forget
def forget(*, now: datetime, limit: int = BATCH) -> int:
    """Delete up to `limit` searches whose day is over; return how many."""
    over = KeptSearch.objects.filter(created_at__lte=now - KEPT_FOR).order_by("created_at")
    return KeptSearch.objects.filter(pk__in=list(over.values_list("pk", flat=True)[:limit])).delete()[0]


def first_open(
    rows: QuerySet[M], by: str, keys: Iterable[int], *, limit: int, everything: QuerySet[M] | None = None
) -> list[M]:
    """Return up to `limit` of `rows`, already narrowed to what a person may see, in the order of the keys.

    `by` is the column that the ids stand in. They are narrowed some at a time until enough are open. Where
    few of many are, all that is open is asked for at once: by `everything`, the same rows in words that are
    fast for all of them.
    """
    waiting, found = iter(keys), list[Any]()
    for portion in PORTIONS:
        chunk = list(islice(waiting, portion))
        if not chunk or len(found) >= limit:
            break
        asked = rows.filter(**{f"{by}__in": [UUID(int=key) for key in chunk]})
        found += _in_order(asked.values_list("pk", by), chunk)
    if len(found) < limit and (rest := list(waiting)):
        found += _in_order((rows if everything is None else everything).values_list("pk", by), rest)
    wanted = [pk for pk, _by in found[:limit]]
    known = {row.pk: row for row in rows.filter(pk__in=wanted)} if wanted else {}
    return [known[pk] for pk in wanted if pk in known]


def _in_order(rows: Iterable[tuple[UUID, UUID]], keys: list[int]) -> list[tuple[UUID, UUID]]:
    """Return of (its own id, the id looked for) those that are looked for, in that order."""
    rank = {key: place for place, key in enumerate(keys)}
    return sorted((row for row in rows if row[1].int in rank), key=lambda row: rank[row[1].int])
