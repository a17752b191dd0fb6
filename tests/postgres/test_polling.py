"""What only PostgreSQL can show: a key that is dropped within a transaction, and a clock of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from legist.core.clock import utc_now
from legist.core.models import Heartbeat
from tests.factories.tracking import make_receipt
from tests.tracking.polling.machine import Polling, tell
from tracking import tasks

pytestmark = pytest.mark.django_db


def a_second_writer(machine: Polling) -> None:
    machine.poll()
    machine.write_beside(index=0)


def test_it_is_found_when_the_key_is_gone() -> None:
    tell(a_second_writer)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tracking_statuschange DROP CONSTRAINT change_sequence")
    with pytest.raises(AssertionError, match="a gap or a double"):
        tell(a_second_writer)


def test_a_worker_whose_clock_is_wrong_polls_by_that_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    make_receipt(due=utc_now() + timedelta(minutes=30))
    monkeypatch.setattr(tasks, "utc_now", lambda: utc_now() + timedelta(hours=1))
    assert tasks.sweep().did == 0
    assert Heartbeat.objects.get(name="poller").at < utc_now() + timedelta(minutes=1)
