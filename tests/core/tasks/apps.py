"""Lets a real worker process know the tasks of the tests."""

from __future__ import annotations

from django.apps import AppConfig


class WorkloadConfig(AppConfig):
    name = "tests.core.tasks"
    label = "tests_workload"

    def ready(self) -> None:
        from tests.core.tasks import workload  # noqa: F401  registers the tasks
