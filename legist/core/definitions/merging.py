"""Putting two changes of one definition together, part by part. Pure: plain JSON values in and out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, NamedTuple

# What tells the items of a list apart; a list whose items have none of them is taken as a whole.
NAMES: Final = ("key", "title")
Place = tuple[str, ...]


class _Missing:
    def __repr__(self) -> str:
        return "nothing"


MISSING: Final = _Missing()
"""Stands for a part that one side does not have."""


@dataclass(frozen=True, slots=True)
class Change:
    """A part that `theirs` changed. Any of the three may be MISSING.

    `is_conflict`: `ours` changed it too, and otherwise. `is_taken`: the merge says what `theirs` says.
    """

    place: Place
    base: Any
    ours: Any
    theirs: Any
    is_conflict: bool = True
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """The firm's definition with what changed in ours since; a conflict keeps what the firm wrote."""

    content: Any
    changes: tuple[Change, ...] = ()

    @property
    def conflicts(self) -> tuple[Change, ...]:
        return tuple(each for each in self.changes if each.is_conflict)


def fingerprint(content: Any) -> str:
    """Return 64 hex digits over a definition; the order of names makes no difference, that of lists does."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def same(one: Any, other: Any) -> bool:
    """True when both say the same; unlike `==`, `1` is not `true`."""
    if one is MISSING or other is MISSING:
        return one is other
    return fingerprint(one) == fingerprint(other)


def merge(base: Any, ours: Any, theirs: Any, *, takes: Mapping[Place, bool] = MappingProxyType({})) -> Merge:
    """Merge what `ours` and `theirs` each made of `base`; MISSING for a base that nobody knows.

    Mappings go name by name, lists item by item where each has a name of its own. A part that one side
    changed is taken from it; a part that both changed otherwise stays as `ours` and is a conflict. `takes`
    says otherwise for single parts that `theirs` changed: true takes theirs, false keeps ours.
    """
    changes: list[Change] = []
    content = _merged((), _Sides(base, ours, theirs), _Choice(takes, changes))
    return Merge(content, tuple(changes))


class _Choice(NamedTuple):
    takes: Mapping[Place, bool]
    changes: list[Change]

    def between(self, place: Place, sides: _Sides, *, is_conflict: bool) -> Any:
        is_taken = self.takes.get(place, not is_conflict)
        self.changes.append(Change(place, *sides, is_conflict, is_taken))
        return sides.theirs if is_taken else sides.ours


class _Sides(NamedTuple):
    base: Any
    ours: Any
    theirs: Any

    def of(self, name: str) -> _Sides:
        return _Sides(*(side.get(name, MISSING) for side in self))


def _merged(place: Place, sides: _Sides, choice: _Choice) -> Any:
    base, ours, theirs = sides
    if same(ours, theirs) or same(base, theirs):
        return ours
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        before = base if isinstance(base, Mapping) else {}
        return _by_name(place, _Sides(before, ours, theirs), choice)
    if isinstance(ours, list) and isinstance(theirs, list):
        named = _named(_Sides(base if isinstance(base, list) else [], ours, theirs))
        if named is not None:
            found = len(choice.changes)
            merged = list(_by_name(place, named, choice).values())
            if len(choice.changes) > found or same(merged, ours):
                return merged
            return choice.between(place, sides, is_conflict=False)  # only their order is another
    return choice.between(place, sides, is_conflict=not same(base, ours))


def _by_name(place: Place, sides: _Sides, choice: _Choice) -> dict[str, Any]:
    merged = {}
    for name in _in_order(sides):
        value = _merged((*place, name), sides.of(name), choice)
        if value is not MISSING:
            merged[name] = value
    return merged


def _in_order(sides: _Sides) -> list[str]:
    """The names in the order of whoever changed it, of the firm where both did.

    A name that only the other side has stands after the one it follows there.
    """
    common = set(sides.base) & set(sides.ours) & set(sides.theirs)
    kept = [[name for name in side if name in common] for side in sides]
    lead, other = (sides.theirs, sides.ours) if kept[1] == kept[0] else (sides.ours, sides.theirs)
    order, last = list(lead), -1
    for name in other:
        if name not in order:
            order.insert(last + 1, name)
        last = order.index(name)
    return order


def _named(lists: _Sides) -> _Sides | None:
    """Return lists as mappings by the names of their items; None where one has none, or one twice."""
    for field in NAMES:
        sides = [_by_field(side, field) for side in lists]
        if all(side is not None for side in sides):
            return _Sides(*sides)
    return None


def _by_field(items: list[Any], field: str) -> dict[str, Any] | None:
    names = [item.get(field) if isinstance(item, Mapping) else None for item in items]
    if len(set(map(str, names))) < len(names) or not all(isinstance(name, str) for name in names):
        return None
    return {str(name): item for name, item in zip(names, items, strict=True)}
