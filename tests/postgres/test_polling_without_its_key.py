"""That a history has no doubles is kept by its unique key: only PostgreSQL drops one within a transaction."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.tracking.polling.machine import Polling, tell

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
