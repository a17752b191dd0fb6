"""Everything that happens to polling, in any order: a machine that hypothesis drives, and what must hold.

The source is a world of our own: it knows what each case says, fails as it is told to, and sends every call
through the way out that all sources share. A crash is one of the process: from some statement on, nothing of
what it does reaches the database any more. Two workers take turns wherever the first has no transaction open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from legist.bench.virtual import Died, at_statement, die
from legist.core import instants, outbox
from legist.core.actors import Actor
from legist.core.errors import WrongState
from legist.core.models import OutboxEvent, QuotaDay
from legist.core.resilience import breaker
from legist.core.states import BreakerState
from tests.factories.practice import NOW
from tests.factories.tracking import make_receipt, numbers
from tests.tracking.polling.world import FAULTS, World
from tracking import overrides, services
from tracking.models import Receipt, StatusChange, StatusQuery
from tracking.observations.changes import TOPIC
from tracking.observations.meaning import said_again, text_digest
from tracking.observations.services import observe
from tracking.polling import dials, leasing, lifting, planning
from tracking.polling.cadence import TIERS
from tracking.polling.fetching import Fetched
from tracking.polling.leasing import FULL
from tracking.polling.persisting import Counters, RunContext, persist_batch
from tracking.polling.placing import import_policy, place_waiting
from tracking.polling.policy import LETTER, SHIPPED, STATES
from tracking.polling.run import PollResult, poll_due
from tracking.selectors import number_index
from tracking.sources import POLLED
from tracking.states import QueryOutcome, Tier

HAND: Final = Actor.command("test")
SECOND: Final = timedelta(seconds=1)
PER_DAY: Final = 14
MOST: Final = 6
# The longest that a receipt waits for its next check where all is well: a week, while the reserve is held.
WEEK: Final = timedelta(days=9)
# Nobody asks about these by itself.
UNASKED: Final = (Tier.PAUSED, Tier.ON_DEMAND)


class Polling(RuleBasedStateMachine):
    """Receipts under watch; every rule is something that may happen next."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.world = World()
        self.made: Counter[date] = Counter()
        self.numbers: list[str] = []
        self.late: list[tuple[Fetched, datetime]] = []
        self.heard: set[UUID] = set()
        self.deaths = 0
        self.lost = 0
        self._example = transaction.atomic()
        self._example.__enter__()

    def teardown(self) -> None:
        """Let everything calm down: whoever is watched is asked, and what the world says is known."""
        try:
            if self.numbers:
                self._calm_down()
        finally:
            transaction.set_rollback(True)
            self._example.__exit__(None, None, None)

    # What may happen

    @initialize(count=st.integers(1, 4))
    def begin(self, count: int) -> None:
        for _ in range(count):
            self.track()

    @precondition(lambda self: len(self.numbers) < MOST)
    @rule()
    def track(self) -> None:
        number = numbers(MOST)[len(self.numbers)]
        self.numbers.append(number)
        self.world.said[number] = 0
        make_receipt(number, due=self.now)

    @rule(index=st.integers(0, MOST - 1))
    def change(self, index: int) -> None:
        self.world.said[self._number(index)] += 1

    @rule(index=st.integers(0, MOST - 1), fault=st.sampled_from(sorted(FAULTS)))
    def fail_once(self, index: int, fault: str) -> None:
        self.world.faults[self._number(index)] = fault

    @rule(weather=st.sampled_from(["", "", *sorted(FAULTS)]))
    def turn_weather(self, weather: str) -> None:
        self.world.weather = weather

    @rule(minutes=st.sampled_from([0.1, 1, 10, 60, 400, 1600]))
    def wait(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def poll(self) -> None:
        with self._judged() as judged:
            judged.append(poll_due(source=self.world, now=self.now))

    @rule(seconds=st.sampled_from([-3600, -90, 90, 3600]))
    def poll_by_a_wrong_clock(self, seconds: int) -> None:
        now, self.now = self.now, self.now + timedelta(seconds=seconds)
        with self._judged() as judged:
            judged.append(poll_due(source=self.world, now=self.now))
        self.now = now + SECOND

    @rule(statement=st.integers(7, 23))
    def two_workers(self, statement: int) -> None:
        def other() -> None:
            judged.append(poll_due(source=self.world, now=self.now))

        with self._judged() as judged, at_statement(statement, other, outside=True):
            judged.append(poll_due(source=self.world, now=self.now))

    @rule(statement=st.integers(1, 90))
    def crash(self, statement: int) -> None:
        """What was committed stays; calls that left stay charged, and some were charged for nothing."""
        with self._judged() as judged:
            try:
                with at_statement(statement, die):
                    judged.append(poll_due(source=self.world, now=self.now))
            except Died:
                self.deaths += 1
                self.lost += self._count_started()

    @rule()
    def restart(self) -> None:
        """A worker that starts puts right what a wrong clock has left."""
        instants.heal(now=self.now)

    @rule(count=st.integers(1, 3))
    def answer_late(self, count: int) -> None:
        """Ask, and let the answers wait on their way: they come when the lease may be another's."""
        claims = leasing.claim_due(limit=count, now=self.now)
        queries = leasing.open_queries(claims, lane=self.world.key, now=self.now)
        for claim in claims:
            said = self.world.reading(claim.number)
            query = queries[claim.receipt_id]
            fetched = Fetched(claim, query, self.now, self.now + SECOND, reading=said)
            self.late.append((fetched, self.now))
            self.lost += 1
        self.now += SECOND

    @rule(again=st.booleans())
    def deliver(self, again: bool) -> None:
        """Deliver an answer that was on its way, perhaps for a second time."""
        if not self.late:
            return
        fetched, _asked = self.late[0] if again else self.late.pop(0)
        context = RunContext(source=self.world.key, actor=HAND, rng=Random(1), counters=Counters())  # noqa: S311
        persist_batch([fetched], context=context, now=self.now)
        assert context.counters.calls == 1
        self.now += SECOND

    @rule(index=st.integers(0, MOST - 1))
    def tell_again(self, index: int) -> None:
        """Publish what a change told once more, as a task does that is delivered twice."""
        change = StatusChange.objects.filter(receipt=self._receipt(index)).first()
        if change is not None:
            with transaction.atomic():
                key, data = f"change:{change.pk}", {"change_id": str(change.pk)}
                outbox.publish(TOPIC, key=key, data=data, now=self.now)

    @rule(index=st.integers(0, MOST - 1))
    def write_beside(self, index: int) -> None:
        """Write a status from an old copy, as whoever forgot the lock does: it is refused."""
        old = self._receipt(index)
        standing = old.latest_change
        if standing is None:
            return
        old.sequence -= 1
        try:
            with transaction.atomic():
                observe(old, said_again(standing, rule="beside"), via="uscis", at=self.now, actor=HAND)
        except IntegrityError:
            return

    @rule(index=st.integers(0, MOST - 1), code=st.sampled_from(["DENIED", "TRANSFERRED"]))
    def override(self, index: int, code: str) -> None:
        try:
            overrides.override_status(
                self._receipt(index).pk, actor=HAND, code=code, reason="The letter says so.", now=self.now
            )
        except WrongState:
            return

    @rule(index=st.integers(0, MOST - 1), tier=st.sampled_from(Tier.values))
    def choose_tier(self, index: int, tier: str) -> None:
        services.set_tier(self._receipt(index).pk, tier=tier, actor=HAND, now=self.now)

    @rule(again=st.booleans())
    def hear(self, again: bool) -> None:
        """Tell what changed to who lifts receipts by it: late, and perhaps for a second time."""
        told = OutboxEvent.objects.filter(topic=TOPIC).order_by("pk")
        for event in told if again else told.exclude(pk__in=self.heard):
            lifting.lift_after_change(event)
            self.heard.add(event.pk)
        self.now += SECOND

    @rule(index=st.integers(0, MOST - 1))
    def get_a_letter(self, index: int) -> None:
        lifting.lift(self._receipt(index).pk, event=LETTER, at=self.now, now=self.now)

    @rule(index=st.integers(0, MOST - 1), days=st.sampled_from([None, 0, 3, 30]))
    def expect_a_deadline(self, index: int, days: int | None) -> None:
        due = None if days is None else (self.now + timedelta(days=days)).date()
        lifting.expect_deadline(self._receipt(index).pk, due=due, now=self.now)

    @rule(tier=st.sampled_from(["", *TIERS]), percent=st.sampled_from([0, 50, FULL]))
    def turn_down(self, tier: str, percent: int) -> None:
        dials.turn(percent, scope=dials.Scope(tier=tier), actor=HAND, now=self.now)

    @rule(index=st.integers(0, MOST - 1))
    def check_now(self, index: int) -> None:
        try:
            services.request_check(self._receipt(index).pk, actor=HAND, now=self.now)
        except WrongState:
            return

    @rule(on=st.booleans())
    def publish_policy(self, on: bool) -> None:
        planning.share_out(on=on, actor=HAND, now=self.now)

    @rule(
        otherwise=st.sampled_from(["near_real_time", "standard", "on_demand"]), state=st.sampled_from(STATES)
    )
    def rule_otherwise(self, otherwise: str, state: str) -> None:
        """The firm publishes another polling policy, and every receipt is put into its tier."""
        content = {**SHIPPED, "otherwise": otherwise, "state": state}
        import_policy(content, reason="For a test.", actor=HAND, now=self.now)

    @rule()
    def steer(self) -> None:
        place_waiting(now=self.now)
        planning.steer(now=self.now)

    # What holds

    @invariant()
    def it_holds(self) -> None:
        self.history_has_no_gaps()
        self.each_change_is_told_once()
        self.nothing_is_said_twice()
        self.no_day_has_too_many_calls()
        self.whoever_is_watched_has_a_next_check()
        self.only_the_dead_lose_calls()

    def history_has_no_gaps(self) -> None:
        for receipt in Receipt.objects.all():
            rows = list(StatusChange.objects.filter(receipt=receipt).order_by("sequence"))
            numbered = [row.sequence for row in rows]
            assert numbered == list(range(1, receipt.sequence + 1)), "The history has a gap or a double."
            assert receipt.latest_change_id == (rows[-1].pk if rows else None)

    def each_change_is_told_once(self) -> None:
        told = Counter(OutboxEvent.objects.filter(topic=TOPIC).values_list("data__change_id", flat=True))
        changed = Counter(str(pk) for pk in StatusChange.objects.values_list("pk", flat=True))
        assert told == changed, "A change was told never, or twice."

    def nothing_is_said_twice(self) -> None:
        """The source's own changes follow what the world said, each at most once."""
        for number in self.numbers:
            said = StatusChange.objects.filter(
                receipt__number_index=number_index(number), source="uscis", override=None
            ).count()
            assert said <= self.world.said[number] + 1

    def no_day_has_too_many_calls(self) -> None:
        used = [day.used for day in QuotaDay.objects.all()]
        assert max([*used, *self.made.values()], default=0) <= PER_DAY, "A day has too many calls."

    def whoever_is_watched_has_a_next_check(self) -> None:
        watched = Receipt.objects.exclude(tier__in=UNASKED)
        assert not watched.filter(next_poll_at=None).exists()

    def only_the_dead_lose_calls(self) -> None:
        lost = StatusQuery.objects.filter(outcome=QueryOutcome.LOST).count()
        assert lost <= self.lost

    @contextmanager
    def _judged(self) -> Iterator[list[PollResult]]:
        """Let workers poll: what they did adds up, nobody is asked twice, none while calls are held back."""
        held = breaker.status(self.world.key)
        is_held = held.state == BreakerState.OPEN and held.retry_at and held.retry_at > self.now
        charged, deaths, results = self._charged(), self.deaths, list[PollResult]()
        open_calls, off = self._count_started(), self._turned_off()
        self.world.calls.clear()
        yield results
        made = len(self.world.calls)
        self.made[self.now.date()] += made
        assert not (is_held and made), "A call left while the lane was open."
        assert not off & set(self.world.calls), "What is turned off was asked about."
        assert max(Counter(self.world.calls).values(), default=0) <= 1, "A receipt was asked about twice."
        if self.deaths == deaths:
            assert self._charged() - charged == made, "Calls made are not the calls charged."
            assert self._count_started() <= open_calls
            self._add_up(results, made)
        else:
            assert self._charged() - charged >= made
        self.now += SECOND

    def _add_up(self, results: list[PollResult], made: int) -> None:
        asked = 0
        for result in results:
            done, not_asked = result.counters, result.skipped_budget + result.given_back
            assert result.claimed == done.calls + not_asked, result.as_json()
            assert done.ok == done.changed + done.unchanged, result.as_json()
            asked += done.calls
        assert asked == made

    def _turned_off(self) -> set[str]:
        off = {dial.tier for dial in leasing.in_force(self.now) if not dial.percent}
        return {receipt.number for receipt in Receipt.objects.all() if off & {"", receipt.tier}}

    def _charged(self) -> int:
        return QuotaDay.objects.aggregate(sum=Sum("used"))["sum"] or 0

    def _count_started(self) -> int:
        return StatusQuery.objects.filter(outcome=QueryOutcome.STARTED).count()

    def _number(self, index: int) -> str:
        return self.numbers[index % len(self.numbers)]

    def _receipt(self, index: int) -> Receipt:
        return Receipt.objects.get(number_index=number_index(self._number(index)))

    def _calm_down(self) -> None:
        """The weather clears: within the longest wait everybody watched is asked, and nothing is due."""
        self.world.weather = ""
        self.world.faults.clear()
        for tier in ("", *TIERS):
            dials.turn(FULL, scope=dials.Scope(tier=tier), actor=HAND, now=self.now)
        began, until = self.now, self.now + self.longest_wait()
        instants.heal(now=self.now)
        watched = set(Receipt.objects.exclude(tier__in=UNASKED).values_list("pk", flat=True))
        while self.now < until:
            self.now += timedelta(hours=4)
            planning.steer(now=self.now)
            poll_due(source=self.world, now=self.now)
            if not Receipt.objects.filter(pk__in=watched).exclude(last_good_at__gt=began).exists():
                break
        for receipt in Receipt.objects.filter(pk__in=watched):
            assert receipt.last_good_at is not None
            assert receipt.last_good_at > began, "A receipt was never asked about."
            assert receipt.reading_digest == text_digest(self.world.reading(receipt.number))
            assert not receipt.last_error
        self.lifts_have_ended()
        self.it_holds()

    def longest_wait(self) -> timedelta:
        """A week, and more where the floors ask for more calls than there are: then all of them shrink."""
        planning.steer(now=self.now)
        shared = planning.current(POLLED, now=self.now)
        return WEEK / min(shared.allocation.floors_kept, 1) if shared else WEEK

    def lifts_have_ended(self) -> None:
        """Nobody is lifted beyond the window that was open when it was asked about last."""
        for receipt in Receipt.objects.filter(tier__in=TIERS, tier_why__reason="promoted"):
            until = datetime.fromisoformat(receipt.tier_why["until"])
            assert until > (receipt.last_good_at or until), "A receipt stays lifted."


def tell(story: Callable[[Polling], None]) -> None:
    """Let this happen to as many receipts as there are, and judge as after anything else."""
    machine = Polling()
    try:
        machine.begin(count=MOST)
        story(machine)
        machine.it_holds()
    finally:
        machine.teardown()
