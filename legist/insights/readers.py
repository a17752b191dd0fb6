"""From raw rows to the tallies of days: what each measure reads, and how it adds it.

A reader adds what happened on a day to the tally of that day. It decides nothing but that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property
from typing import Final

from django.utils import timezone

from legist.core import outbox, tasks
from legist.core.states import DeliveryState as OutboxState
from legist.insights.tallies import DAY, Tally
from legist.practice.roles import Role
from legist.practice.selectors import Act, acts_between, open_caseload
from legist.practice.states import ActKind
from tracking.selectors import changes, health
from tracking.states import QueryOutcome
from workflows import measures as worked
from workflows.states import DeliveryState

ANSWERED: Final = (QueryOutcome.OK, QueryOutcome.PERMANENT)


@dataclass(frozen=True)
class Window:
    """The days from `first` to `last`, both counted, in the firm's zone, as known at `now`.

    What several measures count is read once for all of them.
    """

    first: date
    last: date
    now: datetime
    zone: tzinfo

    @classmethod
    def of(cls, first: date, last: date, *, now: datetime) -> Window:
        return cls(first, last, now, timezone.get_default_timezone())

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time.min, tzinfo=self.zone)

    @property
    def until(self) -> datetime:
        """The instant after the last day."""
        return datetime.combine(self.last + timedelta(days=1), time.min, tzinfo=self.zone)

    @property
    def today(self) -> date:
        return self.day_of(self.now)

    @property
    def holds_now(self) -> bool:
        return self.first <= self.today <= self.last

    @cached_property
    def calls(self) -> list[health.Calls]:
        return list(health.calls_by_day(self.since, self.until, zone=self.zone))

    @cached_property
    def acts(self) -> list[Act]:
        return list(acts_between(self.since, self.until))

    def day_of(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def begins(self, day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=self.zone)


class Days(defaultdict[date, Tally]):
    """The tally of each day that has rows."""

    def __init__(self) -> None:
        super().__init__(Tally)


Read = Callable[[Window, Days], None]


def call_success(window: Window, days: Days) -> None:
    for each in window.calls:
        days[each.day].share(each.calls if each.outcome in ANSWERED else 0, each.calls)


def retries(window: Window, days: Days) -> None:
    for each in window.calls:
        days[each.day].count(each.calls if each.is_retry else 0, of=each.calls)


def failures(window: Window, days: Days) -> None:
    """By the error code, or the outcome where there is none."""
    for each in window.calls:
        failed = each.outcome not in ANSWERED
        word = each.error or each.outcome
        days[each.day].count(each.calls * failed, word if failed else "", of=each.calls)


def time_to_detect(window: Window, days: Days) -> None:
    """At most since the last good reading, or since the day begins that the text names, if that is later;
    at least since that day ended."""
    for each in changes.changes_told(window.since, window.until):
        earliest = [window.begins(each.said_on)] if each.said_on else []
        earliest += [each.after] if each.after else []
        if not earliest:
            continue
        longest = max(0.0, (each.at - max(earliest)).total_seconds())
        ended = window.begins(each.said_on + timedelta(days=1)) if each.said_on else each.at
        shortest = min(longest, max(0.0, (each.at - ended).total_seconds()))
        days[window.day_of(each.at)].amount(shortest, longest)


def change_frequency(window: Window, days: Days) -> None:
    """A receipt is exposed from when it was added until now, and as it stands today: watched or not."""
    for each in changes.changes_told(window.since, window.until):
        days[window.day_of(each.at)].count(1, each.form or "")
    ends = min(window.until, window.now)
    begun: defaultdict[date, float] = defaultdict(float)
    whole_days = 0
    for created_at, _form in health.watched_since(ends):
        if created_at <= window.since:
            whole_days += 1
        else:
            begun[window.day_of(created_at)] += 1
    day, watched = window.first, float(whole_days)
    while day <= window.last and window.begins(day) < ends:
        watched += begun[day]
        part = min(1.0, (ends - window.begins(day)).total_seconds() / DAY)
        days[day].exposed(watched * part)
        day += timedelta(days=1)


def reviews(window: Window, days: Days) -> None:
    for at, kind in health.reviews_opened(window.since, window.until):
        days[window.day_of(at)].count(1, kind)


def spans(rows: Callable[[datetime, datetime], Iterator[worked.Span]]) -> Read:
    """Return a reader of what took from one instant to another, on the day it ended."""

    def read(window: Window, days: Days) -> None:
        for begun, ended in rows(window.since, window.until):
            took = max(0.0, (ended - begun).total_seconds())
            days[window.day_of(ended)].amount(took, took)

    return read


def in_time(rows: Callable[..., Iterator[worked.Due]]) -> Read:
    """Return a reader of what was to be done by a day, on that day."""

    def read(window: Window, days: Days) -> None:
        for day, done_at in rows(window.first, window.last, today=window.today):
            is_kept = done_at is not None and window.day_of(done_at) <= day
            days[day].share(int(is_kept), 1)

    return read


def rfe_turnaround(window: Window, days: Days) -> None:
    """At most since the day of the notice, at least since we knew of it."""
    for issued, (known, closed) in worked.requests_answered(window.since, window.until):
        since_known = max(0.0, (closed - known).total_seconds())
        since_issued = (closed - window.begins(issued)).total_seconds() if issued else since_known
        days[window.day_of(closed)].amount(since_known, max(since_known, since_issued))


def acts(add: Callable[[Tally, Act], None]) -> Read:
    """Return a reader of the measured acts of staff."""

    def read(window: Window, days: Days) -> None:
        for act in window.acts:
            add(days[window.day_of(act.at)], act)

    return read


def edited(tally: Tally, act: Act) -> None:
    if act.kind == ActKind.DRAFT_APPROVED:
        tally.share(int(bool(act.share)), 1)


def returned(tally: Tally, act: Act) -> None:
    if act.kind in {ActKind.DRAFT_APPROVED, ActKind.DRAFT_RETURNED}:
        tally.share(int(act.kind == ActKind.DRAFT_RETURNED), 1)


def minutes(tally: Tally, act: Act) -> None:
    if act.minutes:
        tally.count(act.minutes, act.kind)


def inquiries(window: Window, days: Days) -> None:
    """What staff logged, and what clients wrote themselves."""
    for act in window.acts:
        if act.kind in {ActKind.CALL, ActKind.QUESTION}:
            days[window.day_of(act.at)].count(1, act.kind)
    for at, _is_answered in worked.client_questions(window.since, window.until):
        days[window.day_of(at)].count(1, "portal")


def answered(window: Window, days: Days) -> None:
    for at, is_answered in worked.client_questions(window.since, window.until):
        days[window.day_of(at)].share(int(is_answered), 1)


def delivered(window: Window, days: Days) -> None:
    for at, state in worked.messages_ended(window.since, window.until):
        days[window.day_of(at)].share(int(state == DeliveryState.SENT), 1)


def queue_depth(window: Window, days: Days) -> None:
    """Known for the present instant alone: no row tells what waited then."""
    if not window.holds_now:
        return
    events = outbox.counts()
    kept = health.waiting(window.now) | worked.waiting()
    kept["events"] = sum(events.values()) - events[OutboxState.DELIVERED]
    kept["tasks"] = sum(tasks.counts().values())
    for name, number in kept.items():
        days[window.today].count(number, name, of=1)


def caseload(window: Window, days: Days) -> None:
    if window.holds_now:
        for number in open_caseload()[Role.ATTORNEY]:
            days[window.today].amount(number, number)


def minutes_saved(_window: Window, _days: Days) -> None:
    """Nothing: what a check by hand costs this firm is not known before a baseline is taken."""
