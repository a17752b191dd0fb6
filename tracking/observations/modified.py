"""Whether one modification time of the source lies before another, for all that is known of both. Pure.

The source states no zone, so that one hour of autumn comes twice, and where it knows the day only it gives
midnight. Neither says that an answer is older.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

# The zone of the public site, and that of answers in ISO form.
_ZONES: Final = (ZoneInfo("America/New_York"), UTC)


def is_surely_before(given: datetime, known: datetime) -> bool:
    """True when `given` can only be earlier than `known`; both are instants."""
    for zone in _ZONES:
        here, there = given.astimezone(zone), known.astimezone(zone)
        if time() in (here.time(), there.time()):
            return here.date() < there.date()
    return _latest(given) < _earliest(known)


def _earliest(moment: datetime) -> datetime:
    return moment - _repeated(moment) * moment.astimezone(_ZONES[0]).fold


def _latest(moment: datetime) -> datetime:
    return moment + _repeated(moment) * (1 - moment.astimezone(_ZONES[0]).fold)


def _repeated(moment: datetime) -> timedelta:
    """How much later the same time of the clock comes again, or came the first time; nothing on most days."""
    local = moment.astimezone(_ZONES[0])
    first, second = (local.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return max(first - second, timedelta())
