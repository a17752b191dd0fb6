"""What the workflows listen to."""

from __future__ import annotations

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.models import OutboxEvent
from legist.core.outbox import subscribe
from workflows import engine

ENGINE = Actor.system("playbooks")


@subscribe("tracking.status_changed", name="workflows.engine")
def start_playbooks(event: OutboxEvent) -> None:
    """Start what a change of status calls for."""
    engine.run_for_change(event.data["change_id"], now=utc_now(), actor=ENGINE)


@subscribe("tracking.receipt_assigned", name="workflows.engine")
def resume_parked(event: OutboxEvent) -> None:
    """Start what waited for the receipt to get a matter."""
    engine.resume_parked(event.data["receipt_id"], now=utc_now(), actor=ENGINE)


@subscribe("tracking.change_confirmed", name="workflows.engine")
def resume_held(event: OutboxEvent) -> None:
    """Start what was held until a person confirmed the reading."""
    engine.run_for_change(event.data["change_id"], now=utc_now(), actor=ENGINE, confirmed=True)
