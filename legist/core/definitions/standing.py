"""Where a definition stands: what is in force, and what became of the firm's version since. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from legist.core.definitions.merging import MISSING, Merge, Place, fingerprint, merge, same
from legist.core.states import Origin, Toned


class State(Toned):
    """Where the firm's version stands.

    CURRENT: written upon what ships now. OUTDATED: what ships has changed since. INVALID: it cannot be read,
    and is not in force.
    """

    CURRENT = "current", "good", _("Up to date")
    OUTDATED = "outdated", "action", _("Newer version of ours")
    INVALID = "invalid", "bad", _("Invalid")


@dataclass(frozen=True, slots=True)
class Version:
    """One version: plain JSON values, and of the firm's what shipped when it was written (None: unknown).

    `row` is where it is kept, which knows who published it, when and why; it is no part of what it says.
    """

    origin: Origin
    number: int
    content: Any
    base: Any = None
    faults: tuple[str, ...] = ()
    row: Any = field(default=None, compare=False, repr=False)

    @property
    def hash(self) -> str:
        return fingerprint(self.content)

    @property
    def is_shipped(self) -> bool:
        return self.origin == Origin.SHIPPED


@dataclass(frozen=True, slots=True)
class Standing:
    """One definition: the newest shipped version, and the firm's where it has one.

    `falls_back`: ours holds again while the firm's cannot be read; otherwise nothing does, so that what a
    firm has replaced does not come back by itself. `latest`: the highest number of the firm's versions,
    whether one of them holds or not. `is_off`: the firm switched it off, so that nothing holds.
    """

    shipped: Version | None
    own: Version | None = None
    falls_back: bool = True
    latest: int = 0
    is_off: bool = False

    @property
    def state(self) -> State | None:
        """Where the firm's version stands; None without one."""
        if self.own is None:
            return None
        if self.own.faults:
            return State.INVALID
        if self.shipped is None or self.follows or same(self.own.content, self.shipped.content):
            return State.CURRENT
        return State.CURRENT if same(self.own.base, self.shipped.content) else State.OUTDATED

    @property
    def in_force(self) -> Version | None:
        """The version that holds; a firm's one that is what it was written upon follows ours."""
        if self.is_off:
            return None
        if self.own is None:
            return self.shipped
        if self.own.faults:
            return self.shipped if self.falls_back else None
        return self.shipped if self.follows and self.shipped else self.own

    @property
    def follows(self) -> bool:
        """True for a firm's version that says what shipped when it was written: it follows ours."""
        return self.own is not None and same(self.own.content, self.own.base)

    @property
    def held(self) -> Version | None:
        """What a person sees as theirs to edit, in force or not."""
        return self.own if self.state == State.INVALID else self.in_force or self.shipped

    @property
    def hash(self) -> str:
        """What names what a person saw; empty for nothing."""
        return self.held.hash if self.held else ""

    @property
    def offer(self) -> Merge | None:
        """The firm's version with what changed in ours since, while it is outdated."""
        return self.merged({})

    def merged(self, takes: Mapping[Place, bool]) -> Merge | None:
        """Return the offer as somebody chose it part by part; None without one."""
        if self.own is None or self.shipped is None or self.state != State.OUTDATED:
            return None
        base = MISSING if self.own.base is None else self.own.base
        return merge(base, self.own.content, self.shipped.content, takes=takes)


def takes_over(new: Version, holding: Version | None, *, is_known: bool) -> bool:
    """Return whether a shipped version that has just come is to hold.

    `holding` holds now, if any; `is_known`: an earlier one shipped. A firm's version is never switched off,
    nor what a firm switched off switched on, nor a valid version replaced by one that is not.
    """
    if holding is None:
        return not is_known
    return holding.is_shipped and not new.faults and new.number > holding.number
