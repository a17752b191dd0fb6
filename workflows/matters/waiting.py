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


@dataclass(frozen=True, slots=True)
class Waiting:
    """The answer: who, why, and for a checklist item its text and date."""

    party: Party
    why: Why = Why.REST
    item: OpenItem | None = None


_SEATS: Final = {Party.ATTORNEY: Why.SEAT_ATTORNEY, Party.PARALEGAL: Why.SEAT_PARALEGAL}


def waiting_on(
    *,
    draft_states: Iterable[str],
    items: Iterable[OpenItem],
    is_with_government: bool,
    seats_left: Collection[str] = (),
) -> Waiting:
    """Say who has to move next.

    Where that would be somebody whose seat (`attorney`, `paralegal`) is among `seats_left`, a manager has to
    give it to somebody else first.
    """
    waiting = _by_seat(draft_states=draft_states, items=items, is_with_government=is_with_government)
    if waiting.party in seats_left:
        return Waiting(Party.MANAGER, _SEATS[waiting.party])
    return waiting


def _by_seat(*, draft_states: Iterable[str], items: Iterable[OpenItem], is_with_government: bool) -> Waiting:
    """Say whose turn it is, whoever sits there.

    A message before the attorney comes first, then one that was sent back or not submitted; then the
    checklist item that is due first (one without a date comes last); then the government, if a filing
    is still with it.
    """
    states = set(draft_states)
    if "in_review" in states:
        return Waiting(Party.ATTORNEY, Why.APPROVE)
    if states & {"drafted", "returned"}:
        return Waiting(Party.PARALEGAL, Why.FINISH)
    first = min(items, key=lambda item: item.due or date.max, default=None)
    if first is not None:
        return Waiting(first.party, Why.DO, first)
    return Waiting(Party.GOVERNMENT, Why.DECIDE) if is_with_government else Waiting(Party.NOBODY)
