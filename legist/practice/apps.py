"""The practice's Django configuration."""

from __future__ import annotations

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """People, clients, matters, and who may see what."""

    name = "legist.practice"
    label = "practice"
    verbose_name = "Practice"

    def ready(self) -> None:
        from legist.practice import audit_actions, history, places, second_factors

        audit_actions.register_subjects()
        history.register()
        places.register()
        second_factors.register()
