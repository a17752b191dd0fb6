"""What the newest status of a case has overtaken, as one proposal. Pure: the rows and the news are given."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from workflows.law.outcomes import leaves_without_aim

if TYPE_CHECKING:
    from tracking.models import Receipt
    from workflows.deadlines.later_news import LaterNews
    from workflows.models import ChecklistItem, Deadline, Draft


class Act(StrEnum):
    """What is proposed of one open thing; LEAVE: a person decides about it on its own page."""

    WITHDRAW = "withdraw"
    SKIP = "skip"
    MEET = "meet"
    REPLACE = "replace"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Piece:
    """One open thing and what is proposed of it; `version` changes when it is not as it was shown."""

    act: Act
    row: Draft | ChecklistItem | Deadline
    version: str = ""

    @property
    def id(self) -> UUID:
        return self.row.pk


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything about one receipt that its newest status has overtaken, and is settled together."""

    receipt: Receipt
    pieces: tuple[Piece, ...] = field(repr=False)

    def of(self, *acts: Act) -> list[Piece]:
        """The pieces of some acts, in order."""
        return [piece for piece in self.pieces if piece.act in acts]

    @property
    def withdrawn(self) -> list[Piece]:
        return self.of(Act.WITHDRAW)

    @property
    def skipped(self) -> list[Piece]:
        return self.of(Act.SKIP)

    @property
    def met(self) -> list[Piece]:
        return self.of(Act.MEET)

    @property
    def replaced(self) -> list[Piece]:
        return self.of(Act.REPLACE)

    @property
    def left(self) -> list[Piece]:
        """Dates that have lost their point without being met: an attorney decides about each."""
        return self.of(Act.LEAVE)

    @property
    def size(self) -> int:
        """How many things are settled by accepting it."""
        return len(self.pieces) - len(self.left)

    @property
    def hash(self) -> str:
        """What an acceptance has to name, so that nobody accepts what they have not been shown."""
        parts = sorted(f"{piece.act}:{piece.id}:{piece.version}" for piece in self.pieces)
        return hashlib.sha256("\n".join([self.receipt.current_code, *parts]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is open about receipts: `over` are the messages that a later status has overtaken.

    `since` are the statuses reported after a change, `news` what may have answered a date.
    """

    messages: Iterable[Draft] = ()
    steps: Iterable[ChecklistItem] = ()
    dates: Iterable[Deadline] = ()
    over: frozenset[UUID] = frozenset()
    since: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    news: Mapping[UUID, LaterNews] = field(default_factory=dict)


def decide(work: OpenWork) -> list[Piece]:
    """Return what has been overtaken of what is open, each with its act; what still matters is left out."""
    dates = list(work.dates)
    answered: dict[UUID, bool] = {}
    for row in dates:
        if row.run_id:
            answered[row.run_id] = answered.get(row.run_id, True) and row.pk in work.news
    return [
        *(Piece(Act.WITHDRAW, row, row.content_hash) for row in work.messages if row.pk in work.over),
        *(Piece(Act.SKIP, row) for row in work.steps if _is_without_aim(row, answered, work.since)),
        *_of_dates(dates, work.news),
    ]


def _is_without_aim(
    row: ChecklistItem, answered: Mapping[UUID, bool], since: Mapping[UUID, frozenset[str]]
) -> bool:
    """A step goes with the open dates of its playbook; where there are none, with what its status asked."""
    run = row.checklist.run
    if run is None:
        return False
    if run.pk in answered:
        return answered[run.pk]
    return leaves_without_aim(run.change.to_code, since.get(run.change_id, ()))


def _of_dates(dates: Iterable[Deadline], news: Mapping[UUID, LaterNews]) -> list[Piece]:
    pieces, taken = list[Piece](), set[tuple[UUID | None, UUID, str]]()
    told = sorted((row for row in dates if row.pk in news), key=lambda row: row.created_at)
    newest = {_place(row): row for row in sorted(dates, key=lambda row: row.created_at)}
    for row in told:
        act = _act_of(news[row.pk])
        if act is Act.REPLACE and (_place(row) in taken or not _may_replace(newest[_place(row)], row)):
            act = Act.LEAVE
        if act is Act.REPLACE:
            taken.add(_place(row))
        pieces.append(Piece(act, row, f"{row.due_date}:{row.status}"))
    return pieces


def _place(row: Deadline) -> tuple[UUID | None, UUID, str]:
    return row.receipt_id, row.matter_id, row.kind


def _may_replace(new: Deadline, old: Deadline) -> bool:
    return new.pk != old.pk and new.previous_id is None and new.created_at > old.created_at


def _act_of(news: LaterNews) -> Act:
    if news.is_replacement:
        return Act.REPLACE
    return Act.LEAVE if news.is_moot or news.is_reread else Act.MEET
