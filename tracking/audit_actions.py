"""What tracking puts on the record, and how entries name its objects."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from legist.core.actors import Actor
from legist.core.audit import register_action, register_subject
from tracking.access import visible_changes, visible_receipts, visible_reviews
from tracking.models import (
    ImportBatch,
    MappingDraft,
    MappingVersion,
    PollingDial,
    Receipt,
    ReprocessingRun,
    ReviewItem,
    StatusChange,
)

RECEIPT_TRACKED = register_action(
    "tracking.receipt_tracked", _("began to track {subject}"), data=("tier", "import")
)
RECEIPT_UPDATED = register_action(
    "tracking.receipt_updated", _("updated {subject}"), data=("fields", "import")
)
RECEIPT_ASSIGNED = register_action("tracking.receipt_assigned", _("put {subject} into the matter"))
TIER_SET = register_action(
    "tracking.tier_set", _("set the tier of {subject} from {from} to {to}"), data=("from", "to")
)
TRACKING_STOPPED = register_action("tracking.tracking_stopped", _("stopped tracking {subject}"))
TRACKING_RESUMED = register_action("tracking.tracking_resumed", _("resumed tracking {subject}"))
CHECK_REQUESTED = register_action("tracking.check_requested", _("asked for a check of {subject} now"))
CHECKED_BY_HAND = register_action(
    "tracking.checked_by_hand", _("looked {subject} up by hand ({minutes} min)"), data=("minutes",)
)
SOURCE_CALLED = register_action(
    "tracking.source_called",
    _("asked {source} about {subject}: {outcome}"),
    data=("source", "query", "outcome", "decision", "http_status", "error"),
)
STATUS_CHANGED = register_action(
    "tracking.status_changed",
    _("recorded a new status of {subject}: {to}"),
    data=("change", "from", "to", "bucket", "source", "rule"),
)
SILENT_UPDATE_SEEN = register_action(
    "tracking.silent_update_seen",
    _("saw that {source} touched {subject} without new words"),
    data=("source", "finding"),
)
DISAGREEMENT_SEEN = register_action(
    "tracking.disagreement_seen",
    _("saw two sources differ about {subject}: {source} says {code}, {stands} stands by {other}"),
    data=("source", "code", "other", "stands", "finding"),
)
STATUS_OVERRIDDEN = register_action(
    "tracking.status_overridden",
    _("set the status of {subject} by hand from {from} to {to}"),
    data=("override", "from", "to"),
)
OVERRIDE_REVERTED = register_action(
    "tracking.override_reverted", _("took back the status set by hand on {subject}"), data=("override", "to")
)
OVERRIDE_SUPERSEDED = register_action(
    "tracking.override_superseded",
    _("replaced the status set by hand on {subject} by something newer"),
    data=("override",),
)
CHANGE_ACKNOWLEDGED = register_action(
    "tracking.change_acknowledged", _("took note of the change of {subject}"), data=("change",)
)
CHANGE_PUT_BACK = register_action(
    "tracking.change_put_back", _("put the change of {subject} back into the inbox"), data=("change",)
)
POLICY_PUBLISHED = register_action(
    "tracking.polling_policy_published",
    _("published version {version} of the polling policy ({state})"),
    data=("version", "state"),
)
RECEIPT_LIFTED = register_action(
    "tracking.receipt_lifted", _("had {subject} looked at more often for a while: {event}"), data=("event",)
)
SHARING_TURNED = register_action(
    "tracking.sharing_turned", _("turned sharing out the calls of the day {turned}"), data=("turned",)
)
_TURNED = ("percent", "tier", "team", "lane", "reason", "until")
POLLING_TURNED_DOWN = register_action(
    "tracking.polling_turned_down", _("turned {subject} down to {percent} percent"), data=_TURNED
)
POLLING_TURNED_UP = register_action(
    "tracking.polling_turned_up", _("turned {subject} back to the full"), data=_TURNED
)
RECEIPT_VIEWED = register_action(
    "tracking.receipt_viewed", _("looked at the status of {subject}"), data=("bucket",)
)
NUMBER_REVEALED = register_action("tracking.number_revealed", _("opened the full number of {subject}"))
PAYLOAD_VIEWED = register_action(
    "tracking.payload_viewed", _("read the raw answer about {subject}"), data=("query", "payload")
)
REVIEW_OPENED = register_action(
    "tracking.review_opened",
    _("asked a person to look at {subject}: {kind}"),
    data=("kind", "code", "source"),
)
REVIEW_ASSIGNED = register_action(
    "tracking.review_assigned", _("assigned the review {subject}"), data=("kind", "to")
)
REVIEW_RESOLVED = register_action(
    "tracking.review_resolved", _("resolved the review {subject}"), data=("kind",)
)
SOURCE_RESET = register_action(
    "tracking.source_reset",
    _("let calls to {source} through again, reason: {reason}"),
    data=("source", "reason"),
)
IMPORT_UPLOADED = register_action("tracking.import_uploaded", _("uploaded a file"), data=("via",))
IMPORT_PREVIEWED = register_action(
    "tracking.import_previewed", _("uploaded a file of {rows} rows, which was checked"), data=("rows", "via")
)
IMPORT_REFUSED = register_action(
    "tracking.import_refused", _("uploaded {subject}, a file that cannot be used")
)
IMPORT_CHECKED_AGAIN = register_action(
    "tracking.import_checked_again", _("had the file of the import {subject} checked once more")
)
IMPORT_STARTED = register_action("tracking.import_started", _("started the import {subject}"), data=("rows",))
IMPORT_CANCELLED = register_action("tracking.import_cancelled", _("cancelled the import {subject}"))
IMPORT_FINISHED = register_action(
    "tracking.import_finished",
    _("finished the import {subject}: {created} new, {updated} updated, {rejected} not imported"),
    data=("created", "updated", "already_tracked", "duplicates", "waiting", "rejected"),
)
IMPORT_FAILED = register_action(
    "tracking.import_failed",
    _("stopped the import {subject} after {position} rows: {error}"),
    data=("error", "position"),
)
WAITING_ROW_DECIDED = register_action(
    "tracking.waiting_row_decided",
    _("decided about a row that waited, {subject}: {decision}"),
    data=("decision", "import"),
)

VOCABULARY_PUBLISHED = register_action(
    "tracking.vocabulary_published", _("published {subject}"), data=("version", "edits")
)
VOCABULARY_DISCARDED = register_action(
    "tracking.vocabulary_discarded", _("discarded {subject}"), data=("edits",)
)
VOCABULARY_REVIEWED = register_action(
    "tracking.vocabulary_reviewed",
    _("looked through the statuses: {unmapped} not understood, {ambiguous} ambiguous, {fresh} new"),
    data=("unmapped", "ambiguous", "fresh"),
)
REREADING_STARTED = register_action(
    "tracking.rereading_started",
    _("asked to have {total} past statuses read anew"),
    data=("version", "titles", "total"),
)
REREADING_CANCELLED = register_action("tracking.rereading_cancelled", _("stopped reading past statuses anew"))
REREADING_FINISHED = register_action(
    "tracking.rereading_finished",
    _("read {position} past statuses anew: {differing} read differently, {moved} cases moved"),
    data=("position", "differing", "moved"),
)


def _receipts(ids: list[str], reader: Actor) -> dict[str, tuple[str, str]]:
    return {str(row.pk): _receipt(row) for row in visible_receipts(reader).filter(pk__in=ids)}


def _receipt(receipt: Receipt) -> tuple[str, str]:
    label = f"{receipt.form_type} {receipt.masked}".strip()
    return label, reverse("tracking:receipt", args=[receipt.pk])


def _changes(ids: list[str], reader: Actor) -> dict[str, tuple[str, str]]:
    found = visible_changes(reader).filter(pk__in=ids).select_related("receipt")
    return {str(row.pk): _receipt(row.receipt) for row in found}


def _reviews(ids: list[str], reader: Actor) -> dict[str, tuple[str, str]]:
    found = visible_reviews(reader).filter(pk__in=ids)
    return {str(row.pk): (str(row.get_kind_display()), reverse("tracking:reviews")) for row in found}


def _imports(ids: list[str], _reader: Actor) -> dict[str, tuple[str, str]]:
    return {pk: (str(_("the import")), reverse("tracking:import", args=[pk])) for pk in ids}


def _versions(ids: list[str], _reader: Actor) -> dict[str, tuple[str, str]]:
    found = MappingVersion.objects.filter(pk__in=ids).values_list("pk", "number")
    label = str(_("version {number} of the statuses"))
    return {str(pk): (label.format(number=number), "") for pk, number in found}


def _drafts(ids: list[str], _reader: Actor) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(ids, (str(_("the draft of the statuses")), ""))


def _dials(ids: list[str], _reader: Actor) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(ids, (str(_("polling")), reverse("tracking:health")))


def _rereadings(ids: list[str], _reader: Actor) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(ids, (str(_("a run over past statuses")), ""))


def register_subjects() -> None:
    """Register how the record names what tracking writes about."""
    register_subject(Receipt, _receipts)
    register_subject(StatusChange, _changes)
    register_subject(ReviewItem, _reviews)
    register_subject(ImportBatch, _imports)
    register_subject(MappingVersion, _versions)
    register_subject(MappingDraft, _drafts)
    register_subject(ReprocessingRun, _rereadings)
    register_subject(PollingDial, _dials)
