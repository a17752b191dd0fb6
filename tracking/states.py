"""The states and kinds of what tracking keeps; pages need no more of its tables."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from legist.core.reasons import Reasons, say_interval
from legist.core.states import Toned
from tracking.statuses import BUCKETS, CODES, Bucket, StatusCode, Tone


class Tier(TextChoices):
    """How often a receipt is asked about; the intervals are in `tracking.polling.cadence`."""

    NEAR_REAL_TIME = "near_real_time", _("Near real time")
    STANDARD = "standard", _("Standard")
    LOW = "low", _("Low")
    ON_DEMAND = "on_demand", _("On demand")
    PAUSED = "paused", _("Paused")


def code_label(code: str) -> str:
    """Return a status code in the reader's words; one that nobody knows as it is."""
    known = StatusCode.__members__.get(code)
    return gettext(CODES[known].label) if known else code


def bucket_label(bucket: str) -> str:
    """Return a stage of the government in the reader's words."""
    known = Bucket.__members__.get(bucket)
    return gettext(BUCKETS[known].label) if known else gettext("No status yet")


def code_tone(code: str) -> str:
    """Return the tone of a status code; one that nobody has seen before asks for a person."""
    known = StatusCode.__members__.get(code)
    if known is None:
        return Tone.NEUTRAL
    return Tone.ACTION if known == StatusCode.UNKNOWN else bucket_tone(CODES[known].bucket)


def bucket_tone(bucket: str) -> str:
    """Return the tone of a stage of the government."""
    known = Bucket.__members__.get(bucket)
    return BUCKETS[known].tone if known else Tone.NEUTRAL


class NextCheck(TextChoices):
    """Why a receipt is asked about when it is."""

    FIRST_CHECK = "first_check", _("%(tier)s tier: first check")
    BY_TIER = "by_tier", _("%(tier)s tier: every %(every)s")
    BY_TIER_BIOMETRICS = (
        "by_tier_biometrics",
        _("%(tier)s tier: every %(every)s, twice as often around biometrics"),
    )
    BY_TIER_REQUEST = (
        "by_tier_request",
        _("%(tier)s tier: every %(every)s, twice as often while USCIS asks for something"),
    )
    BY_TIER_INTERVIEW = (
        "by_tier_interview",
        _("%(tier)s tier: every %(every)s, twice as often around an interview or oath"),
    )
    BY_TIER_DOCUMENT = (
        "by_tier_document",
        _("%(tier)s tier: every %(every)s, twice as often while a card or document is on its way"),
    )
    BY_TIER_RETURNED = (
        "by_tier_returned",
        _("%(tier)s tier: every %(every)s, twice as often while mail is being returned"),
    )
    BY_TIER_OVER = "by_tier_over", _("%(tier)s tier: every %(every)s, less often because the case is over")
    SHARED = "shared", _("%(tier)s tier: about every %(every)s, as the calls of the day allow")
    MATTER_CLOSED = "matter_closed", _("every %(every)s while the matter is closed")
    EVENT_NEAR = "event_near", _("a deadline comes near: the tier may rise")
    MATTER_REOPENED = "matter_reopened", _("its matter was reopened")
    PERSON_ASKED = "person_asked", _("a person asked for it")
    TRY_FAILED = "try_failed", _("try %(attempts)s of %(most)s failed: again after a pause")
    NO_ANSWER = "no_answer", _("no answer after %(attempts)s tries: every %(every)s while a person looks")
    NOT_RECOGNISED = (
        "not_recognised",
        _("USCIS does not recognise the number: every %(every)s while a person looks"),
    )
    REFUSED = "refused", _("USCIS refuses the number: every %(every)s while a person looks")
    NOT_ANSWERED = (
        "not_answered",
        _("USCIS refuses to answer about this receipt alone: every %(every)s while a person looks"),
    )
    UNREADABLE = "unreadable", _("an answer we cannot use: every %(every)s while a person looks")
    SET_ASIDE = "set_aside", _("it could not be handled: again in a day, while a person looks")
    ASKED_TO_WAIT = "asked_to_wait", _("the source asked us to wait")
    ACCESS_REFUSED = "access_refused", _("waiting: the source refuses our access")
    EVERYBODY_WAITS = "everybody_waits", _("waiting: the source refuses or fails everybody")


# Checks that come by themselves, in the pace of a tier or of the plan.
PUT_OFF = (NextCheck.TRY_FAILED, NextCheck.NO_ANSWER, NextCheck.ASKED_TO_WAIT)
"""Why a receipt waits that the source did not answer."""
PLANNED_CHECKS = (
    *(reason for reason in NextCheck if reason.startswith("by_tier")),
    NextCheck.SHARED,
    NextCheck.MATTER_CLOSED,
)
SLOW_REPEATS = (
    NextCheck.NO_ANSWER,
    NextCheck.NOT_RECOGNISED,
    NextCheck.REFUSED,
    NextCheck.NOT_ANSWERED,
    NextCheck.UNREADABLE,
    NextCheck.SET_ASIDE,
)
"""Checks of what a person looks at, now and then, until they have settled it."""

NEXT_CHECK = Reasons(
    "next_check", dict(NextCheck.choices), tier=lambda tier: Tier(tier).label.lower(), every=say_interval
)


class Stale(TextChoices):
    """Why a status may no longer be what the source says."""

    NO = "", ""
    STOPPED = "stopped", _("not watched")
    PAUSED = "paused", _("paused")
    ON_DEMAND = "on_demand", _("checked on demand")
    OFF = "off", _("polling is switched off")
    TURNED_DOWN = "turned_down", _("polling is turned down")
    FAILING = "failing", _("the last checks failed")
    WAITS = "waits", _("its check is overdue")
    DAY_USED = "day_used", _("the calls of this day are used up")
    RESERVED = "reserved", _("what is left of the calls of this day is kept for what people ask")


class Priority(TextChoices):
    """How much the firm cares; decides the tier a receipt starts in."""

    HIGH = "high", _("High")
    NORMAL = "normal", _("Normal")
    LOW = "low", _("Low")


class ReceiptState(TextChoices):
    """Whether the firm still watches the receipt."""

    TRACKED = "tracked", _("Tracked")
    STOPPED = "stopped", _("Stopped")


class QueryOutcome(Toned):
    """How a call ended."""

    STARTED = "started", Tone.WAITING, _("Started")
    OK = "ok", Tone.GOOD, _("Answered")
    TRANSIENT = "transient", Tone.ACTION, _("Failed, will be tried again")
    PERMANENT = "permanent", Tone.ACTION, _("Refused")
    MISCONFIGURED = "misconfigured", Tone.ACTION, _("Our access was refused")
    LOST = "lost", Tone.ACTION, _("Lost: the worker died")


class Decision(TextChoices):
    """What was decided because of a call."""

    NONE = "", _("Nothing yet")
    FIRST = "first", _("First status")
    CHANGED = "changed", _("Status changed")
    UNCHANGED = "unchanged", _("Nothing new")
    SILENT_UPDATE = "silent_update", _("Same text, newer modification date")
    DIFFERS = "differs", _("Another source says otherwise: a person is asked")
    REWORDED = "reworded", _("Same meaning in other words")
    LATE = "late", _("Came after a newer reading: set aside")
    OLDER = "older", _("The source went back in time: set aside")
    RETRY = "retry", _("Try again later")
    DEFERRED = "deferred", _("The source asked us to wait")
    REVIEW = "review", _("A person is asked")


class FindingKind(TextChoices):
    """What an answer shows that is no new status."""

    SILENT_UPDATE = "silent_update", _("Touched without new words")
    DISAGREEMENT = "disagreement", _("Two sources differ")


MANUAL = "manual"
"""Source key of a status that a person set."""

# The rule of a change that only says again what stood before something older became known.
STANDS_STILL = "stands still"
# How the rule of a change begins that only the history of a case has shown.
FROM_HISTORY = "history, "


class OverrideState(TextChoices):
    """Where an override stands."""

    ACTIVE = "active", _("In force")
    REVERTED = "reverted", _("Taken back")
    SUPERSEDED = "superseded", _("Replaced by something newer")


class Attention(Toned):
    """What a change asks of the firm; the three groups of the changes inbox."""

    ACT = "act", Tone.ACTION, "circle-alert", _("Act today")
    TELL = "tell", Tone.WAITING, "megaphone", _("Tell the client")
    NOTE = "note", Tone.NEUTRAL, "sticky-note", _("Note only")


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
    PAST_REQUEST = "past_request", _("Earlier requests and decisions")
    OTHER_FORM = "other_form", _("The source names another form")
    SOURCES_DIFFER = "sources_differ", _("Two sources say different things")
    ACCESS_REFUSED = "access_refused", _("The source refuses our access")
    TURNED_DOWN = "turned_down", _("Polling has been turned down for a day")
    VOCABULARY = "vocabulary", _("It is time to look through the statuses")


class ReviewClosing(TextChoices):
    """Why a question was closed without a person's words."""

    ANSWERED_AGAIN = "answered_again", _("The source answered again.")
    ACCEPTED_AGAIN = "accepted_again", _("The source accepts our access again.")
    NOT_ABOUT_THIS = "not_about_this", _("Others met the same in a row: it was not about this receipt.")
    BECAME_STATUSES = "became_statuses", _("Each of these has become a status of the case.")
    LOOKED_THROUGH = "looked_through", _("Looked through.")
    AGREED = "agreed", _("Both say the same now.")
    TURNED_UP = "turned_up", _("Nothing is turned down any more.")
    OVERTAKEN = "overtaken", _("A newer status has come since.")
    DECIDED = "decided", _("Decided: the title means %(status)s.")
    READ_ANEW = "read_anew", _("Read anew as: %(status)s.")


REVIEW_CLOSING = Reasons(
    "review_closing",
    dict(ReviewClosing.choices),
    status=code_label,
)
REVIEW_ASKED = Reasons(
    "review_asked",
    {ReviewKind.VOCABULARY: _("%(unmapped)s not understood, %(ambiguous)s ambiguous, %(fresh)s new")},
)
"""What a question says beside its kind and the source's own words."""


# Questions about one change each, which its work waits for.
ABOUT_A_READING = (ReviewKind.UNKNOWN_STATUS, ReviewKind.CHECK_READING)
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


class ImportState(Toned):
    """Where an upload stands."""

    CHECKING = "checking", Tone.WAITING, _("Being checked")
    REFUSED = "refused", Tone.BAD, _("Cannot be used")
    PREVIEWED = "previewed", Tone.ACTION, _("Waiting for your decision")
    QUEUED = "queued", Tone.WAITING, _("Queued")
    RUNNING = "running", Tone.WAITING, _("Running")
    DONE = "done", Tone.GOOD, _("Done")
    FAILED = "failed", Tone.BAD, _("Stopped by an error")
    CANCELLED = "cancelled", Tone.NEUTRAL, _("Cancelled")


class RowOutcome(Toned):
    """What became of one row of an upload."""

    CREATED = "created", Tone.GOOD, _("New receipt")
    UPDATED = "updated", Tone.GOOD, _("Updated")
    ALREADY_TRACKED = "already_tracked", Tone.NEUTRAL, _("Already tracked")
    DUPLICATE = "duplicate", Tone.NEUTRAL, _("Repeated in this file")
    WAITING = "waiting", Tone.ACTION, _("Waits for a decision")
    REJECTED = "rejected", Tone.BAD, _("Not imported")


class WaitingState(TextChoices):
    """What was decided about a row that waited."""

    OPEN = "open", _("Waits for a decision")
    LINKED = "linked", _("Put into a matter")
    SEPARATE = "separate", _("Opened as a client of its own")
    KEPT = "kept", _("Left without a matter")
    REFUSED = "refused", _("Refused")


class TitleState(Toned):
    """Whether a person should look at a title, the most pressing first."""

    UNKNOWN = "unknown", Tone.ACTION, "circle-question-mark", _("Not understood")
    AMBIGUOUS = "ambiguous", Tone.WAITING, "split", _("Ambiguous")
    FIRM = "firm", Tone.NEUTRAL, "pencil", _("Firm's rule")
    CLEAR = "clear", Tone.GOOD, "check", _("Clear")


class HealthState(Toned):
    """The one word for the dot in the top bar."""

    GOOD = "good", Tone.GOOD, _("Healthy")
    LATE = "late", Tone.ACTION, _("Late")
    FAILING = "failing", Tone.BAD, _("Failing")
    DOWN = "down", Tone.BAD, _("Stopped")
    OFF = "off", Tone.NEUTRAL, _("Switched off")


class EntryOutcome(Toned):
    """What became of one number of a paste."""

    ADDED = "added", Tone.GOOD, _("Added")
    HERE = "here", Tone.NEUTRAL, _("Already here")
    TWICE = "twice", Tone.NEUTRAL, _("More than once")
    HIDDEN = "hidden", Tone.WAITING, _("Not from here")
    WRONG = "wrong", Tone.BAD, _("Not a receipt number")
