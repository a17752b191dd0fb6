"""Keep whole receipt numbers out of messages and logs."""

from __future__ import annotations

import html
import logging
import re

# Looser than the canonical shape: an API may echo a number the way somebody typed it.
_RECEIPT = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z]{3})(?:%2A|[*\s-]){0,2}\d(?:[\s-]?\d){4,9}(\d{3})(?!\d)", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]*>")
_LONGEST_MESSAGE = 300


def mask_receipts(text: str) -> str:
    """Show only the prefix and the last three digits of every receipt number in a text."""
    return _RECEIPT.sub(lambda match: f"{match[1].upper()}•••••••{match[2]}", text)


def storable(text: str) -> str:
    """The text without what databases refuse: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def plain_message(text: str) -> str:
    """One line of plain text for a person: no markup, no receipt number, 300 characters at most."""
    words = storable(html.unescape(_TAG.sub(" ", text))).split()
    line = mask_receipts(" ".join(words))
    return line if len(line) <= _LONGEST_MESSAGE else line[: _LONGEST_MESSAGE - 1] + "…"


class MaskReceipts(logging.Filter):
    """Mask receipt numbers in the records of a library that logs the paths it requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: the record stays, the number goes."""
        record.msg = mask_receipts(record.getMessage())
        record.args = None
        return True
