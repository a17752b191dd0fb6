"""What a person decides about a status nobody could read becomes the firm's rule, and is applied at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.definitions.services import Unchanged
from legist.core.errors import InvalidInput, WrongState
from legist.core.reasons import Reason
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability, require
from tracking import reviews
from tracking.mapping.edits import SetRule
from tracking.mapping_editor import reprocessing
from tracking.mapping_editor.history import source_texts
from tracking.mapping_editor.versions import publish
from tracking.models import MappingVersion, Receipt, ReviewItem
from tracking.selectors import access_review
from tracking.states import ReviewClosing, ReviewKind, ReviewState


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
            raise InvalidInput(message, {"code": [message]})
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
        raise WrongState(_("This was resolved already. Reload the page to see by whom."))
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
