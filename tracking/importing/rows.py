"""One row of an upload: what it says, or why it cannot be used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from tracking.importing.columns import RECEIPT
from tracking.models import Priority
from tracking.receipts import KNOWN_PREFIXES, ReceiptNumber, ReceiptNumberError

_LANGUAGES: Final = {
    "": "en",
    "en": "en",
    "eng": "en",
    "english": "en",
    "ingles": "en",
    "inglés": "en",
    "es": "es",
    "esp": "es",
    "spa": "es",
    "spanish": "es",
    "espanol": "es",
    "español": "es",
}
_PRIORITIES: Final = {
    "": "",
    "high": Priority.HIGH,
    "urgent": Priority.HIGH,
    "near_real_time": Priority.HIGH,
    "1": Priority.HIGH,
    "normal": Priority.NORMAL,
    "medium": Priority.NORMAL,
    "standard": Priority.NORMAL,
    "2": Priority.NORMAL,
    "low": Priority.LOW,
    "3": Priority.LOW,
}
_EMAILS: Final = ("client_email", "attorney_email", "paralegal_email")
_FORM: Final = re.compile(r"([A-Z]{1,2})[\s-]*(\d{1,4}[A-Z]{0,2})")


class RowError(ValueError):
    """The row cannot be used; the message names the column and the remedy, never the value."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row that makes sense by itself. Empty text means that the file does not say."""

    number: ReceiptNumber
    form: str = ""
    reference: str = ""
    client_name: str = field(default="", repr=False)
    client_email: str = field(default="", repr=False)
    language: str = "en"
    attorney_email: str = ""
    paralegal_email: str = ""
    priority: str = ""

    @property
    def names_client(self) -> bool:
        return bool(self.client_name or self.client_email)


def parse_row(values: Mapping[str, str]) -> ParsedRow:
    """Read one row; raise RowError with the first reason why it cannot be used."""
    try:
        number = ReceiptNumber.parse(values.get(RECEIPT, ""))
    except ReceiptNumberError as error:
        raise RowError(error.message) from None
    for column in _EMAILS:
        _check_email(column, values.get(column, ""))
    return ParsedRow(
        number=number,
        form=read_form(values.get("form", "")),
        reference=_short("matter_reference", values.get("matter_reference", ""), at_most=60),
        client_name=_short("client_name", values.get("client_name", "").lstrip("=+@"), at_most=200),
        client_email=values.get("client_email", "").lower(),
        language=_choice("language", values.get("language", ""), _LANGUAGES),
        attorney_email=values.get("attorney_email", "").lower(),
        paralegal_email=values.get("paralegal_email", "").lower(),
        priority=_choice("priority", values.get("priority", ""), _PRIORITIES),
    )


def read_form(text: str) -> str:
    """Return a form as printed (`I-765` for `i765`); what has no such shape stays as typed, cut short."""
    match = _FORM.fullmatch(text.strip().upper().removeprefix("FORM").strip())
    return f"{match[1]}-{match[2]}" if match else text.strip().upper()[:16]


def mask(text: str) -> str:
    """Show enough of a refused value to find it on the page, not enough to use it."""
    text = text.strip()[:20]
    shown = 3 if text[:3].upper() in KNOWN_PREFIXES else 1
    tail = text[-2:] if len(text) > 6 else ""
    return text[:shown] + "•" * max(len(text) - shown - len(tail), 0) + tail


def _check_email(column: str, text: str) -> None:
    try:
        if text:
            validate_email(text)
    except ValidationError:
        message = _("%(column)s is not an e-mail address. Correct it or leave it empty.")
        raise RowError(message % {"column": column}) from None


def _choice(column: str, text: str, known: Mapping[str, str]) -> str:
    value = known.get("_".join(text.casefold().replace("-", " ").split()))
    if value is None:
        message = _("%(column)s is none of: %(known)s. Correct it or leave it empty.")
        names = ", ".join(sorted(set(filter(None, known.values()))))
        raise RowError(message % {"column": column, "known": names})
    return value


def _short(column: str, text: str, *, at_most: int) -> str:
    if len(text) > at_most:
        message = _("%(column)s is longer than %(count)d characters.")
        raise RowError(message % {"column": column, "count": at_most})
    return text
