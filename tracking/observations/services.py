"""The one door for what is said of a case: what it means for its receipt is decided and written here.

What makes a change: the text differs from the one last read *and* its meaning does (code, title or the
dates it names). A heading of the page is no status, and no text at all is none either. The same text with
a newer modification date is a silent update, a finding of its own; the same meaning in other words is a
rewording, which only touches the receipt. What a second source says is compared and moves nothing. Digests
of the last text and of its meaning stand on the receipt, so an unchanged reading costs no decryption, and a
new normalizer version does not turn old texts into news.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from legist.core import seals
from legist.core.actors import Actor
from legist.core.reasons import Reason
from legist.practice.form_numbers import contradicts
from tracking import reviews
from tracking.mapping.current import current_mapping
from tracking.models import Receipt, StatusChange
from tracking.normalizer import is_heading
from tracking.observations import changes, history
from tracking.observations.meaning import (
    NewStatus,
    Told,
    dated,
    meaning_key,
    said_again,
    text_digest,
    understand,
    understand_history,
)
from tracking.observations.standing import is_surely_before, source_day
from tracking.sources import POLLED
from tracking.sources.base import Reading
from tracking.sources.errors import Concern, ErrorKind, SourceError
from tracking.sources.failures import is_refusal
from tracking.sources.judging import LIMITED
from tracking.states import MANUAL, STANDS_STILL, Attention, Decision, ReviewClosing, ReviewKind
from tracking.statuses import Bucket, StatusCode

__all__ = ["Failure", "Observed", "observe", "save"]

_STATUS_FIELDS = (
    "current_code",
    "current_bucket",
    "stage_code",
    "current_title",
    "current_since",
    "source",
    "latest_change_id",
    "sequence",
    "reading_digest",
    "reading_key",
    "history_digest",
    "form_type",
    "submitted_at",
    "modified_at",
    "last_good_at",
)
_REFUSALS: Final = {
    "unknown_receipt": ReviewKind.NOT_RECOGNISED,
    "malformed_receipt": ReviewKind.REFUSED,
}
_NO_STATUS: Final = SourceError(
    ErrorKind.PERMANENT, "no_status", public_message="USCIS answered with a heading instead of a status."
)


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer from which nothing was learned about the case: whom it concerns, what a person is asked."""

    error: SourceError
    concern: Concern
    question: ReviewKind | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """What became of something that was said; `change` is set for a first or changed status only."""

    decision: Decision
    change: StatusChange | None = None
    failure: Failure | None = None

    @property
    def written(self) -> StatusChange:
        """The change, where there is one for certain: a status that was stated always makes one."""
        assert self.change is not None  # noqa: S101  a status is never a repetition
        return self.change


def observe(
    receipt: Receipt,
    said: Reading | SourceError | NewStatus,
    *,
    via: str,
    at: datetime,
    actor: Actor,
    query_id: UUID | None = None,
    concern: Concern | None = None,
    patience: int = 1,
) -> Observed:
    """Take in what the source `via` said about a receipt at that instant, and decide what it means.

    A reading is compared with what is known. A failure counts against the receipt, or against nobody, by
    whom it concerns (`concern`, as judged beside other answers); `patience` says after how many in a row a
    person is asked. A status is stated by a person, or is how past words are read today.

    The caller has locked the receipt and holds the unit of work, so that many answers commit together. What
    a source answered changes the receipt in memory: the caller writes it with `save`, along with columns of
    its own. A status is written at once.
    """
    if isinstance(said, SourceError):
        return _failed(receipt, said, concern or said.concern, via=via, at=at, actor=actor, patience=patience)
    if isinstance(said, NewStatus):
        return _stated(receipt, replace(said, source=via), at=at, actor=actor)
    if via != POLLED and receipt.source not in {"", via}:
        return _compared(receipt, said, via=via, at=at, actor=actor)
    observed = _read(receipt, said, via=via, at=at, actor=actor, query_id=query_id)
    if observed.decision == Decision.REVIEW:
        return _failed(receipt, _NO_STATUS, _NO_STATUS.concern, via=via, at=at, actor=actor)
    if receipt.last_error:
        reviews.settle(
            reviews.SETTLED_BY_AN_ANSWER,
            receipt=receipt,
            source=via,
            reason=Reason(ReviewClosing.ANSWERED_AGAIN),
            now=at,
            actor=actor,
        )
    receipt.attempts, receipt.last_error = 0, ""
    return observed


def save(receipt: Receipt, **more: Any) -> None:
    """Write what was learned about the receipt, and other columns with it, in one update."""
    known = {name: getattr(receipt, name) for name in _STATUS_FIELDS}
    Receipt.objects.filter(pk=receipt.pk).update(**known, **more)


def _compared(receipt: Receipt, reading: Reading, *, via: str, at: datetime, actor: Actor) -> Observed:
    """Compare what a second source says with the status that stands; it moves nothing.

    Two sources that took turns in moving a case would tell of changes that nobody made.
    """
    status = understand(reading, source=via, vocabulary=current_mapping())
    if status.code == receipt.current_code:
        changes.end_disagreements(receipt, ReviewClosing.AGREED, now=at, actor=actor, source=via)
        return Observed(Decision.UNCHANGED)
    title = status.title_en or status.title_es
    changes.ask_about_disagreement(receipt, status.code, title=title, source=via, now=at, actor=actor)
    return Observed(Decision.DIFFERS)


def _stated(receipt: Receipt, status: NewStatus, *, at: datetime, actor: Actor) -> Observed:
    if status.in_place:
        change = _replace(receipt, status, at=at, actor=actor)
    else:
        known_at = receipt.last_good_at
        change = changes.build(receipt, status, detected_at=at, detected_after=known_at, actor=actor)
        changes.write(receipt, change, actor=actor)
    save(receipt)
    return Observed(Decision.CHANGED, change)


def _replace(receipt: Receipt, status: NewStatus, *, at: datetime, actor: Actor) -> StatusChange:
    """Let the present status be read differently: a change of its own takes the place of the latest one.

    It leads from where that one had led from, so that rules see the step as it should have been seen.
    """
    standing = receipt.latest_change
    assert standing is not None  # noqa: S101  there is a text to read anew
    # What was written past the application must not come back under a seal of our own.
    seals.require(standing)
    receipt.current_code, receipt.current_bucket = standing.from_code, standing.from_bucket
    receipt.stage_code = standing.from_stage
    known_at = standing.detected_after
    change = changes.build(receipt, status, detected_at=at, detected_after=known_at, actor=actor)
    change.reread_of = standing
    receipt.reading_key = meaning_key(status)
    changes.write(receipt, change, actor=actor)
    changes.ask_about_decision(receipt, change, now=at, actor=actor)
    return change


def _failed(
    receipt: Receipt,
    error: SourceError,
    concern: Concern,
    *,
    via: str,
    at: datetime,
    actor: Actor,
    patience: int = 1,
) -> Observed:
    """Count a failure against the receipt it concerns, and ask a person where asking on is no use."""
    receipt.last_error = error.code[:40]
    if concern == Concern.ACCESS:
        # Our access is at fault, not the receipt.
        return Observed(Decision.RETRY, failure=Failure(error, concern))
    if concern == Concern.PACE:
        return Observed(Decision.DEFERRED, failure=Failure(error, concern))
    if concern == Concern.RECEIPT:
        kind = _REFUSALS.get(error.code, ReviewKind.UNREADABLE)
        question = ReviewKind.NOT_ANSWERED if is_refusal(error.code) else kind
    else:
        receipt.attempts += 1
        if receipt.attempts < patience:
            decision = Decision.DEFERRED if error.code in LIMITED else Decision.RETRY
            return Observed(decision, failure=Failure(error, concern))
        question = ReviewKind.KEEPS_FAILING
    reviews.open_item(
        question,
        receipt=receipt,
        source=via,
        code=error.code,
        detail=error.words,
        now=at,
        actor=actor,
    )
    return Observed(Decision.REVIEW, failure=Failure(error, concern, question))


def _read(
    receipt: Receipt, reading: Reading, *, via: str, at: datetime, actor: Actor, query_id: UUID | None
) -> Observed:
    """Compare a reading with the receipt and write what is new; REVIEW, and nothing, where it is no status.

    One older than the last good one, by our clock or by the source's own modification date, never
    overwrites it.
    """
    if receipt.last_good_at is not None and at < receipt.last_good_at:
        return Observed(Decision.LATE)
    same_text = text_digest(reading) == receipt.reading_digest
    if not same_text and _went_back(receipt, reading):
        changes.ask_about_going_back(receipt, reading, source=via, now=at, actor=actor)
        return Observed(Decision.OLDER)
    status = None
    if not same_text:
        status = understand(reading, source=via, vocabulary=current_mapping(), query_id=query_id)
        if status.code == StatusCode.UNKNOWN and is_heading(status.title_en or status.title_es):
            return Observed(Decision.REVIEW)
    return _take_in(receipt, reading, status, via=via, at=at, actor=actor)


def _take_in(
    receipt: Receipt, reading: Reading, status: NewStatus | None, *, via: str, at: datetime, actor: Actor
) -> Observed:
    """Write what a good reading brings; `status` is None where its text is the one last read."""
    is_first, detected_after, dated_before = receipt.sequence == 0, receipt.last_good_at, receipt.modified_at
    news = status if status and meaning_key(status) != receipt.reading_key else None
    modified = _modified_on(receipt, reading, at=at)
    told = _remembered(receipt, reading, news, via=via)
    if news is not None:
        news = _judged(receipt, news, told, modified=modified, at=at)
    changes.touch(receipt, reading, at=at)
    if contradicts(reading.form_type, receipt.form_type):
        changes.ask_about_form(receipt, reading, source=via, now=at, actor=actor)
    raised, remembered = _raise_unseen(
        receipt, reading, told, now_said=news, modified=modified, via=via, at=at, actor=actor
    )
    if status is not None:
        receipt.reading_digest, receipt.reading_key = text_digest(reading), meaning_key(status)
    if news is not None:
        change = _write_news(receipt, news, detected_after=detected_after, at=at, actor=actor)
        changes.ask_about_decision(receipt, change, now=at, actor=actor, remembered=remembered)
        if is_first:
            history.about_age(receipt, news, now=at, actor=actor)
        return Observed(Decision.FIRST if is_first else Decision.CHANGED, change)
    if raised is not None:
        return Observed(Decision.CHANGED, raised)
    changes.ask_about_remembered(receipt, remembered, now=at, actor=actor)
    if status is not None:
        return Observed(Decision.REWORDED)
    return _repeated(
        receipt,
        reading,
        dated_before=dated_before,
        known_at=detected_after,
        via=via,
        at=at,
        actor=actor,
    )


def _judged(
    receipt: Receipt, news: NewStatus, told: Told, *, modified: date | None, at: datetime
) -> NewStatus:
    """Return news as it is to be taken beside what is known: its day, and whether a person looks first."""
    is_news, is_first = receipt.current_code != news.code, not receipt.current_code
    news = history.told_on(receipt, news, told)
    news = dated(news, read_at=at, modified=modified, is_news=is_news, is_first=is_first)
    return replace(news, needs_review=news.needs_review or changes.calls_off(receipt, news))


def _repeated(
    receipt: Receipt,
    reading: Reading,
    *,
    dated_before: datetime | None,
    known_at: datetime | None,
    via: str,
    at: datetime,
    actor: Actor,
) -> Observed:
    """Look at what the very same words still show: that the record was touched, or that a person differs."""
    if receipt.source == MANUAL:
        changes.ask_about_correction(receipt, source=via, now=at, actor=actor)
    if dated_before and reading.modified_at and reading.modified_at > dated_before:
        changes.note_silent_update(receipt, dated_before, known_at, source=via, now=at, actor=actor)
        return Observed(Decision.SILENT_UPDATE)
    return Observed(Decision.UNCHANGED)


def _write_news(
    receipt: Receipt, status: NewStatus, *, detected_after: datetime | None, at: datetime, actor: Actor
) -> StatusChange:
    changes.end_override(receipt, now=at, actor=actor)
    change = changes.build(receipt, status, detected_at=at, detected_after=detected_after, actor=actor)
    changes.write(receipt, change, actor=actor)
    if status.needs_review:
        changes.ask_about_meaning(receipt, change, now=at, actor=actor)
    return change


def _modified_on(receipt: Receipt, reading: Reading, *, at: datetime) -> date | None:
    """Return the day on which the source changed its answer, unless it cannot be that of what it says now."""
    given, before = reading.modified_at, receipt.modified_at
    if given is None or given > at or (before and given <= before):
        return None
    day = source_day(given)
    return None if receipt.current_since and day < receipt.current_since else day


def _remembered(receipt: Receipt, reading: Reading, news: NewStatus | None, *, via: str) -> Told:
    """Understand the history of a reading, once, where that is new or there is news; else nothing."""
    is_needed = news is not None or history.digest(reading) != receipt.history_digest
    if not (is_needed and reading.history):
        return ()
    return understand_history(reading, source=via, vocabulary=current_mapping())


def _raise_unseen(
    receipt: Receipt,
    reading: Reading,
    told: Told,
    *,
    now_said: NewStatus | None,
    modified: date | None,
    via: str,
    at: datetime,
    actor: Actor,
) -> tuple[StatusChange | None, list[str]]:
    """Write the requests that only the history shows, each as a change of its own; return the latest.

    And the codes of the history, where it is new. The requests come before what is said
    now: news leads from where it would have led without them, and what stands already is said again after
    them.
    """
    digest = history.digest(reading)
    if digest == receipt.history_digest:
        return None, []
    unseen = history.unseen_requests(
        receipt, told, now_said=now_said, modified=modified, source=via, now=at, actor=actor
    )
    # While requests have to wait, the next reading looks again.
    receipt.history_digest = "" if unseen.waits else digest
    standing, raised = receipt.latest_change, None
    before = receipt.current_code, receipt.current_bucket, receipt.stage_code
    for status in unseen.raised:
        if not receipt.current_code:
            # A request is never the first word about a case: without one before it, it would be no news.
            receipt.current_code, receipt.current_bucket = StatusCode.RECEIVED, Bucket.RECEIVED
        raised = changes.build(receipt, status, detected_at=at, detected_after=None, actor=actor)
        changes.write(receipt, raised, actor=actor)
        changes.ask_about_decision(receipt, raised, now=at, actor=actor)
    if raised is not None and now_said is None and standing is not None:
        status = said_again(standing, rule=STANDS_STILL)
        again = changes.build(receipt, status, detected_at=at, detected_after=None, actor=actor)
        again.attention = Attention.NOTE
        changes.write(receipt, again, actor=actor)
    elif raised is not None:
        receipt.current_code, receipt.current_bucket, receipt.stage_code = before
    return raised, history.remembered(told)


def _went_back(receipt: Receipt, reading: Reading) -> bool:
    known, given = receipt.modified_at, reading.modified_at
    return bool(known and given and is_surely_before(given, known))
