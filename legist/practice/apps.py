"""The practice's Django configuration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate


class PracticeConfig(AppConfig):
    """People, clients, matters, and who may see what."""

    name = "legist.practice"
    label = "practice"
    verbose_name = "Practice"

    def ready(self) -> None:
        from legist.practice import audit_actions, registrations
        from legist.practice.sign_in import sealing

        audit_actions.register_subjects()
        registrations.register()
        sealing.register()
        post_migrate.connect(sort_earlier_walls, sender=self, dispatch_uid="practice.walls")


def sort_earlier_walls(*, using: str = DEFAULT_DB_ALIAS, apps: Any = apps, **_: Any) -> None:
    """Sort the walls that an upgrade found, once the tables are today's; run again, it goes on."""
    from legist.core.actors import Actor
    from legist.core.clock import utc_now
    from legist.practice import walls

    known = {model._meta.label_lower for model in apps.get_models()}
    if using == DEFAULT_DB_ALIAS and "practice.wall" in known:
        walls.sort_earlier_walls(actor=Actor.system("upgrade"), now=utc_now())
