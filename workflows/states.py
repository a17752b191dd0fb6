"""The states and kinds of what the workflows keep; pages need no more of their tables."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from legist.core.reasons import Reasons, say_day
from legist.core.states import Toned
from tracking.states import code_label
from tracking.statuses import Tone


class DraftState(Toned):
    """Where a draft stands."""

    DRAFTED = "drafted", Tone.NEUTRAL, "pencil", _("Draft")
    IN_REVIEW = "in_review", Tone.WAITING, _("Waiting for approval")
    APPROVED = "approved", Tone.GOOD, "send", _("Approved")
    RETURNED = "returned", Tone.ACTION, "corner-up-left", _("Sent back")
    SENT = "sent", Tone.GOOD, "mail-check", _("Sent")
    VOID = "void", Tone.NEUTRAL, "circle-slash", _("Withdrawn")
    JOINED = "joined", Tone.NEUTRAL, "merge", _("Part of another message")


class ApprovalRule(TextChoices):
    """Who has to approve a message before it leaves."""

    ONE = "one", _("any attorney of the matter")
    RESPONSIBLE = "responsible", _("the attorney responsible for the matter")
    TWO = "two", _("two attorneys, one after the other")


class DraftEventKind(TextChoices):
    """The steps in a draft's life."""

    DRAFTED = "drafted", _("drafted")
    EDITED = "edited", _("edited")
    READDRESSED = "readdressed", _("addressed anew")
    SUBMITTED = "submitted", _("asked for approval")
    RETURNED = "returned", _("sent back")
    READ = "read", _("approved as the first of two")
    APPROVED = "approved", _("approved")
    APPROVAL_VOIDED = "approval_voided", _("approval voided by an edit")
    SENT = "sent", _("sent")
    VOIDED = "voided", _("withdrawn")
    RESTORED = "restored", _("taken back into work")
    JOINED = "joined", _("put together with others")
    SEPARATED = "separated", _("taken apart again")


class Channel(TextChoices):
    """How a message reaches a client."""

    EMAIL = "email", _("E-mail")
    PORTAL = "portal", _("Portal")
    HAND = "hand", _("Post or telephone")


class DocumentOrigin(TextChoices):
    """Who brought a file of a matter."""

    MADE = "made", _("Made from a template")
    CLIENT = "client", _("From the client")
    STAFF = "staff", _("From the firm")


class DeliveryState(Toned):
    """Where a delivery stands."""

    PENDING = "pending", Tone.WAITING, _("Waiting to go out")
    SENDING = "sending", Tone.WAITING, _("Being handed over")
    SENT = "sent", Tone.GOOD, _("Delivered")
    HELD = "held", Tone.ACTION, _("Held")
    FAILED = "failed", Tone.BAD, _("Failed")
    UNCERTAIN = "uncertain", Tone.BAD, _("Unclear whether it went out")
    CANCELLED = "cancelled", Tone.NEUTRAL, _("Cancelled")


# Nothing carries the message: a person posts it or calls, and records that.
BY_HAND, LEFT_PORTAL, NO_WAY_IN = "by_hand", "left_portal", "no_way_in"


UNREACHED = frozenset({BY_HAND, LEFT_PORTAL, NO_WAY_IN})


class DeadlineStatus(Toned):
    """How sure the date is."""

    PROVISIONAL = "provisional", Tone.WAITING, "circle-dashed", _("Provisional")
    CONFIRMED = "confirmed", Tone.GOOD, _("Confirmed")


class DeadlineState(Toned):
    """What became of it."""

    OPEN = "open", Tone.NEUTRAL, _("Open")
    MET = "met", Tone.NEUTRAL, "check", _("Met")
    MOVED = "moved", Tone.NEUTRAL, "calendar-x", _("Moved")
    WAIVED = "waived", Tone.NEUTRAL, "calendar-x", _("Waived")


class DeadlineClosing(TextChoices):
    """Why a deadline was closed without a person's words."""

    NEW_APPOINTMENT = "new_appointment", _("USCIS has set another appointment.")


DEADLINE_CLOSING = Reasons("deadline_closing", dict(DeadlineClosing.choices))


class DateSource(TextChoices):
    """Where a possible date of a deadline comes from."""

    RULE = "rule", _("counted by the rule")
    TEXT = "text", _("stated in the status text")
    PAPER = "paper", _("keyed in from the paper notice")


class ReminderState(TextChoices):
    """What became of a reminder."""

    PENDING = "pending", _("Planned")
    SENT = "sent", _("Shown")
    CANCELLED = "cancelled", _("Cancelled")


class EscalationLevel(IntegerChoices):
    """Who has been told of a reminder so far; each rung includes the ones below it."""

    NOBODY = 0, _("nobody yet")
    WORKER = 1, _("who works on the matter")
    ATTORNEY = 2, _("the attorney")
    MANAGER = 3, _("the managers")


class FeedScope(TextChoices):
    """Whose deadlines a calendar shows, of those its owner may see when it is read."""

    MINE = "mine", _("My own")
    TEAM = "team", _("My team's")
    ALL = "all", _("All I may see")


class NoticeKind(TextChoices):
    """What a notice is, as its title says."""

    RECEIPT = "receipt", _("Receipt notice")
    RFE = "rfe", _("Request for evidence")
    NOID = "noid", _("Notice of intent to deny")
    NOIR = "noir", _("Notice of intent to revoke")
    BIOMETRICS = "biometrics", _("Biometrics appointment")
    INTERVIEW = "interview", _("Interview appointment")
    OATH = "oath", _("Oath ceremony")
    TRANSFER = "transfer", _("Transfer notice")
    APPROVAL = "approval", _("Approval notice")
    DENIAL = "denial", _("Denial")
    REJECTION = "rejection", _("Rejection")
    TERMINATION = "termination", _("Withdrawal or termination")
    OTHER = "other", _("Another notice")


class NoticeState(Toned):
    """What became of a notice."""

    TO_MATCH = "to_match", Tone.ACTION, "mail-question-mark", _("To match")
    LOGGED = "logged", Tone.GOOD, _("Logged")
    DUPLICATE = "duplicate", Tone.NEUTRAL, _("Duplicate")
    SET_ASIDE = "set_aside", Tone.NEUTRAL, _("Set aside")


class WatchState(TextChoices):
    """Where the wait for a paper stands."""

    WAITING = "waiting", _("On its way")
    RAISED = "raised", _("Missing")
    SATISFIED = "satisfied", _("It came")
    DISMISSED = "dismissed", _("Not needed")


class PaperStep(TextChoices):
    """What is done about a paper that did not come: the checklist's name, and its items."""

    FIND = "find", _("Find the missing paper: %(status)s")
    GET_RETURNED = "get_returned", _("Get the returned notice")
    WINDOW = (
        "window",
        _("The answer is due %(due)s as known so far, %(left)s: plan without the paper"),
    )
    ADDRESS = (
        "address",
        _("Check which address USCIS has for this case, the client's and the attorney's; correct it at once"),
    )
    ACCOUNT = "account", _("Look for the notice in the client's USCIS online account, under Documents")
    CLIENT = (
        "client",
        _("Ask the client whether the notice came to them, and for a photo of every page of it"),
    )
    CALL = (
        "call",
        _(
            "Call the USCIS Contact Center (800-375-5283): ask when and where the notice was mailed, "
            "note the answer"
        ),
    )
    REQUEST = (
        "request",
        _("Send the e-request “Did not receive notice by mail” (egov.uscis.gov/e-request); keep its number"),
    )
    RESEND = (
        "resend",
        _("Ask the USCIS Contact Center to mail the returned notice again, to the right address"),
    )


def _days_left(days: int) -> str:
    if days < 1:
        return gettext("no day is left")
    return ngettext("one day is left", "%(n)d days are left", days) % {"n": days}


PAPER_STEP = Reasons(
    "paper_step",
    dict(PaperStep.choices),
    status=code_label,
    due=say_day,
    left=_days_left,
)


class WatchEnd(TextChoices):
    """Why nobody waits for the paper any more, though none was logged."""

    BY_PERSON = "by_person", _("a person decided so")
    MOVED_ON = "moved_on", _("the case moved on")
    CORRECTED = "corrected", _("the status was corrected")


class ProposalState(Toned):
    """Where proposed words stand."""

    PROPOSED = "proposed", Tone.WAITING, _("Waiting for an attorney")
    APPROVED = "approved", Tone.GOOD, _("Approved")
    REJECTED = "rejected", Tone.ACTION, _("Sent back")
    WITHDRAWN = "withdrawn", Tone.NEUTRAL, _("Withdrawn")
    SUPERSEDED = "superseded", Tone.NEUTRAL, _("Replaced by newer words")


class Basis(TextChoices):
    """On what a version came into force."""

    APPROVED = "approved", _("Approved by an attorney")
    SHIPPED = "shipped", _("The words that come with Legist")
    BEFORE = "before", _("Published before approvals were asked for")


class PlaybookMode(Toned):
    """Whether a playbook does its steps, only notes that it would have, or is switched off."""

    ACTIVE = "active", Tone.GOOD, _("On")
    SHADOW = "shadow", Tone.WAITING, _("In shadow")
    OFF = "off", Tone.NEUTRAL, _("Off")


class RunState(Toned):
    """What became of a playbook after one change."""

    DONE = "done", Tone.GOOD, _("Done")
    PARTIAL = "partial", Tone.ACTION, _("Some steps need a person")
    HELD = "held", Tone.WAITING, _("Held")
    PARKED = "parked", Tone.WAITING, _("Waiting for a matter")
    INVALID = "invalid", Tone.ACTION, _("Waiting for the playbook to be corrected")
    SKIPPED = "skipped", Tone.NEUTRAL, _("Skipped")


class ActionState(TextChoices):
    """What became of one step."""

    DONE = "done", _("Done")
    FAILED = "failed", _("Needs a person")


class StepFailure(TextChoices):
    """Why a step could not be done, and what to do."""

    UNEXPECTED = (
        "unexpected",
        _(
            "An unexpected error stopped this step, and operations know of it. Do it by hand if it cannot "
            "wait; then try the step again."
        ),
    )
    NO_ATTORNEY = "no_attorney", _("The matter has no attorney. Assign one, then repeat the step.")
    NO_MESSAGE = (
        "no_message",
        _("There is no active message template “%(key)s”. Switch one on, then repeat the step."),
    )
    NO_DOCUMENT = (
        "no_document",
        _("There is no active document template “%(key)s”. Switch one on, then repeat the step."),
    )
    BAD_TEMPLATE = "bad_template", _("A template cannot be filled (%(error)s); check its placeholders.")
    BAD_DOCUMENT = (
        "bad_document",
        _("The Word template cannot be filled (%(error)s); check its placeholders."),
    )


STEP_FAILURE = Reasons("step_failure", dict(StepFailure.choices))


class ItemRole(TextChoices):
    """Whose item it is."""

    ATTORNEY = "attorney", _("Attorney")
    PARALEGAL = "paralegal", _("Paralegal")
    CLIENT = "client", _("Client")


class ItemClosing(TextChoices):
    """Why an item is closed although nobody has done it."""

    OVERTAKEN = "overtaken", _("Not needed any more: a newer status has come.")


ITEM_CLOSING = Reasons("item_closing", dict(ItemClosing.choices))


class WorkKind(TextChoices):
    """What a line of somebody's work is about."""

    ITEM = "item", _("To do")
    DATE = "date", _("Date")
    CHANGE = "change", _("Change")
    MESSAGE = "message", _("Message")
    REVIEW = "review", _("Review")
    REPLY = "reply", _("Message of a client")


class NotificationKind(TextChoices):
    """What a notice is about."""

    REMINDER = "reminder", _("A deadline is near")
    OVERDUE = "overdue", _("A deadline has passed")
    APPROVAL = "approval", _("A message waits for approval")
    RETURNED = "returned", _("A message was sent back")
    DELIVERY = "delivery", _("A delivery needs a person")
    STEP = "step", _("A playbook step needs a person")
    CHANGE = "change", _("A change needs a person")
    WORDING = "wording", _("Words for clients wait, or came back")
    PLAYBOOK = "playbook", _("A playbook cannot be read")
    GIVEN_UP = "given_up", _("Something was given up")
    INCIDENT = "incident", _("Something is not working")
    PORTAL = "portal", _("A client has left the portal")
    PAPER = "paper", _("A paper notice is missing or waits to be matched")
    CONTACT = "contact", _("A client is reached in another way")
    IMPORT = "import", _("An import needs a person")
    HANDOVER = "handover", _("Work has changed hands")
    CONFLICT = "conflict", _("Somebody entered what the firm has already")
    LETTER = "letter", _("A client got a letter")
    REPLY = "reply", _("A client wrote a message")
    MENTION = "mention", _("Somebody is named in a note")
    TASK = "task", _("Somebody was given a task")
    WAITS = "waits", _("Something has waited for too long")


class NotificationLevel(Toned):
    """How much it matters."""

    INFO = "info", Tone.NEUTRAL, _("For information")
    ACTION = "action", Tone.WAITING, _("To do")
    URGENT = "urgent", Tone.ACTION, _("Urgent")
