"""How the source and the poller are doing: for operations, and counted by day for measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Count, F, Min, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from legist.core import flags, heartbeat
from legist.core.actors import Actor
from legist.core.clock import SKEW, is_recent
from legist.core.resilience import breaker, quota
from legist.core.resilience.quota import Usage
from legist.core.states import BreakerState
from legist.practice.permissions import Capability, require
from tracking.models import PollingDial, Receipt, ReviewItem, StatusQuery
from tracking.polling.dials import Turned, list_refused, list_turned
from tracking.polling.leasing import UNASKED, held, in_force, usage_of
from tracking.selectors.receipts import OVERDUE_AFTER, polling_of_ids
from tracking.sources import POLLED, lanes_of
from tracking.states import HealthState, NextCheck, QueryOutcome, ReceiptState, ReviewState, Stale

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
# Nobody waits so long for a try by our own backoff, but because the source asked for it.
ASKED: Final = (NextCheck.TRY_FAILED, NextCheck.ASKED_TO_WAIT)
# Failures that are about the service or our access, not about a receipt.
OF_THE_SOURCE: Final = (QueryOutcome.TRANSIENT, QueryOutcome.MISCONFIGURED)
# The poller shows itself at every sweep with something due, the worker at every tick.
SILENT_AFTER: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Window:
    """Calls of a span of time by outcome (`transient`, `permanent`, ...) and by error code."""

    calls: int
    outcomes: dict[str, int]
    codes: dict[str, int]

    @property
    def failed(self) -> int:
        """Calls that did not come back with an answer about the receipt: a refusal of a number is one."""
        return (
            self.calls - self.outcomes.get(QueryOutcome.OK, 0) - self.outcomes.get(QueryOutcome.PERMANENT, 0)
        )

    @property
    def error_rate(self) -> float:
        """Failed calls as a share of all, 0 to 1."""
        return self.failed / self.calls if self.calls else 0.0


@dataclass(frozen=True, slots=True)
class Said:
    """What the source itself said, in its own words, when a call failed."""

    words: str = field(repr=False)
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LaneHealth:
    """One credential: its breaker, until when it has to wait, its calls of the day and their limit."""

    key: str
    breaker: breaker.Status
    blocked_until: datetime | None
    today: Usage

    @property
    def calls_today(self) -> int:
        return self.today.used

    @property
    def quota(self) -> int:
        return self.today.limit

    @property
    def calls_left(self) -> int:
        return self.today.remaining


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """Everything that operations asks first, at one instant; `said` is None while calls are answered."""

    source: str
    state: HealthState
    is_polling_on: bool
    last_good_at: datetime | None
    last_call_at: datetime | None
    lanes: list[LaneHealth]
    hour: Window
    day: Window
    watched: int
    due: int
    overdue: int
    oldest_due_at: datetime | None
    held: int
    put_off: int
    turned_down: list[Turned]
    by_tier: dict[str, int]
    waiting_for_person: dict[str, int]
    poller_seen_at: datetime | None
    worker_seen_at: datetime | None
    said: Said | None

    @property
    def is_held_back(self) -> bool:
        """Whether an operator has anything to let through: the lane, or receipts that were put off."""
        is_open = any(lane.breaker.state != BreakerState.CLOSED for lane in self.lanes)
        return is_open or any(lane.blocked_until for lane in self.lanes) or bool(self.put_off)

    @property
    def calls_today(self) -> int:
        return sum(lane.calls_today for lane in self.lanes)

    @property
    def quota(self) -> int:
        """The calls of a day of all lanes together."""
        return sum(lane.quota for lane in self.lanes)

    @property
    def calls_left(self) -> int:
        return sum(lane.calls_left for lane in self.lanes)


def source_health(now: datetime, *, source: str = POLLED) -> SourceHealth:
    """Return the health of a source with its lanes. People go through `view_source_health`."""
    dials = in_force(now)
    due = _due(now, dials)
    day = _window(source, since=now - DAY)
    hour = _window(source, since=now - HOUR)
    lanes = [_lane(key, now, dials) for key in lanes_of(source)]
    is_on = flags.is_on(flags.POLLING)
    worker = heartbeat.latest(heartbeat.POLLING_WORKER)
    good_at = _latest(source, now, outcome=QueryOutcome.OK)
    state = _state(is_on, lanes=lanes, hour=hour, overdue=due["overdue"], worker=worker, now=now)
    return SourceHealth(
        source=source,
        state=state,
        is_polling_on=is_on,
        last_good_at=good_at,
        last_call_at=_latest(source, now),
        lanes=lanes,
        hour=hour,
        day=day,
        watched=due["watched"],
        due=due["due"],
        overdue=due["overdue"],
        oldest_due_at=due["oldest"],
        held=due["held"],
        put_off=due["put_off"],
        turned_down=list_turned(dials, now=now),
        by_tier=dict(Receipt.objects.order_by().values_list("tier").annotate(Count("pk"))),
        waiting_for_person=_waiting(),
        poller_seen_at=heartbeat.latest(heartbeat.POLLER),
        worker_seen_at=worker,
        said=_said(source, now, good_at=good_at, is_failing=state == HealthState.FAILING),
    )


def view_source_health(actor: Actor, *, now: datetime) -> SourceHealth:
    """Return the health of the source to somebody who may see it; Forbidden or NotFound otherwise."""
    require(actor, Capability.VIEW_HEALTH)
    return source_health(now)


def why_checks_wait(ids: Collection[UUID], *, now: datetime) -> tuple[int, str]:
    """Return how many checks that were just asked for do not go out now, and why in words; 0: all go."""
    polling = polling_of_ids(ids, now=now)
    if not polling.is_on:
        return len(ids), str(Stale.OFF.label)
    worker = heartbeat.latest(heartbeat.POLLING_WORKER)
    if worker and not is_recent(worker, now=now, within=SILENT_AFTER):
        return len(ids), _("no worker gives a sign of life")
    if all(breaker.is_open(lane, now) or quota.blocked_until(lane, now=now) for lane in lanes_of(POLLED)):
        return len(ids), _("calls to USCIS are held back until it answers again")
    if polling.resuming.everybody:
        return len(ids), str(Stale.DAY_USED.label)
    if polling.resuming.unasked:
        unasked = Receipt.objects.filter(pk__in=ids, next_poll_reason__in=UNASKED)
        return unasked.count(), str(Stale.RESERVED.label)
    return len(polling.held), str(Stale.TURNED_DOWN.label)


def _due(now: datetime, dials: list[PollingDial]) -> dict[str, Any]:
    watched = Receipt.objects.filter(next_poll_at__isnull=False)
    is_held = held(now, dials=dials)
    # A check that is shared out may wait for the day's budget to open, yet no longer than a day.
    is_shared = Q(next_poll_reason=NextCheck.SHARED)
    late = Q(next_poll_at__lte=now - OVERDUE_AFTER) & ~is_shared | Q(next_poll_at__lte=now - DAY)
    return watched.aggregate(
        watched=Count("pk"),
        due=Count("pk", filter=Q(next_poll_at__lte=now) & ~is_held),
        held=Count("pk", filter=Q(next_poll_at__lte=now) & is_held),
        overdue=Count("pk", filter=late & ~is_held),
        put_off=Count("pk", filter=Q(next_poll_reason__in=ASKED, next_poll_at__gt=now + HOUR)),
        oldest=Min("next_poll_at", filter=Q(next_poll_at__lte=now) & ~is_held),
    )


def _window(source: str, *, since: datetime) -> Window:
    rows = (
        StatusQuery.objects.filter(source__in=lanes_of(source), started_at__gte=since)
        .exclude(outcome=QueryOutcome.STARTED)
        .order_by()
        .values_list("outcome", "error_code")
        .annotate(Count("pk"))
    )
    outcomes: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for outcome, code, count in rows:
        outcomes[outcome] += count
        if code:
            codes[code] += count
    return Window(outcomes.total(), dict(outcomes), dict(codes.most_common()))


def _latest(source: str, now: datetime, **conditions: str) -> datetime | None:
    """Return the latest call; what a wrong clock dated into the future says nothing of how fresh we are."""
    calls = StatusQuery.objects.filter(source__in=lanes_of(source), started_at__lte=now + SKEW, **conditions)
    return calls.order_by("-started_at").values_list("started_at", flat=True).first()


def _said(source: str, now: datetime, *, good_at: datetime | None, is_failing: bool) -> Said | None:
    """Return the latest words about the service or our access: since it last answered, or of a bad hour."""
    failed = StatusQuery.objects.filter(
        source__in=lanes_of(source),
        started_at__lte=now + SKEW,
        outcome__in=OF_THE_SOURCE,
        words__isnull=False,
    )
    if good_at:
        since = min(good_at, now - HOUR) if is_failing else good_at
        failed = failed.filter(started_at__gte=since)
    row = failed.order_by("-started_at").only("words", "error_code", "started_at").first()
    return Said(row.words, row.error_code, row.started_at) if row and row.words else None


def _lane(key: str, now: datetime, dials: list[PollingDial]) -> LaneHealth:
    """Return how one lane does."""
    today = usage_of(key, now=now, dials=dials)
    return LaneHealth(key, breaker.status(key), quota.blocked_until(key, now=now), today)


def _waiting() -> dict[str, int]:
    rows = ReviewItem.objects.filter(state=ReviewState.OPEN).order_by().values_list("kind")
    return dict(rows.annotate(Count("pk")))


def _state(
    is_on: bool,  # noqa: FBT001  private, named at its one call
    *,
    lanes: list[LaneHealth],
    hour: Window,
    overdue: int,
    worker: datetime | None,
    now: datetime,
) -> HealthState:
    if not is_on:
        return HealthState.OFF
    if not is_recent(worker, now=now, within=SILENT_AFTER):
        return HealthState.DOWN
    if any(lane.breaker.state != BreakerState.CLOSED for lane in lanes) or hour.error_rate > 0.2:
        return HealthState.FAILING
    return HealthState.LATE if overdue else HealthState.GOOD


class Calls(NamedTuple):
    """Calls of one day that ended alike: `outcome` a QueryOutcome, `error` its code, `is_retry` a repeat."""

    day: date
    outcome: str
    error: str
    is_retry: bool
    calls: int


def calls_by_day(since: datetime, until: datetime, *, zone: tzinfo) -> Iterator[Calls]:
    """Count the calls begun in a span of time by day; one on its way is not counted yet."""
    grouped = (
        StatusQuery.objects.filter(started_at__gte=since, started_at__lt=until)
        .exclude(outcome=QueryOutcome.STARTED)
        .order_by()
        .annotate(day=TruncDate("started_at", tzinfo=zone), repeats=F("attempt"))
        .values_list("day", "outcome", "error_code", "repeats")
        .annotate(calls=Count("pk"))
    )
    for day, outcome, error, attempt, calls in grouped.iterator():
        yield Calls(day, outcome, error, attempt > 1, calls)


def watched_since(until: datetime) -> Iterator[tuple[datetime, str]]:
    """Yield since when each receipt that is watched today has been, with its form; those begun before."""
    begun = Receipt.objects.filter(created_at__lt=until, state=ReceiptState.TRACKED).order_by()
    return begun.values_list("created_at", "form_type").iterator()


def reviews_opened(since: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
    """Yield the questions that went to a person, with their ReviewKind."""
    opened = ReviewItem.objects.filter(opened_at__gte=since, opened_at__lt=until).order_by()
    return opened.values_list("opened_at", "kind").iterator()


def waiting(now: datetime) -> dict[str, int]:
    """Count what waits at this instant: receipts that are due, and open questions to a person."""
    return {
        "receipts_due": Receipt.objects.filter(next_poll_at__lte=now, state=ReceiptState.TRACKED).count(),
        "reviews_open": ReviewItem.objects.filter(state=ReviewState.OPEN).count(),
    }


def lanes_down(now: datetime, *, longer_than: timedelta) -> dict[str, int]:
    """Return the lanes that hold calls back and that nothing has answered for that long, with their calls.

    It counts from the first failure after the last good reading. None while polling is switched off, and none
    that is refused.
    """
    if not flags.is_on(flags.POLLING):
        return {}
    found, refused = {}, lanes_refused()
    for key in lanes_of(POLLED):
        if breaker.status(key).state == BreakerState.CLOSED or key in refused:
            continue
        failed = StatusQuery.objects.filter(source=key, outcome__in=OF_THE_SOURCE, started_at__lte=now + SKEW)
        good = StatusQuery.objects.filter(source=key, outcome=QueryOutcome.OK).order_by("-started_at")
        if good_at := good.values_list("started_at", flat=True).first():
            failed = failed.filter(started_at__gt=good_at)
        since = failed.aggregate(first=Min("started_at"), calls=Count("pk"))
        if since["first"] and now - since["first"] > longer_than:
            found[key] = since["calls"]
    return found


def lanes_refused() -> dict[str, int]:
    """Return the lanes whose credential USCIS refuses, with how often."""
    return dict(list_refused().values_list("source", "occurrences"))


def lanes_spent(now: datetime, *, longer_than: timedelta) -> dict[str, int]:
    """Return the lanes without a call left though the day goes on for so long, with what they have used."""
    utc = now.astimezone(UTC)
    midnight = datetime.combine(utc.date() + DAY, datetime.min.time(), tzinfo=UTC)
    if midnight - utc <= longer_than or not flags.is_on(flags.POLLING):
        return {}
    spent = [usage_of(key, now=now, dials=[]) for key in lanes_of(POLLED)]
    return {usage.lane: usage.used for usage in spent if usage.limit and not usage.remaining}


def unread_since(now: datetime, *, longer_than: timedelta) -> int:
    """Return how many receipts have been due that long while nothing at all was read.

    None while polling is off or turned down: then that is meant.
    """
    if not flags.is_on(flags.POLLING) or in_force(now):
        return 0
    good_at = _latest(POLLED, now, outcome=QueryOutcome.OK)
    if good_at is not None and now - good_at <= longer_than:
        return 0
    due = Receipt.objects.filter(next_poll_at__lte=now - longer_than, state=ReceiptState.TRACKED)
    return due.count()
