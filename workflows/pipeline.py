"""One pass over everything between a change and the client: events, playbooks, reminders, deliveries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Count

from legist.core import outbox
from legist.core.actors import Actor
from legist.core.resilience.error_capture import each_alone
from workflows.deadlines import reminders
from workflows.messages import sending
from workflows.models import ActionRun, ChecklistItem, Deadline, Delivery, Draft, PlaybookRun
from workflows.playbooks import resuming


@dataclass(frozen=True, slots=True)
class Pass:
    """Counts of one pass; deliveries by the state they ended in."""

    events: dict[str, int]
    playbook_runs: int
    actions: int
    reminders: int
    deliveries: dict[str, int]

    @property
    def is_idle(self) -> bool:
        """True when there was nothing to do."""
        return not self.events["claimed"] and not self.reminders and not any(self.deliveries.values())


def run_pass(*, now: datetime, actor: Actor) -> Pass:
    """Drain the outbox (which runs the playbooks), show due reminders, hand over what is approved.

    Call it outside any transaction. A part that fails keeps none of the others waiting; its error is raised
    at the end.
    """
    runs, steps = PlaybookRun.objects.count(), ActionRun.objects.count()
    events = _drain_all(now)
    parts: dict[str, Callable[[], Any]] = {
        "resumed": partial(resuming.resume_ready, now=now, actor=actor),
        "reminders": partial(reminders.run_due, now=now, actor=actor),
        "deliveries": partial(sending.deliver_due, now=now, actor=actor),
        "told": partial(_drain_all, now),
    }
    made: dict[str, Any] = {}
    each_alone(parts, lambda part: made.update({part: parts[part]()}))
    return Pass(
        events=asdict(events + made["told"]),
        playbook_runs=PlaybookRun.objects.count() - runs,
        actions=ActionRun.objects.count() - steps,
        reminders=made["reminders"],
        deliveries=made["deliveries"],
    )


def _drain_all(now: datetime) -> outbox.DrainResult:
    total = drained = outbox.drain(now=now)
    while drained.claimed:
        drained = outbox.drain(now=now)
        total += drained
    return total


def kept_by_workflows() -> dict[str, Any]:
    """Count what all passes made; drafts by state, deliveries by state and channel."""
    deliveries: defaultdict[str, dict[str, int]] = defaultdict(dict)
    grouped = Delivery.objects.order_by().values_list("state", "channel").annotate(n=Count("pk"))
    for state, channel, count in grouped:
        deliveries[state][channel] = count
    return {
        "playbook_runs": PlaybookRun.objects.count(),
        "actions": ActionRun.objects.count(),
        "tasks": ChecklistItem.objects.count(),
        "deadlines": Deadline.objects.count(),
        "drafts": dict(Draft.objects.order_by().values_list("state").annotate(n=Count("pk"))),
        "deliveries": dict(deliveries),
    }
