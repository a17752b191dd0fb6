"""System checks of tracking's settings: what is wrong, and what to write instead."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

from tracking.polling.cadence import parse_intervals


@checks.register
def check_tier_intervals(**_kwargs: Any) -> list[checks.CheckMessage]:
    """LEGIST_TIER_INTERVALS can be read."""
    try:
        parse_intervals(settings.LEGIST_TIER_INTERVALS)
    except ValueError as error:
        hint = "For example LEGIST_TIER_INTERVALS=near_real_time=15m,standard=6h,low=1d"
        return [checks.Error(f"LEGIST_TIER_INTERVALS: {error}", hint=hint, id="tracking.E001")]
    return []


@checks.register
def check_budget(**_kwargs: Any) -> list[checks.CheckMessage]:
    """The source's limits allow at least one call."""
    if settings.USCIS_TPS > 0 and settings.USCIS_DAILY_QUOTA > 0:
        return []
    hint = "Set both to what USCIS granted; to ask nothing at all, switch polling off instead."
    return [
        checks.Error("USCIS_TPS and USCIS_DAILY_QUOTA must be above zero.", hint=hint, id="tracking.E002")
    ]
