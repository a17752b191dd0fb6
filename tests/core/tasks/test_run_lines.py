"""Every run of a task says in one line what it took, did and left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from inspect import signature
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from legist.core.models import TaskTicket
from legist.core.tasks import Ran, Task, enqueue, run_ticket
from legist.core.tasks.base import list_tasks
from tests.core.tasks.workload import note, stumble

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OURS = [each for each in list_tasks() if not each.name.startswith("tests.")]
ALONE = [each for each in OURS if not signature(each.run).parameters]
SAID = {"event", "log_level", "task", "ok", "attempt", "seconds"}


def lines_of(task: Task, **given: object) -> list[dict[str, Any]]:
    enqueue(task, given, run_after=NOON, now=NOON - timedelta(seconds=1))
    with capture_logs() as lines:
        run_ticket(str(TaskTicket.objects.get(name=task.name).pk), now=NOON)
    return [dict(line) for line in lines if line["event"] == "task_run"]


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_what_it_took_adds_up(did: int, left: int) -> None:
    counts = Ran(did, left, more={"changed": 1, "took": 0}).as_counts()

    assert counts == {"changed": 1, "took": did + left, "did": did, "left": left}


@pytest.mark.django_db
def test_a_run_says_what_it_did() -> None:
    (line,) = lines_of(note, label="Dana")

    assert (line["task"], line["ok"], line["took"], line["did"], line["left"]) == (
        "tests.note",
        True,
        1,
        1,
        0,
    )
    assert "Dana" not in str(line)


@pytest.mark.django_db
def test_a_run_that_failed_names_its_error_and_no_counts() -> None:
    (line,) = lines_of(stumble)

    assert (line["ok"], line["error_class"]) == (False, "builtins.ConnectionError")
    assert line.keys() == SAID | {"error_class"}


@pytest.mark.django_db
@pytest.mark.parametrize("task", ALONE, ids=lambda task: task.name)
def test_every_task_of_ours_counts_and_says_numbers_only(task: Task) -> None:
    (line,) = lines_of(task)

    assert line["ok"]
    assert {"took", "did", "left"} <= line.keys()
    assert all(isinstance(value, int) for name, value in line.items() if name not in SAID)
