"""What is said of a line of a list, or of the whole file: codes with values, said in the reader's language.

The process that reads a file knows this module too, so it stays light.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from legist.core.reasons import Reasons
from legist.practice.names import NameFault
from tracking.receipts import ReceiptNumber, ReceiptNumberError, ReceiptReason, ReceiptWarning

_OF_NUMBERS = {f"number_{each}": _(ReceiptNumberError(each).message) for each in ReceiptReason} | {
    f"number_{each}": _(ReceiptNumber("", each).warning or "") for each in ReceiptWarning
}

_OF_FILES = {
    "too_large": _("The file is larger than %(most)s MB. Split it, or leave out other sheets and pictures."),
    "too_many_rows": _("The file has more than %(most)s rows. Split it into several files."),
    "too_many_cells": _(
        "The file has more than %(most)s cells. Copy the columns you need into a new, empty one."
    ),
    "too_much_text": _("The file holds more than %(most)s characters. Split it into several files."),
    "line_too_long": _(
        "A line of the file has more than %(most)s characters. Save the list again, one receipt on each line."
    ),
    "too_many_parts": _(
        "The workbook has more than %(most)s parts inside. Copy the list into a new, empty one."
    ),
    "too_many_sheets": _("The workbook has more than %(most)s sheets. Copy the list into a new, empty one."),
    "unpacks_too_large": _(
        "The workbook unpacks into more than %(most)s MB. Copy the list into a new, empty one."
    ),
    "packed_too_tight": _(
        "A part of the workbook unpacks into more than %(most)s times its size. "
        "Copy the list into a new, empty one."
    ),
    "too_many_texts": _(
        "The workbook holds more than %(most)s different texts. Split it into several files."
    ),
    "too_many_elements": _(
        "The workbook has more than %(most)s elements. Copy the list into a new, empty one."
    ),
    "too_deep": _("The workbook is nested more than %(most)s levels deep. Copy the list into a new one."),
    "too_slow": _("Reading the file takes more than %(most)s seconds. Copy the list into a new, empty one."),
    "too_much_memory": _(
        "Reading the file takes more than %(most)s MB of memory. Split it into several files."
    ),
    "breaks_reader": _(
        "The file breaks the program that reads it. Copy the list into a new file and save it as CSV."
    ),
    "empty_file": _("The file is empty. Choose the file with your receipt numbers."),
    "no_column": _(
        "No column is called receipt_number. Name the columns in the first row, and one of them so."
    ),
    "no_visible_column": _(
        "No visible sheet has a column called receipt_number. Show the sheet, or name the column so."
    ),
    "other_kind": _("This is a %(kind)s file, not a table. Save the list as CSV or XLSX."),
    "no_table": _("The file is neither CSV nor XLSX. Save the list as CSV or XLSX."),
    "damaged": _("The workbook is damaged. Save it again as XLSX."),
    "archive": _("This is an archive or another kind of document. Save the list as CSV or XLSX."),
    "not_opened": _("The workbook could not be opened. Save it again as XLSX, without a password."),
    "document_type": _(
        "The workbook declares a document type of its own, which no list needs. Save it again as XLSX."
    ),
    "too_much_merged": _("Too many cells are merged. Unmerge them and save the workbook again."),
}

_OF_LINES = {
    "open_quote": _(
        "A quotation mark is opened or closed in this line without its other half. Correct the line."
    ),
    "merged_number": _(
        "receipt_number is merged with the line above. Unmerge it, and give each line its own number."
    ),
    "uncomputed_number": _(
        "receipt_number is a formula without a stored value. Open the workbook and save it again."
    ),
    "uncomputed": _("%(columns)s: a formula without a stored value. Open the workbook and save it again."),
    "hidden_line": _("This line is hidden in the sheet."),
    "above_heading": _("The line stands above the heading: only its receipt number was read."),
    "no_heading": _("Only the receipt number was read: no heading names the other columns."),
    "shifted": _("The line has more cells than the heading: only its receipt number was read."),
    "empty": _("It is empty."),
    "empty_below": _("This line and all below it are empty."),
    "stands_above": _("It stands above the heading."),
    "heading": _("It is a heading."),
    "hidden_columns": _("It is a heading. Hidden in the sheet, and read all the same: %(columns)s."),
    "continues": _("It belongs to line %(line)s: a cell there has line breaks."),
    "merged": _("It belongs to the merged cells above."),
    "sheet_without_column": _("The sheet has no column of receipt numbers and was not read."),
    "chart": _("It holds a chart and no lines."),
    "hidden_sheet": _("The sheet is hidden and was not read. Show it to have it read."),
}

_OF_ROWS = {
    "far_more": _("receipt_number holds far more than one number. Put each on a line of its own."),
    "more_than_number": _("The cell holds more than a receipt number; the rest was not used."),
    "left_out": _("%(column)s was left out. %(fault)s"),
    "no_address": _("%(column)s is not an e-mail address and was left out."),
    "none_of": _("%(column)s is none of: %(known)s. It was left out."),
    "nobody": _("%(column)s is nobody with that role here and was left out."),
    "repeats": _("Repeats an earlier row."),
    "elsewhere": _(
        "Already tracked under another matter or client than the row names. "
        "Move it there by hand if that is right."
    ),
    "said_before": _("An earlier list said the same about it."),
    # One and the same whatever the reason. The advice about a shared address is a part of it: said to some
    # only, it would tell whose address it is.
    "waits": _(
        "The receipt is watched. Where it belongs waits for somebody who may decide about client and matter. "
        "If two people share an address, leave it out for one of them, or ask for an address of their own."
    ),
    # Not which field: some import who may not read them all.
    "offered": _(
        "It says something else of the client than you have. Nothing was overwritten: whoever works on the "
        "matter takes it over, or dismisses it."
    ),
    "seated": _("The matter had no %(seat)s and got the one of %(column)s."),
    "other_seated": _("The matter has another %(seat)s than %(column)s. Change it by hand if that is right."),
    "not_seated": _("%(column)s cannot be put on this matter. Ask a manager of your firm."),
    "unassigned_staff": _(
        "Unassigned: client_email is of somebody who works here. Ask the client for theirs, or leave it "
        "empty."
    ),
    "unassigned_nobody": _(
        "Unassigned: nobody is known at this address, and client_name is needed to open a client."
    ),
    "unassigned_unnamed": _(
        "Unassigned: a client needs client_email or matter_reference, so that nobody is mixed up."
    ),
    "unassigned_reference": _("Unassigned: there is no such matter, and client_name is needed to open it."),
    "unassigned_address": _("Unassigned: client_email is needed to know the client, and could not be read."),
    "unassigned_several": _(
        "Unassigned: the client has several matters. Choose one, or give matter_reference."
    ),
}

REMARKS = Reasons(
    "import_remark",
    {**_OF_NUMBERS, **_OF_FILES, **_OF_LINES, **_OF_ROWS},
    most=lambda most: f"{most:,}",
    columns=", ".join,
    known=", ".join,
    fault=lambda code: NameFault(code).label,
)


class Remark(str):
    """A text in the language of now, and what is `kept` of it instead: code and values, which name nobody."""

    __slots__ = ("kept",)

    kept: dict[str, Any]

    def __new__(cls, code: str, **values: Any) -> Self:
        remark = super().__new__(cls, REMARKS.say(code, values))
        remark.kept = {"code": code, "values": values}
        return remark

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """Return a remark that was written."""
        return cls(kept["code"], **kept["values"])


def said(remarks: Iterable[Mapping[str, Any]]) -> str:
    """Say remarks that were written, each once."""
    return " ".join(dict.fromkeys(REMARKS.say(each["code"], each["values"]) for each in remarks))
