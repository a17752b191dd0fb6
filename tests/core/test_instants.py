"""An instant in the future heals itself, and says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from legist.core import heartbeat, instants
from legist.core.clock import SKEW, utc_now
from legist.core.models import HealedInstant, Heartbeat, PeriodicTask, QuotaLane, TaskTicket
from legist.core.resilience import quota
from legist.core.tasks import enqueue, periodic, schedules
from legist.core.tasks.worker import BEAT_EVERY, Ticker
from legist.core.web import views
from tests.core.tasks.workload import note
from tests.factories.practice import NOW

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
aheads = st.timedeltas(min_value=2 * SKEW, max_value=timedelta(days=3650))
properties = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def beyond(now: datetime) -> list[str]:
    return [planned.name for planned in instants.list_planned() if planned.rows(now).exists()]


@properties
@given(ahead=aheads)
def test_what_a_worker_did_with_its_clock_ahead_keeps_nothing_waiting(ahead: timedelta, db: None) -> None:
    periodic_was = dict(schedules._schedules)
    periodic(note, every=timedelta(seconds=2))
    schedules.tick(now=NOW + ahead)
    heartbeat.beat(heartbeat.WORKER, now=NOW + ahead)
    QuotaLane.objects.all().delete()
    quota.configure("uscis", per_second=5, per_day=100)
    quota.reserve("uscis", 3, now=NOW + ahead)
    enqueue(note, {"label": "x"}, run_after=NOW + ahead + SKEW, now=NOW + ahead)

    instants.heal(now=NOW)

    assert beyond(NOW) == []
    assert schedules.tick(now=NOW) >= 1
    assert quota.reserve("uscis", 1, now=NOW, within=SKEW).granted == 1
    assert not TaskTicket.objects.filter(run_after__gt=NOW + timedelta(minutes=12)).exists()
    assert heartbeat.latest(heartbeat.WORKER) is None or ahead <= SKEW
    TaskTicket.objects.all().delete()
    PeriodicTask.objects.all().delete()
    schedules._schedules.clear()
    schedules._schedules.update(periodic_was)


@properties
@given(wait=st.timedeltas(min_value=timedelta(0), max_value=quota.LONGEST_BLOCK))
def test_a_wait_that_the_source_asked_for_stays(wait: timedelta, db: None) -> None:
    QuotaLane.objects.all().delete()
    quota.configure("uscis", per_second=5, per_day=100)
    quota.block_until("uscis", NOW + quota.bounded(wait.total_seconds()))

    instants.heal(now=NOW)

    assert QuotaLane.objects.get().blocked_until in {NOW + wait, quota.LONG_AGO}


@pytest.mark.parametrize("asked", [1e30, float("inf"), 10.0**9])
def test_a_wait_is_bounded(asked: float) -> None:
    assert quota.bounded(asked) == quota.LONGEST_BLOCK


def test_it_says_what_was_healed() -> None:
    heartbeat.beat("part", now=NOW + HOUR)

    with capture_logs() as lines:
        assert instants.heal(now=NOW) == {"core_heartbeat.at": 1}

    said = {"event": "instant_in_the_future", "column": "core_heartbeat.at", "rows": 1, "log_level": "error"}
    assert said in lines
    assert [row.column for row in instants.list_healed(now=NOW)] == ["core_heartbeat.at"]
    assert instants.list_healed(now=NOW + instants.TOLD_FOR) == []


def test_nothing_is_said_while_clocks_agree() -> None:
    heartbeat.beat("part", now=NOW + SKEW)

    assert instants.heal(now=NOW) == {}
    assert not HealedInstant.objects.exists()


def test_the_worker_heals_before_anything_else_and_goes_on_when_its_clock_is_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schedules, "_schedules", {})
    periodic(note, every=timedelta(seconds=2))
    now, ticker = utc_now(), Ticker()
    ticker.turn(now=now + HOUR)

    ticker.turn(now=now)

    assert heartbeat.is_alive(heartbeat.WORKER, now=now, within=BEAT_EVERY)
    assert PeriodicTask.objects.get().next_run_at <= now + timedelta(seconds=2)


def test_a_sign_of_life_from_the_future_is_none() -> None:
    heartbeat.beat("part", now=NOW + HOUR)

    assert not heartbeat.is_alive("part", now=NOW, within=timedelta(days=1))
    heartbeat.beat("part", now=NOW)
    assert Heartbeat.objects.get().at == NOW


def test_it_is_not_ready_while_the_only_sign_of_life_lies_in_the_future(rf: RequestFactory) -> None:
    heartbeat.beat(heartbeat.WORKER, now=utc_now() + HOUR)

    response = views.readyz(rf.get("/readyz"))

    assert response.status_code == 503
    assert b'"worker": "clock_ahead"' in response.content


# Instants that say what happened, or that follow from a date of the case: nothing of ours waits for them.
HISTORY = {
    "accepted_at acknowledged_at answered_at asked_at at changed_at closed_at confirmed_at created_at",
    "decided_at delivered_at detected_after detected_at done_at ended_at expires_at finished_at",
    "first_read_at first_seen_at given_at healed_at last_checked_at latest_at left_portal_at",
    "logged_at made_at mailed_at matched_at modified_at offered_at opened_at planned_at planted_at",
    "proposed_at reminded_at",
    "neighbour_changed_at protected_at published_at received_at",
    "raised_at read_at reopened_at resolved_at revoked_at seen_at sent_at started_at submitted_at",
    "taken_at told_at touched_at updated_at uploaded_at used_at voided_at date_joined last_login due_at",
    "placed_at record_before record_now since until",
}
OURS = ("legist.", "tracking", "workflows", "portal")


def instants_of(model: type[models.Model]) -> list[str]:
    fields: list[Any] = list(model._meta.concrete_fields)
    return [str(field.column) for field in fields if isinstance(field, models.DateTimeField)]


def test_every_instant_that_something_waits_for_is_watched() -> None:
    history = {word for line in HISTORY for word in line.split()}
    ours = [model for model in apps.get_models() if model.__module__.startswith(OURS)]
    waiting = {
        f"{model._meta.db_table}.{column}"
        for model in ours
        for column in instants_of(model)
        if column not in history
    }

    assert waiting <= {planned.name for planned in instants.list_planned()}
