"""Receipts, readings of them, and what a run of the poller makes of both."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from legist.core.actors import Actor
from legist.core.crypto import blind_index
from legist.core.uow import unit_of_work
from legist.practice.models import Matter
from tests.factories.practice import NOW, SYSTEM
from tracking import importing
from tracking.models import ImportBatch, Receipt, StatusChange, StatusQuery
from tracking.observations.services import Observed, observe, save
from tracking.polling.placing import import_policy
from tracking.polling.policy import from_intervals
from tracking.receipts import FILING, ReceiptNumber
from tracking.selectors import number_index
from tracking.sources.base import Reading

POLLER = Actor.system("poller")
RECEIVED = "Case Was Received"
REVIEW = "Case Is Still Being Processed By USCIS"
RFE = "Request for Additional Evidence Was Sent"
APPROVED = "Case Was Approved"
NUMBER = "IOE0912345678"


def numbers(count: int) -> list[str]:
    """Return so many receipt numbers that the simulated USCIS knows."""
    return [f"IOE{9_100_000_001 + index}" for index in range(count)]


def make_receipt(
    number: str = NUMBER, *, matter: Matter | None = None, due: datetime | None = NOW, **fields: Any
) -> Receipt:
    """Track a receipt, due at `due`; a tier that is given is a person's choice."""
    parsed = ReceiptNumber.parse(number)
    fields.setdefault("pinned_tier", fields.get("tier", ""))
    receipt = Receipt(
        number=parsed.canonical,
        number_index=number_index(parsed.canonical),
        filing_index=blind_index(parsed.filing, FILING),
        prefix=parsed.prefix,
        matter=matter,
        next_poll_at=due,
        created_at=NOW,
        created_by=SYSTEM.key,
        **fields,
    )
    receipt.save(force_insert=True)
    return receipt


def make_policy(intervals: str = "", **parts: Any) -> None:
    """Put a polling policy in force: what ships, with these intervals and parts."""
    content = from_intervals(intervals) | parts
    import_policy(content, reason="For a test.", actor=SYSTEM, now=NOW)


def make_receipts(count: int, **fields: Any) -> list[Receipt]:
    return [make_receipt(number, **fields) for number in numbers(count)]


def make_reading(title: str, description: str = "", **fields: Any) -> Reading:
    values: dict[str, Any] = {
        "receipt_number": NUMBER,
        "form_type": "I-765",
        "submitted_at": None,
        "modified_at": None,
        "title_en": title,
        "description_en": description,
        "title_es": "",
        "description_es": "",
        "history": (),
        "raw": "{}",
        "http_status": 200,
        "fetched_at": NOW,
        "duration_ms": 12,
    }
    return Reading(**(values | fields))


def read(
    receipt: Receipt, title: str, description: str = "", *, at: datetime = NOW, **fields: Any
) -> Observed:
    """Let the receipt be read at that instant, as the poller does with one result."""
    with unit_of_work(actor=POLLER):
        locked = Receipt.objects.select_for_update().get(pk=receipt.pk)
        query = StatusQuery(receipt=locked, source="uscis", run=locked.pk, started_at=at)
        query.save(force_insert=True)
        reading = make_reading(title, description, **fields)
        observed = observe(locked, reading, via="uscis", at=at, actor=POLLER, query_id=query.pk)
        save(locked)
    receipt.refresh_from_db()
    return observed


def make_change(
    receipt: Receipt, title: str, description: str = "", *, at: datetime = NOW, **fields: Any
) -> StatusChange:
    """Let the receipt be read with something new."""
    change = read(receipt, title, description, at=at, **fields).change
    assert change is not None
    return change


def later(minutes: float = 1) -> datetime:
    return NOW + timedelta(minutes=minutes)


def previewed(content: bytes, *, actor: Actor, filename: str = "a.csv") -> ImportBatch:
    """Upload a list and have it checked, as the page and the worker do."""
    batch = importing.upload_import(content, filename=filename, actor=actor, now=NOW)
    assert importing.check_import(batch.pk, actor=SYSTEM, now=NOW)
    batch.refresh_from_db()
    return batch
