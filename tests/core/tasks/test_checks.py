"""The queue's numbers are verified before anything starts."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from legist.core.checks import check_queue_numbers
from legist.core.tasks.base import list_tasks


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
