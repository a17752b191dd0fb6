"""The polling policy of this installation, read from the settings."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from tracking.polling.cadence import CadencePolicy, parse_intervals


def current_policy() -> CadencePolicy:
    """Return the cadence that LEGIST_TIER_INTERVALS asks for; ValueError when it cannot be read."""
    return _policy(settings.LEGIST_TIER_INTERVALS)


@lru_cache(maxsize=8)
def _policy(intervals: str) -> CadencePolicy:
    return CadencePolicy(intervals=parse_intervals(intervals))
