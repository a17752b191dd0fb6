"""What a cell says: text as people see it, and whether it says anything. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Final

MAX_CELL: Final = 500
# What people and spreadsheets write where they have nothing to say.
_NOTHING: Final = frozenset(
    {
        *(
            "0",
            "x",
            "xx",
            "xxx",
            "none",
            "null",
            "nil",
            "nan",
            "unknown",
            "blank",
            "empty",
            "tbd",
            "tba",
            "tbc",
        ),
        *("n/a", "n.a.", "n.a", "n/k", "not available", "not applicable", "not known", "to be determined"),
        *("#n/a", "#ref!", "#value!", "#name?", "#null!", "#num!", "#div/0!", "#spill!", "#calc!"),
        *("ninguno", "ninguna", "desconocido", "desconocida", "no disponible"),
    }
)
_LITERAL: Final = re.compile(r'"([^"]*)"|\\(.)')
_ZEROS: Final = re.compile(r"0+(?:[ /\-]0+)*")


def means_nothing(text: str) -> bool:
    """Say whether the whole cell is empty, a placeholder such as `N/A` or `?`, or a spreadsheet's error."""
    folded = unicodedata.normalize("NFKC", text).casefold().strip(" ()[]<>'\"")
    return folded in _NOTHING or not any(char.isalnum() for char in folded)


def text_of(cell: object, number_format: str = "") -> str:
    """Return a cell as people see it, undoing what spreadsheets do to numbers and quoted text.

    `number_format` is the workbook's own: a number under `0000` keeps its leading zeros.
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and not cell.is_integer():
        return str(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _formatted(int(cell), number_format) if abs(cell) < 1e15 else f"{float(cell):.5E}"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return _plain(str(cell))


def _plain(text: str) -> str:
    text = text.strip()[: 4 * MAX_CELL]
    text = "".join(c for c in text if c in "\t\r\n" or unicodedata.category(c) not in {"Cc", "Cs"})
    text = text.strip().strip("\ufeff\u200b\xa0")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.removeprefix("'")[:MAX_CELL].strip()


def _formatted(number: int, number_format: str) -> str:
    """Lay a whole number out as a format of zeros shows it, such as `0000`, `000-00` or `"IOE"0000000000`."""
    shape = number_format.split(";", maxsplit=1)[0]
    bare = _LITERAL.sub(lambda match: "\0" * len(match[0]), shape)
    zeros = _ZEROS.search(bare)
    is_plain = zeros is not None and number >= 0 and bare.replace("\0", "") == zeros[0]
    if zeros is None or not is_plain or zeros[0] == "0" == shape:
        return str(number)
    digits = iter(reversed(str(number).zfill(zeros[0].count("0"))))
    laid_out = "".join(_filled(zeros[0], digits))[::-1]
    return _literal(shape[: zeros.start()]) + laid_out + _literal(shape[zeros.end() :])


def _filled(zeros: str, digits: Iterator[str]) -> Iterator[str]:
    """Yield digits and separators from the right; digits that do not fit stand in front."""
    for sign in reversed(zeros):
        yield next(digits, "0") if sign == "0" else sign
    yield from digits


def _literal(part: str) -> str:
    return _LITERAL.sub(lambda match: match[1] or match[2] or "", part)
