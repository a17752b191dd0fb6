"""Billing events: milestones that happened, once per change, for the firm's billing system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from legist.core.actors import Actor
from legist.core.uow import unit_of_work
from legist.practice.models import Matter
from workflows import audit_actions as actions
from workflows.models import BillingEvent, PlaybookRun


@dataclass(frozen=True, slots=True)
class Milestone:
    """What happened, in words and as a key, and when."""

    kind: str
    title: str
    occurred_date: date


def record_event(
    milestone: Milestone, *, matter: Matter, run: PlaybookRun, actor: Actor, now: datetime
) -> BillingEvent:
    """Record a milestone of a matter; a second one of the kind for the same change is not made."""
    with unit_of_work(actor=actor, now=now) as unit:
        event, created = BillingEvent.objects.get_or_create(
            change_id=run.change_id,
            kind=milestone.kind,
            defaults={
                "matter": matter,
                "run": run,
                "title": milestone.title,
                "occurred_date": milestone.occurred_date,
                "created_at": now,
            },
        )
        if created:
            data = {"kind": milestone.kind}
            unit.record(actions.BILLING_RECORDED, event, matter.pk, **data)
    return event
