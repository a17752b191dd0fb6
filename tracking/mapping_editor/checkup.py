"""The look through the statuses that is due now and then, and what a person decides about one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.definitions.services import Unchanged
from legist.core.errors import Forbidden, InvalidInput, Overtaken, WrongState
from legist.core.reasons import Reason
from legist.core.uow import unit_of_work
from legist.practice.models import User
from legist.practice.permissions import Capability, require
from tracking import audit_actions as actions
from tracking import reviews
from tracking.mapping.current import current_mapping
from tracking.mapping.edits import SetRule
from tracking.mapping_editor import reprocessing
from tracking.mapping_editor.history import source_texts
from tracking.mapping_editor.titles import TitleLine, all_titles
from tracking.mapping_editor.versions import publish
from tracking.models import MappingReview, MappingVersion, Receipt, ReviewItem, StatusChange
from tracking.selectors import access_review
from tracking.states import ReviewClosing, ReviewKind, ReviewState, TitleState

SOURCE = "vocabulary"


@dataclass(frozen=True, slots=True)
class Checkup:
    """What a person should look through, and since when it has been waiting.

    `fresh` are titles first seen since the look before: new ones, and old ones in new words.
    """

    latest: MappingReview | None
    due_at: datetime | None
    unmapped: list[TitleLine]
    ambiguous: list[TitleLine]
    fresh: list[TitleLine]

    @property
    def is_empty(self) -> bool:
        return not (self.unmapped or self.ambiguous or self.fresh)


def view_checkup(actor: Actor) -> Checkup:
    """Return what is to be looked through, for somebody who may edit the vocabulary."""
    require(actor, Capability.EDIT_VOCABULARY)
    return _checkup()


def _checkup() -> Checkup:
    lines = all_titles(current_mapping())
    latest = MappingReview.objects.select_related("by").first()
    return Checkup(
        latest=latest,
        due_at=_due_at(latest),
        unmapped=[line for line in lines if line.state is TitleState.UNKNOWN],
        ambiguous=[line for line in lines if line.state is TitleState.AMBIGUOUS],
        fresh=[line for line in lines if line.first_at and (latest is None or line.first_at > latest.at)],
    )


def _due_at(latest: MappingReview | None) -> datetime | None:
    """Return when the next look is due: so long after the last, or after the first status ever read."""
    first = StatusChange.objects.order_by("detected_at").values_list("detected_at", flat=True).first()
    since = latest.at if latest else first
    return since + timedelta(days=settings.LEGIST_VOCABULARY_REVIEW_DAYS) if since else None


def remind(*, now: datetime, actor: Actor) -> bool:
    """Ask for a look when one is due and there is something to look at; True when it was asked for."""
    found = _checkup() if is_due(now) else None
    if found is None or found.is_empty:
        return False
    with unit_of_work(actor=actor, now=now):
        item = reviews.open_item(
            ReviewKind.VOCABULARY, receipt=None, source=SOURCE, code="", detail="", now=now, actor=actor
        )
        ReviewItem.objects.filter(pk=item.pk).update(values=_counts(found))
    return True


def is_due(now: datetime) -> bool:
    """Say whether a look is due that nobody has been asked for yet."""
    is_asked = ReviewItem.objects.filter(source=SOURCE, kind=ReviewKind.VOCABULARY, state=ReviewState.OPEN)
    due_at = _due_at(MappingReview.objects.first())
    return due_at is not None and now >= due_at and not is_asked.exists()


def complete_checkup(*, actor: Actor, now: datetime) -> MappingReview:
    """Note that a person has looked through everything; the next look is due a while from now."""
    require(actor, Capability.EDIT_VOCABULARY)
    if not isinstance(actor.user, User):
        raise Forbidden(_("A person looks through the statuses."))
    with unit_of_work(actor=actor, now=now) as unit:
        counts = _counts(_checkup())
        review = MappingReview(by=actor.user, at=now, **counts)
        review.save(force_insert=True)
        unit.record(actions.VOCABULARY_REVIEWED, review, **counts)
        reviews.settle(
            [ReviewKind.VOCABULARY],
            receipt=None,
            source=SOURCE,
            reason=Reason(ReviewClosing.LOOKED_THROUGH),
            now=now,
            actor=actor,
        )
    return review


def _counts(found: Checkup) -> dict[str, int]:
    return {
        "unmapped": len(found.unmapped),
        "ambiguous": len(found.ambiguous),
        "fresh": len(found.fresh),
    }


def decide_status(
    review_id: UUID | str,
    *,
    code: str,
    actor: Actor,
    now: datetime,
    client_action: bool | None = None,
    terminal: bool | None = None,
    reason: str = "",
) -> MappingVersion:
    """Say what the title of a question means: from now on, and for every case that waits under it.

    Publishes a version of the vocabulary with this one rule, whatever else stands in the draft. The case
    in question reads by it at once, the others within seconds. Raises InvalidInput for a code that says
    nothing, WrongState when the question is settled or has no title.
    """
    require(actor, Capability.EDIT_VOCABULARY)
    with unit_of_work(actor=actor):
        item = _lock_open(review_id, actor=actor)
        title = title_of(item)
        if not title:
            message = _("The status has no title, so no rule can be made of it. Set the status by hand.")
            raise InvalidInput.at("code", message)
        rule = SetRule(title, code, client_action, terminal)
        why = reason.strip() or _("Decided on a question in the review queue.")
        try:
            version = publish([rule], reason=why, actor=actor, now=now)
        except Unchanged:  # The firm says so already; the question is answered all the same.
            version = MappingVersion.objects.latest("number")
        _apply(item, actor=actor, now=now)
        _settle(item, code=code, actor=actor, now=now)
    return version


def _lock_open(review_id: UUID | str, *, actor: Actor) -> ReviewItem:
    """Lock the receipt before its question, as the poller does, so that the two never wait for each other."""
    item = access_review(actor, review_id)
    if item.receipt_id is not None:
        Receipt.objects.select_for_update().get(pk=item.receipt_id)
    item = access_review(actor, review_id, lock=True)
    if item.state != ReviewState.OPEN:
        raise Overtaken(_("This was resolved already. Reload the page to see by whom."))
    if item.kind not in reprocessing.ABOUT_MEANING:
        raise WrongState(_("This question is not about what a status means."))
    return item


def title_of(item: ReviewItem) -> str:
    """Return the title that a question is about, as the source wrote it; empty when it has none."""
    return (item.change.title if item.change else item.detail or "").strip()


def _apply(item: ReviewItem, *, actor: Actor, now: datetime) -> None:
    latest = source_texts().filter(receipt=item.receipt).select_related("receipt").order_by("-sequence")
    for change in latest[:1]:
        reprocessing.apply_to(change, actor=actor, now=now)


def _settle(item: ReviewItem, *, code: str, actor: Actor, now: datetime) -> None:
    """Close the question itself, where reading the case anew has not done so: its news is history already."""
    reviews.settle(
        [ReviewKind(item.kind)],
        receipt=item.receipt,
        source=item.source,
        reason=Reason(ReviewClosing.DECIDED, {"status": str(code)}),
        now=now,
        actor=actor,
    )
