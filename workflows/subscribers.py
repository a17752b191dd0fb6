"""What the workflows listen to."""

from __future__ import annotations

from uuid import UUID

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.models import OutboxEvent
from legist.core.outbox import subscribe
from legist.practice.people.leaving import LEFT_TOPIC
from legist.practice.services import ASSIGNED_TOPIC
from tracking.importing import FAILED_TOPIC, OFFERS_TOPIC, WAITING_TOPIC
from tracking.observations.questions import FORM_TOPIC
from tracking.services import MOVED_TOPIC
from workflows.clients import contacts
from workflows.deadlines import services
from workflows.matters import handovers, moving
from workflows.notices import watch
from workflows.notifications import imports
from workflows.playbooks import engine

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


@subscribe(MOVED_TOPIC, name="workflows.moved")
def take_work_along(event: OutboxEvent) -> None:
    """Bring the work about a receipt to the matter it was moved into."""
    moving.take_along(event.data["receipt"], left=event.data["from"], now=utc_now(), actor=ENGINE)


@subscribe(FORM_TOPIC, name="workflows.form_in_question")
def keep_the_shorter_clock(event: OutboxEvent) -> None:
    """Count the open dates of a receipt by the shorter period of the forms that it may be about."""
    services.keep_shorter_period(UUID(event.data["receipt"]), now=utc_now(), actor=ENGINE)


@subscribe(ASSIGNED_TOPIC, name="workflows.assigned")
def tell_of_assignment(event: OutboxEvent) -> None:
    """Tell somebody who was given a matter what waits in it."""
    matter, person = event.data["matter"], event.data["person"]
    handovers.tell_of_assignment(matter, person, key=f"assigned:{event.pk}", now=utc_now())


@subscribe(LEFT_TOPIC, name="workflows.staff_left")
def tell_of_leaving(event: OutboxEvent) -> None:
    """Tell the managers what somebody who left has left behind."""
    handovers.tell_of_leaving(event.data["person"], key=f"left:{event.pk}", now=utc_now())


@subscribe(FAILED_TOPIC, name="workflows.import_failed")
def tell_of_failed_import(event: OutboxEvent) -> None:
    """Tell those who can have an import go on that an error stopped it."""
    imports.tell_of_failure(event.data["import_id"], key=f"import_failed:{event.pk}", now=utc_now())


@subscribe(WAITING_TOPIC, name="workflows.rows_wait")
def tell_of_waiting_rows(event: OutboxEvent) -> None:
    """Tell those who may decide that rows of an import wait for them."""
    imports.tell_of_waiting_rows(event.data["import_id"], now=utc_now())


@subscribe(OFFERS_TOPIC, name="workflows.contact_offers")
def tell_of_offers(event: OutboxEvent) -> None:
    """Tell the people of those clients of whom a list says something else than the firm."""
    contacts.tell_of_offers(event.data["import_id"], now=utc_now())
