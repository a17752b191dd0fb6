"""The kernel's Django configuration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate


class StaticFiles(StaticFilesConfig):
    """Leaves out of the collected files what no page fetches: parts of our bundles, and most of libraries.

    The maps of the two style sheets of Bootstrap that pages do fetch stay: they name them.
    """

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *("components", "ui", "ext", "htmx-4*", "htmx-2.js"),
        *(
            "bootstrap.*",
            "bootstrap-grid*",
            "bootstrap-*.rtl.*",
            "bootstrap-reboot.css*",
            "bootstrap-utilities.css*",
        ),
    ]


class CoreConfig(AppConfig):
    """The kernel: knows nothing of immigration."""

    default = True
    name = "legist.core"
    label = "core"
    verbose_name = "Kernel"

    def ready(self) -> None:
        from legist.core import checks, flags, housekeeping, outbox, production  # noqa: F401  registers checks, audit actions and tasks

        post_migrate.connect(plant_canary, sender=self, dispatch_uid="legist.core.canary")


def plant_canary(*, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Mark a new database with the keys it is written with."""
    from legist.core import canary
    from legist.core.clock import utc_now

    if using == DEFAULT_DB_ALIAS:
        canary.plant(now=utc_now())
