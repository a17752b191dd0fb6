"""Putting two changes of one definition together, part by part. Pure: plain JSON values in and out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
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
class Conflict:
    """A part that both sides changed, each otherwise. Any of the three may be MISSING."""

    place: Place
    base: Any
    ours: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merge:
    """The firm's definition with what changed in ours since; a conflict keeps what the firm wrote."""

    content: Any
    conflicts: tuple[Conflict, ...] = ()


def fingerprint(content: Any) -> str:
    """Return 64 hex digits over a definition; the order of names makes no difference, that of lists does."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def same(one: Any, other: Any) -> bool:
    """True when both say the same; unlike `==`, `1` is not `true`."""
    if one is MISSING or other is MISSING:
        return one is other
    return fingerprint(one) == fingerprint(other)


def merge(base: Any, ours: Any, theirs: Any) -> Merge:
    """Merge what `ours` and `theirs` each made of `base`; MISSING for a base that nobody knows.

    Mappings go name by name, lists item by item where each has a name of its own. A part that one side
    changed is taken from it; a part that both changed otherwise stays as `ours` and is a conflict.
    """
    conflicts: list[Conflict] = []
    content = _merged((), _Sides(base, ours, theirs), conflicts)
    return Merge(content, tuple(conflicts))


class _Sides(NamedTuple):
    base: Any
    ours: Any
    theirs: Any

    def of(self, name: str) -> _Sides:
        return _Sides(*(side.get(name, MISSING) for side in self))


def _merged(place: Place, sides: _Sides, conflicts: list[Conflict]) -> Any:
    base, ours, theirs = sides
    if same(ours, theirs) or same(base, theirs):
        return ours
    if same(base, ours):
        return theirs
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        before = base if isinstance(base, Mapping) else {}
        return _by_name(place, _Sides(before, ours, theirs), conflicts)
    if isinstance(ours, list) and isinstance(theirs, list):
        named = _named(_Sides(base if isinstance(base, list) else [], ours, theirs))
        if named is not None:
            return list(_by_name(place, named, conflicts).values())
    conflicts.append(Conflict(place, base, ours, theirs))
    return ours


def _by_name(place: Place, sides: _Sides, conflicts: list[Conflict]) -> dict[str, Any]:
    merged = {}
    for name in _in_order(sides):
        value = _merged((*place, name), sides.of(name), conflicts)
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
