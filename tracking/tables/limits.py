"""What a list may cost, each budget with the words that refuse the file. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

MB: Final = 1024 * 1024
MAX_COLUMNS: Final = 100
HEADER_WITHIN: Final = 10


class UnreadableError(Exception):
    """The file cannot be used; the message is for the person who uploads it."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The most of something that a file may have; `unit` is what the words count in."""

    most: int
    words: Promise
    unit: int = 1

    @property
    def refusal(self) -> str:
        return str(self.words) % {"most": f"{self.most // self.unit:,}"}

    def check(self, count: int) -> None:
        """Raise UnreadableError when there is more than may be."""
        if count > self.most:
            raise UnreadableError(self.refusal)


BYTES: Final = Limit(
    25 * MB,
    gettext_lazy("The file is larger than %(most)s MB. Split it, or leave out other sheets and pictures."),
    MB,
)
ROWS: Final = Limit(
    100_000, gettext_lazy("The file has more than %(most)s rows. Split it into several files.")
)
# Empty lines count as lines: so many of any kind are looked at, in all sheets together.
MAX_LINES: Final = 2 * ROWS.most
CELLS: Final = Limit(
    2_000_000,
    gettext_lazy("The file has more than %(most)s cells. Copy the columns you need into a new, empty one."),
)
TEXT: Final = Limit(
    50_000_000,
    gettext_lazy("The file holds more than %(most)s characters. Split it into several files."),
)
LINE: Final = Limit(
    100_000,
    gettext_lazy(
        "A line of the file has more than %(most)s characters. Save the list again, one receipt on each line."
    ),
)
PARTS: Final = Limit(
    1_000,
    gettext_lazy("The workbook has more than %(most)s parts inside. Copy the list into a new, empty one."),
)
SHEETS: Final = Limit(
    200, gettext_lazy("The workbook has more than %(most)s sheets. Copy the list into a new, empty one.")
)
UNPACKED: Final = Limit(
    200 * MB,
    gettext_lazy("The workbook unpacks into more than %(most)s MB. Copy the list into a new, empty one."),
    MB,
)
RATIO: Final = Limit(
    200,
    gettext_lazy(
        "A part of the workbook unpacks into more than %(most)s times its size. "
        "Copy the list into a new, empty one."
    ),
)
# Small parts compress as they like: what they unpack into is small too.
RATIO_FROM: Final = 10 * MB
STRINGS: Final = Limit(
    1_000_000,
    gettext_lazy("The workbook holds more than %(most)s different texts. Split it into several files."),
)
ELEMENTS: Final = Limit(
    8_000_000,
    gettext_lazy("The workbook has more than %(most)s elements. Copy the list into a new, empty one."),
)
DEPTH: Final = Limit(
    100,
    gettext_lazy("The workbook is nested more than %(most)s levels deep. Copy the list into a new one."),
)
SECONDS: Final = Limit(
    60,
    gettext_lazy("Reading the file takes more than %(most)s seconds. Copy the list into a new, empty one."),
)
MEMORY: Final = Limit(
    1024 * MB,
    gettext_lazy("Reading the file takes more than %(most)s MB of memory. Split it into several files."),
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
