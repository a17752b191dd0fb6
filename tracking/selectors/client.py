"""What a client may see of their receipts: values, in the official words, without our inner workings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef, QuerySet

from legist.core import seals
from tracking.models import Receipt, ReviewItem, StatusChange
from tracking.selectors.changes import without_repeats
from tracking.selectors.receipts import Freshness, freshness, polling_of
from tracking.states import ABOUT_THE_CASE, ReceiptState, ReviewKind, ReviewState
from tracking.statuses import StatusCode

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
    `is_unexplained`: a person of the firm has read the newest text, and nobody understands it.
    `told`: the codes of all that USCIS said, newest first, what is not shown yet included.
    `was_never_read`: USCIS could not be asked yet, so that nobody can know what it shows.
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
    is_unexplained: bool = False
    freshness: Freshness | None = None
    told: tuple[str, ...] = ()
    was_never_read: bool = False


def list_client_receipts(client_id: UUID | str, *, now: datetime) -> list[ClientReceipt]:
    """Return the receipts of the client's matters with their history, newest change first.

    Two queries, two more for how fresh they are, and another where a reading was doubtful.
    """
    asked = ReviewItem.objects.filter(receipt=OuterRef("pk"), state=ReviewState.OPEN, kind__in=ABOUT_THE_CASE)
    tracked = Receipt.objects.filter(matter__client_id=client_id, state=ReceiptState.TRACKED)
    receipts = list(tracked.annotate(is_in_question=Exists(asked)).order_by("-id"))
    changes: QuerySet[StatusChange] = StatusChange.objects.filter(receipt__in=receipts, reread=None)
    changes = changes.select_related("override").order_by("-sequence")
    by_receipt: dict[UUID, list[StatusChange]] = {}
    for change in changes:
        by_receipt.setdefault(change.receipt_id, []).append(change)
    doubtful = [change.receipt_id for change in changes if change.needs_review]
    checked = _checked(doubtful) if doubtful else {}
    polling = polling_of(receipts, now=now)
    return [
        _client_receipt(
            receipt,
            by_receipt.get(receipt.pk, []),
            checked=checked.get(receipt.pk, ()),
            is_in_question=receipt.is_in_question,
            fresh=freshness(receipt, now=now, polling=polling),
        )
        for receipt in receipts
    ]


def _checked(receipts: Collection[UUID]) -> dict[UUID, list[datetime]]:
    """Return when a person of the firm looked at a doubtful reading, by receipt."""
    found: dict[UUID, list[datetime]] = {}
    kinds = (ReviewKind.CHECK_READING, ReviewKind.UNKNOWN_STATUS)
    asked = ReviewItem.objects.filter(receipt__in=receipts, kind__in=kinds)
    for item in asked.filter(state=ReviewState.RESOLVED, resolved_by__startswith="user:"):
        if item.receipt_id and item.resolved_at:
            found.setdefault(item.receipt_id, []).append(item.resolved_at)
    return found


def _looked_at(changes: Sequence[StatusChange], checked: Collection[datetime]) -> set[UUID]:
    """Return the doubtful changes that a person looked at while they stood, and did not correct.

    The changes come newest first; a correction is a change of its own.
    """
    found, until = set[UUID](), datetime.max.replace(tzinfo=UTC)
    for change in changes:
        if any(change.detected_at <= at < until for at in checked):
            found.add(change.pk)
        until = change.detected_at
    return found


def _client_receipt(
    receipt: Receipt,
    changes: list[StatusChange],
    *,
    checked: Collection[datetime],
    is_in_question: bool,
    fresh: Freshness,
) -> ClientReceipt:
    looked_at = _looked_at(changes, checked) if checked else ()
    changes = without_repeats(changes)
    shown = [change for change in changes if _may_be_shown(change, is_confirmed=change.pk in looked_at)]
    history = tuple(_client_change(change) for change in shown)
    hidden = changes[0] if changes and changes[0] not in shown[:1] else None
    is_unexplained = hidden is not None and hidden.pk in looked_at and hidden.to_code == StatusCode.UNKNOWN
    assert receipt.matter_id is not None  # noqa: S101  selected by its matter's client
    return ClientReceipt(
        receipt_id=receipt.pk,
        matter_id=receipt.matter_id,
        form=receipt.form_type,
        number=receipt.receipt_number.grouped,
        masked=receipt.masked,
        current=history[0] if history else None,
        is_being_checked=hidden is not None and not is_unexplained,
        last_checked_at=receipt.last_good_at,
        history=history,
        is_in_question=is_in_question,
        is_unexplained=is_unexplained,
        freshness=fresh,
        told=tuple(change.to_code for change in changes),
        was_never_read=not changes
        and receipt.last_good_at is None
        and receipt.last_error != "unknown_receipt",
    )


def _may_be_shown(change: StatusChange, *, is_confirmed: bool) -> bool:
    """True for what was read with certainty, or checked by a person, and is as the application wrote it."""
    if change.needs_review and not (is_confirmed and change.to_code != StatusCode.UNKNOWN):
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
