"""What a client may see of their receipts: values, in the official words, without our inner workings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef, QuerySet

from legist.core import seals
from tracking.models import Receipt, ReviewItem, StatusChange
from tracking.selectors.changes import without_repeats
from tracking.states import ABOUT_THE_CASE, ReceiptState, ReviewState

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ClientChange:
    """One step of the case as USCIS put it, in both languages (Spanish may be empty)."""

    change_id: UUID
    code: str
    bucket: str
    title_en: str
    title_es: str
    event_date: date | None
    detected_at: datetime
    description_en: str = field(repr=False)
    description_es: str = field(repr=False)
    client_action: bool = False


@dataclass(frozen=True, slots=True)
class ClientReceipt:
    """One of the client's receipts. `current` is None before the first status.

    `is_being_checked`: the newest text was not understood yet, or is not as the application wrote it; the
    status before it is shown and a person of the firm looks. A number that USCIS does not recognise shows
    here as nothing but "no status yet". `is_in_question`: a person of the firm has been asked what something
    that USCIS said about the case means, the newest text or an older one, and has not settled it yet.
    """

    receipt_id: UUID
    matter_id: UUID
    form: str
    number: str = field(repr=False)
    masked: str
    current: ClientChange | None
    is_being_checked: bool
    last_checked_at: datetime | None
    history: tuple[ClientChange, ...]
    is_in_question: bool = False


def list_client_receipts(client_id: UUID | str) -> list[ClientReceipt]:
    """Return the receipts of the client's matters with their history, newest change first; two queries."""
    asked = ReviewItem.objects.filter(receipt=OuterRef("pk"), state=ReviewState.OPEN, kind__in=ABOUT_THE_CASE)
    tracked = Receipt.objects.filter(matter__client_id=client_id, state=ReceiptState.TRACKED)
    receipts = list(tracked.annotate(is_in_question=Exists(asked)).order_by("-id"))
    changes: QuerySet[StatusChange] = StatusChange.objects.filter(receipt__in=receipts, reread=None)
    changes = changes.select_related("override").order_by("-sequence")
    by_receipt: dict[UUID, list[StatusChange]] = {}
    for change in changes:
        by_receipt.setdefault(change.receipt_id, []).append(change)
    return [
        _client_receipt(receipt, by_receipt.get(receipt.pk, []), is_in_question=receipt.is_in_question)
        for receipt in receipts
    ]


def _client_receipt(receipt: Receipt, changes: list[StatusChange], *, is_in_question: bool) -> ClientReceipt:
    changes = without_repeats(changes)
    history = tuple(_client_change(change) for change in changes if _may_be_shown(change))
    assert receipt.matter_id is not None  # noqa: S101  selected by its matter's client
    return ClientReceipt(
        receipt_id=receipt.pk,
        matter_id=receipt.matter_id,
        form=receipt.form_type,
        number=receipt.receipt_number.grouped,
        masked=receipt.masked,
        current=history[0] if history else None,
        is_being_checked=bool(changes) and not _may_be_shown(changes[0]),
        last_checked_at=receipt.last_good_at,
        history=history,
        is_in_question=is_in_question,
    )


def _may_be_shown(change: StatusChange) -> bool:
    """True for what was read with certainty and is as the application wrote it."""
    if change.needs_review:
        return False
    is_whole = seals.holds(change) and (change.override is None or seals.holds(change.override))
    if not is_whole:
        log.error("change_not_shown", change=str(change.pk))
    return is_whole


def _client_change(change: StatusChange) -> ClientChange:
    return ClientChange(
        change_id=change.pk,
        code=change.to_code,
        bucket=change.to_bucket,
        title_en=change.title_en,
        title_es=change.title_es,
        event_date=change.event_date,
        detected_at=change.detected_at,
        description_en=change.description_en or "",
        description_es=change.description_es or "",
        client_action=change.client_action,
    )
