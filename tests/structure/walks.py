"""The walk of a reader through the code of one piece of work, recorded while it really runs.

A *change of module* is a call from one module of ours into another, in the order in which they first happen:
each pair of modules counts once, a return is none, and what a library does in between is passed over. A
*climb* is such a call from a lower floor into a higher one. Floors are those of the contracts in
`pyproject.toml`: the layers first, then the floors inside them.
"""

from __future__ import annotations

import sys
import threading
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, FrameType

from tests.structure.test_budgets import ROOT, SOURCE

Call = tuple[str, str]


@dataclass(slots=True)
class Walk:
    """The calls between modules of ours, by the function that was called, in order."""

    calls: list[tuple[str, str, str]] = field(default_factory=list)

    def changes(self, *rooms: str, libraries: tuple[str, ...] = ()) -> list[Call]:
        """Return the changes of module of a reader of some rooms, or of everything.

        Any other room counts by its name and is not walked inside, unless it calls back; `libraries` are
        passed over like those of others.
        """
        found = dict[Call, None]()
        for caller, called, _function in self.calls:
            ends = [_seen_from(module, rooms) for module in (caller, called)]
            if ends[0] == ends[1] or any(module.startswith(libraries) for module in ends if libraries):
                continue
            if not rooms or any(module.startswith(rooms) for module in ends):
                found[ends[0], ends[1]] = None
        return list(found)

    def climbs(self, *, libraries: tuple[str, ...] = ()) -> list[Call]:
        """Return the climbs in all of our code."""
        return [(a, b) for a, b in self.changes(libraries=libraries) if floor_of(b) > floor_of(a)]


def _seen_from(module: str, rooms: tuple[str, ...]) -> str:
    """Return a module of the rooms as it is, any other as the room it stands in."""
    if not rooms or module.startswith(rooms):
        return module
    return ".".join(module.split(".")[:2])


def walk_of(work: Callable[[], object], *, until: str = "") -> Walk:
    """Do the work and record its calls, up to the first call of a function (`module.function`) if given.

    Threads count like the thread that began the work.
    """
    walk, lock, seen, is_over = Walk(), threading.Lock(), set[tuple[str, str, str]](), threading.Event()

    def called(frame: FrameType, event: str, _argument: object) -> None:
        module = module_of(frame.f_code) if event == "call" and not is_over.is_set() else None
        if module is None:
            return
        call = (caller_of(frame.f_back), module, frame.f_code.co_qualname)
        if f"{call[1]}.{call[2]}" == until:
            is_over.set()
        with lock:
            if call[0] not in {"", module} and call not in seen:
                seen.add(call)
                walk.calls.append(call)

    before, before_in_threads = sys.getprofile(), threading.getprofile()
    threading.setprofile(called)
    sys.setprofile(called)
    try:
        work()
    finally:
        sys.setprofile(before)
        threading.setprofile(before_in_threads)
    return walk


@cache
def module_of(code: CodeType) -> str | None:
    """Return the module of ours that a function stands in; None for libraries and for what imports run."""
    path = Path(code.co_filename)
    if not path.is_relative_to(ROOT) or code.co_name == "<module>":
        return None
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__") if parts[0] in SOURCE else None


def caller_of(frame: FrameType | None) -> str:
    """Return the nearest of our own modules above, past libraries.

    Empty at the root of a thread, and for what is only run because something is imported.
    """
    while frame is not None and frame.f_code.co_name != "<module>":
        if module := module_of(frame.f_code):
            return module
        frame = frame.f_back
    return ""


@cache
def floor_of(module: str) -> tuple[int, int]:
    """Return the layer and the floor inside it, counted from below."""
    outer, inner = -1, 0
    for contract in _layers():
        containers = contract.get("containers", [""])
        prefix = f"{containers[0]}." if containers[0] else ""
        if not module.startswith(prefix):
            continue
        place = _place(module, contract["layers"], prefix=prefix)
        outer, inner = (outer, place) if prefix else (place, inner)
    return outer, inner


@cache
def _layers() -> list[dict[str, list[str]]]:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return [each for each in found if each["type"] == "layers"]


def _place(module: str, layers: list[str], *, prefix: str) -> int:
    for place, names in enumerate(reversed(layers)):
        if any(f"{module}.".startswith(f"{prefix}{name}.") for name in names.replace("|", " ").split()):
            return place
    return -1
