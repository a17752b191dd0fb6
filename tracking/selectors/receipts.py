"""Receipts for lists and pages: filters, freshness, and everything about one of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from legist.core import flags
from legist.core.actors import Actor
from legist.core.crypto import UNREADABLE, blind_index, showing
from legist.core.ids import first_id_at
from legist.practice.clients.protection import undecided_forms
from legist.practice.form_numbers import FORMS, read_form, spell_form
from legist.practice.models import Client
from legist.practice.permissions import Capability, can, visible_to
from legist.practice.search.finders import clients_named
from legist.practice.search.index import Entry
from legist.practice.search.services import SHOWN, Query, first_open
from legist.practice.search.shelves import Rows, Shelf
from tracking.access import access_receipt, visible_receipts
from tracking.mapping.current import current_mapping
from tracking.models import Finding, Override, Receipt, ReviewItem, StatusChange, StatusQuery
from tracking.polling.cadence import DEFAULT_INTERVALS
from tracking.polling.leasing import UNASKED, held, in_force
from tracking.polling.reserve import NOT_HELD, Resuming, resuming
from tracking.receipts import KNOWN_PREFIXES, ReceiptNumber, ReceiptNumberError
from tracking.selectors.changes import without_repeats
from tracking.sources import POLLED
from tracking.states import NEXT_CHECK, ReceiptState, ReviewState, Stale, Tier

# A sweep runs every few seconds: what is due for longer than this waits for a reason.
OVERDUE_AFTER: Final = timedelta(minutes=10)
SHOWN_QUERIES: Final = 25
NO_INDEX: Final = "-"
_NUMBERED: Final = re.compile(r"[A-Z]{3}\d+")


def number_index(canonical: str) -> str:
    """Return the lookup key of a canonical receipt number."""
    return blind_index(canonical, "receipt number")


@dataclass(frozen=True, slots=True)
class ReceiptFilters:
    """Narrows a list of receipts; empty means all. `number` is an exact receipt number as typed.

    `bucket` is the key of one of the firm's stages, `team` the id of the team that owns some of them.
    `found` is a FindingKind: touched without new words since the status came, or sources that differ now.
    """

    bucket: str = ""
    team: str = ""
    code: str = ""
    tier: str = ""
    state: str = ReceiptState.TRACKED
    form: str = ""
    number: str = ""
    matter_id: UUID | None = None
    is_mine: bool = False
    is_unassigned: bool = False
    is_overdue: bool = False
    is_failing: bool = False
    needs_person: bool = False
    found: str = ""


def list_receipts(actor: Actor, filters: ReceiptFilters, *, now: datetime) -> QuerySet[Receipt]:
    """Return the visible receipts that match, newest first (`-id` is the keyset), with matter and client."""
    receipts = visible_receipts(actor).select_related("matter__client").order_by("-id")
    exact = {
        "current_code": filters.code,
        "tier": filters.tier,
        "state": filters.state,
        "form_type": filters.form,
        "matter_id": filters.matter_id,
    }
    receipts = receipts.filter(**{name: value for name, value in exact.items() if value})
    if filters.number:
        receipts = receipts.filter(number_index=_typed_index(filters.number))
    return receipts.filter(_conditions(actor, filters, now))


def _conditions(actor: Actor, filters: ReceiptFilters, now: datetime) -> Q:
    wanted = Q()
    if filters.bucket or filters.team:
        wanted &= Q(stage_code__in=_stage_codes(filters))
    if filters.is_unassigned:
        wanted &= Q(matter__isnull=True)
    if filters.is_overdue:
        wanted &= Q(next_poll_at__lte=now - OVERDUE_AFTER)
    if filters.is_failing:
        wanted &= ~Q(last_error="")
    if filters.needs_person:
        open_items = ReviewItem.objects.filter(state=ReviewState.OPEN, receipt__isnull=False)
        wanted &= Q(pk__in=open_items.values("receipt"))
    if filters.found:
        findings = Finding.objects.filter(receipt=OuterRef("pk"), kind=filters.found, ended_at=None)
        since = Coalesce(OuterRef("latest_change__detected_at"), OuterRef("created_at"))
        wanted &= Q(Exists(findings.filter(detected_at__gte=since)))
    if filters.is_mine and actor.user is not None:
        wanted &= Q(matter__attorney=actor.user.pk) | Q(matter__paralegal=actor.user.pk)
    return wanted


def _stage_codes(filters: ReceiptFilters) -> list[str]:
    """Return the statuses of the stages that are asked for; a stage that is gone holds none."""
    return [
        code
        for code, bucket in current_mapping().by_code.items()
        if filters.bucket in {"", bucket.key} and filters.team in {"", bucket.team}
    ]


def _typed_index(text: str) -> str:
    """Return the lookup key of what was typed; a text that is no receipt number matches nothing."""
    try:
        return number_index(ReceiptNumber.parse(text).canonical)
    except ReceiptNumberError:
        return NO_INDEX


def number_entry(receipt: Receipt) -> Entry:
    """Return what a receipt is found by; a number that cannot be opened is left out."""
    with showing():
        return Entry(codes=(receipt.number,) if receipt.number != UNREADABLE else ())


numbers = Shelf(
    Rows(
        all=lambda: Receipt.objects.only("number"),
        entry=number_entry,
        since=lambda instant: Q(pk__gte=first_id_at(instant)),
        stamps=("number_index",),
    )
)


def find_receipts(actor: Actor, query: Query) -> QuerySet[Receipt] | list[Receipt]:
    """Return the visible receipts that a search names, in whatever state: by a piece of the number, or form.

    A form may stand beside a piece of a client's name: `garcia i-765`.
    """
    few, receipts = (
        visible_receipts(actor, of_few=of_few).select_related("matter__client").order_by("-id")
        for of_few in (True, False)
    )
    if (whole := _typed_index(query.text)) != NO_INDEX:
        return few.filter(number_index=whole)
    code = "".join(filter(str.isalnum, query.text)).upper()
    if code in KNOWN_PREFIXES:
        return receipts.filter(prefix=code)
    if query.digits or _NUMBERED.fullmatch(code):
        ids = numbers.ask(lambda index: index.coded(query.digits or code), now=query.now)
        return first_open(few, "pk", ids, limit=SHOWN + 1, everything=receipts)
    form, name = form_beside(query.text)
    few, receipts = few.filter(form_type=form), receipts.filter(form_type=form)
    if not form or not name:
        return receipts if form else receipts.none()
    # Whoever sees the receipts of others by their numbers alone finds none of them by a name.
    few, receipts = (
        visible_to(actor, few, via="matter", of_few=True),
        visible_to(actor, receipts, via="matter"),
    )
    clients = clients_named(Query(name, query.now))
    return first_open(few, "matter__client_id", clients, limit=SHOWN + 1, everything=receipts)


def form_beside(text: str) -> tuple[str, str]:
    """Return the form that a text names and what stands beside it; two empty texts where it names none."""
    if spell_form(text) in FORMS or text.isdecimal():
        return read_form(text), ""
    words = text.split()
    at = next((at for at, word in enumerate(words) if read_form(word)), None)
    if at is None:
        return "", ""
    return read_form(words[at]), " ".join(
        word for word in words[:at] + words[at + 1 :] if word.lower() != "form"
    )


def find_receipt(canonical: str) -> Receipt | None:
    """Return the receipt with this canonical number, for callers that authorise by other means."""
    return Receipt.objects.filter(number_index=number_index(canonical)).select_related("matter").first()


class FreshnessState(StrEnum):
    """How much a shown status can be trusted to be current."""

    NEVER = "never"
    FRESH = "fresh"
    LATE = "late"
    FAILING = "failing"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Polling:
    """Whether polling is on, which of some receipts wait for a dial, and until when the calls of the day hold
    checks back: read once for a page.
    """

    is_on: bool = True
    held: frozenset[UUID] = frozenset()
    resuming: Resuming = NOT_HELD


def polling_of(receipts: Iterable[Receipt], *, now: datetime) -> Polling:
    """Look whether these receipts are asked about at present; three queries, and a fourth under a dial."""
    return polling_of_ids([receipt.pk for receipt in receipts], now=now)


def polling_of_ids(ids: Collection[UUID], *, now: datetime) -> Polling:
    dials = in_force(now)
    waiting = Receipt.objects.filter(held(now, dials=dials), pk__in=ids) if dials else Receipt.objects.none()
    until = resuming(POLLED, now=now, dials=dials)
    return Polling(flags.is_on(flags.POLLING), frozenset(waiting.values_list("pk", flat=True)), until)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old a status is, from where, when and why it is asked about next, and why it may be out of date.

    The one envelope of every page, list and the portal. `stale` is empty while it can be trusted; `waits_for`
    says why no check will be made at `next_poll_at`, whenever that is.
    """

    state: FreshnessState
    source: str
    last_good_at: datetime | None
    last_checked_at: datetime | None
    last_error: str
    age: timedelta | None
    next_poll_at: datetime | None
    next_poll_reason: str
    attempts: int
    stale: Stale = Stale.NO
    waits_for: Stale = Stale.NO

    @property
    def coming_at(self) -> datetime | None:
        """When it is asked about next, unless nobody will."""
        return None if self.waits_for else self.next_poll_at


def freshness(receipt: Receipt, *, now: datetime, polling: Polling | None = None) -> Freshness:
    """Say how fresh the receipt's status is; no query. Without `polling` it counts as being on."""
    age = now - receipt.last_good_at if receipt.last_good_at else None
    coming = next_check(receipt, polling := polling or Polling())
    return Freshness(
        state=_freshness_state(receipt, coming.at, now),
        source=receipt.source,
        last_good_at=receipt.last_good_at,
        last_checked_at=receipt.last_checked_at,
        last_error=receipt.last_error,
        age=age,
        next_poll_at=coming.at,
        next_poll_reason=coming.words,
        attempts=receipt.attempts,
        stale=_stale(receipt, age, coming, now=now),
        waits_for=coming.waits_for,
    )


class Coming(NamedTuple):
    """The next check: when, why then in words, why nobody will make it, and what puts it off, if anything."""

    at: datetime | None
    words: str
    waits_for: Stale = Stale.NO
    put_off_by: Stale = Stale.NO


def next_check(receipt: Receipt, polling: Polling) -> Coming:
    """Say when a receipt is asked about next and why then. The one place that does.

    What is planned for earlier than the calls of the day allow is asked about when they do.
    """
    at, until, why = receipt.next_poll_at, polling.resuming.everybody, Stale.DAY_USED
    if waits_for := _waits_for(receipt, polling):
        return Coming(at, "", waits_for)
    if until is None and receipt.next_poll_reason in UNASKED:
        until, why = polling.resuming.unasked, Stale.RESERVED
    if at and until and at < until:
        return Coming(until, str(why.label), put_off_by=why)
    return Coming(at, NEXT_CHECK.say(receipt.next_poll_reason, receipt.next_poll_values))


def _waits_for(receipt: Receipt, polling: Polling) -> Stale:
    """Say why nobody will ask at the time that is planned, if there is one."""
    if not receipt.is_watched:
        return Stale.STOPPED if receipt.state == ReceiptState.STOPPED else Stale.PAUSED
    if receipt.next_poll_at is None:
        return Stale.ON_DEMAND
    if not polling.is_on:
        return Stale.OFF
    return Stale.TURNED_DOWN if receipt.pk in polling.held else Stale.NO


def _stale(receipt: Receipt, age: timedelta | None, coming: Coming, *, now: datetime) -> Stale:
    """Say why a status is out of date: nobody asks, or it is twice as old as it should ever get."""
    waits_for = coming.waits_for
    is_coming = receipt.next_poll_at is not None and receipt.next_poll_at > now
    if waits_for and not (is_coming and waits_for in {Stale.OFF, Stale.TURNED_DOWN}):
        return waits_for
    if not receipt.is_planned:
        return Stale.NO
    if age is None or age <= max(2 * _interval(receipt), OVERDUE_AFTER):
        return Stale.NO
    return Stale.FAILING if receipt.last_error else coming.put_off_by or Stale.WAITS


def _interval(receipt: Receipt) -> timedelta:
    """Return the time between two checks as it was planned, or as its tier has it."""
    every = receipt.next_poll_values.get("every")
    return timedelta(seconds=every) if every else DEFAULT_INTERVALS[receipt.tier]


def _freshness_state(receipt: Receipt, next_at: datetime | None, now: datetime) -> FreshnessState:
    if receipt.state == ReceiptState.STOPPED:
        return FreshnessState.STOPPED
    if receipt.tier == Tier.PAUSED:
        return FreshnessState.PAUSED
    if receipt.last_error:
        return FreshnessState.FAILING
    if receipt.last_good_at is None:
        return FreshnessState.NEVER
    is_late = next_at is not None and next_at <= now - OVERDUE_AFTER
    return FreshnessState.LATE if is_late else FreshnessState.FRESH


@dataclass(frozen=True, slots=True)
class ReceiptDetail:
    """Everything a receipt's page shows, and what the reader may do there."""

    receipt: Receipt
    freshness: Freshness
    changes: list[StatusChange]
    findings: list[Finding]
    queries: list[StatusQuery]
    overrides: list[Override]
    open_reviews: list[ReviewItem]
    active_override: Override | None
    may_work: bool
    may_override: bool
    may_view_payload: bool


def receipt_detail(actor: Actor, receipt_id: UUID | str, *, now: datetime) -> ReceiptDetail:
    """Return the receipt with its status, history, calls, corrections and open questions, newest first.

    For refreshes; the first look at a page goes through `services.open_receipt`, which records it.
    """
    receipt = access_receipt(actor, receipt_id)
    overrides = list(receipt.overrides.select_related("by", "ended_by").order_by("-id"))
    return ReceiptDetail(
        receipt=receipt,
        freshness=freshness(receipt, now=now, polling=polling_of([receipt], now=now)),
        changes=without_repeats(receipt.changes.select_related("override").order_by("-sequence")),
        findings=list(receipt.findings.order_by("-detected_at")[:SHOWN_QUERIES]),
        queries=list(receipt.queries.order_by("-started_at")[:SHOWN_QUERIES]),
        overrides=overrides,
        open_reviews=list(
            receipt.reviews.filter(state=ReviewState.OPEN).select_related("assigned_to").order_by("opened_at")
        ),
        active_override=next((each for each in overrides if each.state == "active"), None),
        may_work=_may(actor, Capability.WORK_RECEIPT, receipt),
        may_override=_may(actor, Capability.OVERRIDE_STATUS, receipt),
        may_view_payload=_may(actor, Capability.VIEW_PAYLOAD, receipt),
    )


def _may(actor: Actor, capability: Capability, receipt: Receipt) -> bool:
    return can(actor, capability, receipt.matter)


def proposing_forms(actor: Actor, client: Client) -> list[str]:
    """Return the forms that propose protection of a client about which nobody has decided.

    Only the cases that the actor may see are looked at: no form tells of a case behind a wall.
    """
    return [] if client.protected_at else undecided_forms(client, forms_of(actor, client))


def forms_of(actor: Actor, client: Client) -> set[str]:
    """Return the forms of a client's cases, as far as the actor may see them."""
    found = visible_receipts(actor).filter(matter__client=client).exclude(form_type="")
    return set(found.order_by().values_list("form_type", flat=True))
