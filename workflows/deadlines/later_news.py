"""What USCIS has reported since a deadline began: perhaps it is met, perhaps it has no point any more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from tracking.observations.identity import Notice, Same
from tracking.observations.standing import answers_another
from tracking.selectors.facts import changes_of
from tracking.statuses import acts_as
from workflows.law.outcomes import MOOT, OUTCOMES, REPLACED_BY
from workflows.models import Deadline
from workflows.states import DeadlineState

if TYPE_CHECKING:
    from tracking.models import StatusChange


@dataclass(frozen=True, slots=True)
class LaterNews:
    """The latest such report.

    `is_replacement` when it sets another appointment of the same kind, `is_moot` when it leaves the deadline
    without a point but does not say that it was met. `is_reread`: nothing new was reported, but the words
    that the deadline was counted from are read as this status by now.
    """

    code: str
    day: date
    is_replacement: bool = False
    is_moot: bool = False
    is_reread: bool = False


def later_news(deadlines: Iterable[Deadline]) -> dict[UUID, LaterNews]:
    """Return what was reported since, by the id of the deadline; one query.

    Only of open deadlines; `run__change` should have been fetched with them.
    """
    found = [row for row in deadlines if row.state == DeadlineState.OPEN and row.receipt_id]
    codes = {code for row in found for code in OUTCOMES.get(row.kind, ())}
    if not codes:
        return {}
    changes = changes_of({row.receipt_id for row in found if row.receipt_id}).filter(
        Q(to_code__in=codes) | Q(reread_of__isnull=False)
    )
    by_receipt: dict[UUID, list[StatusChange]] = {}
    known = changes.only(
        "receipt_id",
        "sequence",
        "to_code",
        "title_en",
        "title_es",
        "event_date",
        "facts",
        "detected_at",
        "needs_review",
        "reread_of_id",
    )
    for change in known.filter(needs_review=False).order_by("-sequence"):
        by_receipt.setdefault(change.receipt_id, []).append(change)
    news = {row.pk: _latest(row, by_receipt.get(row.receipt_id, ())) for row in found if row.receipt_id}
    return {pk: each for pk, each in news.items() if each}


def _latest(deadline: Deadline, changes: Sequence[StatusChange]) -> LaterNews | None:
    """Return what to say of a deadline; the changes come newest first."""
    rereadings = _rereadings(deadline, changes)
    codes = OUTCOMES.get(deadline.kind, frozenset())
    for change in changes:
        if change in rereadings or _is_told_again(deadline, change) or _answers_another(deadline, change):
            continue
        if change.to_code in codes and _is_after(deadline, change):
            is_replacement = acts_as(change.to_code) == REPLACED_BY.get(deadline.kind)
            return LaterNews(
                change.to_code, change.event_date or _learned(change), is_replacement, change.to_code in MOOT
            )
    if rereadings and deadline.run and rereadings[-1].to_code != deadline.run.change.to_code:
        latest = rereadings[-1]
        return LaterNews(latest.to_code, _learned(latest), is_moot=True, is_reread=True)
    return None


def _rereadings(deadline: Deadline, changes: Sequence[StatusChange]) -> list[StatusChange]:
    """Return the new readings of the words that a deadline was counted from, oldest first."""
    if deadline.run is None:
        return []
    same, found = {deadline.run.change_id}, []
    for change in reversed(changes):
        if change.reread_of_id in same:
            same.add(change.pk)
            found.append(change)
    return found


def _is_told_again(deadline: Deadline, change: StatusChange) -> bool:
    """True for the very notice that a deadline was counted from."""
    if deadline.run is None or change.to_code != deadline.run.change.to_code:
        return False
    return Notice.told_by(deadline.run.change).compare(Notice.told_by(change)) is Same.YES


def _answers_another(deadline: Deadline, change: StatusChange) -> bool:
    """True for the answer to a request of another kind than the one that the deadline is for."""
    title = f"{change.title_en} {change.title_es}"
    return answers_another(change.to_code, title, request=f"{deadline.kind.upper()}_ISSUED")


def _is_after(deadline: Deadline, change: StatusChange) -> bool:
    if deadline.run is not None:
        return change.sequence > deadline.run.change.sequence
    return change.detected_at > deadline.created_at


def _learned(change: StatusChange) -> date:
    return timezone.localtime(change.detected_at).date()
