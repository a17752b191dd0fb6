"""What is noted, and what a person is asked, when a status was recorded or was not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from legist.core import outbox
from legist.core.actors import Actor
from legist.core.uow import acting
from legist.practice.form_numbers import read_form
from tracking import audit_actions as actions
from tracking import reviews
from tracking.models import Finding, Receipt, ReviewItem, StatusChange
from tracking.observations.identity import Notice, Same
from tracking.observations.standing import may_lie_behind, standing_decision, undoes_decision
from tracking.sources.base import Reading
from tracking.states import MANUAL, FindingKind, ReviewAnswer, ReviewKind, ReviewState
from tracking.statuses import StatusCode

FORM_TOPIC = "tracking.form_in_question"
# As many forms as a question about a receipt can hold.
CODE_LENGTH = 40


def about_meaning(receipt: Receipt, change: StatusChange, *, now: datetime, actor: Actor) -> None:
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


def about_decision(
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


def about_remembered(receipt: Receipt, codes: Sequence[str], *, now: datetime, actor: Actor) -> None:
    """Ask whether what stands lies behind a decision of which the source tells only now."""
    standing = receipt.latest_change
    if codes and standing is not None and receipt.source != MANUAL:
        about_decision(receipt, standing, now=now, actor=actor, remembered=codes)


def about_form(receipt: Receipt, reading: Reading, *, source: str, now: datetime, actor: Actor) -> None:
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


def about_going_back(receipt: Receipt, reading: Reading, *, source: str, now: datetime, actor: Actor) -> None:
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


def about_correction(receipt: Receipt, *, source: str, now: datetime, actor: Actor) -> None:
    """Ask a person where the source goes on to say another status than the one that was set by hand.

    A text that was in doubt, or that nobody had understood, is what the correction was made for.
    """
    read = receipt.changes.filter(override=None, reread=None).order_by("-sequence").first()
    if read is None or read.needs_review or read.to_code == receipt.current_code:
        return
    about_disagreement(receipt, read.to_code, title=read.title, source=source, now=now, actor=actor)


def about_disagreement(
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
