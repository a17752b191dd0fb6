"""Which column of an upload is which: the names we ask for and the names people use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

RECEIPT: Final = "receipt_number"
COLUMNS: Final = (
    RECEIPT,
    "form",
    "matter_reference",
    "client_name",
    "client_email",
    "language",
    "attorney_email",
    "paralegal_email",
    "priority",
)
_OTHER_NAMES: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        RECEIPT: (
            "receipt", "receipts", "receiptnumber", "receipt_no", "receipt_num", "receipt_nr", "receipt_id",
            "uscis_receipt", "uscis_receipt_number", "uscis_number", "case_receipt_number", "receipt_notice",
            "numero_de_recibo",
        ),
        "form": ("form_type", "formtype", "form_number", "form_no", "uscis_form", "application_type"),
        "matter_reference": (
            "matter", "matter_no", "matter_number", "matter_id", "reference", "file_number", "file_no",
            "case_reference", "firm_reference", "our_reference",
        ),
        "client_name": ("client", "name", "full_name", "applicant", "beneficiary", "petitioner", "cliente"),
        "client_email": ("email", "e_mail", "client_e_mail", "email_address", "correo"),
        "language": ("lang", "client_language", "preferred_language", "idioma"),
        "attorney_email": ("attorney", "lawyer", "lawyer_email", "attorney_e_mail"),
        "paralegal_email": ("paralegal", "assistant", "paralegal_e_mail"),
        "priority": ("tier", "urgency"),
    }
)  # fmt: skip
_BY_NAME: Final = {name: column for column, names in _OTHER_NAMES.items() for name in (column, *names)}


@dataclass(frozen=True, slots=True)
class Header:
    """Where each known column stands in a row, and the headers nobody knows.

    `width` counts the cells of the heading, `titled` are the places that have one.
    """

    positions: Mapping[str, int]
    unknown: tuple[str, ...]
    width: int = 0
    titled: frozenset[int] = frozenset()

    def pick(self, cells: Sequence[str]) -> dict[str, str]:
        """Return the known values of a row; columns that the row does not reach are empty."""
        return {
            column: cells[index] if index < len(cells) else "" for column, index in self.positions.items()
        }


def read_header(cells: Sequence[str]) -> Header:
    """Match a header row; of two columns with one meaning the first counts and the second is unknown."""
    positions: dict[str, int] = {}
    unknown: list[str] = []
    for index, cell in enumerate(cells):
        column = _BY_NAME.get(_folded(cell))
        if column and column not in positions:
            positions[column] = index
        elif cell.strip():
            unknown.append(cell.strip()[:60])
    titled = frozenset(index for index, cell in enumerate(cells) if cell.strip())
    return Header(positions, tuple(unknown), len(cells), titled)


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
