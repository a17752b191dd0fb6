"""One row of an upload: what it says, or why it cannot be used."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from legist.practice.form_numbers import spell_form
from legist.practice.names import NameFault, clean_name, form_fault, name_fault, reference_fault
from tracking.receipts import KNOWN_PREFIXES, ReceiptNumber, ReceiptNumberError, ReceiptReason
from tracking.remarks import Remark
from tracking.states import Priority
from tracking.tables.cells import means_nothing
from tracking.tables.columns import COLUMNS, RECEIPT

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
_LONGEST_NUMBER: Final = 300


class RowError(ValueError):
    """The row cannot be used; the message names the column and the remedy, never the value."""

    def __init__(self, message: Remark) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row that makes sense by itself. Empty text means that the file does not say.

    `remarks` name the cells that were not understood and left out. Where the cell of a name or a reference
    was one of them the row is no word to go by (`is_placeable`), where it was the address it names nobody
    who could be opened as a client (`is_address_clear`).
    """

    number: ReceiptNumber
    form: str = ""
    reference: str = ""
    client_name: str = field(default="", repr=False)
    client_email: str = field(default="", repr=False)
    language: str = "en"
    said_language: str = ""
    attorney_email: str = ""
    paralegal_email: str = ""
    priority: str = ""
    remarks: tuple[Remark, ...] = field(default=(), repr=False)
    is_placeable: bool = True
    is_address_clear: bool = True

    @property
    def names_client(self) -> bool:
        return bool(self.client_name or self.client_email)


def parse_row(values: Mapping[str, str]) -> ParsedRow:
    """Read one row; raise RowError when it holds no receipt number that can be used.

    Every other column is a help and no condition: what is not understood there becomes a remark.
    """
    said = {name: "" if means_nothing(values.get(name, "")) else values[name] for name in COLUMNS}
    number, remarks = _number(said[RECEIPT])
    form, reference, name = said["form"], said["matter_reference"], said["client_name"].lstrip("=+@")
    emails = {
        column: said[column].lower() for column in ("client_email", "attorney_email", "paralegal_email")
    }
    unread = {
        column: Remark("no_address", column=column)
        for column, text in emails.items()
        if not _is_address(text)
    }
    remarks += unread.values()
    # A form that is read is used, however it is written.
    unread_form = "" if read_form(form) else form
    remarks += _faults({"form": (unread_form, form_fault), "matter_reference": (reference, reference_fault)})
    remarks += _faults({"client_name": (name, name_fault)})
    language = _choice("language", said["language"], _LANGUAGES, remarks=remarks)
    return ParsedRow(
        number=number,
        form=read_form(form),
        reference=_kept(reference, reference_fault),
        client_name=_kept(name, name_fault),
        **{column: "" if column in unread else text for column, text in emails.items()},
        language=language or "en",
        said_language=language if said["language"] else "",
        priority=_choice("priority", said["priority"], _PRIORITIES, remarks=remarks),
        is_placeable=not (reference and reference_fault(reference)) and not (name and name_fault(name)),
        is_address_clear="client_email" not in unread,
        remarks=tuple(remarks),
    )


def read_form(text: str) -> str:
    """Return a form as printed (`I-765` for `i765`), or nothing for what cannot be the number of a form."""
    cleaned = clean_name(text).upper().removeprefix("FORM").strip()
    if number := spell_form(cleaned):
        return number[:16]
    return "" if not cleaned or form_fault(text) else cleaned[:16]


def mask(text: str) -> str:
    """Show enough of a refused value to find it on the page, not enough to use it."""
    text = " ".join(text.split())[:20]
    shown = 3 if text[:3].upper() in KNOWN_PREFIXES else 1
    tail = text[-2:] if len(text) > 6 else ""
    return text[:shown] + "•" * max(len(text) - shown - len(tail), 0) + tail


def _number(cell: str) -> tuple[ReceiptNumber, list[Remark]]:
    """Read the one cell that a row cannot do without; what else stands in it is not dropped in silence."""
    if len(cell) > _LONGEST_NUMBER:
        raise RowError(Remark("far_more"))
    try:
        number = ReceiptNumber.parse(cell)
    except ReceiptNumberError as error:
        raise RowError(Remark(f"number_{error.reason}")) from None
    remarks = [Remark(f"number_{number.warning_code}")] if number.warning_code else []
    written = unicodedata.normalize("NFKC", cell)
    others = [run for run in re.findall(r"\d{7,}", written) if run not in number.canonical]
    if others and len("".join(re.findall(r"\d", written))) > len(number.canonical) + 3:
        raise RowError(Remark(f"number_{ReceiptReason.SEVERAL_NUMBERS}"))
    if sum(map(str.isalnum, written.removesuffix(".0"))) > len(number.canonical):
        remarks.append(Remark("more_than_number"))
    return number, remarks


def _kept(text: str, judge: Callable[[str], NameFault | None]) -> str:
    return "" if not text or judge(text) else clean_name(text)


def _faults(given: Mapping[str, tuple[str, Callable[[str], NameFault | None]]]) -> list[Remark]:
    found = {column: judge(text) for column, (text, judge) in given.items() if text}
    return [Remark("left_out", column=column, fault=fault.value) for column, fault in found.items() if fault]


def _is_address(text: str) -> bool:
    try:
        if text:
            validate_email(text)
    except ValidationError:
        return False
    return True


def _choice(column: str, text: str, known: Mapping[str, str], *, remarks: list[Remark]) -> str:
    """Return what is meant, or nothing and a remark."""
    folded = "_".join(text.casefold().replace("-", " ").split())
    value = known.get(folded, known.get(folded.split("_")[0] or "_"))
    if text and value is None:
        names = sorted({str(name) for name in known.values() if name})
        remarks.append(Remark("none_of", column=column, known=names))
    return value or ""
