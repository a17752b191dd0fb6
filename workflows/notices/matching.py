"""Which receipt a notice belongs to, and which notice it repeats: both under the actor's permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from legist.practice.permissions import Capability
from tracking.receipts import ReceiptNumber
from tracking.selectors import access_receipt, number_index, visible_receipts
from workflows.access import visible_notices
from workflows.models import UscisNotice
from workflows.states import NoticeState

if TYPE_CHECKING:
    from tracking.models import Receipt

ALIVE = (NoticeState.TO_MATCH, NoticeState.LOGGED)


def index_of(number: ReceiptNumber | None) -> str:
    """Return the blind index of a number, the same as a tracked receipt's; empty for none."""
    return number_index(number.canonical) if number else ""


def find_receipt(actor: Actor, number: ReceiptNumber | None) -> Receipt | None:
    """Return the tracked receipt with this number, if the actor may see it.

    One that they may not see is answered exactly as one that nobody tracks.
    """
    if number is None:
        return None
    found = visible_receipts(actor).filter(number_index=index_of(number))
    return found.select_related("matter").first()


def claim_receipt(actor: Actor, number: ReceiptNumber | None, receipt_id: UUID | None) -> Receipt | None:
    """Return the receipt a notice goes to; None makes it a stranger.

    A receipt chosen by its page must bear the number that is printed, where one was typed. Raises
    NotFound for a chosen receipt that is closed to the actor, Forbidden to its readers.
    """
    if receipt_id is None:
        found = find_receipt(actor, number)
        if found is None:
            return None
        receipt_id = found.pk
    receipt = access_receipt(actor, receipt_id, capability=Capability.WORK_RECEIPT)
    if number is not None and index_of(number) != receipt.number_index:
        message = _("This is the number of another case. Compare it with the paper, or log it by itself.")
        raise InvalidInput.at("number", message)
    return receipt


def find_first(actor: Actor, notice: UscisNotice) -> UscisNotice | None:
    """Return the notice that this one repeats: the same receipt, kind and date, or the same picture."""
    same = Q(kind=notice.kind, notice_date=notice.notice_date)
    if notice.receipt is not None:
        same &= Q(receipt=notice.receipt)
    elif notice.number_index:
        same &= Q(receipt__isnull=True, number_index=notice.number_index)
    else:
        same = Q(pk__in=[])
    if notice.scan_digest:
        same |= Q(scan_digest=notice.scan_digest) & _of(notice)
    others = visible_notices(actor).filter(same, state__in=ALIVE, first__isnull=True)
    return others.exclude(pk=notice.pk).order_by("id").first()


def _of(notice: UscisNotice) -> Q:
    """The same picture under the same receipt, or under none: one sheet may concern several cases."""
    if notice.receipt is None:
        return Q(receipt__isnull=True)
    return Q(receipt=notice.receipt)
