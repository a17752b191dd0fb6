"""What can be looked for by its pieces, held in memory: names, and codes such as numbers. Pure.

A name is cut into its folded parts, in every way to read it (`legist.practice.same_name`), and each part
knows whose it is. So a search looks through the distinct parts of names, not through everybody.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Generic, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from legist.practice.same_name import name_readings, typing_errors

SHORTEST_CODE: Final = 3
# Where one line in so many holds a piece, it is looked for in each: they are found faster than counted off.
MANY: Final = 10
_WHOLE, _BEGUN, _WITHIN = range(3)
_APART: Final = "\n"
Ranks = dict[int, int]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row is found by: names as written, and codes in the folded form that is asked for."""

    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


class Index:
    """Rows by what they are found by; a row is known by its id as a whole number, newer ones by higher."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._codes: dict[int, str] = {}
        self._parts: dict[str, list[int]] = {}
        self._vocabulary: _Lines[str] | None = None
        self._coded: _Lines[int] | None = None

    def __len__(self) -> int:
        return len(self._names)

    def put(self, key: int, entry: Entry) -> None:
        """Add a row, or put what it is found by now in the place of what it was found by before."""
        self.drop(key)
        readings = sorted({reading for name in entry.names for reading in name_readings(name)})
        self._names[key] = _APART.join(map(" ".join, readings))
        if codes := list(filter(None, entry.codes)):
            self._codes[key], self._coded = _APART.join(codes), None
        for part in {part for reading in readings for part in reading}:
            if part not in self._parts:
                self._parts[part], self._vocabulary = [], None
            self._parts[part].append(key)

    def drop(self, key: int) -> None:
        """Forget a row; one that is not there is no error."""
        if self._codes.pop(key, None) is not None:
            self._coded = None
        for part in set(self._names.pop(key, "").split()):
            self._parts[part].remove(key)
            if not self._parts[part]:
                del self._parts[part]
                self._vocabulary = None

    def coded(self, code: str, *, shortest: int = SHORTEST_CODE) -> list[int]:
        """Return the rows with this folded text somewhere in one of their codes, the newest first."""
        if len(code) < shortest:
            return []
        if self._coded is None:
            self._coded = _Lines(sorted(self._codes.items(), reverse=True))
        return self._coded.holding(code)

    def named(self, typed: str) -> list[int]:
        """Return the rows of which each typed word is a piece of the name, as `is_part_of_name` has it.

        Whole parts come before beginnings, these before pieces within; among equals the newest. A single
        Latin letter is a beginning only.
        """
        return _ordered(self._matching(typed, self._piece))

    def mistyped(self, typed: str) -> list[int]:
        """Return the rows whose name would hold each typed word but for typing errors, the likest first.

        How many errors a word may hold, `typing_errors` says. The rows that `named` returns are among them.
        """
        return _ordered(self._matching(typed, self._near))

    def _matching(self, typed: str, find: Callable[[str], Ranks]) -> Ranks:
        words = [word for word in map(name_readings, typed.split()) if word]
        return _all_of([_either(_all_of(map(find, reading)) for reading in word) for word in words])

    def _piece(self, piece: str) -> Ranks:
        found = self._running_on(piece)
        by_rank: list[list[str]] = [[], [], []]
        is_within = len(piece) > 1 or not piece.isascii()
        for part in self._parts_known().holding(piece):
            if is_within or part.startswith(piece):
                by_rank[_WHOLE if part == piece else _BEGUN if part.startswith(piece) else _WITHIN].append(
                    part
                )
        for rank in (_WITHIN, _BEGUN, _WHOLE):
            for part in by_rank[rank]:
                found.update(dict.fromkeys(self._parts[part], rank))
        return found

    def _running_on(self, piece: str) -> Ranks:
        """The rows where it begins at a part and runs on into the next: `delacruz` of De la Cruz."""
        found: Ranks = {}
        for at in range(1, len(piece)):
            begun, rest = self._parts.get(piece[:at], ()), piece[at:]
            ends = [self._parts[part] for part in self._going_on(rest)] if begun else []
            first = set(begun)
            keys = {key for end in ends for key in first.intersection(end)}
            found.update(dict.fromkeys(filter(lambda key: _runs_on(piece, self._names[key]), keys), _BEGUN))
        return found

    def _going_on(self, rest: str) -> list[str]:
        """The parts that begin with the rest of a piece, or that it begins with."""
        known = self._parts_known().rows
        begin = known[bisect_left(known, rest) : bisect_left(known, rest + "\U0010ffff")]
        return begin + [rest[:at] for at in range(1, len(rest)) if rest[:at] in self._parts]

    def _near(self, piece: str) -> Ranks:
        found = dict.fromkeys(self._piece(piece), 0)
        errors = typing_errors(piece)
        if not errors:
            return found
        parts = [part for part in self._parts_known().rows if abs(len(part) - len(piece)) <= errors]
        near = process.extract(piece, parts, scorer=OSA.distance, score_cutoff=errors, limit=None)
        for part, distance, _place in near:
            for key in self._parts[part]:
                found[key] = min(found.get(key, distance), distance)
        return found

    def _parts_known(self) -> _Lines[str]:
        if self._vocabulary is None:
            self._vocabulary = _Lines([(part, part) for part in sorted(self._parts)])
        return self._vocabulary


class _Lines(Generic[T]):
    """Rows and their lines as one text: looking through that is much faster than line by line."""

    def __init__(self, lines: Sequence[tuple[T, str]]) -> None:
        self.rows, self._lines = [row for row, _line in lines], [line for _row, line in lines]
        self._text = _APART.join(self._lines)
        self._ends = list(accumulate(len(line) + 1 for line in self._lines))

    def holding(self, piece: str) -> list[T]:
        """Return the rows that hold a piece somewhere in their line, in their order."""
        if self._text.count(piece) > len(self.rows) // MANY:
            return [row for row, line in zip(self.rows, self._lines, strict=True) if piece in line]
        found, at = [], self._text.find(piece)
        while at >= 0:
            place = bisect_right(self._ends, at)
            found.append(self.rows[place])
            at = self._text.find(piece, self._ends[place])
        return found


def _runs_on(piece: str, line: str) -> bool:
    """Say whether a piece begins at a part of a name as it is kept here, whatever part it ends in."""
    written = (reading.split() for reading in line.split(_APART))
    return any("".join(parts[at:]).startswith(piece) for parts in written for at in range(len(parts)))


def _either(found: Iterable[Ranks]) -> Ranks:
    best, *others = found
    for ranks in others:
        for key, rank in ranks.items():
            if rank < best.get(key, rank + 1):
                best[key] = rank
    return best


def _all_of(found: Iterable[Ranks]) -> Ranks:
    listed = sorted(found, key=len)
    if not listed:
        return {}
    first, *others = listed
    if not others:
        return first
    return {
        key: rank + sum(ranks[key] for ranks in others)
        for key, rank in first.items()
        if all(key in ranks for ranks in others)
    }


def _ordered(ranks: Ranks) -> list[int]:
    by_rank: defaultdict[int, list[int]] = defaultdict(list)
    for key, rank in ranks.items():
        by_rank[rank].append(key)
    return [key for rank in sorted(by_rank) for key in sorted(by_rank[rank], reverse=True)]
