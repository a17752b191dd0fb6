"""On whom a matter waits, decided from what is open in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Party(StrEnum):
    """Who has to move next."""

    ATTORNEY = "attorney"
    PARALEGAL = "paralegal"
    CLIENT = "client"
    GOVERNMENT = "government"
    NOBODY = "nobody"


class Why(StrEnum):
    """For what."""

    APPROVE = "approve"
    FINISH = "finish"
    DO = "do"
    DECIDE = "decide"
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


def waiting_on(
    *, draft_states: Iterable[str], items: Iterable[OpenItem], is_with_government: bool
) -> Waiting:
    """Say who has to move next.

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
