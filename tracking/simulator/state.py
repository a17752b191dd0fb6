"""Let cases go on where they were: the clock and the opened cases in one JSON file.

Time stands still while no simulator runs, so a demo picked up the next day continues instead of having
ended overnight.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from tracking.simulator.api import Simulator
from tracking.simulator.cases import Case, Event
from tracking.simulator.clock import Clock, Mark


def save(simulator: Simulator, path: Path) -> None:
    """Write the state; a reader sees the old file or the new one, never half of one."""
    book = simulator.book
    now = time.time()
    document = {
        "seed": simulator.options.seed,
        "day": book.clock.day(now),
        "saved_at": now,
        "marks": [[mark.real, mark.day, mark.speed] for mark in book.clock.marks],
        "cases": [_case_row(case) for case in book.cases.values()],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(document, ensure_ascii=False))
    draft.replace(path)


def load(simulator: Simulator, path: Path) -> bool:
    """Continue from the file. False where there is none or it has another seed: then all starts anew."""
    if not path.exists():
        return False
    document = json.loads(path.read_text())
    if document["seed"] != simulator.options.seed:
        return False
    stopped = Mark(document["saved_at"], document["day"], 0.0)
    resumed = Mark(time.time(), document["day"], simulator.options.speed)
    simulator.book.clock = Clock([*(Mark(*row) for row in document["marks"]), stopped, resumed])
    cases = [_case(row) for row in document["cases"]]
    simulator.book.cases = {case.receipt: case for case in cases}
    return True


def _case_row(case: Case) -> list[Any]:
    events = [[event.at, event.status, event.custom] for event in case.events]
    return [case.receipt, case.form, case.opened, case.opened_real, events]


def _case(row: list[Any]) -> Case:
    receipt, form, opened, opened_real, events = row
    return Case(receipt, form, opened, opened_real, [Event(*event) for event in events])
