"""The calls of a day that are left, and for whom: a tenth is kept for what people ask and for retries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple

from django.db.models import F
from django.utils.translation import gettext as _

from legist.core.errors import WrongState
from tracking.models import PollingDial, PollingPlan
from tracking.polling import leasing
from tracking.polling.allocation import RELEASED_FROM, Budget, Steering, instant_of, moment_of
from tracking.sources import POLLED

DAY: Final = timedelta(days=1)


class Resuming(NamedTuple):
    """From when checks go on where the calls of this day hold them back; None: they do not.

    `everybody`: none is left, so nobody is asked about. `unasked`: what is left is kept for what people ask.
    """

    everybody: datetime | None = None
    unasked: datetime | None = None


NOT_HELD: Final = Resuming()


def resuming(source: str, *, now: datetime, dials: Sequence[PollingDial] | None = None) -> Resuming:
    """Say whether the calls of this day hold checks back, and until when. The one place that decides it."""
    lanes = leasing.calls_of(source, now=now, dials=dials)
    today = leasing.usages(lanes, now=now, dials=dials)
    midnight = datetime.combine(now.astimezone(UTC).date(), time(), tzinfo=UTC) + DAY
    if not any(each.remaining for each in today):
        until = midnight if any(each.limit for each in today) else None
        return Resuming(until, until)
    freed = instant_of(moment_of(midnight) - 1 + RELEASED_FROM)
    is_near = all(each.remaining <= Budget(each.limit).reserved for each in today)
    if now >= freed or not is_near or any(room(lane, now=now).unpaced for lane in lanes):
        return NOT_HELD
    return Resuming(unasked=freed)


def room(lane: str, *, now: datetime, due: int = 0) -> Steering:
    """Return how many checks that nobody waits for may be made on a lane now; `due` of them are due."""
    today = leasing.usage_of(lane, now=now)
    found = PollingPlan.objects.filter(pk=lane, urgent_day=today.day).values_list("urgent", flat=True).first()
    urgent = min(found or 0, today.used)
    return Budget(today.limit).steer(moment_of(now), spent=today.used, due=due, urgent=urgent)


def count_urgent(lane: str, calls: int, *, now: datetime) -> None:
    """Charge calls that somebody waited for to the reserve of the lane's day."""
    day = now.astimezone(UTC).date()
    rows = PollingPlan.objects.filter(pk=lane)
    if calls and not rows.filter(urgent_day=day).update(urgent=F("urgent") + calls):
        columns = {"urgent_day": day, "urgent": calls}
        if not rows.update(**columns):
            # The first of a lane beside the source's own, whose row is the plan.
            PollingPlan.objects.bulk_create([PollingPlan(source=lane, **columns)], ignore_conflicts=True)


class Charged(NamedTuple):
    """How many checks that people ask for go now, and how many wait for the reserve of the next UTC day."""

    now: int
    ahead: int


def take_asked(count: int, *, now: datetime, source: str = POLLED, may_wait: bool = False) -> Charged:
    """Charge checks that people ask for to their reserve of the UTC day, within the caller's unit of work.

    Where they are more than is left of it or of the day's calls: raises WrongState and charges nothing, or,
    if they `may_wait`, charges the next day's reserve with the rest as far as it goes.
    """
    day, calls = now.astimezone(UTC).date(), leasing.calls_of(source, now=now)
    reserve = Budget(sum(calls.values())).reserved
    row = locked_plan(source)
    asked, ahead = _asked_before(row, day)
    unused = sum(each.remaining for each in leasing.usages(calls, now=now))
    left = max(0, min(reserve - asked, unused))
    charged = Charged(min(count, left), min(max(0, count - left), max(0, reserve - ahead)) if may_wait else 0)
    if count > left and not may_wait:
        if not unused:
            raise WrongState(
                _("All calls of this day are used. Checks go on at midnight UTC; ask again then.")
            )
        message = _(
            "%(left)d of the %(reserve)d checks a day that people may ask for are left, and this would take "
            "%(count)d. Everything is asked about as planned; the reserve is full again at midnight UTC."
        )
        raise WrongState(message % {"left": left, "reserve": reserve, "count": count})
    row.asked_day, row.asked, row.asked_ahead = day, asked + charged.now, ahead + charged.ahead
    row.save(update_fields=["asked_day", "asked", "asked_ahead"])
    return charged


def give_back_ahead(count: int, *, source: str = POLLED) -> None:
    """Give back what was charged to the next day's reserve and is not needed, in the same unit of work."""
    if count:
        PollingPlan.objects.filter(pk=source).update(asked_ahead=F("asked_ahead") - count)


def _asked_before(row: PollingPlan, day: date) -> tuple[int, int]:
    """What was asked for on a day until now, what had waited for it included, and what waits for the next."""
    if row.asked_day == day:
        return row.asked, row.asked_ahead
    return (row.asked_ahead if row.asked_day == day - DAY else 0), 0


def locked_plan(source: str) -> PollingPlan:
    """Return the row of a source, made where there is none, locked."""
    PollingPlan.objects.bulk_create([PollingPlan(source=source)], ignore_conflicts=True)
    return PollingPlan.objects.select_for_update().get(pk=source)
