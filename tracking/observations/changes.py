"""What an answer leaves behind: the only writer of a status, and the questions that a person is asked.

A status becomes an immutable StatusChange row here. What it says is decided behind the door, in `services`.
The callers have locked the receipt and hold the unit of work.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from legist.core import correlation, outbox, seals
from legist.core.actors import Actor
from legist.core.reasons import Reason
from legist.core.uow import acting
from legist.practice.form_numbers import better_form, read_form
from tracking import audit_actions as actions
from tracking import reviews
from tracking.models import Finding, Override, Receipt, ReviewItem, StatusChange
from tracking.observations.identity import Notice, Same
from tracking.observations.meaning import NewStatus
from tracking.observations.standing import (
    CALLED_OFF,
    DECIDED,
    calls_off_what_is_set,
    may_lie_behind,
    standing_decision,
    undoes_decision,
)
from tracking.sources.base import Reading
from tracking.states import (
    MANUAL,
    Attention,
    FindingKind,
    OverrideState,
    ReviewAnswer,
    ReviewClosing,
    ReviewKind,
    ReviewState,
)
from tracking.statuses import BUCKETS, Bucket, StatusCode, Tone

TOPIC = "tracking.status_changed"
# The whole title stands in the kept answer; what is repeated for lists and rules fits its column.
TITLE_LIMIT = 300
FORM_TOPIC = "tracking.form_in_question"
# As many forms as a question about a receipt can hold.
CODE_LENGTH = 40


def touch(receipt: Receipt, reading: Reading, *, at: datetime) -> None:
    """Repeat on the receipt what a good reading says of it beside its status."""
    receipt.last_good_at = at
    receipt.submitted_at = reading.submitted_at or receipt.submitted_at
    receipt.modified_at = max(filter(None, (reading.modified_at, receipt.modified_at)), default=None)
    receipt.form_type = better_form(reading.form_type, than=receipt.form_type)


def calls_off(receipt: Receipt, news: NewStatus) -> bool:
    """True where an appointment that is set is called off: a person looks before anybody is told."""
    earlier = receipt.changes.filter(reread=None).order_by("-sequence").values_list("to_code", flat=True)
    return news.code in CALLED_OFF and calls_off_what_is_set(news.code, earlier)


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


def ask_about_meaning(receipt: Receipt, change: StatusChange, *, now: datetime, actor: Actor) -> None:
    """Ask a person whether a status was read right, or what it means at all."""
    unknown = change.to_code == StatusCode.UNKNOWN
    reviews.open_item(
        ReviewKind.UNKNOWN_STATUS if unknown else ReviewKind.CHECK_READING,
        receipt=receipt,
        source=change.source,
        code=change.to_code,
        detail=change.title,
        change=change,
        now=now,
        actor=actor,
    )


def ask_about_decision(
    receipt: Receipt, change: StatusChange, *, now: datetime, actor: Actor, remembered: Sequence[str] = ()
) -> None:
    """Ask a person which is so where a stage lies behind a decision that nothing has undone.

    While that is being asked about what may be the same notice, it is asked no second time; nor is it about
    a decision that only the source remembers (`remembered`: its codes, newest first), once it was asked
    about this change.
    """
    if not may_lie_behind(change.to_code):
        return
    earlier = receipt.changes.filter(sequence__lt=change.sequence, reread=None).order_by("-sequence")
    codes = list(earlier.values_list("to_code", flat=True))
    decision = standing_decision(codes)
    if remembered and not decision:
        was_asked = receipt.reviews.filter(kind=ReviewKind.BEHIND_DECISION, change=change).exists()
        is_undone = any(undoes_decision(code) for code in codes)
        decision = "" if was_asked or is_undone else standing_decision(remembered)
    if decision:
        asked = receipt.reviews.filter(kind=ReviewKind.BEHIND_DECISION, state=ReviewState.OPEN)
        known = [item.change for item in asked.select_related("change") if item.change]
        own = Notice.told_by(change)
        same = next((each for each in known if own.compare(Notice.told_by(each)) != Same.NO), change)
        reviews.open_item(
            ReviewKind.BEHIND_DECISION,
            receipt=receipt,
            source=same.source,
            code=decision,
            detail=change.title,
            change=same,
            now=now,
            actor=actor,
        )


def ask_about_remembered(receipt: Receipt, codes: Sequence[str], *, now: datetime, actor: Actor) -> None:
    """Ask whether what stands lies behind a decision of which the source tells only now."""
    standing = receipt.latest_change
    if codes and standing is not None and receipt.source != MANUAL:
        ask_about_decision(receipt, standing, now=now, actor=actor, remembered=codes)


def ask_about_form(receipt: Receipt, reading: Reading, *, source: str, now: datetime, actor: Actor) -> None:
    """Ask a person which form it is where an answer names another than the one known.

    Until they have said so rules go by both. A form that they have refused is asked about no second time.
    """
    form = read_form(reading.form_type)
    asked = receipt.reviews.filter(kind=ReviewKind.OTHER_FORM)
    if any(form in item.code.split() for item in asked.filter(answer=ReviewAnswer.KEEP)):
        return
    item = reviews.open_item(
        ReviewKind.OTHER_FORM,
        receipt=receipt,
        source=source,
        code=form,
        detail=f"{receipt.form_type}, {reading.form_type[:40]}",
        now=now,
        actor=actor,
    )
    named = " ".join(dict.fromkeys([*item.code.split(), form]))
    if item.occurrences > 1 and (named == item.code or len(named) > CODE_LENGTH):
        return
    ReviewItem.objects.filter(pk=item.pk).update(code=named)
    outbox.publish(FORM_TOPIC, key=f"{item.pk}:{form}", data={"receipt": str(receipt.pk)}, now=now)


def ask_about_going_back(
    receipt: Receipt, reading: Reading, *, source: str, now: datetime, actor: Actor
) -> None:
    """Ask a person about an answer that is older than the one before it, which was set aside."""
    reviews.open_item(
        ReviewKind.WENT_BACK,
        receipt=receipt,
        source=source,
        code="older_modification_date",
        detail=reading.title_en or reading.title_es,
        now=now,
        actor=actor,
    )


def note_silent_update(
    receipt: Receipt,
    before: datetime | None,
    known_at: datetime | None,
    *,
    source: str,
    now: datetime,
    actor: Actor,
) -> None:
    """Note that the source touched its record, whose date was `before` at the reading of `known_at`."""
    finding = Finding(
        receipt=receipt,
        kind=FindingKind.SILENT_UPDATE,
        source=source,
        code=receipt.current_code,
        record_before=before,
        record_now=receipt.modified_at,
        detected_after=known_at,
        detected_at=now,
    )
    finding.save(force_insert=True)
    data = {"source": source, "finding": str(finding.pk)}
    acting(actor=actor, now=now).record(actions.SILENT_UPDATE_SEEN, receipt, **data)


def ask_about_correction(receipt: Receipt, *, source: str, now: datetime, actor: Actor) -> None:
    """Ask a person where the source goes on to say another status than the one that was set by hand.

    A text that was in doubt, or that nobody had understood, is what the correction was made for.
    """
    read = receipt.changes.filter(override=None, reread=None).order_by("-sequence").first()
    if read is None or read.needs_review or read.to_code == receipt.current_code:
        return
    ask_about_disagreement(receipt, read.to_code, title=read.title, source=source, now=now, actor=actor)


def ask_about_disagreement(
    receipt: Receipt, code: str, *, title: str, source: str, now: datetime, actor: Actor
) -> None:
    """Note that a source says another status than the one that stands, and ask a person; once for each."""
    differs = receipt.findings.filter(kind=FindingKind.DISAGREEMENT, ended_at=None, source=source)
    known = differs.first()
    if known is not None and known.code == code:
        return
    differs.update(ended_at=now)
    finding = Finding(
        receipt=receipt,
        kind=FindingKind.DISAGREEMENT,
        source=source,
        code=code,
        other_source=receipt.source,
        stands=receipt.current_code,
        detected_after=receipt.last_good_at,
        detected_at=now,
    )
    finding.save(force_insert=True)
    data = {"source": source, "code": code, "other": receipt.source, "stands": receipt.current_code}
    acting(actor=actor, now=now).record(actions.DISAGREEMENT_SEEN, receipt, finding=str(finding.pk), **data)
    reviews.open_item(
        ReviewKind.SOURCES_DIFFER,
        receipt=receipt,
        source=source,
        code=code,
        detail=title,
        now=now,
        actor=actor,
    )
