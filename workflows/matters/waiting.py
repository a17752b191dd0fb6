"""On whom a matter waits, decided from what is open in it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Party(StrEnum):
    """Who has to move next."""

    ATTORNEY = "attorney"
    PARALEGAL = "paralegal"
    MANAGER = "manager"
    CLIENT = "client"
    GOVERNMENT = "government"
    NOBODY = "nobody"


class Why(StrEnum):
    """For what."""

    APPROVE = "approve"
    FINISH = "finish"
    DO = "do"
    DECIDE = "decide"
    SEAT_ATTORNEY = "seat_attorney"
    SEAT_PARALEGAL = "seat_paralegal"
    REST = ""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A checklist item that is not done: whose it is, and by when."""

    party: Party
    text: str
    due: date | None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A message that nobody has finished, and since when it is in its state."""

    state: str
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The answer: who, why, for a checklist item its text and date, and since when it is theirs."""

    party: Party
    why: Why = Why.REST
    item: OpenItem | None = None
    since: date | None = None


_SEATS: Final = {Party.ATTORNEY: Why.SEAT_ATTORNEY, Party.PARALEGAL: Why.SEAT_PARALEGAL}


def waiting_on(
    *,
    drafts: Iterable[OpenDraft],
    items: Iterable[OpenItem],
    with_government: Collection[date | None],
    seats_left: Collection[str] = (),
) -> Waiting:
    """Say who has to move next, and since when; `with_government` says of each open filing since when.

    Where that would be somebody whose seat (`attorney`, `paralegal`) is among `seats_left`, a manager has to
    give it to somebody else first.
    """
    waiting = _by_seat(drafts=drafts, items=items, with_government=with_government)
    if waiting.party in seats_left:
        return Waiting(Party.MANAGER, _SEATS[waiting.party])
    return waiting


def _by_seat(
    *, drafts: Iterable[OpenDraft], items: Iterable[OpenItem], with_government: Collection[date | None]
) -> Waiting:
    """Say whose turn it is, whoever sits there.

    A message before the attorney comes first, then one that was sent back or not submitted; then the
    checklist item that is due first (one without a date comes last); then the government, if a filing
    is still with it.
    """
    open_drafts = list(drafts)
    if waiting := [draft.since for draft in open_drafts if draft.state == "in_review"]:
        return Waiting(Party.ATTORNEY, Why.APPROVE, since=_first(waiting))
    if unfinished := [draft.since for draft in open_drafts if draft.state in {"drafted", "returned"}]:
        return Waiting(Party.PARALEGAL, Why.FINISH, since=_first(unfinished))
    first = min(items, key=lambda item: item.due or date.max, default=None)
    if first is not None:
        return Waiting(first.party, Why.DO, first, first.since)
    if with_government:
        return Waiting(Party.GOVERNMENT, Why.DECIDE, since=_first(with_government))
    return Waiting(Party.NOBODY)


def _first(days: Iterable[date | None]) -> date | None:
    return min(filter(None, days), default=None)
