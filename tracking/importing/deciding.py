"""What people decide about rows that wait; one act, on the record, within what they may see."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, Overtaken, WrongState
from legist.core.reasons import required_reason
from legist.core.uow import acting, unit_of_work
from legist.practice.accounts import find_client
from legist.practice.clients.contacts import is_closed_to_new
from legist.practice.models import Client, Matter
from legist.practice.permissions import acting_person
from legist.practice.same_name import is_same_name
from legist.practice.services import People, find_or_create_client, open_matter
from tracking import audit_actions as actions
from tracking.importing.offering import offer_said
from tracking.models import NEXT_POLL, Receipt, WaitingRow
from tracking.polling.lifting import place_anew
from tracking.selectors import access_waiting_row, decidable_matters
from tracking.states import ReceiptState, WaitingState


class Decision(StrEnum):
    """What may be decided."""

    LINK = "link"
    SEPARATE = "separate"
    KEEP = "keep"
    REFUSE = "refuse"


STATES = {
    Decision.LINK: WaitingState.LINKED,
    Decision.SEPARATE: WaitingState.SEPARATE,
    Decision.KEEP: WaitingState.KEPT,
    Decision.REFUSE: WaitingState.REFUSED,
}


def decide_waiting(
    waiting_id: UUID | str,
    decision: Decision,
    *,
    actor: Actor,
    now: datetime,
    reference: str = "",
    reason: str = "",
) -> WaitingRow:
    """Settle a row that waits: link it to the matter with `reference`, open it separately, keep or refuse it.

    Refusing stops watching a receipt that only this row has brought in. Raises WrongState when somebody was
    faster or the receipt has found a matter meanwhile, InvalidInput for a matter the actor may not use.
    """
    if decision == Decision.REFUSE:
        reason = required_reason(reason, message=_("Say why the row is refused; it stays on the record."))
    try:
        with unit_of_work(actor=actor):
            waiting = _lock(actor, waiting_id)
            if decision == Decision.LINK:
                matter = _matter(actor, reference)
                _put(waiting, matter, actor=actor, now=now)
                offer_said(matter.client, waiting.said, batch=waiting.row.batch, actor=actor, now=now)
            elif decision == Decision.SEPARATE:
                _put(waiting, _separate(waiting, actor=actor, now=now), actor=actor, now=now)
            elif decision == Decision.REFUSE:
                _stop_watching(waiting, reason, actor=actor, now=now)
            _close(waiting, decision, reason=reason, actor=actor, now=now)
    except IntegrityError:
        raise Overtaken(
            _("Somebody wrote the same at this moment. Reload the page and look again.")
        ) from None
    return waiting


def _lock(actor: Actor, waiting_id: UUID | str) -> WaitingRow:
    """Lock the receipt before the row that waits, as every other act on a receipt does."""
    found = access_waiting_row(actor, waiting_id)
    Receipt.objects.select_for_update().get(pk=found.receipt_id)
    waiting = access_waiting_row(actor, waiting_id, lock=True)
    if waiting.state != WaitingState.OPEN:
        raise Overtaken(_("This was decided already. Reload the page to see what waits."))
    return waiting


def _matter(actor: Actor, reference: str) -> Matter:
    matter = decidable_matters(actor).filter(reference=reference.strip()).first()
    if matter is None:
        message = _("You work on no matter with this reference. Check it.")
        raise InvalidInput.at("reference", message)
    return matter


def _put(waiting: WaitingRow, matter: Matter, *, actor: Actor, now: datetime) -> None:
    receipt = waiting.receipt
    if receipt.matter_id not in {None, matter.pk}:
        raise WrongState(
            _("The receipt is in another matter by now. Move it there by hand if that is right.")
        )
    if receipt.matter_id is None:
        receipt.matter = matter
        receipt.save(update_fields=["matter"])
        place_anew(Receipt.objects.filter(pk=receipt.pk), now=now)
        acting(actor=actor, now=now).record(actions.RECEIPT_ASSIGNED, receipt, matter.pk)


def _separate(waiting: WaitingRow, *, actor: Actor, now: datetime) -> Matter:
    """Open a client of its own for the row; an address or a reference that is taken stays where it is."""
    if waiting.receipt.matter_id is not None:
        raise WrongState(_("The receipt is in a matter by now; there is nothing to open."))
    said = waiting.said
    if not said.get("client_name"):
        message = _("The row names nobody, so no client can be opened for it. Choose another decision.")
        raise InvalidInput.at("decision", message)
    reference, email = said.get("reference", ""), said.get("client_email", "")
    holder = find_client(email) if email else None
    is_shared = holder is not None and not is_same_name(holder.name, said["client_name"])
    is_usable = not (waiting.client_id or is_shared or is_closed_to_new(email))
    client, is_new = find_or_create_client(
        name=said["client_name"],
        email=(email or None) if is_usable else None,
        language=said.get("language", "en"),
        actor=actor,
        now=now,
    )
    if not is_new:
        raise Overtaken(_("A client with this address is there by now. Reload the page and link the row."))
    is_taken = Matter.objects.filter(reference=reference).exists()
    return open_matter(
        reference=None if is_taken else reference or None,
        title=_title(said, client),
        client=client,
        people=_people(actor),
        actor=actor,
        now=now,
    )


def _title(said: dict[str, str], client: Client) -> str:
    return _("%(form)s of %(client)s") % {"form": said.get("form") or _("Case"), "client": client.name}


def _people(actor: Actor) -> People:
    person = acting_person(actor)
    seats = {person.role: person} if person else {}
    return People(attorney=seats.get("attorney"), paralegal=seats.get("paralegal"))


def _stop_watching(waiting: WaitingRow, reason: str, *, actor: Actor, now: datetime) -> None:
    receipt = waiting.receipt
    is_ours = receipt.matter_id is None and receipt.created_at == waiting.opened_at
    if not is_ours or receipt.state == ReceiptState.STOPPED:
        return
    receipt.state, receipt.stopped_reason = ReceiptState.STOPPED, reason
    receipt.plan_next_poll(None)
    receipt.save(update_fields=["state", "stopped_reason", *NEXT_POLL])
    acting(actor=actor, now=now).record(actions.TRACKING_STOPPED, receipt, None)


def _close(waiting: WaitingRow, decision: Decision, *, reason: str, actor: Actor, now: datetime) -> None:
    waiting.state, waiting.decided_at = STATES[decision], now
    waiting.decided_by, waiting.decision_reason = acting_person(actor), reason or None
    waiting.save(update_fields=["state", "decided_at", "decided_by", "decision_reason"])
    data = {"decision": str(decision), "import": str(waiting.row.batch_id)}
    acting(actor=actor, now=now).record(actions.WAITING_ROW_DECIDED, waiting.receipt, **data)
