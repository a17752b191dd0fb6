"""The insights' Django configuration."""

from __future__ import annotations

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """Counts over everything, and the demo firm; reads all layers below and has no tables."""

    name = "legist.insights"
    label = "insights"
    verbose_name = "Insights"
