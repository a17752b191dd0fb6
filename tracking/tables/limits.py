"""What a list may cost, each budget with the remark that refuses the file. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tracking.remarks import Remark

MB: Final = 1024 * 1024
MAX_COLUMNS: Final = 100
HEADER_WITHIN: Final = 10


class UnreadableError(Exception):
    """The file cannot be used; its one argument is the remark for the person who uploads it."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The most of something that a file may have; `code` says more than that, in units of `unit`."""

    most: int
    code: str
    unit: int = 1

    @property
    def refusal(self) -> Remark:
        return Remark(self.code, most=self.most // self.unit)

    def check(self, count: int) -> None:
        """Raise UnreadableError when there is more than may be."""
        if count > self.most:
            raise UnreadableError(self.refusal)


BYTES: Final = Limit(
    25 * MB,
    "too_large",
    MB,
)
ROWS: Final = Limit(100_000, "too_many_rows")
# Empty lines count as lines: so many of any kind are looked at, in all sheets together.
MAX_LINES: Final = 2 * ROWS.most
CELLS: Final = Limit(
    2_000_000,
    "too_many_cells",
)
TEXT: Final = Limit(
    50_000_000,
    "too_much_text",
)
LINE: Final = Limit(
    100_000,
    "line_too_long",
)
PARTS: Final = Limit(
    1_000,
    "too_many_parts",
)
SHEETS: Final = Limit(200, "too_many_sheets")
UNPACKED: Final = Limit(
    200 * MB,
    "unpacks_too_large",
    MB,
)
RATIO: Final = Limit(
    200,
    "packed_too_tight",
)
# Small parts compress as they like: what they unpack into is small too.
RATIO_FROM: Final = 10 * MB
STRINGS: Final = Limit(
    1_000_000,
    "too_many_texts",
)
ELEMENTS: Final = Limit(
    8_000_000,
    "too_many_elements",
)
DEPTH: Final = Limit(
    100,
    "too_deep",
)
SECONDS: Final = Limit(
    60,
    "too_slow",
)
MEMORY: Final = Limit(
    1024 * MB,
    "too_much_memory",
    MB,
)
# Where the computer is busy the clock runs on: past this the reading is begun again, not refused.
PATIENCE_S: Final = 100


@dataclass(slots=True)
class Spending:
    """What has been read of one file so far, over all its sheets."""

    cells: int = 0
    lines: int = 0

    def take_cells(self, count: int) -> None:
        """Count cells. Raises UnreadableError when there are too many."""
        self.cells += count
        CELLS.check(self.cells)
