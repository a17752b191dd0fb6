"""Once a day what has expired is forgotten, and nothing that anybody may want to prove."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models

from legist.core.clock import utc_now
from legist.core.housekeeping import clear_sessions, housekeeping
from legist.core.models import TaskTicket
from legist.core.states import TaskState
from legist.core.tasks.schedules import list_schedules
from tests.factories.practice import NOW, Firm

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def make_session(key: str, *, ends: datetime) -> None:
    Session.objects.create(session_key=key, session_data="sealed", expire_date=ends)


def everything_else() -> dict[str, int]:
    kept: list[type[models.Model]] = [model for model in apps.get_models() if model is not Session]
    return {model._meta.label: model._base_manager.count() for model in kept}


def test_expired_sessions_go_and_open_ones_stay() -> None:
    make_session("old", ends=NOW - DAY)
    make_session("open", ends=NOW + DAY)

    assert clear_sessions(now=NOW) == 1
    assert Session.objects.get().session_key == "open"


def test_it_goes_batch_by_batch_the_oldest_first() -> None:
    for number in range(3):
        make_session(f"s{number}", ends=NOW - DAY * (number + 1))

    assert clear_sessions(now=NOW, limit=2) == 2
    assert Session.objects.get().session_key == "s0"


def test_it_touches_nothing_else(firm: Firm) -> None:
    long_ago = utc_now() - timedelta(days=4000)
    TaskTicket.objects.create(
        name="gone", state=TaskState.FAILED, run_after=long_ago, created_at=long_ago, correlation_id="c"
    )
    make_session("old", ends=long_ago)
    before = everything_else()

    housekeeping()

    assert not Session.objects.exists()
    assert everything_else() == before


def test_it_comes_back_every_day() -> None:
    assert {schedule.task.name: schedule.every for schedule in list_schedules()}["core.housekeeping"] == DAY
