"""System checks: the queue's numbers must be in the order that keeps work from being lost or doubled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from legist.core.tasks.base import list_tasks


@register()
def check_queue_numbers(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ARG001  Django passes it by name
    """Verify Q_CLUSTER: retry > timeout > the longest task, bounded attempts, schedules and results off."""
    if settings.LEGIST_TASK_ENGINE != "djangoq":
        return []
    numbers: dict[str, Any] = settings.Q_CLUSTER
    longest = max(list_tasks(), key=lambda task: task.timeout_s, default=None)
    rules = [
        (
            numbers.get("orm") == "default",
            "legist.E040",
            "orm",
            "Set it to 'default': tickets and queue share a database.",
        ),
        (
            numbers.get("retry", 0) > numbers.get("timeout", 0),
            "legist.E041",
            "retry",
            "Make it larger than timeout.",
        ),
        (
            longest is None or numbers.get("timeout", 0) > longest.timeout_s,
            "legist.E042",
            "timeout",
            f"Make it larger than the longest task's timeout_s ({longest.name if longest else 'none'}).",
        ),
        (
            numbers.get("max_attempts", 0) > 0,
            "legist.E043",
            "max_attempts",
            "Set it above 0, or a bad message stays for ever.",
        ),
        (
            numbers.get("ack_failures") is True,
            "legist.E044",
            "ack_failures",
            "Set it to True: Legist keeps the retries.",
        ),
        (numbers.get("catch_up") is False, "legist.E045", "catch_up", "Set it to False."),
        (
            numbers.get("scheduler") is False,
            "legist.E046",
            "scheduler",
            "Set it to False: Legist keeps the schedules.",
        ),
        (
            numbers.get("save_limit", 0) < 0,
            "legist.E047",
            "save_limit",
            "Set it to -1: results are not kept.",
        ),
    ]
    return [
        Error(f"Q_CLUSTER[{name!r}] is {numbers.get(name)!r}.", hint=hint, id=identifier)
        for holds, identifier, name, hint in rules
        if not holds
    ]
