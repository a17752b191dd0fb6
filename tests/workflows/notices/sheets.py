"""Sheets of paper as they come out of an envelope."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from tests.factories.practice import NOW, Firm
from workflows.models import UscisNotice
from workflows.notices.entries import Entry, NewNotification
from workflows.notices.intake import log_notice

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
NUMBER = "IOE0912340001"
DATED, CAME, DUE = date(2026, 2, 26), date(2026, 3, 2), date(2026, 5, 20)


def make_entry(kind: str = "rfe", **fields: Any) -> Entry:
    values: dict[str, Any] = {"kind": kind, "notice_date": DATED, "received_on": CAME, "number": NUMBER}
    return Entry(**(values | fields))


def log(
    firm: Firm,
    kind: str = "rfe",
    *,
    who: str = "paul",
    scan: bytes | None = None,
    submission: UUID | None = None,
    receipt_id: UUID | None = None,
    **fields: Any,
) -> UscisNotice:
    """Log a sheet as Paul does at half past nine."""
    new = NewNotification(
        entry=make_entry(kind, **fields),
        submission=submission or uuid4(),
        receipt_id=receipt_id,
        scan=scan,
    )
    return log_notice(new, actor=firm.actor(who), now=NOW)
