"""How many days each kind of notice is given: built in, or as the firm has set it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput
from legist.core.uow import unit_of_work
from legist.practice.models import User
from legist.practice.permissions import Capability, require
from workflows import audit_actions as actions
from workflows.models import GracePeriod
from workflows.notices.expected import EXPECTED, MOST_DAYS


@dataclass(frozen=True, slots=True)
class Wait:
    """What holds for one status: `days` from the day USCIS acted; off means that nobody waits."""

    code: str
    days: int
    is_on: bool
    default: int
    changed: GracePeriod | None = None


def list_waits() -> list[Wait]:
    """Return what holds for every status that promises a paper."""
    known = {row.code: row for row in GracePeriod.objects.select_related("changed_by")}
    return [_wait(code, known.get(code)) for code in EXPECTED]


def get_wait(code: str) -> Wait:
    """Return what holds for one status."""
    return _wait(code, GracePeriod.objects.filter(code=code).first())


def _wait(code: str, row: GracePeriod | None) -> Wait:
    default = EXPECTED[code].days
    return Wait(str(code), row.days if row else default, row.is_on if row else True, default, row)


def set_waits(chosen: Mapping[str, tuple[int, bool]], *, actor: Actor, now: datetime) -> None:
    """Set the days, and whether anybody waits, for several statuses: all of them or, on an error, none."""
    require(actor, Capability.EDIT_DEADLINE_RULES)
    with unit_of_work(actor=actor):
        for code, (days, is_on) in chosen.items():
            set_wait(code, days=days, is_on=is_on, actor=actor, now=now)


def set_wait(code: str, *, days: int, is_on: bool, actor: Actor, now: datetime) -> Wait:
    """Set how long the paper of a status is given; it holds for changes that come from now on.

    Raises Forbidden without the right to edit the firm's rules, InvalidInput for days out of range.
    """
    require(actor, Capability.EDIT_DEADLINE_RULES)
    if not isinstance(actor.user, User):
        message = _("The firm's rules are set by a person.")
        raise Forbidden(message)
    if code not in EXPECTED or not 0 <= days <= MOST_DAYS:
        message = _("Give it between 0 and %(most)d days.") % {"most": MOST_DAYS}
        raise InvalidInput(message, {f"days_{code}": [message]})
    before = get_wait(code)
    if (before.days, before.is_on) == (days, is_on):
        return before
    with unit_of_work(actor=actor, now=now) as unit:
        values = {"days": days, "is_on": is_on, "changed_by": actor.user, "changed_at": now}
        row, _made = GracePeriod.objects.update_or_create(code=code, defaults=values)
        data = {"code": code, "days": days, "before": before.days, "on": is_on}
        unit.record(actions.PAPER_WAIT_SET, row, **data)
    return _wait(code, row)
