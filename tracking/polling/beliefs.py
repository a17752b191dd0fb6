"""How often a status is believed to change (pure): what the firm saw, tempered by a prior.

Each count is a Gamma-Poisson estimate: (changes + 1) / (days + 1 / expected), where `expected` comes from the
wider group. So a form in a stage at an age borrows from the form in the stage, that from the stage, and a
stage nobody has seen yet from the prior; with every day that is watched the firm's own history weighs more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

# Changes a day of a stage about which nothing is known: one in about a year.
PRIOR: Final = 0.003
# How many changes the wider group counts for: the prior hardly, a stage beside its forms for long.
STRENGTHS: Final = (0.5, 20.0, 20.0)
# Days in a stage at which another age begins.
AGES: Final = (30, 180)


class Cell(NamedTuple):
    """Receipts that are believed to change alike."""

    form: str
    stage: str
    age: int


def age_of(days: float) -> int:
    """Return the age group of a receipt so many days in its stage."""
    return sum(days >= begins for begins in AGES)


class Beliefs:
    """Receipt-days watched and changes seen, by cell; the rates that follow."""

    def __init__(self, prior: float = PRIOR) -> None:
        self._prior = prior
        self._days: defaultdict[tuple[object, ...], float] = defaultdict(float)
        self._changes: defaultdict[tuple[object, ...], float] = defaultdict(float)

    def note(self, cell: Cell, *, days: float = 0.0, changes: float = 0.0) -> None:
        """Add what was seen of a cell: so many receipt-days, so many changes that ended them."""
        for group in self._groups(cell):
            self._days[group] += days
            self._changes[group] += changes

    def rate(self, cell: Cell) -> float:
        """Return the changes a day believed of a receipt in the cell; always above zero."""
        expected = self._prior
        for strength, group in zip(STRENGTHS, self._groups(cell), strict=True):
            # .get: asking leaves no trace.
            seen, days = self._changes.get(group, 0.0), self._days.get(group, 0.0)
            expected = (strength + seen) / (strength / expected + days)
        return expected

    @staticmethod
    def _groups(cell: Cell) -> Iterable[tuple[object, ...]]:
        """From the widest to the narrowest."""
        return (cell.stage,), (cell.stage, cell.form), cell
