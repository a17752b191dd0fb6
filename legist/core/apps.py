"""The kernel's Django configuration."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The kernel: knows nothing of immigration."""

    name = "legist.core"
    label = "core"
    verbose_name = "Kernel"

    def ready(self) -> None:
        from legist.core import checks, flags, outbox  # noqa: F401  registers checks, audit actions and tasks
