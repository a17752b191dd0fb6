"""Business days of the federal government: not Saturday, not Sunday, not a legal holiday.

The eleven holidays of 5 U.S.C. 6103 on the day they are observed; days closed by executive order
are not known in advance and are passed in.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

_ONE_DAY = timedelta(days=1)
_FRIDAY = 4


@lru_cache(maxsize=64)
def _holidays_of(year: int) -> dict[date, str]:
    import holidays  # with the calendars of the whole world: only who counts days waits for it

    return dict(holidays.country_holidays("US", years=year).items())


def why_closed(day: date, closed: Collection[date] = ()) -> str | None:
    """Name what makes the day a non-business day, or None for a business day."""
    if day.weekday() > _FRIDAY:
        return f"{day:%A}"
    if day in closed:
        return "closed by order"
    return _holidays_of(day.year).get(day)


def is_business_day(day: date, closed: Collection[date] = ()) -> bool:
    """Whether federal offices work on that day."""
    return why_closed(day, closed) is None


def roll_forward(day: date, closed: Collection[date] = ()) -> date:
    """The day itself, or the next business day after it."""
    while not is_business_day(day, closed):
        day += _ONE_DAY
    return day


def add_business_days(start: date, count: int, closed: Collection[date] = ()) -> date:
    """The `count`-th business day after `start`; `start` itself is not counted."""
    day = start
    for _ in range(count):
        day = roll_forward(day + _ONE_DAY, closed)
    return day
