"""What tracking registers with the layers below: places, the health dot, field history, what is given up.

And the checks of its settings: what is wrong, and what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import checks
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist import addresses
from legist.core import flags, given_up, heartbeat
from legist.core.actors import Actor
from legist.core.audit import register_history
from legist.core.clock import utc_now
from legist.core.definitions import kinds
from legist.core.production import Rule, problems
from legist.core.resilience import breaker
from legist.core.states import BreakerState
from legist.core.web import moments, navigation
from legist.core.web.navigation import NavigationItem, Signal, Verb
from legist.practice.people.leaving import register_work
from legist.practice.permissions import Capability, can
from legist.practice.search import services as search
from tracking import promises, reviews, selectors
from tracking.importing import FAILED_IMPORTS
from tracking.models import Receipt, ReviewItem, StatusQuery
from tracking.polling.leasing import in_force
from tracking.polling.policies import has_taken_over
from tracking.polling.policy import from_intervals
from tracking.polling.reserve import resuming
from tracking.selectors.health import SILENT_AFTER
from tracking.sources import POLLED, lanes_of
from tracking.states import QueryOutcome
from tracking.web.mapping.versions import STATUSES
from tracking.web.policies import POLICY
from tracking.web.search import RECEIPTS

# So many calls in a row that brought no answer are no accident; a number that is refused is an answer.
FAILED_IN_A_ROW = 5
UNANSWERED = frozenset({QueryOutcome.TRANSIENT, QueryOutcome.MISCONFIGURED, QueryOutcome.LOST})
VERBS = (
    Verb(
        key="receipt",
        label=gettext_lazy("Add a receipt"),
        icon="plus",
        capability=Capability.TRACK_RECEIPT,
        url_name="tracking:receipt_new",
        keys="nr",
    ),
    Verb(
        key="import",
        label=gettext_lazy("Import receipts"),
        icon="upload",
        capability=Capability.IMPORT_RECEIPTS,
        url_name="tracking:import_new",
    ),
    Verb(
        key="checked",
        label=gettext_lazy("Log a check by hand"),
        icon="square-check",
        capability=Capability.WORK_RECEIPT,
        finder="receipts",
        ask=gettext_lazy("Which receipt? Its last four, or a name and form"),
        anchor="receipt-checked",
        keys="lh",
    ),
)
PLACES = (
    NavigationItem(
        key="inbox",
        label=gettext_lazy("Inbox"),
        url_name="tracking:inbox",
        icon="inbox",
        capability=Capability.VIEW_RECEIPT,
        count=lambda actor: selectors.count_inbox(actor, now=utc_now()),
        order=10,
        letter="i",
    ),
    NavigationItem(
        key="receipts",
        label=gettext_lazy("Receipts"),
        url_name="tracking:receipts",
        icon="file-text",
        capability=Capability.VIEW_RECEIPT,
        # After what an attorney needs in the bar of a phone, which holds four.
        order=42,
        letter="r",
    ),
    NavigationItem(
        key="reviews",
        label=gettext_lazy("Reviews"),
        url_name="tracking:reviews",
        icon="clipboard-check",
        capability=Capability.VIEW_RECEIPT,
        count=selectors.count_reviews,
        order=60,
        letter="v",
    ),
    NavigationItem(
        key="imports",
        label=gettext_lazy("Imports"),
        url_name="tracking:imports",
        icon="upload",
        capability=Capability.IMPORT_RECEIPTS,
        order=10,
        section=navigation.OFFICE,
        letter="n",
    ),
    NavigationItem(
        key="imports_waiting",
        label=gettext_lazy("Rows to place"),
        url_name="tracking:imports_waiting",
        icon="folder-input",
        capability=Capability.VIEW_MATTER,
        order=11,
        section=navigation.OFFICE,
        letter="",
    ),
    NavigationItem(
        key="statuses",
        label=gettext_lazy("Statuses"),
        url_name="tracking:vocabulary",
        icon="tags",
        capability=Capability.EDIT_VOCABULARY,
        order=15,
        section=navigation.OFFICE,
        letter="e",
    ),
    NavigationItem(
        key="assistant",
        label=gettext_lazy("Assistant"),
        url_name="tracking:assistant",
        icon="bot",
        capability=Capability.MANAGE_ASSIST,
        order=60,
        section=navigation.OFFICE,
        letter="t",
    ),
    NavigationItem(
        key="health",
        label=gettext_lazy("Source health"),
        url_name="tracking:health",
        icon="activity",
        capability=Capability.VIEW_HEALTH,
        order=20,
        section=navigation.OFFICE,
        letter="h",
    ),
)


# Columns that the poller writes; what they held stands in StatusQuery and StatusChange.
MACHINE_FIELDS = (
    "number_index",
    "filing_index",
    "neighbour_changed_at",
    "sequence",
    "latest_change",
    "reading_digest",
    "reading_key",
    "submitted_at",
    "modified_at",
    "last_good_at",
    "last_checked_at",
    "last_error",
    "attempts",
    "next_poll_at",
    "next_poll_reason",
    "next_poll_values",
    "lease_until",
    "lease_token",
)


def register() -> None:
    """Register all of it; once, when Django starts."""
    navigation.register(*PLACES)
    navigation.use_search("tracking:search")
    navigation.register_verbs(*VERBS)
    search.register(RECEIPTS)
    navigation.use_signal(health_signal)
    kinds.register(STATUSES, POLICY)
    given_up.register(FAILED_IMPORTS)
    register_work(reviews.give_back)
    register_history(Receipt, exclude=MACHINE_FIELDS)
    register_history(ReviewItem)
    promises.register()
    heartbeat.register_verdict("polling", _polling_verdict)


def _polling_verdict(now: datetime) -> str:
    if resuming(POLLED, now=now).everybody:
        return "used_up"
    return "turned_down" if in_force(now) else ""


def health_signal(actor: Actor) -> Signal | None:
    """Say in one word how the source is doing; a handful of indexed look-ups, for every page."""
    if not can(actor, Capability.VIEW_HEALTH):
        return None
    label, tone = _state()
    return Signal(label=label, tone=tone, url=reverse("tracking:health"))


def _state() -> tuple[str, str]:
    now = utc_now()
    if not flags.is_on(flags.POLLING):
        return _("Polling is off"), "neutral"
    if not heartbeat.is_alive(heartbeat.POLLING_WORKER, now=now, within=SILENT_AFTER):
        return _("Worker is silent"), "bad"
    lanes = lanes_of(POLLED)
    if any(breaker.status(lane).state != BreakerState.CLOSED for lane in lanes):
        return _("USCIS: calls held back"), "bad"
    calls = StatusQuery.objects.filter(source__in=lanes).exclude(outcome=QueryOutcome.STARTED)
    ended = calls.order_by("-started_at")
    recent = list(ended.values_list("outcome", "started_at")[:FAILED_IN_A_ROW])
    if [outcome in UNANSWERED for outcome, _at in recent] == [True] * FAILED_IN_A_ROW:
        return _("USCIS does not answer"), "bad"
    latest = next((at for outcome, at in recent if outcome == QueryOutcome.OK), None)
    if latest is None and len(recent) == FAILED_IN_A_ROW:
        latest = ended.filter(outcome=QueryOutcome.OK).values_list("started_at", flat=True).first()
    if latest is None:
        return _("Nothing read yet"), "neutral"
    return _("USCIS read %(when)s") % {"when": moments.relative_words(latest, now)}, "good"


@checks.register
def check_tier_intervals(**_kwargs: Any) -> list[checks.CheckMessage]:
    """LEGIST_TIER_INTERVALS made the first polling policy, and nobody reads it afterwards."""
    if not settings.LEGIST_TIER_INTERVALS:
        return []
    try:
        from_intervals(settings.LEGIST_TIER_INTERVALS)
    except ValueError:
        hint = "For example LEGIST_TIER_INTERVALS=near_real_time=15m,standard=6h,low=1d"
        return [checks.Error("LEGIST_TIER_INTERVALS cannot be read.", hint=hint, id="tracking.E001")]
    if not has_taken_over():
        return []
    message = "LEGIST_TIER_INTERVALS is read no more: the intervals stand in the firm's polling policy."
    hint = "Remove it. Change the intervals under Polling, or with `manage.py polling_policy import FILE`."
    return [checks.Error(message, hint=hint, id="tracking.E006")]


@checks.register
def check_budget(**_kwargs: Any) -> list[checks.CheckMessage]:
    """The source's limits allow at least one call."""
    if settings.USCIS_TPS > 0 and settings.USCIS_DAILY_QUOTA > 0:
        return []
    hint = "Set both to what USCIS granted; to ask nothing at all, switch polling off instead."
    return [
        checks.Error("USCIS_TPS and USCIS_DAILY_QUOTA must be above zero.", hint=hint, id="tracking.E002")
    ]


@checks.register
def check_lanes(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Each lane has both halves of a credential of its own; two that share one would share its quota, too."""
    return problems(_lanes())


def _lanes() -> Iterator[Rule]:
    pairs = {1: (settings.USCIS_CLIENT_ID, settings.USCIS_CLIENT_SECRET), **settings.USCIS_MORE_CLIENTS}
    for number, (client_id, secret) in pairs.items():
        message = (
            f"Lane {number} of USCIS has half a credential, USCIS_CLIENT_ID or USCIS_CLIENT_SECRET alone."
        )
        hint = (
            "Set both as the developer portal gave them, with the lane's number behind their names from 2 on."
        )
        yield bool(client_id) != bool(secret), message, hint, "tracking.E007"
        message = (
            f"A credential is given for lane {number} of USCIS, and USCIS_LANES is {settings.USCIS_LANES}."
        )
        hint = "Raise USCIS_LANES in every process to use it, or remove it."
        yield bool(client_id or secret) and number > settings.USCIS_LANES, message, hint, "tracking.E008"
    limited = {*settings.USCIS_MORE_TPS, *settings.USCIS_MORE_QUOTAS}
    for number in sorted(limited - set(range(2, settings.USCIS_LANES + 1))):
        message = f"A limit is given for lane {number} of USCIS, which does not read it."
        hint = (
            "The first lane reads USCIS_TPS and USCIS_DAILY_QUOTA; those from 2 to USCIS_LANES may have "
            "their number behind these names. Raise USCIS_LANES in every process, or remove the setting."
        )
        yield True, message, hint, "tracking.E010"
    given = [client_id for client_id, _secret in pairs.values() if client_id]
    message = (
        "Two lanes of USCIS have the same USCIS_CLIENT_ID, so that together they would ask beyond its quota."
    )
    yield len(given) > len(set(given)), message, "Give each a credential of its own.", "tracking.E009"


@checks.register(checks.Tags.security, deploy=True)
def check_access(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Only the process that asks USCIS holds its credentials, and they travel encrypted."""
    return problems(_access())


def _access() -> Iterator[Rule]:
    for name in ("USCIS_API_URL", "USCIS_TOKEN_URL"):
        address = getattr(settings, name)
        is_open = not address.startswith("https://") and not addresses.is_here(address)
        message = f"{name} is not https: credentials and receipt numbers would travel in the clear."
        yield is_open, message, "Take the https address from the developer portal.", "tracking.E003"
    given = {name: getattr(settings, name) for name in ("USCIS_CLIENT_ID", "USCIS_CLIENT_SECRET")}
    for number, (client_id, secret) in settings.USCIS_MORE_CLIENTS.items():
        if number <= settings.USCIS_LANES:
            given |= {f"USCIS_CLIENT_ID_{number}": client_id, f"USCIS_CLIENT_SECRET_{number}": secret}
    for name, value in given.items():
        is_given = bool(value)
        missing = (
            "Set it to what the developer portal gave you; where another process polls, LEGIST_POLLS=no."
        )
        yield settings.LEGIST_POLLS and not is_given, f"{name} is not set.", missing, "tracking.E004"
        message = f"{name} is given to a process that does not poll (LEGIST_POLLS is no)."
        hint = "Give it to the worker that polls, and to no other process."
        yield is_given and not settings.LEGIST_POLLS, message, hint, "tracking.E005"
