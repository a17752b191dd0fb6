"""What was given up and waits for a person: found where it failed, told once, then tried again or seen.

Each part of the house registers where its failures stand. Nothing here is a copy: a thing is given up for
as long as its own row says so, and a mark keeps only that people were told of it and who has seen it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from legist.core import audit
from legist.core.actors import Actor
from legist.core.errors import NotFound
from legist.core.models import GivenUpMark
from legist.core.resilience.error_capture import ErrorCapture, each_alone
from legist.core.uow import acting, unit_of_work

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ANNOUNCER = Actor.system("given_up")
LISTED = 50
# One look takes no more than this many, and beyond that many unseen of one kind the list speaks for itself.
AT_ONCE = 500
TOLD_ONE_BY_ONE = 20

TRIED_AGAIN = audit.register_action(
    "core.given_up_tried_again", _("had {count} of {source} tried again"), data=("source", "count")
)
SEEN = audit.register_action(
    "core.given_up_seen", _("has seen {count} of {source} that were given up"), data=("source", "count")
)

log = structlog.get_logger(__name__)


class Retry(Protocol):
    """Gives failed rows another chance: all of them, or those named; returns how many."""

    def __call__(self, ids: Collection[UUID] | None, *, actor: Actor, now: datetime) -> int: ...


class GiveUp(Protocol):
    """Gives up what no release here has known for too long; returns how many."""

    def __call__(self, *, now: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Source:
    """Where one kind of failure stands.

    `rows` returns what is given up now. `what`, `error` and `at` are the columns (or expressions) that name
    its part, its error's class or code, and when: never personal data. `blocks` makes /readyz fail until
    somebody acts. `page` names the address where a thing is decided about that cannot simply be tried again.
    """

    name: str
    label: StrPromise
    rows: Callable[[], QuerySet[Any]]
    what: Any
    error: Any
    at: Any
    retry: Retry
    give_up: GiveUp | None = None
    blocks: bool = False
    page: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that was given up."""

    source: str
    id: UUID
    what: str
    error: str
    at: datetime
    is_seen: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """The things of one kind, unseen first: at most LISTED of the `total`."""

    source: Source
    things: list[Thing]
    unseen: int
    total: int


Teller = Callable[[Thing, UUID, datetime], int]
_sources: dict[str, Source] = {}
_tellers: dict[str, Teller] = {}


def register(source: Source) -> None:
    """Have the rows of a source listed, told of and counted."""
    _sources[source.name] = source


def register_teller(name: str, tell: Teller) -> None:
    """Have `tell(thing, mark id, now)` called once per thing; it returns how many people it told."""
    _tellers[name] = tell


def list_given_up() -> list[Listing]:
    """Return every kind of which something is given up, with its things."""
    found = (_listing(source) for source in _sources.values())
    return [listing for listing in found if listing.total]


def counts() -> dict[str, int]:
    """Return how many things of each kind nobody has seen yet, zeros included."""
    return {source.name: _unseen(source).count() for source in _sources.values()}


def label_of(name: str) -> str:
    """Return what a source is called; its name where nobody registered it."""
    return str(_sources[name].label) if name in _sources else name


def is_blocking(found: dict[str, int]) -> bool:
    """True when something is unseen without which the system does not do its work."""
    return any(found.get(source.name) for source in _sources.values() if source.blocks)


def try_again(source: str, *, ids: Collection[UUID] | None = None, actor: Actor, now: datetime) -> int:
    """Give the things of a source (all, or the named ones) another chance; return how many.

    Whether the actor may is decided by the caller. Raises NotFound for a source nobody registered.
    """
    asked = _get(source)
    with unit_of_work(actor=actor):
        count = asked.retry(ids, actor=actor, now=now)
        # One that fails again is told of again.
        marks = GivenUpMark.objects.filter(source=source)
        (marks if ids is None else marks.filter(thing__in=ids)).delete()
        if count:
            _record(TRIED_AGAIN, asked, count, actor=actor, now=now)
    return count


def mark_seen(source: str, *, ids: Collection[UUID] | None = None, actor: Actor, now: datetime) -> int:
    """Say that somebody knows of the things of a source (all, or the named ones); return how many are new.

    They stay listed and can still be tried again; /readyz no longer fails because of them.
    """
    asked = _get(source)
    with unit_of_work(actor=actor):
        unseen = _unseen(asked) if ids is None else _unseen(asked).filter(pk__in=ids)
        things = list(unseen.values_list("pk", flat=True))
        GivenUpMark.objects.bulk_create(
            [GivenUpMark(source=source, thing=thing, told_at=now) for thing in things], ignore_conflicts=True
        )
        marks = GivenUpMark.objects.filter(source=source, thing__in=things, seen_at=None)
        count = marks.update(seen_at=now, seen_by=actor.key)
        if count:
            _record(SEEN, asked, count, actor=actor, now=now)
    return count


def announce(*, now: datetime, only: str = "") -> int:
    """Tell people of what was given up (of one source only) and they do not know; return how much was new.

    Where nobody can be told the log says so, at error level.
    """
    told = Counter[str]()

    def tell_of(source: Source) -> None:
        with unit_of_work(actor=ANNOUNCER):
            if source.give_up is not None:
                source.give_up(now=now)
            told[source.name] = _announce(source, now)

    each_alone([source for source in _sources.values() if only in {"", source.name}], tell_of)
    return told.total()


def announce_now(*, now: datetime, only: str) -> None:
    """Tell people right after giving up; a failure of this is left to the next periodic look."""
    attempt = ErrorCapture()
    with attempt:
        announce(now=now, only=only)
    if attempt.error is not None:
        log.error("given_up_not_told", error_class=attempt.error_class, where=attempt.where)


def _get(name: str) -> Source:
    if name not in _sources:
        raise NotFound
    return _sources[name]


def _marks(source: Source) -> QuerySet[GivenUpMark]:
    return GivenUpMark.objects.filter(source=source.name, thing=OuterRef("pk"))


def _unseen(source: Source) -> QuerySet[Any]:
    return source.rows().order_by().exclude(Exists(_marks(source).filter(seen_at__isnull=False)))


def _listing(source: Source) -> Listing:
    rows = source.rows().annotate(is_seen_by_somebody=Exists(_marks(source).filter(seen_at__isnull=False)))
    total = rows.count()
    newest_first = rows.order_by("is_seen_by_somebody", "-pk")[:LISTED] if total else rows.none()
    things = list(_things(source, newest_first, "is_seen_by_somebody"))
    return Listing(source, things, _unseen(source).count() if total else 0, total)


def _things(source: Source, rows: QuerySet[Any], *seen: str) -> Iterator[Thing]:
    for pk, what, error, at, *is_seen in rows.values_list("pk", source.what, source.error, source.at, *seen):
        yield Thing(source.name, pk, str(what), str(error), at, any(is_seen))


def _announce(source: Source, now: datetime) -> int:
    marks = GivenUpMark.objects.filter(source=source.name)
    marks.exclude(thing__in=source.rows().order_by().values("pk")).delete()
    fresh = source.rows().exclude(Exists(_marks(source))).order_by("pk")
    things = {thing.id: thing for thing in _things(source, fresh[:AT_ONCE])}
    if not things:
        return 0
    room = TOLD_ONE_BY_ONE - marks.filter(seen_at=None).count()
    made = [GivenUpMark(source=source.name, thing=thing, told_at=now) for thing in things]
    GivenUpMark.objects.bulk_create(made, ignore_conflicts=True)
    # What another process has marked in the same moment is told of there.
    mine = marks.filter(pk__in=[mark.pk for mark in made]).order_by("pk")
    told = list(mine.values_list("pk", "thing"))
    for mark, thing in told[: max(room, 0)]:
        _tell(things[thing], mark, now)
    return len(told)


def _tell(thing: Thing, mark: UUID, now: datetime) -> None:
    if not sum(tell(thing, mark, now) for tell in _tellers.values()):
        log.error("given_up_untold", source=thing.source, thing=str(thing.id), error_class=thing.error)


def _record(act: audit.Action, source: Source, count: int, *, actor: Actor, now: datetime) -> None:
    subject = GivenUpMark(source=source.name)
    acting(actor=actor, now=now).record(act, subject, source=source.name, count=count)
