"""System checks of tracking's settings: what is wrong, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks

from legist import addresses
from legist.core.production import Rule, problems
from tracking.polling.cadence import parse_intervals


@checks.register
def check_tier_intervals(**_kwargs: Any) -> list[checks.CheckMessage]:
    """LEGIST_TIER_INTERVALS can be read."""
    try:
        parse_intervals(settings.LEGIST_TIER_INTERVALS)
    except ValueError:
        hint = "For example LEGIST_TIER_INTERVALS=near_real_time=15m,standard=6h,low=1d"
        return [checks.Error("LEGIST_TIER_INTERVALS cannot be read.", hint=hint, id="tracking.E001")]
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


@checks.register(checks.Tags.security, deploy=True)
def check_access(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Only the process that asks USCIS holds its credentials, and they travel encrypted."""
    return problems(_access())


def _access() -> Iterator[Rule]:
    for name in ("USCIS_API_URL", "USCIS_TOKEN_URL"):
        address = getattr(settings, name)
        is_open = not address.startswith("https://") and not addresses.is_here(address)
        message = f"{name} is not https: credentials and receipt numbers would travel in the clear."
        yield is_open, message, "Take the https address from the developer portal.", "tracking.E003"
    for name in ("USCIS_CLIENT_ID", "USCIS_CLIENT_SECRET"):
        is_given = bool(getattr(settings, name))
        missing = (
            "Set it to what the developer portal gave you; where another process polls, LEGIST_POLLS=no."
        )
        yield settings.LEGIST_POLLS and not is_given, f"{name} is not set.", missing, "tracking.E004"
        message = f"{name} is given to a process that does not poll (LEGIST_POLLS is no)."
        hint = "Give it to the worker that polls, and to no other process."
        yield is_given and not settings.LEGIST_POLLS, message, hint, "tracking.E005"
