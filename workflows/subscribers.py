"""What the workflows listen to."""

from __future__ import annotations

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.models import OutboxEvent
from legist.core.outbox import subscribe
from workflows import engine
from workflows.paper import watch

ENGINE = Actor.system("playbooks")
PAPER = Actor.system("paper")


@subscribe("tracking.status_changed", name="workflows.engine")
def start_playbooks(event: OutboxEvent) -> None:
    """Start what a change of status calls for."""
    engine.run_for_change(event.data["change_id"], now=utc_now(), actor=ENGINE)


@subscribe("tracking.status_changed", name="workflows.paper")
def await_paper(event: OutboxEvent) -> None:
    """Begin to wait for the paper that a change of status promises."""
    watch.begin(event.data["change_id"], now=utc_now(), actor=PAPER)
