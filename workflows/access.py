"""Who may see what, and fetching one thing and authorising in the same step."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import Forbidden, NotFound, WrongState
from legist.practice.models import User
from legist.practice.permissions import Capability, access, can, require, visible_to
from legist.practice.roles import CAPABILITIES
from legist.practice.selectors import closed_since
from tracking.selectors import visible_receipts, working_capability
from tracking.selectors.facts import receipts_numbered
from tracking.states import Attention
from workflows.models import (
    ChecklistItem,
    Deadline,
    Delivery,
    Document,
    Draft,
    IncomingMessage,
    Note,
    NoticeWatch,
    PlaybookRun,
    UscisNotice,
)
from workflows.states import DeadlineState, DraftState

TRIAGE = Capability.TRIAGE_UNASSIGNED
Key = UUID | str


def elsewhere(actor: Actor) -> Q:
    """Return which changes ask for nothing in the inbox, since what they ask for stands in another place.

    To tell a client stands where the message is: in the approvals, or in the work of whoever writes it; once
    it is approved or sent it is done. To act stands in the approvals where only a message there is open.
    """
    if not can(actor, Capability.VIEW_MATTER):
        return Q(pk__in=[])
    messages = Draft.objects.filter(change=OuterRef("pk"))
    somebodys = Q(matter__attorney__isnull=False) | Q(matter__paralegal__isnull=False)
    is_written = stands_in(DraftState.DRAFTED, DraftState.RETURNED) & somebodys
    told = messages.filter(is_written | stands_in(DraftState.IN_REVIEW, DraftState.APPROVED, DraftState.SENT))
    return Q(attention=Attention.TELL) & Exists(told) | Q(attention=Attention.ACT) & only_waits("pk")


def stands_in(*states: str) -> Q:
    """True of a message in one of the states; of a part of another message, where that one is."""
    return Q(state__in=states) | Q(joined_into__state__in=states)


def only_waits(change: str) -> Q:
    """True where nothing is open of a change, named by a column, but a message that waits for approval."""
    here = OuterRef(change)
    messages = Draft.objects.filter(stands_in(DraftState.IN_REVIEW), change=here)
    items = ChecklistItem.objects.filter(checklist__run__change=here, done_at=None)
    dates = Deadline.objects.filter(run__change=here, state=DeadlineState.OPEN)
    return Q(Exists(messages)) & ~Exists(items) & ~Exists(dates)


def expect_open(matter_id: UUID) -> None:
    """Raise WrongState in a closed matter, or below one: nobody looks at what is opened again there."""
    if closed_since([matter_id]):
        raise WrongState(_("This matter is closed. Reopen it first."))


def access_draft(
    actor: Actor, draft_id: Key, capability: Capability = Capability.VIEW_MATTER, *, lock: bool = False
) -> Draft:
    """Return the draft; a stranger gets NotFound, a reader without the capability Forbidden."""
    drafts = Draft.objects.select_related("matter", "client", "matter__attorney", "matter__paralegal")
    return access(actor, drafts, draft_id, via="matter", capability=capability, lock=lock)


def access_deadline(
    actor: Actor, deadline_id: Key, capability: Capability = Capability.VIEW_MATTER, *, lock: bool = False
) -> Deadline:
    """Return the deadline, authorised through its matter."""
    deadlines = Deadline.objects.select_related(
        "matter", "confirmed_by", "closed_by", "run__change", "receipt"
    )
    return access(actor, deadlines, deadline_id, via="matter", capability=capability, lock=lock)


def access_item(
    actor: Actor, item_id: Key, capability: Capability = Capability.VIEW_MATTER, *, lock: bool = False
) -> ChecklistItem:
    """Return the checklist item, authorised through its matter."""
    items = ChecklistItem.objects.select_related("checklist", "checklist__matter")
    return access(actor, items, item_id, via="checklist__matter", capability=capability, lock=lock)


def access_document(
    actor: Actor, document_id: Key, capability: Capability = Capability.VIEW_MATTER
) -> Document:
    """Return the document, authorised through its matter."""
    documents = Document.objects.select_related("matter", "template")
    return access(actor, documents, document_id, via="matter", capability=capability)


def access_delivery(
    actor: Actor, delivery_id: Key, capability: Capability = Capability.VIEW_MATTER, *, lock: bool = False
) -> Delivery:
    """Return the delivery, authorised through its draft's matter."""
    deliveries = Delivery.objects.select_related("draft", "draft__matter", "draft__client", "approval")
    return access(actor, deliveries, delivery_id, via="draft__matter", capability=capability, lock=lock)


def access_note(actor: Actor, note_id: Key, *, lock: bool = False) -> Note:
    """Return the note to whoever may read its matter; a stranger gets NotFound."""
    notes = Note.objects.select_related("matter", "author", "changed_by")
    return access(actor, notes, note_id, via="matter", capability=Capability.VIEW_MATTER, lock=lock)


def access_incoming(
    actor: Actor, message_id: Key, capability: Capability = Capability.VIEW_MATTER, *, lock: bool = False
) -> IncomingMessage:
    """Return what a client wrote, authorised through its matter."""
    found = IncomingMessage.objects.select_related("matter")
    return access(actor, found, message_id, via="matter", capability=capability, lock=lock)


def access_run(actor: Actor, run_id: Key, capability: Capability = Capability.VIEW_MATTER) -> PlaybookRun:
    """Return the run of a playbook, authorised through its matter."""
    runs = PlaybookRun.objects.select_related("playbook", "matter")
    return access(actor, runs, run_id, via="matter", capability=capability)


def visible_notices(actor: Actor) -> QuerySet[UscisNotice]:
    """Return the notices the actor may see: of their receipts, and strangers to those who triage.

    A stranger whose number is tracked where the actor may not look is closed to them too, so that a wall
    holds before anybody has matched it. Whoever entered it goes on seeing it as the stranger it was.
    """
    notices = UscisNotice.objects.all()
    if actor.is_system:
        return notices
    receipts = visible_receipts(actor).values("pk")
    hidden = receipts_numbered(OuterRef("number_index")).exclude(pk__in=receipts)
    own = Q(logged_by=actor.user.pk) if actor.user else Q(pk__in=[])
    strangers = Q(receipt__isnull=True) & (own | ~Exists(hidden)) if can(actor, TRIAGE) else Q(pk__in=[])
    return notices.filter(Q(receipt__in=receipts) | strangers)


def access_notice(actor: Actor, notice_id: Key, *, work: bool = False, lock: bool = False) -> UscisNotice:
    """Fetch and authorise one notice; with `work` for somebody who may decide about it.

    Raises NotFound to strangers, Forbidden to readers.
    """
    notice = _found(visible_notices(actor).filter(pk=notice_id), lock=lock)
    if work:
        _require_work(actor, notice)
    return notice


def access_scan(actor: Actor, notice_id: Key) -> UscisNotice:
    """Fetch a notice for somebody who may read its picture: those who read the matter itself."""
    notice = access_notice(actor, notice_id)
    if not may_read(actor, notice):
        message = _("The scan is open to those who read the matter. Ask its attorney.")
        raise Forbidden(message)
    return notice


def may_read(actor: Actor, notice: UscisNotice) -> bool:
    """Say whether somebody who may see the notice may also read what is written on it."""
    matter = notice.receipt.matter if notice.receipt else None
    return can(actor, Capability.VIEW_MATTER, matter)


def may_work(actor: Actor, notice: UscisNotice) -> bool:
    """Say whether the actor may decide about a notice that they may see."""
    matter = notice.receipt.matter if notice.receipt else None
    return can(actor, Capability.WORK_RECEIPT, matter)


def require_logging(actor: Actor) -> User:
    """Return the person who logs paper; raises Forbidden to roles that do not work on matters."""
    require(actor, Capability.WORK_RECEIPT)
    if not isinstance(actor.user, User):
        message = _("A notice is logged by a person.")
        raise Forbidden(message)
    return actor.user


def visible_watches(actor: Actor) -> QuerySet[NoticeWatch]:
    """Return the watches over receipts the actor may see."""
    return visible_to(
        actor,
        NoticeWatch.objects.all(),
        via="receipt__matter",
        capability=Capability.VIEW_RECEIPT,
        unassigned=TRIAGE,
    )


def access_watch(actor: Actor, watch_id: Key, *, lock: bool = False) -> NoticeWatch:
    """Fetch one watch for somebody who may decide about it: by work on the receipt, or to correct it."""
    return access(
        actor,
        NoticeWatch.objects.select_related("receipt__matter", "change"),
        watch_id,
        via="receipt__matter",
        capability=working_capability(actor),
        view=Capability.VIEW_RECEIPT,
        unassigned=TRIAGE,
        lock=lock,
    )


def triage_people() -> list[User]:
    """Return everybody whose role looks after receipts without a matter."""
    roles = [role for role, capabilities in CAPABILITIES.items() if TRIAGE in capabilities]
    return list(User.objects.filter(role__in=roles, is_active=True))


def _found(notices: QuerySet[UscisNotice], *, lock: bool) -> UscisNotice:
    known = notices.select_related("receipt__matter", "logged_by", "first", "deadline")
    notice = (known.select_for_update(of=("self",)) if lock else known).first()
    if notice is None:
        raise NotFound
    return notice


def _require_work(actor: Actor, notice: UscisNotice) -> None:
    if not may_work(actor, notice):
        message = _("You may read this, but not change it. Ask the attorney of the matter.")
        raise Forbidden(message)
