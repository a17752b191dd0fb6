"""What a person is asked when a status was recorded, or was not."""

from __future__ import annotations

from datetime import datetime

from legist.core import outbox
from legist.core.actors import Actor
from legist.practice.form_numbers import read_form
from tracking import reviews
from tracking.models import Receipt, ReviewItem, StatusChange
from tracking.observations.identity import Notice, Same
from tracking.observations.standing import may_lie_behind, standing_decision
from tracking.sources.base import Reading
from tracking.states import ReviewAnswer, ReviewKind, ReviewState
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


def about_decision(receipt: Receipt, change: StatusChange, *, now: datetime, actor: Actor) -> None:
    """Ask a person which is so where a stage lies behind a decision that nothing has undone.

    While that is being asked about what may be the same notice, it is asked no second time.
    """
    if not may_lie_behind(change.to_code):
        return
    earlier = receipt.changes.filter(sequence__lt=change.sequence, reread=None).order_by("-sequence")
    decision = standing_decision(earlier.values_list("to_code", flat=True))
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
