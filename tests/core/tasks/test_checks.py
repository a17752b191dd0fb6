"""The queue's numbers are verified before anything starts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery.app.utils import Settings
from django.conf import LazySettings

from legist.core.checks import check_queue_numbers
from legist.core.tasks.base import list_tasks
from legist.core.tasks.celery import app_of
from tests.support.commands import ROOT


@pytest.fixture(autouse=True)
def _djangoq(settings: LazySettings) -> None:
    settings.LEGIST_TASK_ENGINE = "djangoq"


def problems() -> dict[str | None, str | None]:
    return {message.id: message.hint for message in check_queue_numbers(None)}


def test_it_is_content_with_the_settings_of_the_product() -> None:
    assert problems() == {}


@pytest.mark.parametrize(
    ("name", "value", "identifier"),
    [
        ("orm", "other", "legist.E040"),
        ("retry", 300, "legist.E041"),
        ("timeout", 1, "legist.E042"),
        ("max_attempts", 0, "legist.E043"),
        ("ack_failures", False, "legist.E044"),
        ("catch_up", True, "legist.E045"),
        ("scheduler", True, "legist.E046"),
        ("save_limit", 250, "legist.E047"),
    ],
)
def test_it_names_the_number_and_the_remedy(
    settings: LazySettings, *, name: str, value: object, identifier: str
) -> None:
    settings.Q_CLUSTER = settings.Q_CLUSTER | {name: value}

    found = problems()

    assert list(found) == [identifier]
    assert found[identifier]


def test_it_names_the_longest_task(settings: LazySettings) -> None:
    settings.Q_CLUSTER = settings.Q_CLUSTER | {"timeout": 1}
    longest = max(list_tasks(), key=lambda task: task.timeout_s)

    assert longest.name in str(problems()["legist.E042"])


def test_it_asks_nothing_of_an_engine_without_a_queue(settings: LazySettings) -> None:
    settings.LEGIST_TASK_ENGINE = "immediate"
    settings.Q_CLUSTER = {}

    assert problems() == {}


@pytest.fixture
def celery(settings: LazySettings) -> Iterator[Settings]:
    """The numbers of the Celery engine, which are the product's again afterwards."""
    settings.LEGIST_TASK_ENGINE, settings.LEGIST_BROKER_URL = "celery", "redis://broker.example/0"
    yield app_of(settings.LEGIST_BROKER_URL).conf
    app_of.cache_clear()


def test_it_is_content_with_the_numbers_of_celery(celery: Settings) -> None:
    assert problems() == {}
    assert not celery.beat_schedule


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accept_content", ["pickle"]),
        ("task_acks_late", False),
        ("task_reject_on_worker_lost", False),
        ("worker_prefetch_multiplier", 4),
        ("result_backend", "redis://"),
        ("beat_schedule", {"often": {}}),
    ],
)
def test_it_names_the_number_of_celery_that_is_off(celery: Settings, *, name: str, value: object) -> None:
    celery[name] = value

    (found,) = check_queue_numbers(None)

    assert found.id == "legist.E070"
    assert name in found.msg


def test_a_message_stays_taken_for_longer_than_any_run(celery: Settings) -> None:
    celery.broker_transport_options = {"visibility_timeout": max(task.timeout_s for task in list_tasks())}

    assert list(problems()) == ["legist.E071"]


def test_the_default_engine_does_without_celery_and_a_database_in_memory_leaves_no_file(
    tmp_path: Path,
) -> None:
    hidden = "import sys; sys.modules['celery'] = sys.modules['kombu'] = None; "
    used = "import legist.wsgi; from legist.core.tasks import get_engine; get_engine()"
    own = {"LEGIST_TASK_ENGINE": "djangoq", "LEGIST_DATABASE_URL": "sqlite://:memory:"}
    product = {"DJANGO_SETTINGS_MODULE": "legist.settings", "PYTHONPATH": str(ROOT)}

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", hidden + used],
        cwd=tmp_path,
        env=os.environ | own | product,
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.iterdir())
