"""Putting receipts into the tiers that the policy says, and what a policy costs over the firm's receipts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count as count_from
from random import Random
from secrets import SystemRandom
from typing import Any, Final, NamedTuple

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from legist.core.actors import Actor
from legist.core.definitions.services import Decision, Unchanged, publish
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability, require, teams_of
from legist.practice.states import MatterState
from tracking.models import NEXT_POLL, PollingDial, PollingPolicyVersion, Receipt
from tracking.polling import cadence, leasing, planning, policies
from tracking.polling.allocation import AGES, Budget, Demand, age_of, allocate, waits_of
from tracking.polling.learning import DAY
from tracking.polling.planning import Group, Pace, Share
from tracking.polling.policy import FILED, PROMOTED, RANKS, Facts, Placed, PollingPolicy
from tracking.sources import POLLED, label_of
from tracking.states import PLANNED_CHECKS, NextCheck, ReceiptState

PORTION: Final = 1000
LAST: Final = datetime.max.replace(tzinfo=UTC)
COLUMNS: Final = ("tier", "tier_why", "shadow", *NEXT_POLL)


def place(receipts: Iterable[Receipt], *, pace: Pace, now: datetime, rng: Random) -> list[Receipt]:
    """Put locked receipts, in memory, into their tiers and plan their checks; return those that differ now.

    A check that is no planned one (the first, one a person asked for, a try after a failure) stays.
    """
    known = list(receipts)
    teams, moved = pace.teams(known), []
    for receipt in known:
        before = _standing(receipt)
        placed = pace.held.put(receipt, now=now, teams=teams)
        is_awaited = receipt.next_poll_at is not None and receipt.next_poll_reason not in PLANNED_CHECKS
        if receipt.tier != before[0] and not (receipt.is_watched and is_awaited):
            receipt.plan_next_poll(_planned(receipt, placed, pace=pace, now=now, rng=rng))
        elif placed.opens_at and receipt.is_watched and placed.opens_at < (receipt.next_poll_at or LAST):
            receipt.plan_next_poll(cadence.NextPoll(placed.opens_at, NextCheck.EVENT_NEAR).columns)
        if before != _standing(receipt):
            moved.append(receipt)
    return moved


def _standing(receipt: Receipt) -> tuple[Any, ...]:
    return receipt.tier, receipt.tier_why, receipt.shadow, receipt.next_poll_at


def _planned(
    receipt: Receipt, placed: Placed, *, pace: Pace, now: datetime, rng: Random
) -> dict[str, Any] | None:
    if receipt.is_watched and receipt.last_checked_at is None:
        return cadence.first_poll(tier=receipt.tier, now=now).columns
    return pace.next_check(receipt, placed, now=receipt.last_checked_at or now, rng=rng)


def place_new(receipts: Iterable[Receipt], *, now: datetime) -> None:
    """Put receipts that are not saved yet, in memory, into their tiers; a first check that is due stays."""
    if known := list(receipts):
        place(known, pace=planning.pace_of(POLLED, now=now), now=now, rng=SystemRandom())


def place_now(
    receipts: QuerySet[Receipt], *, now: datetime, note: Callable[[Receipt], object] | None = None
) -> int:
    """Put the tracked ones of these receipts into their tiers, in the caller's unit of work.

    `note` may set the events and the chosen tier of each before, in memory. Return how many moved.
    """
    locked = receipts.select_related("matter").defer("number", "matter__title").order_by("pk")
    found = list(locked.select_for_update(of=("self",)).filter(state=ReceiptState.TRACKED))
    columns = [*COLUMNS, *(["events", "pinned_tier"] if note else [])]
    if note:
        for receipt in found:
            note(receipt)
    moved = place(found, pace=planning.pace_of(POLLED, now=now), now=now, rng=SystemRandom())
    Receipt.objects.bulk_update(found if note else moved, columns, batch_size=100)
    return len(moved)


def import_policy(content: Any, *, reason: str, actor: Actor, now: datetime) -> bool:
    """Publish a policy over whatever holds, and put every receipt into its tier; False when it holds already.

    Raises InvalidInput with every fault.
    """
    require(actor, Capability.EDIT_POLLING)
    decision, is_new, content = Decision(reason, actor, now), True, policies.tidied(content)
    try:
        publish(policies.TOPIC, policies.KEY, content, expected=policies.TOPIC.read().hash, decision=decision)
    except Unchanged:
        is_new = False
    place_waiting(now=now)
    return is_new


def place_waiting(*, now: datetime, portions: int | None = None) -> int:
    """Put receipts into their tiers by the newest policy, a portion at a time; return how many moved.

    Each portion commits with the place it came to, so that a killed worker goes on there. With each UTC day
    it begins again: ages and teams change by themselves, and no answer moves what nobody asks about.
    """
    moved = 0
    for _portion in count_from(1) if portions is None else range(portions):
        with unit_of_work(now=now):
            row = PollingPolicyVersion.objects.select_for_update().order_by("-number").first()
            if row is None or (row.placed_at and _day(row.placed_at) == _day(now)):
                return moved
            if row.placed_at:
                row.placed_upto = None
            after = Q(pk__gt=row.placed_upto) if row.placed_upto else Q()
            ids = list(Receipt.objects.filter(after).order_by("pk").values_list("pk", flat=True)[:PORTION])
            moved += place_now(Receipt.objects.filter(pk__in=ids), now=now)
            row.placed_upto = ids[-1] if ids else row.placed_upto
            row.placed_at = now if len(ids) < PORTION else None
            row.save(update_fields=["placed_upto", "placed_at"])
    return moved


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


@dataclass(slots=True)
class TierCost:
    """What one tier comes to: receipts, calls a day, and after how many hours a change is seen."""

    receipts: int = 0
    calls: float = 0.0
    _waits: float = 0.0
    _changes: float = 0.0

    def add(self, count: int, *, days: float, wait: float, rate: float) -> None:
        """Add so many receipts, each asked about every so many days, whose changes, so many a day, wait."""
        self.calls += count / days
        self._waits += count * rate * wait * 24
        self._changes += count * rate

    @property
    def delay(self) -> float:
        return self._waits / self._changes if self._changes else 0.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What a policy costs in calls a day over the firm's receipts, and how soon it sees a change, by tier.

    `rules`: how many receipts each rule (none, too), event or person decides; `moved`: those in another tier.
    `floors_kept` below 1: the longest intervals ask for more than the quota, and shrink in proportion. `down`
    are lanes whose calls do not count in `quota`, for they have been down for long. Dials are counted: of
    `turned_off` receipts they let no call through.
    """

    is_shared: bool
    quota: int
    tiers: dict[str, TierCost]
    rules: dict[str, int] = field(default_factory=dict)
    moved: int = 0
    floors_kept: float = 1.0
    down: tuple[str, ...] = ()
    turned_off: int = 0

    @property
    def down_words(self) -> str:
        return ", ".join(label_of(lane) for lane in self.down)

    @property
    def calls_per_day(self) -> float:
        return sum(tier.calls for tier in self.tiers.values())

    @property
    def floors_share(self) -> int:
        """The share of its floor that each receipt gets, in percent."""
        return round(self.floors_kept * 100)

    @property
    def expected_delay_hours(self) -> dict[str, float]:
        """After how many hours a change is seen in each tier that is asked about by itself."""
        return {name: tier.delay for name, tier in self.tiers.items() if tier.calls}

    def as_json(self) -> dict[str, Any]:
        """Return the document that `polling_policy cost --json` prints."""
        return {
            "calls_per_day": round(self.calls_per_day, 1),
            "quota": self.quota,
            "expected_delay_hours": {
                tier: round(hours, 2) for tier, hours in self.expected_delay_hours.items()
            },
            "receipts": {name: tier.receipts for name, tier in self.tiers.items()},
            "moved": self.moved,
            "rules": self.rules,
            "floors_kept": round(self.floors_kept, 4),
            "down": list(self.down),
            "turned_off": self.turned_off,
        }


def compared() -> list[tuple[str, str, int]]:
    """Return each tier with another one that the policy in shadow says, and for how many; the most first."""
    kept = Receipt.objects.filter(state=ReceiptState.TRACKED).exclude(shadow={}).order_by()
    pairs = kept.values_list("tier", "shadow__tier").annotate(count=Count("pk"))
    return sorted((pair for pair in pairs if pair[0] != pair[1]), key=lambda pair: -pair[2])


class _Alike(NamedTuple):
    """Receipts about which a policy decides alike, and the tier they are in now.

    `turned`: which of the dials in force concern them, if they are in its tier.
    """

    facts: Facts
    stage_code: str
    turned: tuple[bool, ...]
    receipts: int


class _Paced(NamedTuple):
    """Receipts that are asked about alike; of their calls `percent` go on."""

    group: Group
    stage: str
    code: str
    percent: int


def cost(
    *,
    now: datetime,
    policy: PollingPolicy | None = None,
    is_shared: bool | None = None,
    source: str = POLLED,
) -> Cost:
    """Add up what the tracked receipts ask for by a policy; without one, in the tiers they are in now.

    `is_shared`: with the calls of the day shared out, or at fixed intervals; None for as it is now.
    """
    if is_shared is None:
        is_shared = planning.current(source, now=now) is not None
    pace = (policy or policies.in_force().policy).cadence
    share = replace(planning.shared_by(source, now=now), policy=pace)
    dials = [dial for dial in leasing.in_force(now) if not dial.lane]
    groups: Counter[_Paced] = Counter()
    rules: Counter[str] = Counter({rule.title: 0 for rule in policy.rules} if policy else {})
    tiers: defaultdict[str, TierCost] = defaultdict(TierCost)
    moved = 0
    for facts, stage_code, turned, count in _alike(policy, now, dials=dials):
        tier, is_lifted = facts.tier, facts.why.get("reason") == PROMOTED
        if policy:
            placed = policy.place(facts, now=now)
            tier, is_lifted = placed.tier, placed.is_lifted
            rules[placed.name] += count
        moved += count * (tier != facts.tier)
        tiers[tier].receipts += count
        if tier in cadence.TIERS:
            rests, age = facts.matter == MatterState.CLOSED and not is_lifted, age_of(facts.age)
            group = Group(facts.form, stage_code, age, tier, facts.priority, rests, is_lifted=is_lifted)
            percent = _percent(dials, turned, tier=tier, is_shared=is_shared)
            groups[_Paced(group, facts.stage, facts.code, percent)] += count
    demands = [
        Demand(count, share.pull(each.group), share.bounds(each.group)) for each, count in groups.items()
    ]
    if is_shared:
        share = replace(share, allocation=allocate(demands, calls=max(share.budget.calls, 1)))
    asked = {each: count for each, count in groups.items() if each.percent}
    days = {each: _days(each, share if is_shared else None, policy=pace) for each in asked}
    waits = _waits(asked, days, budget=None if is_shared else share.budget)
    for each, count in asked.items():
        rate = share.beliefs.rate(each.group.cell)
        tiers[each.group.tier].add(count, days=days[each], wait=waits[days[each]], rate=rate)
    return Cost(
        is_shared,
        share.budget.calls,
        {tier: tiers[tier] for tier in RANKS if tier in tiers},
        dict(rules),
        moved,
        floors_kept=share.allocation.floors_kept if is_shared else 1.0,
        down=leasing.lanes_down(source, now=now),
        turned_off=groups.total() - sum(asked.values()),
    )


def _percent(dials: Sequence[PollingDial], turned: Sequence[bool], *, tier: str, is_shared: bool) -> int:
    """Return the share of a receipt's calls that dials let through, as `leasing.held` has it wait."""
    shares = [
        dial.percent
        for dial, is_theirs in zip(dials, turned, strict=True)
        if is_theirs
        and dial.tier in {"", tier}
        and not (is_shared and dial.percent and leasing.is_on_whole(dial))
    ]
    return min(shares, default=leasing.FULL)


def _days(each: _Paced, share: Share | None, *, policy: cadence.CadencePolicy) -> float:
    """Return the days between two looks at a receipt."""
    if share:
        return share.days(each.group) * leasing.FULL / each.percent
    wait, _reason = cadence.pace(
        tier=each.group.tier,
        bucket=each.stage,
        code=each.code,
        policy=policy,
        is_closed=each.group.is_closed,
    )
    return wait / DAY * leasing.FULL / each.percent


def _waits(
    asked: Mapping[_Paced, int], days: Mapping[_Paced, float], *, budget: Budget | None
) -> dict[float, float]:
    """Return by interval how long a change waits: half of it, and longer where a day has not the calls."""
    if budget is None:
        return {every: every / 2 for every in days.values()}
    counts: Counter[float] = Counter()
    for each, count in asked.items():
        counts[days[each]] += count
    return waits_of(counts, budget=budget)


def _alike(policy: PollingPolicy | None, now: datetime, *, dials: Sequence[PollingDial]) -> Iterator[_Alike]:
    """Group the tracked receipts by what decides about them; what has had an event stands by itself."""
    today = now.astimezone(UTC).date()
    begins = sorted({*AGES, *(policy.ages if policy else ())}, reverse=True)
    ages = [When(current_since__lte=today - timedelta(days=days), then=Value(days)) for days in begins]
    lifted = Q(tier_why__reason=PROMOTED)
    turning = {f"dial_{number}": dial for number, dial in enumerate(dials)}
    tracked = Receipt.objects.filter(state=ReceiptState.TRACKED).annotate(
        age=Case(*ages, default=Value(0)),
        of_matter=F("matter__state"),
        why=Case(When(lifted, then=Value(PROMOTED)), default=Value("")),
        **{name: _is_whose(dial) for name, dial in turning.items()},
    )
    alone = Q(pk__in=[])
    if policy:
        filed = policy.promotions.get(FILED)
        alone = (
            Q(why=PROMOTED)
            | ~Q(events={})
            | Q(submitted_at__gt=now - timedelta(days=filed.days if filed else 0))
        )
        teams = _teams(tracked) if policy.names_teams else policies.NO_TEAMS
        for receipt in (
            tracked.filter(alone).select_related("matter").defer("number", "matter__title").iterator()
        ):
            turned = tuple(getattr(receipt, name) for name in turning)
            yield _Alike(policies.facts_of(receipt, now=now, teams=teams), receipt.stage_code, turned, 1)
    else:
        teams = policies.NO_TEAMS
    names = [
        "stage_code",
        "current_bucket",
        "current_code",
        "form_type",
        "age",
        "priority",
        "of_matter",
        "tier",
        "why",
    ]
    names += ["pinned_tier", *turning, *(["matter_id"] if policy and policy.names_teams else [])]
    rest = tracked.exclude(alone).order_by().values_list(*names).annotate(count=Count("pk"))
    for stage_code, stage, code, form, age, priority, matter, tier, why, pinned, *more, count in rest:
        turned, whose = tuple(more[: len(turning)]), more[len(turning) :]
        of = teams.get(whose[0], frozenset()) if whose else frozenset()
        facts = Facts(
            stage, code, form, age, priority, matter or "none", of, tier, pinned, why={"reason": why}
        )
        yield _Alike(facts, stage_code, turned, count)


def _is_whose(dial: PollingDial) -> Case:
    """Say of a receipt whether a dial concerns its team; its tier is what a policy decides."""
    of_team = Q(pk__isnull=False) if dial.team_id is None else leasing.whose(dial, any_tier=True)
    return Case(When(of_team, then=Value(value=True)), default=Value(value=False))


def _teams(receipts: Any) -> dict[Any, frozenset[str]]:
    return teams_of(receipts.filter(matter__isnull=False).values_list("matter_id", flat=True))
