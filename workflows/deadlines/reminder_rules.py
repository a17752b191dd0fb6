"""Deciding when deadlines remind and escalate: for a kind, or for one of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.definitions import services as definitions
from legist.core.definitions.services import Decision
from legist.core.definitions.standing import Standing, Version
from legist.core.errors import InvalidInput, WrongState
from legist.core.uow import acting, unit_of_work
from legist.practice.permissions import Capability, acting_person
from workflows import audit_actions as actions
from workflows.access import access_deadline
from workflows.deadlines import reminders
from workflows.deadlines.reminder_days import (
    faults_in,
    in_order,
    offset_faults,
    offsets_of,
    standing_of,
    version_of,
)
from workflows.law.kinds import PERIODS
from workflows.models import Deadline, ReminderRule
from workflows.states import DeadlineState


class ReminderTopic(definitions.Topic[str, ReminderRule]):
    """The reminders of each kind of deadline; the newest version of a kind holds."""

    def read(self, key: str, /, *, lock: bool = False) -> Standing:
        rows = ReminderRule.objects.filter(kind=key).order_by("-version")
        return standing_of(key, (rows.select_for_update() if lock else rows).first())

    def standings(self) -> dict[str, Standing]:
        newest = {row.kind: row for row in ReminderRule.objects.all()}
        return {kind: standing_of(kind, newest.get(kind)) for kind in PERIODS}

    def history(self, key: str, /) -> list[Version]:
        rows = ReminderRule.objects.filter(kind=key).select_related("updated_by").order_by("-version")
        return [version_of(row) for row in rows]

    def faults(self, _key: str, content: Any, /) -> list[str]:
        return faults_in(content)

    def write(self, key: str, version: Version, decision: Decision, /) -> ReminderRule:
        """Keep the version; open deadlines that follow the firm are planned anew."""
        actor, now = decision.actor, decision.now
        row = ReminderRule(
            **version.content,
            kind=key,
            version=version.number,
            base=version.base,
            reason=decision.reason,
            updated_by=acting_person(actor),
            updated_at=now,
        )
        row.save(force_insert=True)
        following = _following(key).select_for_update()
        moved = [_replan(deadline, row.offsets, now=now) for deadline in following]
        data = {"kind": key, "offsets": ", ".join(map(str, row.offsets)), "deadlines": len(moved)}
        acting(actor=actor, now=now).record(actions.REMINDER_RULE_SET, row, **data)
        return row


TOPIC = ReminderTopic()


def count_following(kind: str) -> int:
    """Count the open deadlines of a kind that a change of the firm's reminders plans anew."""
    return _following(kind).count()


def _following(kind: str) -> QuerySet[Deadline]:
    return Deadline.objects.filter(kind=kind, state=DeadlineState.OPEN, own_reminders=False)


def choose_for(
    deadline_id: UUID | str, *, offsets: Iterable[int] | None, actor: Actor, now: datetime
) -> Deadline:
    """Choose the reminders of one deadline; None has it follow the firm again."""
    with unit_of_work(actor=actor, now=now) as unit:
        deadline = access_deadline(actor, deadline_id, Capability.WORK_MATTER, lock=True)
        if deadline.state != DeadlineState.OPEN:
            message = _("This deadline is closed already. Reload the page to see what became of it.")
            raise WrongState(message)
        days = offsets_of(deadline.kind) if offsets is None else checked_offsets(offsets)
        deadline.own_reminders = offsets is not None
        deadline.save(update_fields=["own_reminders"])
        _replan(deadline, days, now=now)
        data = {"kind": deadline.kind, "offsets": ", ".join(map(str, days))}
        unit.record(actions.REMINDERS_CHOSEN, deadline, **data)
    return deadline


def _replan(deadline: Deadline, offsets: list[int], *, now: datetime) -> Deadline:
    deadline.reminder_offsets = offsets
    deadline.save(update_fields=["reminder_offsets"])
    reminders.plan(deadline, now=now)
    return deadline


def checked_offsets(offsets: Iterable[int]) -> list[int]:
    """Return the days, furthest first, each once; raise InvalidInput for too many, too far, or none."""
    days = in_order(offsets)
    if faults := offset_faults(days):
        raise InvalidInput(faults[0], {"offsets": faults})
    return days
