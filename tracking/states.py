"""The states and kinds of what tracking keeps; pages need no more of its tables."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Tier(TextChoices):
    """How often a receipt is asked about; the intervals are in `tracking.polling.cadence`."""

    NEAR_REAL_TIME = "near_real_time", _("Near real time")
    STANDARD = "standard", _("Standard")
    LOW = "low", _("Low")
    PAUSED = "paused", _("Paused")


class Priority(TextChoices):
    """How much the firm cares; decides the tier a receipt starts in."""

    HIGH = "high", _("High")
    NORMAL = "normal", _("Normal")
    LOW = "low", _("Low")


class ReceiptState(TextChoices):
    """Whether the firm still watches the receipt."""

    TRACKED = "tracked", _("Tracked")
    STOPPED = "stopped", _("Stopped")


class QueryOutcome(TextChoices):
    """How a call ended."""

    STARTED = "started", _("Started")
    OK = "ok", _("Answered")
    TRANSIENT = "transient", _("Failed, will be tried again")
    PERMANENT = "permanent", _("Refused")
    MISCONFIGURED = "misconfigured", _("Our access was refused")
    LOST = "lost", _("Lost: the worker died")


class Decision(TextChoices):
    """What was decided because of a call."""

    NONE = "", _("Nothing yet")
    FIRST = "first", _("First status")
    CHANGED = "changed", _("Status changed")
    UNCHANGED = "unchanged", _("Nothing new")
    SILENT_UPDATE = "silent_update", _("Same text, newer modification date")
    REWORDED = "reworded", _("Same meaning in other words")
    LATE = "late", _("Came after a newer reading: set aside")
    OLDER = "older", _("The source went back in time: set aside")
    RETRY = "retry", _("Try again later")
    DEFERRED = "deferred", _("The source asked us to wait")
    REVIEW = "review", _("A person is asked")


MANUAL = "manual"
"""Source key of a status that a person set."""


class OverrideState(TextChoices):
    """Where an override stands."""

    ACTIVE = "active", _("In force")
    REVERTED = "reverted", _("Taken back")
    SUPERSEDED = "superseded", _("Replaced by something newer")


class Attention(TextChoices):
    """What a change asks of the firm; the three groups of the changes inbox."""

    ACT = "act", _("Act today")
    TELL = "tell", _("Tell the client")
    NOTE = "note", _("Note only")


class ReviewKind(TextChoices):
    """Why a person is asked."""

    UNKNOWN_STATUS = "unknown_status", _("A status we have not seen before")
    CHECK_READING = "check_reading", _("A status we may have misread")
    NOT_RECOGNISED = "not_recognised", _("USCIS does not recognise the receipt number")
    REFUSED = "refused", _("USCIS refuses the receipt number")
    NOT_ANSWERED = "not_answered", _("USCIS refuses to answer about this receipt alone")
    UNREADABLE = "unreadable", _("An answer we cannot use")
    KEEPS_FAILING = "keeps_failing", _("No answer after several tries")
    WENT_BACK = "went_back", _("The source shows an older status than before")
    SAME_NOTICE = "same_notice", _("The same notice or a new one?")
    BEHIND_DECISION = "behind_decision", _("A stage that lies behind a decision")
    PAST_REQUEST = "past_request", _("Requests that only the history shows")
    OTHER_FORM = "other_form", _("The source names another form")
    ACCESS_REFUSED = "access_refused", _("The source refuses our access")
    VOCABULARY = "vocabulary", _("It is time to look through the statuses")


# Questions about one change each, which its work waits for.
ABOUT_ONE_CHANGE = (ReviewKind.SAME_NOTICE, ReviewKind.BEHIND_DECISION)


# What USCIS said of a case and nobody is sure of: until it is settled, anything may be asked of the client.
ABOUT_THE_CASE = (
    ReviewKind.UNKNOWN_STATUS,
    ReviewKind.CHECK_READING,
    ReviewKind.WENT_BACK,
    ReviewKind.PAST_REQUEST,
    *ABOUT_ONE_CHANGE,
)


class ReviewAnswer(TextChoices):
    """What a person says to a question that work waits for, or that decides what is known."""

    START = "start", _("Start the work")
    LEAVE = "leave", _("Start nothing")
    TAKE = "take", _("The form that the source names")
    KEEP = "keep", _("The form that was known")


# What may be answered to which question; the others take no answer.
ANSWERS_TO = {
    **dict.fromkeys(ABOUT_ONE_CHANGE, (ReviewAnswer.START, ReviewAnswer.LEAVE)),
    ReviewKind.OTHER_FORM: (ReviewAnswer.TAKE, ReviewAnswer.KEEP),
}


class ReviewState(TextChoices):
    """Where an item stands."""

    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved")


class ReprocessingState(TextChoices):
    """Where a run over history stands."""

    QUEUED = "queued", _("Waiting for the worker")
    RUNNING = "running", _("Reading")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Stopped")


class SuggestionState(TextChoices):
    """Where a suggestion stands."""

    WAITING = "waiting", _("To be asked")
    SUGGESTED = "suggested", _("Suggested, not checked by a person yet")
    CONFIRMED = "confirmed", _("Confirmed by a person")
    REJECTED = "rejected", _("Not used")
    FAILED = "failed", _("Could not be asked")


class ImportState(TextChoices):
    """Where an upload stands."""

    CHECKING = "checking", _("Being checked")
    REFUSED = "refused", _("Cannot be used")
    PREVIEWED = "previewed", _("Waiting for your decision")
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Stopped by an error")
    CANCELLED = "cancelled", _("Cancelled")


class RowOutcome(TextChoices):
    """What became of one row of an upload."""

    CREATED = "created", _("New receipt")
    UPDATED = "updated", _("Updated")
    ALREADY_TRACKED = "already_tracked", _("Already tracked")
    DUPLICATE = "duplicate", _("Repeated in this file")
    WAITING = "waiting", _("Waits for a decision")
    REJECTED = "rejected", _("Not imported")


class WaitingState(TextChoices):
    """What was decided about a row that waited."""

    OPEN = "open", _("Waits for a decision")
    LINKED = "linked", _("Put into a matter")
    SEPARATE = "separate", _("Opened as a client of its own")
    KEPT = "kept", _("Left without a matter")
    REFUSED = "refused", _("Refused")
