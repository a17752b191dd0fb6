"""What the workflows listen to."""

from __future__ import annotations

from uuid import UUID

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.models import OutboxEvent
from legist.core.outbox import subscribe
from legist.practice import measures
from legist.practice.clients.conflicts import CONFLICT_TOPIC
from legist.practice.people.leaving import LEFT_TOPIC
from legist.practice.services import ASSIGNED_TOPIC
from legist.practice.services import CHANGED_TOPIC as MATTER_TOPIC
from legist.practice.states import ActKind, MatterState
from tracking.importing import FAILED_TOPIC, OFFERS_TOPIC, WAITING_TOPIC
from tracking.observations.changes import FORM_TOPIC
from tracking.registration import KNOWN_TOPIC
from tracking.services import MOVED_TOPIC, PLACED_TOPIC
from workflows.checklists.services import follow_deadline
from workflows.clients import contacts
from workflows.deadlines import named_days, services
from workflows.matters import handovers, moving
from workflows.matters.services import withdraw_late
from workflows.messages import deliveries, versions
from workflows.messages.sending import ENDED_TOPIC
from workflows.notices import watch
from workflows.notifications import imports
from workflows.playbooks import engine
from workflows.states import DeliveryState, DraftEventKind

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
    receipt, left = event.data["receipt"], event.data["from"]
    moving.take_along(receipt, left=left, key=f"moved:{event.pk}", now=utc_now(), actor=ENGINE)


@subscribe(PLACED_TOPIC, name="workflows.placed")
def keep_days_named_before(event: OutboxEvent) -> None:
    """Put the days to come on the board that a receipt had named before it got its matter."""
    named_days.keep_all(event.data["receipt"], now=utc_now(), actor=ENGINE)


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


@subscribe(CONFLICT_TOPIC, name="workflows.conflict_found")
def tell_of_conflict(event: OutboxEvent) -> None:
    """Tell the managers that somebody who was entered is like a client whom the person may not see."""
    contacts.tell_of_conflict(event.data["check"], now=utc_now())


@subscribe(KNOWN_TOPIC, name="workflows.known_number")
def tell_of_known_number(event: OutboxEvent) -> None:
    """Tell the managers that a number was entered by somebody who may not see its receipt."""
    contacts.tell_of_known_number(event.data["matter"], key=f"known:{event.pk}", now=utc_now())


@subscribe(MATTER_TOPIC, name="workflows.matter_closed")
def withdraw_late_drafts(event: OutboxEvent) -> None:
    """Withdraw what was drafted while a matter was being closed."""
    if event.data["state"] == MatterState.CLOSED:
        withdraw_late(event.data["matter"], now=event.created_at, actor=ENGINE)


@subscribe(MATTER_TOPIC, name="workflows.matter_reopened")
def tell_of_reopening(event: OutboxEvent) -> None:
    """Tell the managers of the empty seats of a matter that was reopened."""
    if event.data["state"] == MatterState.OPEN:
        handovers.tell_of_empty_seats(event.data["matter"], key=f"reopened:{event.pk}", now=event.created_at)


@subscribe(services.CHANGED_TOPIC, name="workflows.checklists")
def follow_the_date(event: OutboxEvent) -> None:
    """Move the checklist items that hang on a deadline."""
    follow_deadline(event.data["deadline"], now=event.created_at)


@subscribe(services.CHANGED_TOPIC, name="workflows.deadline_near")
def lift_before_the_date(event: OutboxEvent) -> None:
    """Have USCIS asked more often about the receipt in the days before its next date."""
    services.expect_news_before(event.data["deadline"], now=utc_now())


@subscribe(versions.DECIDED_TOPIC, name="workflows.draft_returned")
def tell_of_return(event: OutboxEvent) -> None:
    """Tell whoever works on a message that it was sent back."""
    if event.data["decision"] == DraftEventKind.RETURNED:
        deliveries.tell_of_return(event.data["draft"], key=f"returned:{event.pk}", now=event.created_at)


@subscribe(versions.DECIDED_TOPIC, name="workflows.decisions_measured")
def measure_decision(event: OutboxEvent) -> None:
    """Keep that a message was approved, sent back or withdrawn for the measures."""
    data = event.data
    edited = (data["characters"], data["changed"]) if "characters" in data else None
    measures.note_event(ActKind(f"draft_{data['decision']}"), event, by=data["by"], edited=edited)


@subscribe(ENDED_TOPIC, name="workflows.delivery_told")
def tell_of_delivery(event: OutboxEvent) -> None:
    """Ask a person about a delivery that needs one, and put away what was asked when it has ended well."""
    state, error = event.data["state"], event.data["error"]
    deliveries.tell_of_end(
        event.data["delivery"],
        state=state,
        error=error,
        key=f"delivery:{event.pk}",
        now=event.created_at,
    )


@subscribe(ENDED_TOPIC, name="workflows.deliveries_measured")
def measure_delivery(event: OutboxEvent) -> None:
    """Keep for the measures that a message was refused, or given up."""
    if event.data["state"] in {DeliveryState.FAILED, DeliveryState.UNCERTAIN}:
        is_refused = event.data["refused"]
        measures.note_event(ActKind.MESSAGE_BOUNCED if is_refused else ActKind.MESSAGE_GIVEN_UP, event)
