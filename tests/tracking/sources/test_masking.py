"""Receipt numbers stay out of messages and logs."""

from __future__ import annotations

import logging

import pytest

from tracking.sources.masking import MaskReceipts, mask_receipts, plain_message


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("IOE0912345678", "IOE•••••••678"),
        ("ioe-09-123-45678 failed", "IOE•••••••678 failed"),
        ("GET /case-status/IOE%2A912345678 HTTP", "GET /case-status/IOE•••••••678 HTTP"),
        ("IOE*912345678,LIN2190012345", "IOE•••••••678,LIN•••••••345"),
        ("Form I-765 on 2024-01-02", "Form I-765 on 2024-01-02"),
        ("error 422-01", "error 422-01"),
    ],
)
def test_it_masks_every_spelling(text: str, masked: str) -> None:
    assert mask_receipts(text) == masked


def test_it_makes_one_plain_line_of_markup() -> None:
    page = "The number <b>IOE0912345678</b>\n is &quot;unknown&quot;. " + "x" * 400
    line = plain_message(page)
    assert line.startswith('The number IOE•••••••678 is "unknown". xxx')
    assert len(line) == 300


def test_it_masks_what_a_library_logs() -> None:
    record = logging.LogRecord("x", logging.DEBUG, "x", 1, "GET %s", ("/case-status/IOE0912345678",), None)
    assert MaskReceipts().filter(record)
    assert record.getMessage() == "GET /case-status/IOE•••••••678"
