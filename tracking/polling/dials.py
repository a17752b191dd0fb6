"""How people turn polling down, off and back, and let calls through; what is left turned down.

Dials are read in `leasing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Exists, OuterRef, QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core import flags
from legist.core.actors import Actor
from legist.core.errors import InvalidInput, Overtaken
from legist.core.models import LaneState
from legist.core.reasons import Reason
from legist.core.resilience import breaker, quota
from legist.core.states import BreakerState
from legist.core.uow import acting, unit_of_work
from legist.practice.permissions import Capability, acting_person, require
from legist.practice.selectors import list_teams
from tracking import audit_actions as actions
from tracking import reviews
from tracking.models import PollingDial, Receipt, ReviewItem
from tracking.polling import lane
from tracking.polling.leasing import FULL, POLLER, held, in_force, is_on_whole
from tracking.sources import POLLED, label_of, lanes_of
from tracking.states import ReviewClosing, ReviewKind, ReviewState, Tier

# A dial that was left so long is put to a person.
LEFT_AFTER: Final = timedelta(days=1)


class OperatorReason(TextChoices):
    """Why operations turned a switch; the record holds the code."""

    MAINTENANCE = "maintenance", gettext_lazy("Maintenance on our side")
    SOURCE_TROUBLE = "source_trouble", gettext_lazy("Trouble at USCIS")
    BUDGET = "budget", gettext_lazy("To spare the calls of the day")
    MENDED = "mended", gettext_lazy("The cause is mended")
    OTHER = "other", gettext_lazy("Something else")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a dial turns; an empty lane, tier or team stands for all of them."""

    source: str = POLLED
    lane: str = ""
    tier: str = ""
    team: UUID | None = None


def turn(
    percent: int,
    *,
    scope: Scope,
    actor: Actor,
    now: datetime,
    reason: str = "",
    until: datetime | None = None,
) -> bool:
    """Let so much of a scope's calls through, until that instant or until it is turned back.

    False when it stood so already. `reason` is an OperatorReason. Raises InvalidInput for what cannot be.
    """
    require(actor, Capability.OPERATE_POLLER)
    _check(percent, scope, now=now, until=until)
    try:
        with unit_of_work(actor=actor, now=now):
            return _turn(percent, scope=scope, actor=actor, now=now, reason=reason, until=until)
    except IntegrityError:
        raise Overtaken(
            _("Somebody else has just turned this. Reload the page to see how it stands.")
        ) from None


def _turn(
    percent: int, *, scope: Scope, actor: Actor, now: datetime, reason: str, until: datetime | None
) -> bool:
    found = PollingDial.objects.filter(**_columns(scope), ended_at=None)
    standing = found.select_for_update().first()
    is_over = standing is None or (standing.until is not None and standing.until <= now)
    if is_over and percent == FULL:
        return False
    if standing and not is_over and (standing.percent, standing.until) == (percent, until):
        return False
    found.update(ended_at=now)
    dial = PollingDial(**_columns(scope), percent=percent, reason=reason, since=now, until=until)
    dial.by = acting_person(actor)
    if percent == FULL and standing:
        dial = standing
    else:
        dial.save(force_insert=True)
    acting(actor=actor, now=now).record(
        actions.POLLING_TURNED_UP if percent == FULL else actions.POLLING_TURNED_DOWN,
        dial,
        percent=percent,
        tier=scope.tier,
        team=str(scope.team or ""),
        lane=scope.lane,
        reason=reason,
        until=until.isoformat() if until else "",
    )
    _settle(now=now, actor=actor)
    return True


def _columns(scope: Scope) -> dict[str, Any]:
    return {"source": scope.source, "lane": scope.lane, "tier": scope.tier, "team_id": scope.team}


def _check(percent: int, scope: Scope, *, now: datetime, until: datetime | None) -> None:
    """Raise InvalidInput where the dial would turn nothing."""
    faults = {
        "percent": _("Choose between 0 and 100 percent.") if not 0 <= percent <= FULL else "",
        "tier": _("Choose one of the tiers.") if scope.tier not in {"", *_tiers()} else "",
        "lane": _("Choose one of the lanes.") if scope.lane not in {"", *lanes_of(scope.source)} else "",
        "team": _("Choose one of the teams.") if _is_unknown(scope.team) else "",
        "until": _("Choose a time that is still to come.") if until and until <= now else "",
    }
    found = {field: [words] for field, words in faults.items() if words}
    if found:
        raise InvalidInput(next(iter(found.values()))[0], found)


def _tiers() -> Iterable[str]:
    return (tier for tier in Tier.values if tier != Tier.PAUSED)


def _is_unknown(team: UUID | None) -> bool:
    return team is not None and not list_teams().filter(pk=team).exists()


def remind(*, now: datetime, actor: Actor = POLLER) -> bool:
    """Put it to a person when something has been left turned down for a day; say whether anything was."""
    left = [since for since in _turned_down_since(now) if since <= now - LEFT_AFTER]
    if not left:
        _settle(now=now, actor=actor)
        return False
    asked = ReviewItem.objects.filter(kind=ReviewKind.TURNED_DOWN, source=POLLED)
    if asked.filter(latest_at__gte=max(left) + LEFT_AFTER).exists():
        return False
    reviews.open_item(
        ReviewKind.TURNED_DOWN,
        receipt=None,
        source=POLLED,
        code=f"{len(left)}",
        detail="",
        now=now,
        actor=actor,
    )
    return True


def _turned_down_since(now: datetime) -> list[datetime]:
    """Since when each dial in force, and the master switch, hold polling back."""
    off = flags.off_since(flags.POLLING)
    return [*(dial.since for dial in in_force(now)), *([off] if off else [])]


def _settle(*, now: datetime, actor: Actor) -> None:
    """Close the question when nothing is turned down any more."""
    if _turned_down_since(now):
        return
    reviews.settle(
        [ReviewKind.TURNED_DOWN],
        receipt=None,
        source=POLLED,
        reason=Reason(ReviewClosing.TURNED_UP),
        now=now,
        actor=actor,
    )


@dataclass(frozen=True, slots=True)
class Turned:
    """A dial in force, and how many receipts would be asked about now if it were not for it."""

    dial: PollingDial
    waiting: int

    @property
    def is_on_whole(self) -> bool:
        """Whether it leaves a share of the calls of the day."""
        return is_on_whole(self.dial)

    @property
    def words(self) -> str:
        """What is turned down, in words."""
        dial = self.dial
        parts = [
            label_of(dial.lane or dial.source),
            _("%(tier)s tier") % {"tier": Tier(dial.tier).label} if dial.tier else "",
            dial.team.name if dial.team else "",
        ]
        return ", ".join(filter(None, parts))


def list_turned(dials: Sequence[PollingDial], *, now: datetime) -> list[Turned]:
    """Return what dials turn down, each with what waits for it."""
    due = Receipt.objects.filter(next_poll_at__lte=now)
    return [Turned(dial, due.filter(held(now, dials=[dial])).count()) for dial in dials]


def switch_polling(*, on: bool, actor: Actor, now: datetime, reason: str = "") -> bool:
    """Turn the master switch of polling; False when it stood so already. `reason`: an OperatorReason."""
    require(actor, Capability.OPERATE_POLLER)
    return flags.set_flag(flags.POLLING, on, actor=actor, now=now, reason=reason)


def reset_source(source: str, *, actor: Actor, now: datetime, reason: str = "") -> bool:
    """Let calls to a source through again; False when nothing held them back.

    It closes the breaker, lifts a wait that the source asked for, however long, and has those asked about
    that were put off meanwhile.
    """
    require(actor, Capability.OPERATE_POLLER)
    with unit_of_work(actor=actor, now=now) as unit:
        lanes = lanes_of(source)
        was_open = sum(breaker.reset(each) for each in lanes)
        was_waiting = sum(quota.lift(each, now=now) for each in lanes)
        put_off = lane.let_in(source, now=now, whoever=True)
        was_held = bool(was_open + was_waiting + put_off)
        if was_held:
            row, _created = LaneState.objects.get_or_create(lane=source)
            data = {"source": source} | ({"reason": reason} if reason else {})
            unit.record(actions.SOURCE_RESET, row, **data)
    return was_held


def list_refused() -> QuerySet[ReviewItem]:
    """Return the questions about credentials that are refused and held back: one for each, until it reads."""
    held_back = LaneState.objects.filter(lane=OuterRef("source")).exclude(state=BreakerState.CLOSED)
    asked = ReviewItem.objects.filter(kind=ReviewKind.ACCESS_REFUSED, state=ReviewState.OPEN, receipt=None)
    return asked.filter(Exists(held_back))
