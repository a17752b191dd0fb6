"""One receipt that cannot be asked about or written down stands aside, with a question to a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from legist.core.actors import Actor
from legist.core.leases import release
from legist.core.uow import unit_of_work
from tracking import reviews
from tracking.models import Receipt
from tracking.polling.cadence import NextPoll
from tracking.states import NextCheck, ReviewKind

PAUSE: Final = timedelta(days=1)
UNFORESEEN, NUMBER_UNREADABLE = "unforeseen", "number_unreadable"


def set_aside(receipt_id: UUID, *, token: UUID, source: str, why: str, now: datetime, actor: Actor) -> None:
    """Give a receipt back, due again after a pause, and ask a person; whoever holds it by now keeps it."""
    with unit_of_work(actor=actor):
        receipt = Receipt.objects.select_for_update().get(pk=receipt_id)
        mine = Receipt.objects.filter(pk=receipt_id, lease_token=token)
        again = NextPoll(now + PAUSE, NextCheck.SET_ASIDE).columns if receipt.is_watched else {}
        release(mine, last_error=why, **again)
        reviews.open_item(
            ReviewKind.UNREADABLE,
            receipt=receipt,
            source=source,
            code=why,
            detail="",
            now=now,
            actor=actor,
        )
