"""Which status a receipt has now, and which it had before."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from tracking.simulator.clock import Clock
from tracking.simulator.lives import life_of
from tracking.simulator.scenarios import SANDBOX, SCRIPTS

_DAY_S: Final = 86_400.0
WELL_FORMED: Final = re.compile(r"[A-Z]{3}(?:[0-9]{10}|\*[0-9]{9})")
_UNKNOWN: Final = re.compile(r"[A-Z]{3}\*?00000[0-9]+")


@dataclass(frozen=True, slots=True)
class Event:
    """A status from the simulated day `at` on; `custom` overrides its texts."""

    at: float
    status: str
    custom: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Case:
    """A receipt somebody has asked about, first on simulated day `opened` and real second `opened_real`."""

    receipt: str
    form: str
    opened: float
    opened_real: float
    events: list[Event]


def is_known(receipt: str) -> bool:
    """Whether the simulated USCIS has such a case."""
    return not _UNKNOWN.fullmatch(receipt)


class CaseBook:
    """All cases by receipt. A life starts to move when its receipt is asked about for the first time."""

    def __init__(self, clock: Clock, *, seed: int) -> None:
        self.clock = clock
        self.seed = seed
        self.cases: dict[str, Case] = {}

    def open(self, receipt: str, *, real: float) -> Case:
        """The case of a receipt; it comes into being here."""
        case = self.cases.get(receipt)
        if case is None:
            case = self.cases[receipt] = self._begin(receipt, real=real)
        return case

    def so_far(self, case: Case, *, real: float) -> list[Event]:
        """Its events up to now, the latest last. There is always one."""
        count = bisect.bisect_right(case.events, self.clock.day(real), key=lambda event: event.at)
        return case.events[: max(count, 1)]

    def happened(self, case: Case, event: Event) -> float:
        """The real second of an event: before the first question a simulated day is a calendar day."""
        if event.at <= case.opened:
            begun = self.clock.marks[0]
            opened = begun.real if case.opened <= begun.day else case.opened_real
            return opened - (case.opened - event.at) * _DAY_S
        return self.clock.real(event.at)

    def script(self, receipt: str, coming: list[Event], *, real: float, form: str | None = None) -> Case:
        """Replace a case's future. Event days are counted from now."""
        case = self.open(receipt, real=real)
        today = self.clock.day(real)
        past = [event for event in case.events if event.at <= today]
        case.events = past + [replace(event, at=today + event.at) for event in coming]
        case.form = form or case.form
        return case

    def _begin(self, receipt: str, *, real: float) -> Case:
        life = SCRIPTS.get(receipt) or SANDBOX.get(receipt) or life_of(receipt, seed=self.seed)
        today = self.clock.day(real)
        events = [Event(today - life.age + step.day, step.status) for step in life.steps]
        return Case(receipt, life.form, today, real, events)
