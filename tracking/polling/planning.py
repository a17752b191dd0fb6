"""How a source's calls are shared out at present: the plan is made every hour and steered by the minute.

What the firm sees is counted also while receipts keep the fixed intervals of their tiers, so that there is a
history to begin with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    F,
    Q,
    QuerySet,
    Value,
    When,
)

from legist.core.actors import Actor
from legist.core.failpoints import atomic
from legist.core.resilience import quota
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability, require
from legist.practice.states import MatterState
from tracking import audit_actions as actions
from tracking.models import PollingPlan, Receipt
from tracking.polling import cadence, leasing, policies, reserve
from tracking.polling.allocation import (
    AGES,
    Allocation,
    Beliefs,
    Bounds,
    Budget,
    Cell,
    Demand,
    Seen,
    allocate,
    pull_of,
)
from tracking.polling.cadence import NextPoll
from tracking.polling.learning import DAY, NEAR, age_on, cells_changed, seen_in_history
from tracking.polling.policies import InForce
from tracking.polling.policy import PROMOTED, Placed
from tracking.polling.reserve import locked_plan
from tracking.sources import POLLED, lanes_of
from tracking.states import PLANNED_CHECKS, NextCheck

EVERY: Final = timedelta(hours=1)
# A look brings no more forward than this.
FORWARD: Final = 1000


class Group(NamedTuple):
    """Receipts that are asked about alike."""

    form: str
    stage: str
    age: int
    tier: str
    priority: str
    is_closed: bool
    is_near: bool = False
    is_lifted: bool = False

    @property
    def cell(self) -> Cell:
        return Cell(self.form, self.stage, self.age, self.is_near)


@dataclass(frozen=True, slots=True)
class Share:
    """What the next calls are planned by, read once for a run."""

    allocation: Allocation
    beliefs: Beliefs
    budget: Budget
    policy: cadence.CadencePolicy = field(default_factory=cadence.CadencePolicy)

    def days(self, group: Group) -> float:
        """Return the days' worth of calls between two looks at a receipt of the group."""
        return 1 / self.allocation.rate(self.pull(group), self.bounds(group))

    def bounds(self, group: Group) -> Bounds:
        return cadence.bounds_of(
            group.tier, is_closed=group.is_closed, is_lifted=group.is_lifted, policy=self.policy
        )

    def pull(self, group: Group) -> float:
        weight = cadence.weight_of(group.priority, is_lifted=group.is_lifted)
        return pull_of(weight=weight, rate=self.beliefs.rate(group.cell))

    def next_poll(self, receipt: Receipt, *, now: datetime) -> NextPoll:
        """Plan the next call after a good reading."""
        age, changed = age_on(receipt.current_since, now), receipt.neighbour_changed_at
        is_near = changed is not None and changed > now - NEAR
        group = Group(
            receipt.form_type,
            receipt.stage_code,
            age,
            receipt.tier,
            receipt.priority,
            _rests(receipt),
            is_near,
            _is_lifted(receipt),
        )
        return cadence.by_share(tier=receipt.tier, days=self.days(group), budget=self.budget, now=now)


def _is_lifted(receipt: Receipt) -> bool:
    return bool(receipt.tier_why.get("reason") == PROMOTED)


def _rests(receipt: Receipt) -> bool:
    """Say whether its matter is closed, and nothing lifts it all the same."""
    matter = receipt.matter
    return matter is not None and matter.state == MatterState.CLOSED and not _is_lifted(receipt)


def current(source: str, *, now: datetime) -> Share | None:
    """Return what the calls of a source are shared out by; None while tiers keep fixed intervals."""
    row = PollingPlan.objects.filter(pk=source, is_shared=True).first()
    return _share(row, now) if row else None


@dataclass(frozen=True, slots=True)
class Pace:
    """What the tiers and the next checks follow from, read once for a run."""

    held: InForce = field(default_factory=InForce)
    share: Share | None = None

    def teams(self, receipts: Iterable[Receipt]) -> Mapping[UUID, frozenset[str]]:
        """Return the teams of each matter, where a policy asks for them."""
        return self.held.teams(list(receipts))

    def after_answer(
        self, receipt: Receipt, *, teams: Mapping[UUID, frozenset[str]], now: datetime, rng: Random
    ) -> dict[str, Any] | None:
        """Put a receipt, in memory, into its tier after a good reading; return its next check."""
        placed = self.held.put(receipt, now=now, teams=teams)
        return self.next_check(receipt, placed, now=now, rng=rng)

    def next_check(
        self, receipt: Receipt, placed: Placed, *, now: datetime, rng: Random
    ) -> dict[str, Any] | None:
        """Return the columns of the next check after a reading at `now`; None where it has none by itself."""
        planned = None
        if receipt.is_planned and self.share:
            planned = self.share.next_poll(receipt, now=now)
        elif receipt.is_planned:
            planned = cadence.after_success(
                tier=receipt.tier,
                bucket=receipt.current_bucket,
                code=receipt.current_code,
                policy=self.held.policy.cadence,
                now=now,
                rng=rng,
                is_closed=_rests(receipt),
            )
        if placed.opens_at and receipt.is_watched and (planned is None or placed.opens_at < planned.at):
            planned = NextPoll(placed.opens_at, NextCheck.EVENT_NEAR)
        return planned.columns if planned else None


def pace_of(source: str, *, now: datetime) -> Pace:
    """Return what tiers and next checks of a source follow from at present."""
    return Pace(policies.in_force(), current(source, now=now))


def shared_by(source: str, *, now: datetime) -> Share:
    """Return what the calls of a source would be shared out by, whether they are or not."""
    return _share(PollingPlan.objects.filter(pk=source).first() or PollingPlan(source=source), now)


def _share(row: PollingPlan, now: datetime) -> Share:
    shared = Allocation(row.price, row.floors_kept)
    return Share(shared, _beliefs(row), Budget(max(1, _calls(row.source, now))), _policy())


def _beliefs(row: PollingPlan) -> Beliefs:
    """What was seen; rows of receipts that were near a change stand with an age below zero."""
    return Beliefs(
        Seen(Cell(form, stage, max(age, -1 - age), is_near=age < 0), days, changes)
        for form, stage, age, days, changes in row.seen
    )


def _as_row(seen: Seen) -> list[Any]:
    form, stage, age, is_near = seen.cell
    return [form, stage, -1 - age if is_near else age, round(seen.days, 4), round(seen.changes, 4)]


def plan(*, now: datetime, source: str = POLLED) -> Allocation:
    """Count what was seen since the last plan, and share the calls of a day out anew."""
    with atomic():
        row = locked_plan(source)
        groups = _groups(now)
        beliefs = _watched(row, groups, source=source, now=now)
        policy = _policy()
        shared = _allocate(groups, beliefs, calls=_calls(source, now), policy=policy)
        row.price, row.floors_kept, row.planned_at = shared.price, shared.floors_kept, now
        row.seen = [_as_row(each) for each in beliefs.seen]
        row.save(update_fields=["price", "floors_kept", "planned_at", "seen"])
        if row.is_shared:
            kept = shared.floors_kept
            latest = now + cadence.furthest("low", policy, is_failing=False, floors_kept=kept)
            beyond = Receipt.objects.filter(next_poll_reason=NextCheck.SHARED, next_poll_at__gt=latest)
            beyond.update(next_poll_at=latest)
    return shared


def steer(*, now: datetime, source: str = POLLED) -> int:
    """Make the plan when it is due, and bring checks forward when the day's spending is behind it."""
    row = PollingPlan.objects.filter(pk=source).first()
    if row is None or row.planned_at is None or not now - EVERY < row.planned_at <= now:
        plan(now=now, source=source)
    if row is None or not row.is_shared:
        return 0
    for lane in lanes_of(source):
        limits = leasing.limits(lane, now=now)
        quota.configure(lane, per_second=limits.per_second, per_day=limits.per_day)
    due = Receipt.objects.filter(~leasing.held(now, is_shared=True), next_poll_at__lte=now).count()
    planned_with = leasing.calls_of(source, now=now)
    forward = max(sum(reserve.room(lane, now=now).claimable for lane in planned_with) - due, 0)
    return leasing.bring_forward(min(forward, FORWARD), now=now) if forward else 0


def share_out(*, on: bool, actor: Actor, now: datetime, source: str = POLLED) -> bool:
    """Share the calls of a day out, or go back to fixed intervals; False when it stood so already.

    Every planned check is planned anew from when its receipt was last asked about.
    """
    require(actor, Capability.OPERATE_POLLER)
    plan(now=now, source=source)
    with unit_of_work(actor=actor, now=now) as unit:
        row = locked_plan(source)
        if row.is_shared == on:
            return False
        row.is_shared = on
        row.save(update_fields=["is_shared"])
        share, policy = _share(row, now), _policy()
        for group in _groups(now):
            planned = _shared_plan(share, group) if on else _fixed_plan(policy, group)
            _members(group, now).update(
                next_poll_at=F("last_checked_at") + planned.wait,
                next_poll_reason=planned.reason,
                next_poll_values={"tier": group.tier, "every": round(planned.wait.total_seconds())},
            )
        unit.record(actions.SHARING_TURNED, row, turned="on" if on else "off")
    return True


class _Planned(NamedTuple):
    wait: timedelta
    reason: NextCheck


def _shared_plan(share: Share, group: Group) -> _Planned:
    return _Planned(timedelta(days=share.days(group)), NextCheck.SHARED)


def _fixed_plan(policy: cadence.CadencePolicy, group: Group) -> _Planned:
    tier, reason = ("low", NextCheck.MATTER_CLOSED) if group.is_closed else (group.tier, NextCheck.BY_TIER)
    return _Planned(cadence.clamp(policy.intervals[tier]), reason)


def _calls(source: str, now: datetime) -> int:
    """The calls of a day on all lanes of a source together that are not down for long."""
    return sum(leasing.calls_of(source, now=now).values())


def _policy() -> cadence.CadencePolicy:
    return policies.in_force().policy.cadence


def _grouped(now: datetime) -> Any:
    """Watched receipts with their age group, and whether they rest, are near a change, or are lifted."""
    today = now.astimezone(UTC).date()
    ages = [
        When(current_since__lte=today - timedelta(days=begins), then=Value(age))
        for age, begins in reversed(list(enumerate(AGES, start=1)))
    ]
    lifted, yes, no = Q(tier_why__reason=PROMOTED), Value(value=True), Value(value=False)
    planned = Receipt.objects.filter(next_poll_at__isnull=False, tier__in=cadence.TIERS)
    return planned.annotate(
        age=Case(*ages, default=Value(0)),
        closed=Case(When(lifted, then=no), When(matter__state=MatterState.CLOSED, then=yes), default=no),
        near=Case(When(neighbour_changed_at__gt=now - NEAR, then=yes), default=no),
        lifted=Case(When(lifted, then=yes), default=no),
    )


def _groups(now: datetime) -> dict[Group, int]:
    """How many watched receipts there are of each group."""
    columns = ("form_type", "stage_code", "age", "tier", "priority", "closed", "near", "lifted")
    rows = _grouped(now).order_by().values_list(*columns)
    return {Group(*row[:-1]): row[-1] for row in rows.annotate(Count("pk"))}


def _members(group: Group, now: datetime) -> QuerySet[Receipt, Any]:
    """Receipts of a group whose next call is a planned check that nobody is making."""
    planned = _grouped(now).filter(
        next_poll_reason__in=PLANNED_CHECKS, last_checked_at__isnull=False, lease_token=None, last_error=""
    )
    found = planned.filter(
        form_type=group.form,
        stage_code=group.stage,
        age=group.age,
        tier=group.tier,
        priority=group.priority,
        closed=group.is_closed,
        near=group.is_near,
        lifted=group.is_lifted,
    )
    return Receipt.objects.filter(pk__in=found.values("pk"))


def _allocate(
    groups: dict[Group, int], beliefs: Beliefs, *, calls: int, policy: cadence.CadencePolicy
) -> Allocation:
    share = Share(Allocation(0.0), beliefs, Budget(calls), policy)
    demands = (Demand(count, share.pull(group), share.bounds(group)) for group, count in groups.items())
    return allocate(demands, calls=max(calls, 1))


def _watched(row: PollingPlan, groups: dict[Group, int], *, source: str, now: datetime) -> Beliefs:
    """Add to what was seen the time since the last plan; before the first, what the past year tells."""
    if row.planned_at is None:
        return Beliefs(seen_in_history(source, now=now))
    passed = min(max(now - row.planned_at, timedelta(0)), DAY) / DAY
    beliefs = _beliefs(row).faded(passed)
    for group, count in groups.items():
        if group.stage:
            beliefs.note(group.cell, days=count * passed)
    for cell in cells_changed(source, since=row.planned_at, until=now):
        beliefs.note(cell, changes=1)
    return beliefs
