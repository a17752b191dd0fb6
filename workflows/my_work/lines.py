"""One person's work as lines in groups and bands. Pure: the clock, the rows and the choices are given."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from workflows.states import WorkKind

if TYPE_CHECKING:
    from legist.practice.models import Matter
    from tracking.models import Receipt

THIS_WEEK: Final = timedelta(days=7)


class Band(StrEnum):
    """When a line is somebody's turn; every line stands in exactly one."""

    OVERDUE = "overdue"
    NOW = "now"
    LATER = "later"
    OTHERS = "others"
    ASLEEP = "asleep"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing to do: what, by when, and the change it comes of.

    `is_pressing` asks today whatever its date. `is_answered`: USCIS has reported something since that may
    have settled it. `is_news`: the reader's inbox counts it. `waits_for` is who has it now, where that is not
    the reader. `guard` is the nearest date of its receipt or matter, or its own: nobody puts it off beyond
    that without saying so.
    """

    kind: WorkKind
    id: UUID
    text: str = field(repr=False)
    matter: Matter | None = None
    receipt: Receipt | None = None
    due: date | None = None
    guard: date | None = None
    change_id: UUID | None = None
    code: str = ""
    is_pressing: bool = False
    is_answered: bool = False
    is_unsure: bool = False
    is_news: bool = False
    can_take: bool = False
    waits_for: str = field(default="", repr=False)
    sleeps_until: date | None = None
    is_given: bool = False

    @property
    def key(self) -> str:
        """What names the line in a form."""
        return f"{self.kind}:{self.id}"

    @property
    def is_done_here(self) -> bool:
        """Whether it is done with a key; a date, a message and a review are decided on their own pages."""
        return self.kind in {WorkKind.ITEM, WorkKind.CHANGE, WorkKind.REPLY}

    @property
    def place(self) -> UUID | None:
        """What it is grouped under."""
        return self.receipt.pk if self.receipt else self.matter.pk if self.matter else None


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one receipt, or of one matter where they are about none of its receipts."""

    lines: Sequence[Line]

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def receipt(self) -> Receipt | None:
        return next((line.receipt for line in self.lines if line.receipt), None)

    @property
    def codes(self) -> list[str]:
        """The statuses that its lines come of, each once."""
        return list(dict.fromkeys(line.code for line in self.lines if line.code))


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decided about a line: put off until a day, or given to a colleague (a name).

    `past` is the date of the case that they were told of when they put it off beyond it.
    """

    until: date | None = None
    past: date | None = None
    given_to: str = ""


def sleeps(choice: Choice, *, guard: date | None, today: date) -> bool:
    """Say whether a line that was put off is still out of sight.

    It is back on its day by itself, and at once where a date of the case now lies before that day which the
    person was not told of.
    """
    if choice.until is None or choice.until <= today:
        return False
    if guard is None or choice.until <= guard:
        return True
    return choice.past is not None and guard >= choice.past


def band_of(line: Line, *, today: date) -> Band:
    """Return where a line stands."""
    if line.is_answered:
        return Band.ANSWERED
    if line.waits_for:
        return Band.OTHERS
    if line.sleeps_until:
        return Band.ASLEEP
    if line.due and line.due < today:
        return Band.OVERDUE
    if line.is_pressing or (line.due and line.due <= today + THIS_WEEK):
        return Band.NOW
    return Band.LATER


def arranged(
    lines: Iterable[Line], choices: Mapping[str, Choice], *, today: date, told: Collection[UUID] = ()
) -> dict[Band, list[Group]]:
    """Return the lines in bands and groups, the most urgent first; what is one event is told once.

    A group stands whole in the band of its most urgent line. A change is left out where something that it
    has set in motion stands beside it, and names it, or elsewhere (`told`, the ids of such changes).
    """
    chosen = [_as_chosen(line, choices.get(line.key), today=today) for line in _once(lines, told)]
    by_band: dict[Band, list[Line]] = {band: [] for band in Band}
    for line in chosen:
        by_band[band_of(line, today=today)].append(line)
    mine = [line for band in (Band.OVERDUE, Band.NOW, Band.LATER) for line in by_band[band]]
    found: dict[Band, list[Group]] = {band: [] for band in Band}
    for group in _groups(mine, today=today):
        found[band_of(group.first, today=today)].append(group)
    for band in (Band.OTHERS, Band.ASLEEP, Band.ANSWERED):
        found[band] = _groups(by_band[band], today=today)
    return found


def narrowed(
    bands: Mapping[Band, Sequence[Group]], *, kind: str = "", band: str = "", sort: str = ""
) -> dict[Band, list[Group]]:
    """Return the lines of one kind, or of one band; groups in an order by what their first line says.

    `sort` is due, what or receipt, with a "-" before it back to front; what has none of it comes last.
    """
    found: dict[Band, list[Group]] = {}
    for each, groups in bands.items():
        kept = [Group([line for line in group.lines if kind in ("", line.kind)]) for group in groups]
        found[each] = [group for group in kept if group.lines and band in ("", each)]
        if sort:
            found[each].sort(key=lambda group: _order(group, sort), reverse=sort.startswith("-"))
    return found


def _order(group: Group, sort: str) -> tuple[bool, str]:
    values = {
        "due": min((str(line.due) for line in group.lines if line.due), default=""),
        "what": group.first.kind.label if group.lines else "",
        "receipt": group.receipt.form_type if group.receipt else "",
    }
    value = str(values[sort.removeprefix("-")])
    return (bool(value) if sort.startswith("-") else not value), value


def _once(lines: Iterable[Line], told: Collection[UUID]) -> list[Line]:
    known = list({line.key: line for line in lines}.values())
    beside = {line.change_id for line in known if line.kind != WorkKind.CHANGE and not line.is_answered}
    elsewhere = (beside | {*told}) - {None}
    return [line for line in known if line.kind != WorkKind.CHANGE or line.change_id not in elsewhere]


def _as_chosen(line: Line, choice: Choice | None, *, today: date) -> Line:
    if choice is None:
        return line
    if choice.given_to:
        return replace(line, waits_for=choice.given_to, is_given=True)
    return replace(line, sleeps_until=choice.until) if sleeps(choice, guard=line.guard, today=today) else line


def _groups(lines: Sequence[Line], *, today: date) -> list[Group]:
    """Group by receipt; the rest of a matter stands with its receipt where that is the only one."""
    receipts: dict[UUID, set[UUID]] = {}
    for line in lines:
        if line.matter and line.receipt:
            receipts.setdefault(line.matter.pk, set()).add(line.receipt.pk)
    grouped: dict[UUID, list[Line]] = {}
    for line in sorted(lines, key=lambda line: _urgency(line, today=today)):
        place = line.place or line.id
        if line.receipt is None and line.matter and len(only := receipts.get(line.matter.pk, set())) == 1:
            place = next(iter(only))
        grouped.setdefault(place, []).append(line)
    return [Group(rows) for rows in grouped.values()]


def _urgency(line: Line, *, today: date) -> tuple[int, date, UUID]:
    return (list(Band).index(band_of(line, today=today)), line.due or date.max, line.id)
