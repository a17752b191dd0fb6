"""What the workflows put on the record, and how entries name their objects."""

from __future__ import annotations

from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from legist.core.audit import Describe, register_action, register_subject
from workflows import models

RUN_STARTED = register_action(
    "workflows.playbook_started", _("started the playbook {playbook}"), data=("playbook", "code", "change")
)
RUN_PARKED = register_action(
    "workflows.playbook_parked",
    _("put the playbook {playbook} aside until the receipt has a matter"),
    data=("playbook", "code", "change"),
)
RUN_SHADOWED = register_action(
    "workflows.playbook_shadowed",
    _("would have started the playbook {playbook}, which is in shadow"),
    data=("playbook", "change", "steps"),
)
RUN_HELD = register_action(
    "workflows.playbook_held",
    _("held the playbook {playbook}: {reason}"),
    data=("playbook", "reason", "change"),
)
RUN_INVALID = register_action(
    "workflows.playbook_invalid",
    _("kept the playbook {playbook} until it can be read again"),
    data=("playbook", "change"),
)
STEP_FAILED = register_action(
    "workflows.step_failed",
    _("could not do the step {action} of the playbook {playbook}"),
    data=("playbook", "action", "change", "error"),
)
DEFINITION_PUBLISHED = register_action(
    "workflows.definition_published",
    _("put version {version} of {key} in force ({origin})"),
    data=("key", "version", "origin"),
)
CHECKLIST_OPENED = register_action(
    "workflows.checklist_opened", _("opened the checklist {key}"), data=("key", "items")
)
ITEM_DONE = register_action("workflows.item_done", _("checked off {key}"), data=("key",))
ITEM_REOPENED = register_action("workflows.item_reopened", _("reopened {key}"), data=("key",))
ITEM_SKIPPED = register_action(
    "workflows.item_skipped", _("closed {key} undone: {reason}"), data=("key", "reason")
)
OVERTAKEN_SETTLED = register_action(
    "workflows.overtaken_settled",
    _(
        "settled what the status {code} has overtaken: {messages} messages withdrawn, {steps} to-dos closed, "
        "{dates} dates met or replaced"
    ),
    data=("code", "messages", "steps", "dates"),
)
OVERTAKEN_REOPENED = register_action(
    "workflows.overtaken_reopened",
    _("took back what had been settled: {messages} messages, {steps} to-dos, {dates} dates"),
    data=("messages", "steps", "dates"),
)
TASK_ADDED = register_action("workflows.task_added", _("added the task {key}"), data=("key", "owner"))
TASK_CHANGED = register_action("workflows.task_changed", _("changed the task {key}"), data=("key", "owner"))
TASK_GIVEN_BACK = register_action(
    "workflows.task_given_back",
    _("gave the task {key} back: whose it was can no longer see it"),
    data=("key",),
)
WORK_PUT_OFF = register_action(
    "workflows.work_put_off",
    _("put something to do off until {until}, past the date {past}"),
    data=("until", "past", "kind"),
)
WORK_GIVEN = register_action(
    "workflows.work_given", _("gave something to do to a colleague"), data=("receiver", "kind")
)
WORK_TAKEN_BACK = register_action(
    "workflows.work_taken_back", _("took something to do back from a colleague"), data=("receiver", "kind")
)
MESSAGE_RECEIVED = register_action("workflows.message_received", _("wrote a message to the firm"))
MESSAGE_ANSWERED = register_action(
    "workflows.message_answered", _("marked a message of the client as answered")
)
MESSAGE_UNANSWERED = register_action(
    "workflows.message_unanswered", _("marked a message of the client as not answered after all")
)
DOCUMENT_BROUGHT = register_action(
    "workflows.document_brought",
    _("added a document (version {version}, {origin})"),
    data=("version", "origin"),
)
NOTE_WRITTEN = register_action("workflows.note_written", _("wrote a note"), data=("told",))
NOTE_CHANGED = register_action("workflows.note_changed", _("changed a note"), data=("told",))
NOTE_PINNED = register_action("workflows.note_pinned", _("pinned a note"))
NOTE_UNPINNED = register_action("workflows.note_unpinned", _("took the pin off a note"))
NOTE_DELETED = register_action("workflows.note_deleted", _("deleted a note"), data=("author",))
DEADLINE_ADDED = register_action(
    "workflows.deadline_added",
    _("added the deadline {kind}, {status}, due {due}"),
    data=("kind", "status", "due", "rule"),
)
DEADLINE_CONFIRMED = register_action(
    "workflows.deadline_confirmed",
    _("confirmed the deadline {kind}: {due}, {days} days from the computed date"),
    data=("kind", "due", "provisional", "days"),
)
DEADLINE_RECOUNTED = register_action(
    "workflows.deadline_recounted",
    _("counted the deadline {kind} anew, served by {served}: {due}"),
    data=("kind", "served", "abroad", "due", "before"),
)
DEADLINE_DATE_NOTED = register_action(
    "workflows.deadline_date_noted",
    _("noted another possible date of the deadline {kind}: {due}, {source}"),
    data=("kind", "due", "source"),
)
DEADLINE_MET = register_action("workflows.deadline_met", _("met the deadline {kind}"), data=("kind",))
DEADLINE_MOVED = register_action(
    "workflows.deadline_moved", _("moved the deadline {kind} to {due}"), data=("kind", "due", "previous")
)
DEADLINE_WAIVED = register_action(
    "workflows.deadline_waived", _("waived the deadline {kind}"), data=("kind",)
)
DEADLINE_REOPENED = register_action(
    "workflows.deadline_reopened", _("opened the deadline {kind} again, due {due}"), data=("kind", "due")
)
REMINDED = register_action(
    "workflows.reminded",
    _("reminded {people} people of the deadline {kind}"),
    data=("kind", "offset", "people"),
)
REMINDER_ESCALATED = register_action(
    "workflows.reminder_escalated",
    _("told {rung} of the deadline {kind}: nobody had said that they have it"),
    data=("kind", "offset", "people", "rung"),
)
REMINDER_ACKNOWLEDGED = register_action(
    "workflows.reminder_acknowledged",
    _("has the deadline {kind} in hand"),
    data=("kind", "reminders"),
)
REMINDERS_CHOSEN = register_action(
    "workflows.reminders_chosen",
    _("chose the reminders of the deadline {kind}: {offsets} days before"),
    data=("kind", "offsets"),
)
REMINDER_RULE_SET = register_action(
    "workflows.reminder_rule_set",
    _("set the firm's reminders of {kind}: {offsets} days before"),
    data=("kind", "offsets", "deadlines"),
)
CALENDAR_CREATED = register_action(
    "workflows.calendar_created", _("made a secret calendar address"), data=("scope", "names")
)
CALENDAR_REVOKED = register_action("workflows.calendar_revoked", _("revoked a secret calendar address"))
CALENDAR_READ = register_action(
    "workflows.calendar_read", _("read the calendar at its secret address for the first time")
)
CLOSED_WITH_REASON = register_action(
    "workflows.closed_with_reason",
    _("gave a reason for closing with {deadlines} open deadlines and {drafts} unfinished messages"),
    data=("deadlines", "drafts"),
)
WORK_TAKEN_AWAY = register_action(
    "workflows.work_taken_away",
    _("took the work about {subject} elsewhere: {deadlines} deadlines, {withdrawn} messages withdrawn"),
    data=("deadlines", "checklists", "withdrawn", "on_way"),
)
WORK_BROUGHT = register_action(
    "workflows.work_brought",
    _("brought the work about {subject} from another matter: {deadlines} deadlines, {anew} messages anew"),
    data=("deadlines", "checklists", "anew", "on_way"),
)
DOCUMENT_MADE = register_action("workflows.document_made", _("prepared the document {kind}"), data=("kind",))
DOCUMENT_READ = register_action("workflows.document_read", _("opened the document {kind}"), data=("kind",))
DRAFT_CREATED = register_action(
    "workflows.draft_created", _("drafted the message {purpose}"), data=("purpose", "version")
)
DRAFT_SUBMITTED = register_action(
    "workflows.draft_submitted", _("asked for approval of the message {purpose}"), data=("purpose", "version")
)
DRAFT_EDITED = register_action(
    "workflows.draft_edited",
    _("edited the message {purpose}, now version {version}"),
    data=("purpose", "version", "voided"),
)
DRAFT_READDRESSED = register_action(
    "workflows.draft_readdressed",
    _("addressed the message {purpose} anew, now version {version}: the client is reached in another way"),
    data=("purpose", "version", "voided"),
)
DRAFT_APPROVED = register_action(
    "workflows.draft_approved",
    _("approved version {version} of the message {purpose}"),
    data=("purpose", "version", "content_hash"),
)
DRAFT_READ = register_action(
    "workflows.draft_read",
    _("approved version {version} of the message {purpose} as the first of two"),
    data=("purpose", "version", "content_hash"),
)
DRAFT_RETURNED = register_action(
    "workflows.draft_returned", _("sent back the message {purpose}"), data=("purpose", "version")
)
DRAFT_VOIDED = register_action(
    "workflows.draft_voided", _("withdrew the message {purpose}"), data=("purpose", "version", "voided")
)
DRAFT_RESTORED = register_action(
    "workflows.draft_restored",
    _("took the withdrawn message {purpose} back into work"),
    data=("purpose", "version"),
)
DRAFT_JOINED = register_action(
    "workflows.draft_joined",
    _("put {parts} messages together as one, version {version}"),
    data=("purpose", "version", "parts", "voided"),
)
DRAFT_SEPARATED = register_action(
    "workflows.draft_separated",
    _("took a message apart again: each part waits by itself"),
    data=("purpose", "version", "voided"),
)
DELIVERED = register_action(
    "workflows.delivered", _("delivered the message by {channel}"), data=("channel", "version", "attempt")
)
DELIVERY_FAILED = register_action(
    "workflows.delivery_failed",
    _("could not deliver the message by {channel}: {error}"),
    data=("channel", "version", "attempt", "error"),
)
DELIVERY_HELD = register_action(
    "workflows.delivery_held",
    _("held the message: it may not go out as it was approved"),
    data=("channel", "version", "error"),
)
DELIVERY_BY_HAND = register_action(
    "workflows.delivery_by_hand",
    _("held the message, as nothing reaches the client: it is to be posted, or read out on the telephone"),
    data=("version", "error"),
)
DELIVERY_LEFT_OUT = register_action(
    "workflows.delivery_left_out", _("did not lay the message into the portal, which the client has left")
)
DELIVERY_UNCERTAIN = register_action(
    "workflows.delivery_uncertain",
    _("cannot tell whether the message went out by {channel}"),
    data=("channel", "version", "attempt"),
)
DELIVERY_RESOLVED = register_action(
    "workflows.delivery_resolved",
    _("decided about the unclear delivery by {channel}: {decision}"),
    data=("channel", "version", "decision"),
)
BILLING_RECORDED = register_action(
    "workflows.billing_recorded", _("recorded the billing event {kind}"), data=("kind",)
)
WORDING_PROPOSED = register_action(
    "workflows.wording_proposed",
    _("proposed words for {code}, upon version {based_on}"),
    data=("code", "based_on", "content_hash"),
)
WORDING_APPROVED = register_action(
    "workflows.wording_approved",
    _("approved the exact words for {code}"),
    data=("code", "content_hash", "own"),
)
WORDING_CLOSED = register_action(
    "workflows.wording_closed", _("closed proposed words for {code}: {state}"), data=("code", "state")
)
SHIPPED_SEEN = register_action(
    "workflows.shipped_seen", _("has seen {count} texts that an upgrade changed"), data=("count",)
)
WORDING_PUBLISHED = register_action(
    "workflows.wording_published",
    _("published version {version} of the words for {code}"),
    data=("code", "version", "languages"),
)
PAPER_LOGGED = register_action(
    "workflows.paper_logged", _("logged a paper notice, {paper}: {state}"), data=("paper", "state")
)
PAPER_MATCHED = register_action(
    "workflows.paper_matched", _("matched the paper notice {paper}"), data=("paper", "state", "how")
)
PAPER_CORRECTED = register_action(
    "workflows.paper_corrected",
    _("corrected what was read off the notice {paper}, now version {version}"),
    data=("paper", "version"),
)
PAPER_KEPT = register_action(
    "workflows.paper_kept", _("kept the notice {paper} as another copy"), data=("paper",)
)
PAPER_SET_ASIDE = register_action(
    "workflows.paper_set_aside", _("set the notice {paper} aside"), data=("paper",)
)
PAPER_TAKEN_BACK = register_action(
    "workflows.paper_taken_back", _("took back the notice {paper} that was set aside"), data=("paper",)
)
PAPER_SCAN_OPENED = register_action(
    "workflows.paper_scan_opened", _("opened the scan of the notice {paper}"), data=("paper",)
)
PAPER_MISSING = register_action(
    "workflows.paper_missing",
    _("missed the paper for {code}; people told: {people}"),
    data=("code", "people"),
)
PAPER_UNTOUCHED = register_action(
    "workflows.paper_untouched",
    _("found that nobody has looked for the paper for {code}; people told: {people}"),
    data=("code", "people"),
)
PAPER_TAKEN = register_action(
    "workflows.paper_taken", _("began to look for the paper for {code}"), data=("code",)
)
PAPER_GIVEN_BACK = register_action(
    "workflows.paper_given_back",
    _("gave the paper for {code} back: who looked for it was shut out"),
    data=("code",),
)
PAPER_ARRIVED = register_action(
    "workflows.paper_arrived", _("has the paper for {code} that was awaited"), data=("code",)
)
PAPER_AWAITED_AGAIN = register_action(
    "workflows.paper_awaited_again", _("waits again for the paper for {code}"), data=("code",)
)
PAPER_NOT_AWAITED = register_action(
    "workflows.paper_not_awaited",
    _("waits no more for the paper for {code}: {why}"),
    data=("code", "why"),
)
PAPER_STEPS_DROPPED = register_action(
    "workflows.paper_steps_dropped",
    _("took away the open steps to find the paper for {code}: {items}"),
    data=("code", "items"),
)
PAPER_WAIT_SET = register_action(
    "workflows.paper_wait_set",
    _("gave the paper for {code} {days} days, before {before}"),
    data=("code", "days", "before", "on"),
)

# How entries name their objects, and the address where each is shown.
SUBJECTS: tuple[tuple[type[Model], str | Promise, str], ...] = (
    (models.BillingEvent, _("billing event"), ""),
    (models.CalendarFeed, _("calendar address"), ""),
    (models.ChecklistItem, _("checklist item"), ""),
    (models.ChecklistRun, _("checklist"), ""),
    (models.Deadline, _("deadline"), "workflows:deadline"),
    (models.ReminderRule, _("reminders of a kind of deadline"), ""),
    (models.Document, _("document"), "workflows:document"),
    (models.DocumentTemplate, _("document template"), ""),
    (models.Draft, _("message"), "workflows:draft"),
    (models.UscisNotice, _("paper notice"), "workflows:paper_notice"),
    (models.GracePeriod, _("days for a paper"), ""),
    (models.Note, _("note"), ""),
    (models.IncomingMessage, _("message of the client"), ""),
    (models.MessageTemplate, _("message template"), ""),
    (models.NoticeWatch, _("awaited paper"), ""),
    (models.Playbook, _("playbook"), "workflows:playbook"),
    (models.PlaybookRun, _("playbook run"), ""),
    (models.ShippedText, _("words that come with Legist"), ""),
    (models.WordingApproval, _("approval of words"), ""),
    (models.WordingProposal, _("proposed words"), "workflows:wording_proposal"),
    (models.WordingVersion, _("wording"), "workflows:wording_version"),
)


def register_subjects() -> None:
    """Register how the record names what the workflows make."""
    for model, label, url_name in SUBJECTS:
        register_subject(model, _describe(label, url_name))


def _describe(label: str | Promise, url_name: str) -> Describe:
    return lambda ids, _reader: {pk: (str(label), _address(url_name, pk)) for pk in ids}


def _address(url_name: str, pk: str) -> str:
    """An address that is not mounted is left out: the record can be read without the pages."""
    try:
        return reverse(url_name, args=[pk]) if url_name else ""
    except NoReverseMatch:
        return ""
