"""One of everything on Dana's matter, so that every address has something behind it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from legist.core.clock import utc_now
from legist.core.models import Incident
from legist.practice.clients.invitations import invite_client, token_of
from legist.practice.clients.offers import offer
from legist.practice.clients.parties import add_party
from legist.practice.clients.relations import relate
from legist.practice.models import Relation, Wall
from legist.practice.people.list_views import Entered as NewView
from legist.practice.people.list_views import save_view
from legist.practice.people.teams import Entered, make_team
from legist.practice.search.services import keep
from legist.practice.states import ViewScope
from tests.factories.practice import NOW, SYSTEM, Firm, make_client
from tests.factories.tracking import make_change, make_receipt, previewed
from tests.factories.wording import propose_words, publish_words
from tests.factories.workflows import make_deadline, make_delivery, make_draft, make_news, run
from tests.workflows.notices.sheets import PDF, log
from tracking.importing import import_now
from tracking.mapping_editor.reprocessing import reprocess_everything
from tracking.mapping_editor.titles import slug_of
from tracking.models import ReviewItem, StatusQuery, WaitingRow
from tracking.normalizer import title_key
from tracking.overrides import override_status
from workflows.matters.by_hand import NewNote, write_note
from workflows.matters.tasks_by_hand import NewTask, add_task
from workflows.messages.correspondence import Written, receive
from workflows.messages.sending import deliver
from workflows.models import ChecklistItem, Document, Notification, PlaybookRun
from workflows.notices import watch

SHARED_VIEW = NewView("Slow ones", ViewScope.FIRM, {"tier": "low"})
CSV = b"receipt_number,form\nIOE0912345670,I-765\n"


def build(firm: Firm) -> dict[str, Any]:
    """Return the value of every placeholder that an address can have."""
    matter = firm.danas_matter
    for code in ("RFE_ISSUED", "APPROVED"):
        run(make_news(matter, code))
    receipt = make_receipt("IOE0987654321", matter=matter)
    change = make_change(receipt, "Zebra Crossing Was Repainted")
    override = override_status(
        receipt.pk, actor=firm.actor("olga"), code="APPROVED", reason="The notice came.", now=NOW
    )
    message = make_delivery(firm, "portal")
    deliver(message.pk, now=NOW, actor=SYSTEM)
    awaited = watch.begin(make_news(matter, "DENIED").pk, actor=SYSTEM, now=NOW)
    assert awaited is not None
    note, actor = NewNote(uuid4(), "Dana Example's sister called. @Alice"), firm.actor("paul")
    write_note(matter.pk, note, actor=actor, now=NOW)
    task = NewTask(uuid4(), "Call Dana Example", str(firm.alice.pk))
    add_task(matter.pk, task, actor=actor, now=NOW)
    kept = keep("Dana Example", actor=firm.actor("alice"), now=utc_now())
    assert kept is not None
    return {
        "matter_id": matter.pk,
        "note_id": note.key,
        "incoming_id": _incoming(firm),
        "client_id": matter.client_id,
        "receipt_id": receipt.pk,
        "change_id": change.pk,
        "override_id": override.pk,
        "search_id": kept.pk,
        "query_id": StatusQuery.objects.filter(receipt=receipt).latest("pk").pk,
        "review_id": ReviewItem.objects.filter(receipt=receipt).latest("pk").pk,
        "batch_id": previewed(CSV, filename="a.csv", actor=firm.actor("paul")).pk,
        "incident_id": Incident.objects.create(
            cause="given_up", concern="events", count=1, times=1, opened_at=NOW, seen_at=NOW
        ).pk,
        "waiting_id": _waiting(firm),
        "offer_id": _offer(firm),
        "team_id": make_team(Entered("Families"), actor=firm.actor("mary"), now=NOW).pk,
        "relation_id": _relation(firm),
        "view_id": save_view("receipts", SHARED_VIEW, actor=firm.actor("alice"), now=NOW).pk,
        "list_key": "receipts",
        "act_key": "check",
        "party_id": _party(firm),
        "gone_id": make_client("Zed", with_user=False).pk,
        "wall_id": Wall.objects.get(matter=matter, user=firm.charlie).pk,
        "item_id": _first(ChecklistItem, matter.pk, "checklist__matter"),
        "document_id": _first(Document, matter.pk, "matter"),
        "draft_id": make_draft(firm).pk,
        "message_id": message.draft_id,
        "delivery_id": make_delivery(firm).pk,
        "deadline_id": make_deadline(firm).pk,
        "paper_id": log(firm, number="IOE0987654321", scan=PDF).pk,
        "watch_id": awaited.pk,
        "run_id": PlaybookRun.objects.filter(matter=matter).latest("pk").pk,
        "notice_id": getattr(Notification.objects.filter(user=firm.alice).first(), "pk", uuid4()),
        "case_id": receipt.pk,
        "kind": "interview",
        "source": "events",
        "definition_kind": "wording",
        "definition": "APPROVED",
        "slug": slug_of(title_key("Zebra Crossing Was Repainted")),
        "stage_key": "IN_REVIEW",
        "number": 0,
        "rereading_id": reprocess_everything(actor=firm.actor("olga"), now=NOW).pk,
        "key": "rfe",
        "code": "APPROVED",
        "version_id": publish_words(firm, by="mary").pk,
        "proposal_id": propose_words(firm, code="DENIED").pk,
        "page": "list",
        "token": token_of(invite_client(matter.client, actor=SYSTEM, now=NOW)),
        "passkey_id": 1,
    }


def _waiting(firm: Firm) -> Any:
    """A row of Paul's with the reference of Dana's matter and the name of somebody else."""
    content = (
        f"receipt_number,matter_reference,client_name\nIOE0912345671,{firm.danas_matter.reference},Ines\n"
    )
    import_now(content.encode(), filename="b.csv", actor=firm.actor("paul"), now=NOW)
    return WaitingRow.objects.get().pk


def _offer(firm: Firm) -> Any:
    """What a list says of Dana's language."""
    made = offer(
        firm.danas_matter.client, {"language": "en"}, source=uuid4(), actor=firm.actor("paul"), now=NOW
    )
    return made[0].pk


def _relation(firm: Firm) -> Any:
    """What Eve is to Dana."""
    dana, eve = firm.danas_matter.client, firm.eves_matter.client
    relate(dana, eve.pk, "sibling", actor=firm.actor("alice"), now=NOW)
    return Relation.objects.get().pk


def _party(firm: Firm) -> Any:
    """Dana as the beneficiary of her own matter."""
    matter = firm.danas_matter
    return add_party(
        matter, matter.client_id, "beneficiary", seen="", actor=firm.actor("alice"), now=NOW
    ).party.pk


def _incoming(firm: Firm) -> UUID:
    written = Written(uuid4(), firm.danas_matter.pk, "Dana Example has a question.")
    receive(written, client=firm.danas_matter.client, actor=firm.actor("dana"), now=NOW)
    return written.key


def _first(model: Any, matter_id: Any, path: str) -> Any:
    """The first row on the matter or on a matter below it."""
    found = (
        model.objects.filter(**{path: matter_id}).first()
        or model.objects.filter(**{f"{path}__parent": matter_id}).first()
    )
    return found.pk
