"""The engine without processes."""

from __future__ import annotations

import pytest

from legist.core.models import TaskTicket
from legist.core.tasks import enqueue
from tests.core.tasks.workload import RUNS, pass_on


@pytest.mark.django_db(transaction=True)
def test_a_task_ends_before_the_one_it_asked_for_starts() -> None:
    RUNS.clear()

    enqueue(pass_on, {"links": 3})

    assert RUNS == ["start 3", "end 3", "start 2", "end 2", "start 1", "end 1"]
    assert not TaskTicket.objects.exists()
