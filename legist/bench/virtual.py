"""Weeks of polling in minutes: the real scheduler, breaker, gate and ledger on a real database, while the
clock and the API are ours.

Days: several workers, some of them killed, one by a clock that is wrong; the API counts by the true day. On
PostgreSQL the database's clock is the true one, and workers go by it. A file has no clock but the machine's.
Outages: the API fails in one way for hours; it counts what it is asked meanwhile, and how long receipts that
are due wait afterwards.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.backends.signals import connection_created
from django.test.utils import override_settings

from legist.bench import pipeline
from legist.core import instants
from legist.core.actors import Actor
from legist.core.models import LaneState, QuotaDay, QuotaLane
from legist.core.resilience import breaker, quota
from legist.core.resilience.breaker import PAUSE_CAP
from tracking.models import Receipt, StatusQuery
from tracking.polling import planning
from tracking.polling.run import poll_due
from tracking.sources import POLLED, departure
from tracking.sources.base import Reading
from tracking.sources.departure import Passage
from tracking.sources.errors import ErrorKind, SourceError

BEGINS: Final = datetime(2030, 1, 1, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WORKERS: Final = 3
DISTURBANCES: Final = ("calm", "clock", "kill")
# By how many seconds the clock of the last worker is wrong, in turn: ninety, and now and then an hour.
_WRONG: Final = (90, 90, 90, 3600, -90, -90, -3600)
# The budget opens evenly; what it has left at the end of a day is lost.
_STEP, _LATE = 20 * MINUTE, 5 * MINUTE
_KILLED_EVERY: Final = 16
_STATEMENTS: Final = 60


def _fails(code: str, status: int = 0, *, retry_after: float | None = None) -> SourceError:
    return SourceError(
        ErrorKind.TRANSIENT, code, public_message="", http_status=status, retry_after=retry_after
    )


# What the API answers while it fails, from the seconds that are left until it does no more. A header may keep
# its promise, as that of a daily quota does, or say ten minutes again and again.
OUTAGES: Final[Mapping[str, Callable[[float], SourceError]]] = {
    "503": lambda _left: _fails("http_503", 503),
    "hang": lambda _left: _fails("timeout"),
    "truncated": lambda _left: _fails("malformed_json", 200),
    "html": lambda _left: _fails("html", 200),
    "429": lambda _left: _fails("rate_limited", 429),
    "429_with_header": lambda left: _fails("rate_limited", 429, retry_after=left),
    "429_with_wrong_header": lambda _left: _fails("rate_limited", 429, retry_after=600),
}
# Nothing but a call tells that these are over: no sign of life, no header that holds.
BLIND: Final = ("429", "429_with_wrong_header")
# What eight hours may cost, and the share of repeats where some calls fail.
MOST_CALLS, MOST_REPEATS = 25, 0.10
SOME: Final = "10_percent"


class Died(BaseException):
    """The process is gone: nothing of what it does reaches the database any more."""


@contextmanager
def at_statement(number: int, act: Callable[[], None], *, outside: bool = False) -> Iterator[None]:
    """Do something before a statement and each after it; `outside`: once, before the first from there on
    that is in no transaction of its own.
    """
    depth, seen = len(connection.savepoint_ids), 0
    is_done = False

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal seen, is_done
        is_ours = not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
        seen += is_ours
        is_free = not outside or len(connection.savepoint_ids) <= depth
        if is_ours and seen >= number and not is_done and is_free:
            is_done = outside
            act()
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield


def die() -> None:
    """Be killed here."""
    raise Died


@dataclass
class Api:
    """The source: it knows the true time, counts what it is asked, and fails as it is told to."""

    key: str = POLLED
    now: datetime = BEGINS
    failing: Callable[[float], SourceError] | None = None
    ends_at: datetime = BEGINS
    share: float = 1.0
    calls: list[datetime] = field(default_factory=list)
    knocks: int = 0

    def fetch(self, receipt_number: str, *, request_id: str) -> Reading:  # noqa: ARG002
        """Answer one call, in its slot."""
        with departure.passing(Passage(is_counted=True)):
            departure.leave()
        self.calls.append(self.now)
        # Evenly: one in ten is every tenth.
        if self.failing and int(len(self.calls) * self.share) > int((len(self.calls) - 1) * self.share):
            raise self._failure(self.failing)
        return Reading(
            receipt_number=receipt_number,
            form_type="I-485",
            submitted_at=None,
            modified_at=None,
            title_en="Case Was Received",
            description_en="",
            title_es="",
            description_es="",
            history=(),
            raw="{}",
            http_status=200,
            fetched_at=self.now,
            duration_ms=1,
        )

    def knock(self) -> bool:
        """A service that is down answers nobody; one that is there and refuses our calls does."""
        self.knocks += 1
        return not self.failing or self._failure(self.failing).code == "rate_limited"

    def _failure(self, failing: Callable[[float], SourceError]) -> SourceError:
        return failing((self.ends_at - self.now).total_seconds())


@contextmanager
def _clock_of_the_server() -> Iterator[Callable[[datetime], None]]:
    """Have the database's clock say what it is told, where the database has one."""
    if connection.vendor != "postgresql":
        yield lambda _now: None
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA bench; CREATE TABLE bench.clock AS SELECT now() AS at")
        says = "SELECT at FROM bench.clock"
        returns = "RETURNS timestamptz LANGUAGE sql"
        cursor.execute(f"CREATE FUNCTION bench.clock_timestamp() {returns} AS '{says}'")

    def go_by(**_created: Any) -> None:
        """Whoever hands over a task has the connection made anew; the next goes by this clock, too."""
        with connection.cursor() as cursor:
            cursor.execute("SET search_path = bench, public, pg_catalog")

    def turn(now: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE bench.clock SET at = %s", [now])

    go_by()
    connection_created.connect(go_by)
    try:
        yield turn
    finally:
        connection_created.disconnect(go_by)
        with connection.cursor() as cursor:
            cursor.execute("SET search_path = public; DROP SCHEMA bench CASCADE")


@contextmanager
def _firm(receipts: int, *, per_day: int) -> Iterator[None]:
    """So many receipts, due at the beginning, and nothing known of the lane."""
    limits = {"USCIS_TPS": pipeline.UNLIMITED, "USCIS_DAILY_QUOTA": per_day}
    with override_settings(**limits, LEGIST_TASK_ENGINE="djangoq"):
        for model in (LaneState, QuotaDay, QuotaLane):
            model.objects.all().delete()
        known = Receipt.objects.count()
        Receipt.objects.filter(next_poll_at__isnull=False).update(
            state="stopped", next_poll_at=None, next_poll_reason="", next_poll_values={}
        )
        pipeline.create([f"IOE96{index:08d}" for index in range(known, known + receipts)])
        Receipt.objects.filter(state="tracked").update(next_poll_at=BEGINS)
        yield


@dataclass(frozen=True, slots=True)
class Days:
    """What the API counted by the true day: calls, how many were too many, the share of the quota that was
    used (all days together, and the least of any), and what the ledger charged.
    """

    days: int
    calls: int
    over: int
    spent: float
    least_spent: float
    charged: int

    disturbed: str

    @property
    def holds(self) -> bool:
        """No call too many on any day, and hardly one left over; who is killed leaves some unused."""
        return self.over == 0 and self.spent >= (0.90 if self.disturbed == "kill" else 0.97)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"holds": self.holds}


def measure_days(*, days: int, per_day: int, disturbed: str) -> Days:
    """Let workers share out the calls of so many days among more receipts than a day has calls."""
    api = Api()
    with _firm(2 * per_day, per_day=per_day), _clock_of_the_server() as turn:
        turn(api.now)
        planning.share_out(on=True, actor=Actor.command("bench"), now=api.now)
        step = 0
        while api.now < BEGINS + days * DAY:
            turn(api.now)
            _work(api, step, disturbed)
            step += 1
            api.now += _STEP if api.now.hour < 23 else _LATE
        charged = sum(QuotaDay.objects.values_list("used", flat=True))
    made: Counter[date] = Counter(at.date() for at in api.calls)
    used = [made[BEGINS.date() + number * DAY] for number in range(days)]
    return Days(
        days=days,
        calls=len(api.calls),
        over=sum(max(0, each - per_day) for each in made.values()),
        spent=round(sum(used) / (days * per_day), 4),
        least_spent=round(min(used) / per_day, 4),
        charged=charged,
        disturbed=disturbed,
    )


def _work(api: Api, step: int, disturbed: str) -> None:
    """One worker's turn: as the worker's tasks do, by the clock that all machines share."""
    is_wrong = disturbed == "clock" and step % WORKERS == 0
    machine = api.now + timedelta(seconds=_WRONG[step // WORKERS % len(_WRONG)] if is_wrong else 0)
    is_killed = disturbed == "kill" and step % _KILLED_EVERY == 0
    try:
        with at_statement(1 + step // _KILLED_EVERY % _STATEMENTS if is_killed else 10**9, die):
            now = instants.judge(machine)
            planning.steer(now=now)
            poll_due(source=api, now=now)
    except Died:
        return


@dataclass(frozen=True, slots=True)
class Outage:
    """What an API that failed for so many hours was asked meanwhile, how often it was knocked at, the share
    of repeats among the calls, and the minutes after its end until the last receipt that was due was read.
    """

    kind: str
    receipts: int
    hours: float
    calls: int
    knocks: int
    retries: float
    longest_wait_minutes: float

    @property
    def most_calls(self) -> float:
        """What it may cost; who must call to see the end cannot let more than PAUSE_CAP pass between two."""
        if self.kind == SOME:
            return math.inf
        if self.kind in BLIND:
            return breaker.THRESHOLD + breaker.LONG_AFTER + timedelta(hours=self.hours) / PAUSE_CAP
        return MOST_CALLS * max(1.0, self.hours / 8)

    @property
    def holds(self) -> bool:
        """Whoever is due is asked as soon as the breaker's longest pause is over, and it cost little."""
        is_cheap = self.calls <= self.most_calls and (self.kind != SOME or self.retries <= MOST_REPEATS)
        return is_cheap and self.longest_wait_minutes <= PAUSE_CAP / MINUTE

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"holds": self.holds}


def measure_outage(kind: str, *, receipts: int, hours: float) -> Outage:
    """Let a firm whose receipts come due evenly meet one kind of outage, minute by minute."""
    api = Api()
    with _firm(receipts, per_day=pipeline.UNLIMITED), _clock_of_the_server() as turn:
        _poll(api, turn)
        watched = Receipt.objects.filter(state="tracked")
        for number, receipt in enumerate(watched.only("pk")):
            due = api.now + timedelta(hours=6 * number / receipts)
            Receipt.objects.filter(pk=receipt.pk).update(next_poll_at=due)
        began = api.now
        api.calls.clear()
        api.failing, api.share = OUTAGES["503" if kind == SOME else kind], 0.1 if kind == SOME else 1.0
        api.ends_at = began + timedelta(hours=hours)
        while api.now < api.ends_at:
            _poll(api, turn)
        ended, api.failing = api.now, None
        asked = StatusQuery.objects.filter(receipt__in=watched, started_at__gt=began, started_at__lt=ended)
        repeats, calls, knocks = asked.filter(attempt__gt=1).count(), len(api.calls), api.knocks
        late = watched.filter(next_poll_at__lte=ended) | watched.exclude(last_error="")
        waiting = set(late.values_list("pk", flat=True))
        while watched.filter(pk__in=waiting, last_good_at__lt=ended).exists() and api.now < ended + DAY:
            _poll(api, turn)
        read = [at for at in watched.filter(pk__in=waiting).values_list("last_good_at", flat=True) if at]
    longest = max((at - ended for at in read), default=timedelta())
    share = round(repeats / max(calls, 1), 3)
    return Outage(kind, receipts, hours, calls, knocks, share, round(longest / MINUTE, 1))


def _poll(api: Api, turn: Callable[[datetime], None]) -> None:
    """A minute of polling. A worker waits for a pause that is nearly over; here the minutes pass."""
    turn(api.now)
    if quota.blocked_until(POLLED, now=api.now) is None:
        poll_due(source=api, now=instants.judge(api.now))
    api.now += MINUTE
