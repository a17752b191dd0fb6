"""The polling policy of this installation, read from the settings."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings

from tracking.polling.cadence import CadencePolicy, parse_intervals


def current_policy() -> CadencePolicy:
    """Return the cadence that LEGIST_TIER_INTERVALS asks for; ValueError when it cannot be read."""
    return _policy(settings.LEGIST_TIER_INTERVALS)


def lane_limits() -> dict[str, Any]:
    """Return pace and daily limit of the credential in use, as `quota.configure` takes them."""
    return {"per_second": settings.USCIS_TPS, "per_day": settings.USCIS_DAILY_QUOTA}


@lru_cache(maxsize=8)
def _policy(intervals: str) -> CadencePolicy:
    return CadencePolicy(intervals=parse_intervals(intervals))
