"""The only writer of a status: each becomes an immutable StatusChange row here.

What a row says is decided behind the door, in `services`. The callers have locked the receipt and hold the
unit of work.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from legist.core import correlation, outbox, seals
from legist.core.actors import Actor
from legist.core.reasons import Reason
from legist.core.uow import acting
from tracking import audit_actions as actions
from tracking import reviews
from tracking.models import Finding, Override, Receipt, StatusChange
from tracking.observations.meaning import NewStatus
from tracking.observations.standing import DECIDED, may_lie_behind
from tracking.states import MANUAL, Attention, FindingKind, OverrideState, ReviewClosing, ReviewKind
from tracking.statuses import BUCKETS, Bucket, Tone

TOPIC = "tracking.status_changed"
# The whole title stands in the kept answer; what is repeated for lists and rules fits its column.
TITLE_LIMIT = 300


def write(receipt: Receipt, change: StatusChange, *, actor: Actor) -> None:
    """Write a change that was built: the row, what the receipt repeats of it, the record and the event."""
    # The unique sequence refuses a second writer.
    change.save(force_insert=True)
    _set_current(receipt, change)
    end_disagreements(receipt, ReviewClosing.OVERTAKEN, now=change.detected_at, actor=actor)
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


def end_disagreements(
    receipt: Receipt, why: ReviewClosing, *, now: datetime, actor: Actor, source: str = ""
) -> None:
    """End what sources differed about, all of it or what one says; nobody need answer any more."""
    found = Finding.objects.filter(receipt=receipt, kind=FindingKind.DISAGREEMENT, ended_at=None)
    found = found.filter(source=source) if source else found
    for finding in found:
        Finding.objects.filter(pk=finding.pk).update(ended_at=now)
        reviews.settle(
            [ReviewKind.SOURCES_DIFFER],
            receipt=receipt,
            source=finding.source,
            reason=Reason(why),
            now=now,
            actor=actor,
        )


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


def build(
    receipt: Receipt,
    status: NewStatus,
    *,
    detected_at: datetime,
    detected_after: datetime | None,
    actor: Actor,
) -> StatusChange:
    """Return the change that leads from where the receipt stands to a status; it is not written."""
    facts: Any = status.facts
    moves_stage = status.bucket != Bucket.NO_STAGE
    bucket = str(status.bucket) if moves_stage else receipt.current_bucket or str(status.bucket)
    stage = status.stage or (str(status.code) if moves_stage else receipt.stage_code)
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


def end_override(receipt: Receipt, *, now: datetime, actor: Actor) -> None:
    """End the override in force because the source said something new."""
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
