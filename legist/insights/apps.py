"""The insights' Django configuration."""

from __future__ import annotations

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """Measures over everything; reads all layers below and has no tables."""

    name = "legist.insights"
    label = "insights"
    verbose_name = "Insights"

    def ready(self) -> None:
        from legist.core import incidents
        from legist.core.web import navigation
        from legist.insights import telling
        from legist.insights.causes import CAUSES
        from legist.insights.web import operations, views

        navigation.register(views.PLACE, operations.PLACE)
        incidents.register(*CAUSES)
        incidents.register_teller("insights", telling.tell)
