"""What USCIS has reported since a deadline began: perhaps it is met, perhaps it has no point any more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from tracking.observations.identity import Notice, Same
from tracking.observations.standing import answers_another
from tracking.selectors.facts import changes_of
from tracking.statuses import CODES, Bucket, acts_as
from workflows.law.outcomes import MOOT, OUTCOMES, REPLACED_BY
from workflows.models import Deadline
from workflows.states import DeadlineState

if TYPE_CHECKING:
    from tracking.models import StatusChange


_READ = (
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
SIDE_EVENTS = frozenset(str(code) for code, info in CODES.items() if info.bucket == Bucket.NO_STAGE)


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
    for change in changes.only(*_READ).filter(needs_review=False).order_by("-sequence"):
        by_receipt.setdefault(change.receipt_id, []).append(change)
    news = {row.pk: _latest(row, by_receipt.get(row.receipt_id, ())) for row in found if row.receipt_id}
    return {pk: each for pk, each in news.items() if each}


def reported_since(changes: Iterable[StatusChange]) -> dict[UUID, frozenset[str]]:
    """Return the codes of what was reported after each change, by its id; one query.

    Left out is what a person still has to look at, the same notice told again or read anew as the same, an
    answer to another request, and everything where the change is what stands.
    """
    known = {change.pk: change for change in changes}
    if not known:
        return {}
    rows = changes_of({change.receipt_id for change in known.values()}).only(*_READ)
    by_receipt: dict[UUID, list[StatusChange]] = {}
    for row in rows.filter(needs_review=False).order_by("sequence"):
        by_receipt.setdefault(row.receipt_id, []).append(row)
    return {
        pk: _since(change, [row for row in by_receipt.get(change.receipt_id, ()) if _is_later(row, change)])
        for pk, change in known.items()
    }


def _is_later(row: StatusChange, change: StatusChange) -> bool:
    return row.sequence > change.sequence


def _since(change: StatusChange, later: Sequence[StatusChange]) -> frozenset[str]:
    own, same = Notice.told_by(change), {change.pk}
    news: list[StatusChange] = []
    for row in later:
        is_same = row.to_code == change.to_code
        if is_same and (row.reread_of_id in same or own.compare(Notice.told_by(row)) is Same.YES):
            same.add(row.pk)
        else:
            news.append(row)
    stages = [row.pk for row in later if row.to_code not in SIDE_EVENTS]
    if stages and stages[-1] in same:
        return frozenset()
    request = acts_as(change.to_code)
    return frozenset(
        row.to_code
        for row in news
        if not answers_another(row.to_code, f"{row.title_en} {row.title_es}", request=request)
    )


def still_asked(changes: Collection[UUID]) -> set[UUID]:
    """Return those of the changes of which a date is open that nothing reported since may have answered."""
    dates = Deadline.objects.filter(run__change__in=changes, state=DeadlineState.OPEN)
    found = list(dates.select_related("run__change").defer("steps")) if changes else []
    answered = later_news(found)
    return {row.run.change_id for row in found if row.run and row.pk not in answered}


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


def answered_runs(dates: Iterable[Deadline], answered: Collection[UUID]) -> set[UUID]:
    """Return the runs whose open dates have all been answered since: their steps have lost their point."""
    of_run: dict[UUID, set[bool]] = {}
    for row in dates:
        if row.run_id:
            of_run.setdefault(row.run_id, set()).add(row.pk in answered)
    return {run for run, told in of_run.items() if told == {True}}


def _learned(change: StatusChange) -> date:
    return timezone.localtime(change.detected_at).date()
