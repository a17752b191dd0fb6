"""Who holds which receipt: leases in the database, so that a dead worker only delays its receipts.

And which receipts nobody may take now, because somebody has turned polling down: by source, lane, tier or
team, from the next claim on. At 0 percent nothing of it is claimed or charged, whoever asks. Above, a planned
check waits as many times longer as the dial says, and a dial on a whole source or lane leaves it that share
of its calls of the day. Of several dials over one receipt each holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.lookups import LessThan

from legist.core import instants, leases
from legist.core.actors import Actor
from legist.core.crypto import CryptoError
from legist.core.failpoints import atomic
from legist.core.models import QuotaDay
from legist.core.resilience import breaker, quota
from legist.core.resilience.quota import Usage
from legist.core.uow import unit_of_work
from legist.practice.models import Matter
from tracking import reviews
from tracking.models import PollingDial, PollingPlan, Receipt, StatusQuery
from tracking.polling import cadence, policies
from tracking.polling.cadence import NextPoll
from tracking.sources import POLLED, get_source, lanes_of, limits_of
from tracking.sources.base import Limits, Source
from tracking.states import PLANNED_CHECKS, SLOW_REPEATS, NextCheck, QueryOutcome, ReviewKind, Tier

FULL: Final = 100
POLLER: Final = Actor.system("poller")
# Longer than a batch can take: the slowest call for every slot of every thread, and the commit.
LEASE: Final = timedelta(minutes=5)
ASIDE: Final = timedelta(days=1)
# Between two lanes that are asked about one receipt, when the first did not answer.
APART: Final = timedelta(minutes=1)
# A lane that was asked to wait for longer is not planned with.
LONG: Final = timedelta(hours=1)
UNFORESEEN, NUMBER_UNREADABLE = "unforeseen", "number_unreadable"
_lease: Final = leases.Lease(Receipt, LEASE)
# Checks that nobody waits for, which the reserve is not for.
_BESIDE_THE_PLAN: Final = (NextCheck.FIRST_CHECK, *SLOW_REPEATS)
UNASKED: Final = (*PLANNED_CHECKS, *_BESIDE_THE_PLAN)
_PLANNED: Final = Q(next_poll_reason__in=PLANNED_CHECKS)
_URGENT: Final = ~Q(next_poll_reason__in=UNASKED)
_FIRST: Final = Q(next_poll_reason__in=_BESIDE_THE_PLAN)
_HEALTHY: Final = Q(last_error="", last_good_at__isnull=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """One receipt held by us, with what the call needs; read from it without touching the database."""

    receipt_id: UUID
    number: str = field(repr=False)
    attempts: int
    token: UUID
    was_good: bool = False
    last_error: str = ""
    is_urgent: bool = False


def claim_due(*, limit: int, now: datetime) -> list[Claim]:
    """Take the most overdue receipts that nobody holds; two workers never get the same one.

    Rows that another claim has locked are left to it.
    """
    due = _free(Receipt.objects.filter(next_poll_at__lte=now), now).order_by("next_poll_at")
    return _read(_lease.take(due, limit=limit, now=now), now=now)


def claim_shared(*, limit: int, now: datetime) -> list[Claim]:
    """Take the most overdue planned checks, where the day's calls are shared out."""
    planned = Receipt.objects.filter(_PLANNED, next_poll_at__lte=now)
    due = _free(planned, now, is_shared=True).order_by("next_poll_at")
    return _read(_lease.take(due, limit=limit, now=now), now=now)


def claim_urgent(*, limit: int, now: datetime) -> list[Claim]:
    """Take what is due and waited for: what people ask for, and tries after a failure."""
    due = _free(Receipt.objects.filter(_URGENT, next_poll_at__lte=now), now).order_by("next_poll_at")
    return _read(_lease.take(due, limit=limit, now=now), now=now)


def claim_first(*, limit: int, now: datetime) -> list[Claim]:
    """Take first checks, and what is tried now and then while a person looks at it."""
    due = _free(Receipt.objects.filter(_FIRST, next_poll_at__lte=now), now).order_by("next_poll_at")
    return _read(_lease.take(due, limit=limit, now=now), now=now)


def bring_forward(count: int, *, now: datetime) -> int:
    """Make the soonest planned checks due now, none closer to the one before than its tier allows."""
    allowed = Q(pk__in=[])
    for tier, bounds in policies.in_force().policy.cadence.bounds.items():
        allowed |= Q(tier=tier, last_checked_at__lte=now - timedelta(days=1 / bounds.most))
    ahead = _free(Receipt.objects.filter(_PLANNED, allowed, next_poll_at__gt=now), now, is_shared=True)
    soonest = list(ahead.order_by("next_poll_at").values_list("pk", flat=True)[:count])
    return Receipt.objects.filter(_PLANNED, pk__in=soonest, next_poll_at__gt=now).update(next_poll_at=now)


def claim_probe(*, failed: Sequence[UUID], now: datetime) -> list[Claim]:
    """Take the one receipt that shows best whether calls are answered again.

    One that was read with success and has no error, due or not, the most overdue first; never one of those
    that `failed` since the last good answer while there is any other, and never the latest of them, which
    closed the way, unless the firm watches no other.
    """
    watched = _free(Receipt.objects.filter(next_poll_at__isnull=False), now).order_by("next_poll_at")
    others = watched.exclude(pk__in=failed)
    healthy = others.filter(_HEALTHY)
    but_the_latest = watched.exclude(pk=failed[-1]) if failed else watched
    for choice in (healthy, others, but_the_latest, watched):
        if claims := _read(_lease.take(choice, limit=1, now=now), now=now):
            return claims
    return []


def has_healthy_other(*, failed: Sequence[UUID], now: datetime) -> bool:
    """Say whether a probe would find a receipt that reads well and is none of those that `failed`."""
    return (
        Receipt.objects.filter(_HEALTHY, next_poll_at__isnull=False)
        .exclude(pk__in=failed)
        .filter(~held(now))
        .exists()
    )


def claim_receipt(receipt_id: UUID, *, now: datetime) -> Claim | None:
    """Take one watched receipt, due or not; None while somebody else holds it."""
    wanted = _free(Receipt.objects.filter(pk=receipt_id, next_poll_at__isnull=False), now)
    token = _lease.claim(wanted, now=now)
    return next(iter(_read(_lease.mine(receipt_id, token), now=now)), None) if token else None


def is_any_due(now: datetime) -> bool:
    """Say whether there is anything to claim; one look at the index."""
    return _free(Receipt.objects.filter(next_poll_at__lte=now), now).exists()


def next_deferred(*, now: datetime) -> datetime | None:
    """Return when the first receipt is due that was put off because the source asked us to wait."""
    put_off = Receipt.objects.filter(last_error="rate_limited", next_poll_at__isnull=False)
    return _free(put_off, now).order_by("next_poll_at").values_list("next_poll_at", flat=True).first()


def release(claims: Iterable[Claim]) -> None:
    """Give back receipts that were claimed and not asked about; they stay due."""
    by_token: dict[UUID, list[UUID]] = {}
    for claim in claims:
        by_token.setdefault(claim.token, []).append(claim.receipt_id)
    for token, ids in by_token.items():
        leases.release(Receipt.objects.filter(pk__in=ids, lease_token=token))


def withdraw(claims: list[Claim], queries: dict[UUID, UUID]) -> None:
    """Give back receipts whose call never left, and forget the calls that were announced for them."""
    if claims:
        ids = [queries[claim.receipt_id] for claim in claims]
        StatusQuery.objects.filter(pk__in=ids, outcome=QueryOutcome.STARTED).delete()
        release(claims)


def open_queries(claims: list[Claim], *, lane: str, now: datetime) -> dict[UUID, UUID]:
    """Write down the calls about to be made on a lane; return the query id of each receipt.

    Calls that an earlier holder never reported back are marked as lost first.
    """
    ids = [claim.receipt_id for claim in claims]
    with atomic():
        StatusQuery.objects.filter(receipt__in=ids, outcome=QueryOutcome.STARTED).update(
            outcome=QueryOutcome.LOST, finished_at=now, error_code="worker_died"
        )
        queries = [
            StatusQuery(
                receipt_id=claim.receipt_id,
                source=lane,
                run=claim.token,
                attempt=claim.attempts + 1,
                started_at=now,
            )
            for claim in claims
        ]
        StatusQuery.objects.bulk_create(queries)
    return {query.receipt_id: query.pk for query in queries}


def in_force(now: datetime) -> list[PollingDial]:
    """Return the dials that turn polling down now, the latest first."""
    found = PollingDial.objects.filter(Q(until=None) | Q(until__gt=now), ended_at=None)
    return list(found.select_related("team__group", "by").order_by("-since", "-pk"))


def held(now: datetime, *, dials: Sequence[PollingDial] | None = None, is_shared: bool = False) -> Q:
    """Return the condition of receipts that wait for a dial; `is_shared`: the day's calls are shared out.

    The calls to share are fewer already where a whole source is turned down.
    """
    waiting = Q(pk__in=[])
    for dial in in_force(now) if dials is None else dials:
        if dial.lane or (is_shared and dial.percent and not (dial.tier or dial.team_id)):
            continue
        waiting |= whose(dial) & (_slowed(dial.percent, now) if dial.percent else Q(pk__isnull=False))
    return waiting


def whose(dial: PollingDial, *, any_tier: bool = False) -> Q:
    """Return the condition of the receipts that a dial concerns, or would in its tier."""
    concerned = Q(tier=dial.tier) if dial.tier and not any_tier else Q(pk__isnull=False)
    if dial.team_id is not None:
        granted = Matter.objects.filter(
            pk=OuterRef("matter_id"), mattergroupobjectpermission__group__team=dial.team_id
        )
        concerned &= Q(Exists(granted))
    return concerned


def _slowed(percent: int, now: datetime) -> Q:
    """Return the condition of planned checks whose longer wait is not over, in whole microseconds."""
    waited = _span(Value(now, output_field=DateTimeField()) - F("last_checked_at"))
    planned = _span(F("next_poll_at") - F("last_checked_at"))
    is_early = LessThan(_span(waited * percent), _span(planned * FULL))
    return Q(next_poll_reason__in=PLANNED_CHECKS, last_checked_at__isnull=False) & Q(is_early)


def _span(between: Combinable) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(between, output_field=DurationField())


def limits(lane: str, *, now: datetime, dials: Sequence[PollingDial] | None = None) -> Limits:
    """Return what dials leave of the calls that a lane may make by its settings."""
    turned = in_force(now) if dials is None else dials
    share = min((dial.percent for dial in turned if is_on_whole(dial, lane)), default=FULL)
    granted = limits_of(lane)
    return Limits(granted.per_second, granted.per_day * share // FULL)


def lanes_down(source: str, *, now: datetime) -> tuple[str, ...]:
    """Return the lanes on which nothing can be planned: down for long, or asked to wait for over an hour.

    None where no lane is left: then the plan stands as it was, for when they are back.
    """
    lanes = lanes_of(source)
    if len(lanes) == 1:
        return ()
    down = tuple(lane for lane in lanes if breaker.is_down_for_long(lane) or _waits_for_long(lane, now))
    return down if len(down) < len(lanes) else ()


def _waits_for_long(lane: str, now: datetime) -> bool:
    until = quota.blocked_until(lane, now=now)
    return until is not None and until > now + LONG


def calls_of(source: str, *, now: datetime, dials: Sequence[PollingDial] | None = None) -> dict[str, int]:
    """Return the calls of a day of each lane that can be planned with."""
    down, turned = lanes_down(source, now=now), in_force(now) if dials is None else dials
    lanes = (lane for lane in lanes_of(source) if lane not in down)
    return {lane: limits(lane, now=now, dials=turned).per_day for lane in lanes}


def usages(lanes: Iterable[str], *, now: datetime, dials: Sequence[PollingDial] | None = None) -> list[Usage]:
    """Return the calls of lanes in this UTC day, of what settings and dials leave each."""
    day, keys = now.astimezone(UTC).date(), list(lanes)
    used = dict(QuotaDay.objects.filter(lane__in=keys, day=day).values_list("lane", "used"))
    turned = in_force(now) if dials is None else dials
    return [Usage(key, day, used.get(key, 0), limits(key, now=now, dials=turned).per_day) for key in keys]


def usage_of(lane: str, *, now: datetime, dials: Sequence[PollingDial] | None = None) -> Usage:
    return usages([lane], now=now, dials=dials)[0]


@dataclass(frozen=True, slots=True)
class Way:
    """A lane to ask on: the source with its credential, and the calls that dials leave it."""

    lane: str
    source: Source
    limits: Limits


def ways(source: Source | None, *, now: datetime) -> Iterator[Way]:
    """Yield the lanes of the source that is polled, one after the other, or that of another source."""
    for lane in lanes_of(POLLED) if source is None else (source.key,):
        yield Way(lane, source or get_source(lane), limits(lane, now=now))


def is_on_whole(dial: PollingDial, lane: str = "") -> bool:
    """Whether a dial leaves a share of the calls of a lane, or of whichever it names."""
    return not dial.tier and dial.team_id is None and dial.lane in {"", lane or dial.lane}


def _free(receipts: QuerySet[Receipt], now: datetime, *, is_shared: bool = False) -> QuerySet[Receipt]:
    """Those that nobody holds and no dial does; `is_shared`: the calls of the day are shared out.

    What failed on one of several lanes is not asked about on another within a minute.
    """
    free = receipts.filter(_lease.is_free(now), ~held(now, is_shared=is_shared))
    if len(lanes_of(POLLED)) == 1:
        return free
    return free.filter(Q(last_error="") | Q(last_checked_at=None) | Q(last_checked_at__lte=now - APART))


def _read(held: QuerySet[Receipt], *, now: datetime) -> list[Claim]:
    rows = held.only(
        "id", "number", "attempts", "lease_token", "source", "last_good_at", "last_error", "next_poll_reason"
    )
    return list(filter(None, (_readable(receipt, now=now) for receipt in rows.order_by("next_poll_at"))))


def _readable(receipt: Receipt, *, now: datetime) -> Claim | None:
    """Return the claim; a number that cannot be opened stands aside and keeps no other waiting."""
    token = receipt.lease_token
    assert token is not None  # noqa: S101  it is held
    try:
        was_good = receipt.last_good_at is not None
        return Claim(
            receipt.pk,
            receipt.number,
            receipt.attempts,
            token,
            was_good,
            receipt.last_error,
            is_urgent=receipt.next_poll_reason not in UNASKED,
        )
    except CryptoError:
        set_aside(
            receipt.pk,
            token=token,
            source=receipt.source or POLLED,
            why=NUMBER_UNREADABLE,
            now=now,
            actor=POLLER,
        )
    return None


def set_aside(receipt_id: UUID, *, token: UUID, source: str, why: str, now: datetime, actor: Actor) -> None:
    """Give a receipt back, due again after a pause, and ask a person; whoever holds it by now keeps it."""
    with unit_of_work(actor=actor):
        receipt = Receipt.objects.select_for_update().get(pk=receipt_id)
        mine = Receipt.objects.filter(pk=receipt_id, lease_token=token)
        again = NextPoll(now + ASIDE, NextCheck.SET_ASIDE).columns if receipt.is_watched else {}
        leases.release(mine, last_error=why, **again)
        reviews.open_item(
            ReviewKind.UNREADABLE,
            receipt=receipt,
            source=source,
            code=why,
            detail="",
            now=now,
            actor=actor,
        )


def _beyond_any_plan(now: datetime) -> Q:
    """Return the condition of receipts whose next call lies further ahead than their tier plans."""
    policy, beyond = policies.in_force().policy.cadence, Q(pk__in=[])
    shared = PollingPlan.objects.filter(pk=POLLED, is_shared=True)
    kept = shared.values_list("floors_kept", flat=True).first()
    for tier in (*cadence.TIERS, Tier.ON_DEMAND):
        for is_failing in (False, True):
            at_most = cadence.furthest(tier, policy, is_failing=is_failing, floors_kept=kept)
            whose = Q(tier=tier) & (~Q(last_error="") if is_failing else Q(last_error=""))
            beyond |= whose & instants.ahead("next_poll_at", now=now, at_most=at_most)
    return beyond


instants.register(Receipt, "next_poll_at", at_most=_beyond_any_plan)
# A reading older than the last good one is not believed.
instants.register(Receipt, "last_good_at")
