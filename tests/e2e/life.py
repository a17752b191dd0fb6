"""One receipt's life, moved along from outside: uploads by command, statuses by the simulated USCIS."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass

from legist.sample_firm.firm import DOMAIN
from tests.support.stack import Stack

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Case:
    """A tracked receipt of Dana's, on a matter of its own."""

    number: str
    reference: str

    @property
    def row(self) -> str:
        people = f"alice@{DOMAIN},paul@{DOMAIN}"
        return f"{self.number},I-765,{self.reference},Dana Demo,dana@mail.example,es,{people}"


def new_case(prefix: str) -> Case:
    """Return a case that no other test has; `prefix` is two digits of the test's own."""
    index = next(_numbers)
    return Case(f"IOE96{prefix}{index:06d}", f"M-{prefix}-{index:04d}")


def import_case(stack: Stack, case: Case) -> None:
    path = stack.write_csv(case.reference, case.row)
    stack.manage("import_receipts", str(path))


def reach(stack: Stack, case: Case, *statuses: str) -> None:
    """Let the case take each status in turn, and have each one read.

    The worker asks too: whoever comes while it holds the receipt asks again, as its answer may be older.
    """
    for status in statuses:
        stack.simulator.set_status(case.number, status, form="I-765")
        while not json.loads(stack.manage("poll", "--json", "--receipt", case.number))["claimed"]:
            pass
    stack.manage("deliver", "--once")
