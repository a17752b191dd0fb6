"""The look through the statuses that is due now and then: what is not understood, doubtful, or new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import Forbidden
from legist.core.reasons import Reason
from legist.core.uow import unit_of_work
from legist.practice.models import User
from legist.practice.permissions import Capability, require
from tracking import audit_actions as actions
from tracking import reviews
from tracking.mapping.current import current_mapping
from tracking.mapping_editor.titles import TitleLine, all_titles
from tracking.models import MappingReview, ReviewItem, StatusChange
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
