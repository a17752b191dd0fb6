"""What the worker does for the workflows, again and again."""

from __future__ import annotations

from datetime import datetime, timedelta

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.resilience.error_capture import each_alone
from legist.core.tasks import Ran, periodic, task
from workflows import escalation
from workflows.deadlines import reminders
from workflows.messages import sending
from workflows.notices import actions, overdue
from workflows.playbooks import resuming
from workflows.states import DeliveryState

COURIER = Actor.system("courier")
ENGINE = Actor.system("playbooks")
PAPER = Actor.system("paper")
REMINDER = Actor.system("reminders")


@task("workflows.deliver", timeout_s=240)
def deliver() -> Ran:
    """Hand approved messages over."""
    ended = sending.deliver_due(now=utc_now(), actor=COURIER)
    sent = ended[DeliveryState.SENT]
    return Ran(did=sent, left=sum(ended.values()) - sent, more=ended)


@task("workflows.reminders", timeout_s=120)
def remind() -> Ran:
    """Show the reminders that are due."""
    return Ran(did=reminders.run_due(now=utc_now(), actor=REMINDER))


@task("workflows.resume", timeout_s=120)
def resume() -> Ran:
    """Go on with playbooks that waited for a person."""
    return Ran(did=resuming.resume_ready(now=utc_now(), actor=ENGINE))


@task("workflows.paper", timeout_s=120)
def look_for_paper() -> Ran:
    """Match notices whose receipt is tracked by now, enter dates that waited, raise what is missing."""
    looked_at = each_alone((actions.run_ready, overdue.run_due), lambda run: run(now=utc_now(), actor=PAPER))
    return Ran(did=sum(looked_at))


def has_paper_work(now: datetime) -> bool:
    """Return whether a look for paper would find something to do."""
    return actions.has_ready(now) or overdue.has_due(now)


@task("workflows.escalate", timeout_s=120)
def escalate() -> Ran:
    """Tell again, and then the managers, of what has waited for too long."""
    return Ran(did=escalation.run_due(now=utc_now()))


periodic(deliver, every=timedelta(seconds=2), when=sending.has_due)
periodic(remind, every=timedelta(seconds=60), when=reminders.has_due)
periodic(resume, every=timedelta(seconds=5), when=resuming.has_ready)
periodic(escalate, every=timedelta(minutes=10))
periodic(look_for_paper, every=timedelta(seconds=60), when=has_paper_work)
