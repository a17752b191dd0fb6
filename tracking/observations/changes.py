"""The only writer of a status: readings and corrections become immutable StatusChange rows here.

What makes a change: the text differs from the one last read *and* its meaning does (code, title or the
dates it names). A heading of the page is no status, and no text at all is none either. The same text with
a newer modification date is a silent update, the same meaning in other words is a rewording; both only
touch the receipt. Digests of the last text and of its meaning stand on the receipt, so an unchanged reading
costs no decryption and no query, and a new normalizer version does not turn old texts into news.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from legist.core import correlation, outbox, seals
from legist.core.actors import Actor
from legist.core.uow import acting
from tracking import audit_actions as actions
from tracking.form_numbers import better_form, contradicts
from tracking.mapping.current import current_mapping
from tracking.models import STANDS_STILL, Override, Receipt, StatusChange
from tracking.observations import history, questions
from tracking.observations.identity import is_heading
from tracking.observations.meaning import NewStatus, meaning_key, said_again, text_digest, understand
from tracking.observations.modified import is_surely_before
from tracking.observations.standing import DECIDED, may_lie_behind
from tracking.sources.base import Reading
from tracking.states import MANUAL, Attention, Decision, OverrideState
from tracking.statuses import BUCKETS, Bucket, StatusCode, Tone

__all__ = [
    "TOPIC",
    "NewStatus",
    "Recorded",
    "append",
    "attention",
    "record",
    "replace",
    "save",
    "supersede",
]

TOPIC = "tracking.status_changed"
# The whole title stands in the kept answer; what is repeated for lists and rules fits its column.
TITLE_LIMIT = 300
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


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a reading; `change` is set for a first or changed status only.

    REVIEW: it holds no status, nothing was written, and the caller asks a person.
    """

    decision: Decision
    change: StatusChange | None = None


def record(
    receipt: Receipt, reading: Reading, *, source: str, query_id: UUID, read_at: datetime, actor: Actor
) -> Recorded:
    """Compare a reading with the receipt, which the caller has locked, and write what is new.

    Changes the receipt in memory only: the caller writes it with `save`, together with its own columns.
    A reading older than the last good one, by our clock or by the source's own modification date, never
    overwrites it.
    """
    if receipt.last_good_at is not None and read_at < receipt.last_good_at:
        return Recorded(Decision.LATE)
    same_text = text_digest(reading) == receipt.reading_digest
    if not same_text and _went_back(receipt, reading):
        questions.about_going_back(receipt, reading, source=source, now=read_at, actor=actor)
        return Recorded(Decision.OLDER)
    status = None
    if not same_text:
        status = understand(reading, source=source, vocabulary=current_mapping(), query_id=query_id)
        if status.code == StatusCode.UNKNOWN and is_heading(status.title_en or status.title_es):
            return Recorded(Decision.REVIEW)
    return _take_in(receipt, reading, status, source=source, read_at=read_at, actor=actor)


def _take_in(
    receipt: Receipt,
    reading: Reading,
    status: NewStatus | None,
    *,
    source: str,
    read_at: datetime,
    actor: Actor,
) -> Recorded:
    """Write what a good reading brings; `status` is None where its text is the one last read."""
    is_newer = bool(receipt.modified_at and reading.modified_at and reading.modified_at > receipt.modified_at)
    is_first, detected_after = receipt.sequence == 0, receipt.last_good_at
    news = status if status and meaning_key(status) != receipt.reading_key else None
    _touch(receipt, reading, read_at=read_at)
    if contradicts(reading.form_type, receipt.form_type):
        questions.about_form(receipt, reading, source=source, now=read_at, actor=actor)
    raised = _raise_unseen(receipt, reading, news, source=source, actor=actor)
    if status is not None:
        receipt.reading_digest, receipt.reading_key = text_digest(reading), meaning_key(status)
    if news is not None:
        change = _write_news(receipt, news, detected_after=detected_after, actor=actor)
        return Recorded(Decision.FIRST if is_first else Decision.CHANGED, change)
    if raised is not None:
        return Recorded(Decision.CHANGED, raised)
    if status is not None:
        return Recorded(Decision.REWORDED)
    return Recorded(Decision.SILENT_UPDATE if is_newer else Decision.UNCHANGED)


def save(receipt: Receipt, **more: Any) -> None:
    """Write what `record` has learned about the receipt, and other columns with it, in one update."""
    known = {name: getattr(receipt, name) for name in _STATUS_FIELDS}
    Receipt.objects.filter(pk=receipt.pk).update(**known, **more)


def append(
    receipt: Receipt,
    status: NewStatus,
    *,
    detected_at: datetime,
    detected_after: datetime | None,
    actor: Actor,
) -> StatusChange:
    """Write a new status: the change, the receipt's current status, the record and the event.

    The caller has locked the receipt and holds the unit of work.
    """
    change = _build(receipt, status, detected_at=detected_at, detected_after=detected_after, actor=actor)
    _write(receipt, change, actor=actor)
    save(receipt)
    return change


def replace(receipt: Receipt, status: NewStatus, *, actor: Actor, now: datetime) -> StatusChange:
    """Let the present status be read differently: a change of its own takes the place of the latest one.

    It leads from where that one had led from, so that rules see the step as it should have been seen.
    The caller has locked the receipt and holds the unit of work.
    """
    standing = receipt.latest_change
    assert standing is not None  # noqa: S101  there is a text to read anew
    # What was written past the application must not come back under a seal of our own.
    seals.require(standing)
    receipt.current_code, receipt.current_bucket = standing.from_code, standing.from_bucket
    receipt.stage_code = standing.from_stage
    change = _build(receipt, status, detected_at=now, detected_after=standing.detected_after, actor=actor)
    change.reread_of = standing
    receipt.reading_key = meaning_key(status)
    _write(receipt, change, actor=actor)
    save(receipt)
    questions.about_decision(receipt, change, now=now, actor=actor)
    return change


def _write(receipt: Receipt, change: StatusChange, *, actor: Actor) -> None:
    # The unique sequence refuses a second writer.
    change.save(force_insert=True)
    _set_current(receipt, change)
    acting(actor=actor, now=change.detected_at).record(
        actions.STATUS_CHANGED,
        receipt,
        change=str(change.id),
        to=change.to_code,
        bucket=change.to_bucket,
        source=change.source,
        rule=change.rule,
        **{"from": change.from_code},
    )
    data = {"change_id": str(change.id)}
    outbox.publish(TOPIC, key=f"change:{change.id}", data=data, now=change.detected_at)


def attention(status: NewStatus, *, from_bucket: str, to_bucket: str) -> Attention:
    """Sort a change into the inbox: act today, tell the client, or note only.

    A first reading is where the case already stood, so there is no news to tell.
    """
    tone = BUCKETS[Bucket(to_bucket)].tone
    is_bad = tone == Tone.BAD and to_bucket != from_bucket
    turns_back = from_bucket in DECIDED and may_lie_behind(status.code)
    if status.client_action or status.needs_review or is_bad or turns_back:
        return Attention.ACT
    moved = bool(from_bucket) and to_bucket != from_bucket
    return Attention.TELL if moved or (tone == Tone.GOOD and from_bucket) else Attention.NOTE


def _write_news(
    receipt: Receipt, status: NewStatus, *, detected_after: datetime | None, actor: Actor
) -> StatusChange:
    detected_at = receipt.last_good_at
    assert detected_at is not None  # noqa: S101  _touch has just set it
    _end_override(receipt, now=detected_at, actor=actor)
    change = _build(receipt, status, detected_at=detected_at, detected_after=detected_after, actor=actor)
    _write(receipt, change, actor=actor)
    if status.needs_review:
        questions.about_meaning(receipt, change, now=detected_at, actor=actor)
    questions.about_decision(receipt, change, now=detected_at, actor=actor)
    return change


def _raise_unseen(
    receipt: Receipt, reading: Reading, news: NewStatus | None, *, source: str, actor: Actor
) -> StatusChange | None:
    """Write the requests that only the history shows, each as a change of its own; return the latest.

    They come before what is said now: news leads from where it would have led without them, and what stands
    already is said again after them.
    """
    digest, now = history.digest(reading), receipt.last_good_at
    assert now is not None  # noqa: S101  _touch has just set it
    if digest == receipt.history_digest:
        return None
    unseen = history.unseen_requests(receipt, reading, now_said=news, source=source, now=now, actor=actor)
    # While requests have to wait, the next reading looks again.
    receipt.history_digest = "" if unseen.waits else digest
    standing, raised = receipt.latest_change, None
    before = receipt.current_code, receipt.current_bucket, receipt.stage_code
    for status in unseen.raised:
        if not receipt.current_code:
            # A request is never the first word about a case: without one before it, it would be no news.
            receipt.current_code, receipt.current_bucket = StatusCode.RECEIVED, Bucket.RECEIVED
        raised = _build(receipt, status, detected_at=now, detected_after=None, actor=actor)
        _write(receipt, raised, actor=actor)
        questions.about_decision(receipt, raised, now=now, actor=actor)
    if raised is not None and news is None and standing is not None:
        status = said_again(standing, rule=STANDS_STILL)
        again = _build(receipt, status, detected_at=now, detected_after=None, actor=actor)
        again.attention = Attention.NOTE
        _write(receipt, again, actor=actor)
    elif raised is not None:
        receipt.current_code, receipt.current_bucket, receipt.stage_code = before
    return raised


def _touch(receipt: Receipt, reading: Reading, *, read_at: datetime) -> None:
    receipt.last_good_at = read_at
    receipt.submitted_at = reading.submitted_at or receipt.submitted_at
    receipt.modified_at = max(filter(None, (reading.modified_at, receipt.modified_at)), default=None)
    receipt.form_type = better_form(reading.form_type, than=receipt.form_type)


def _went_back(receipt: Receipt, reading: Reading) -> bool:
    known, given = receipt.modified_at, reading.modified_at
    return bool(known and given and is_surely_before(given, known))


def _build(
    receipt: Receipt,
    status: NewStatus,
    *,
    detected_at: datetime,
    detected_after: datetime | None,
    actor: Actor,
) -> StatusChange:
    facts: Any = status.facts
    bucket = str(status.bucket) if status.moves_stage else receipt.current_bucket or str(status.bucket)
    stage = status.stage or (str(status.code) if status.moves_stage else receipt.stage_code)
    return StatusChange(
        receipt=receipt,
        sequence=receipt.sequence + 1,
        from_code=receipt.current_code,
        to_code=status.code,
        from_bucket=receipt.current_bucket,
        to_bucket=bucket,
        from_stage=receipt.stage_code,
        to_stage=stage,
        title_en=status.title_en[:TITLE_LIMIT],
        title_es=status.title_es[:TITLE_LIMIT],
        description_en=status.description_en or None,
        description_es=status.description_es or None,
        facts=facts or None,
        client_action=status.client_action,
        terminal=status.terminal,
        attention=attention(status, from_bucket=receipt.current_bucket, to_bucket=bucket),
        event_date=status.event_date,
        detected_after=detected_after,
        detected_at=detected_at,
        source=status.source,
        rule=status.rule[:120],
        normalizer=status.normalizer[:40],
        confidence=status.confidence,
        needs_review=status.needs_review,
        override=status.override,
        query_id=status.query_id,
        actor=actor.key,
        correlation_id=correlation.current() or "",
    )


def _set_current(receipt: Receipt, change: StatusChange) -> None:
    """Repeat the change on the receipt."""
    receipt.current_code = change.to_code
    receipt.current_bucket = change.to_bucket
    receipt.stage_code = change.to_stage
    receipt.current_title = change.title
    receipt.current_since = change.event_date
    receipt.source = change.source
    receipt.latest_change_id = change.pk
    receipt.sequence = change.sequence


def _end_override(receipt: Receipt, *, now: datetime, actor: Actor) -> None:
    if receipt.source != MANUAL:
        return
    for override in Override.objects.filter(receipt=receipt, state=OverrideState.ACTIVE):
        supersede(override, receipt=receipt, now=now, actor=actor)


def supersede(override: Override, *, receipt: Receipt, now: datetime, actor: Actor) -> None:
    """End an override because something newer replaces it."""
    ended = Override.objects.filter(pk=override.pk, state=OverrideState.ACTIVE)
    if seals.change(ended, state=OverrideState.SUPERSEDED, ended_at=now):
        data = {"override": str(override.pk)}
        acting(actor=actor, now=now).record(actions.OVERRIDE_SUPERSEDED, receipt, **data)
