"""The list of receipts with its filters and saved views, and adding one by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import WrongState
from legist.core.web import request_actor
from legist.core.web.pagination import Page, paginate
from legist.practice.permissions import Capability, can, require, works_on_what_it_sees
from legist.practice.web import exports
from tracking import selectors, services
from tracking.access import working_capability
from tracking.mapping.content import StatusMapping
from tracking.mapping.current import current_mapping
from tracking.mapping_editor.pages import team_names
from tracking.selectors import Polling, ReceiptFilters
from tracking.states import FindingKind, ReceiptState, Tier, code_label
from tracking.statuses import StatusCode
from tracking.web import labels
from tracking.web.answers import done, promised
from tracking.web.inbox.page import ids_of
from tracking.web.mapping import labels as mapping_labels

if TYPE_CHECKING:
    from tracking.models import Receipt


COUNT_UP_TO = 1000
FLAGS = ("mine", "unassigned", "overdue", "failing", "person")


@dataclass(frozen=True, slots=True)
class ReceiptQuery:
    """The filters as they stand in the address; an empty value does not narrow.

    `bucket` is one of the firm's stages by its key, `team` a team that owns some of them.
    """

    bucket: str = ""
    team: str = ""
    code: str = ""
    tier: str = ""
    state: str = ""
    form: str = ""
    matter: str = ""
    mine: str = ""
    unassigned: str = ""
    overdue: str = ""
    failing: str = ""
    person: str = ""
    found: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str], vocabulary: StatusMapping) -> ReceiptQuery:
        """Read the query of an address; whatever is not known counts as not given."""
        known: dict[str, Collection[str]] = {
            "bucket": {stage.key for stage in vocabulary.buckets},
            "team": {stage.team for stage in vocabulary.buckets},
            "code": set(StatusCode.__members__),
            "tier": Tier.values,
            "state": ReceiptState.values,
            "found": FindingKind.values,
        } | {name: {"1"} for name in FLAGS}
        values = {
            field.name: given.get(field.name, "").replace("\0", "").strip()[:60] for field in fields(cls)
        }
        return cls(
            **{name: value for name, value in values.items() if value in known.get(name, {value})}
            | {"matter": values["matter"] if ids_of([values["matter"]]) else ""}
        )

    @property
    def filters(self) -> ReceiptFilters:
        return ReceiptFilters(
            bucket=self.bucket,
            team=self.team,
            code=self.code,
            tier=self.tier,
            state=self.state or ReceiptState.TRACKED,
            form=self.form.upper(),
            matter_id=UUID(self.matter) if self.matter else None,
            is_mine=bool(self.mine),
            is_unassigned=bool(self.unassigned),
            is_overdue=bool(self.overdue),
            is_failing=bool(self.failing),
            needs_person=bool(self.person),
            found=self.found,
        )

    @property
    def given(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def url(self) -> str:
        path = reverse("tracking:receipts")
        return f"{path}?{urlencode(self.given)}" if self.given else path


@dataclass(frozen=True, slots=True)
class Shown:
    """One look at the list. `total` counts to a thousand and says whether there are more."""

    query: ReceiptQuery
    vocabulary: StatusMapping
    teams: Mapping[str, str]
    page: Page[Receipt]
    polling: Polling
    total: int
    now: datetime
    may_see_clients: bool
    may_add: bool
    may_import: bool
    may_work: bool

    def as_context(self) -> dict[str, Any]:
        """Return what the page shows."""
        return {
            "now": self.now,
            "page": self.page,
            "polling": self.polling,
            "query": self.query,
            "vocabulary": self.vocabulary,
            "total": min(self.total, COUNT_UP_TO),
            "has_many": self.total > COUNT_UP_TO,
            "tabs": tabs(self.query),
            "chips": chips(self),
            "choices": choices(self.vocabulary, self.teams),
            "may_see_clients": self.may_see_clients,
            "may_add": self.may_add,
            "may_import": self.may_import,
            "may_work": self.may_work and self.query.filters.state == ReceiptState.TRACKED,
            "most_checked": services.CHECKED_AT_ONCE,
        }


def read(actor: Actor, given: Mapping[str, str], *, cursor: str | None, now: datetime) -> Shown:
    """Look at the receipts the actor may see, by the filters of an address; staff only."""
    require(actor, Capability.VIEW_RECEIPT)
    vocabulary = current_mapping()
    query = ReceiptQuery.of(given, vocabulary)
    found = selectors.list_receipts(actor, query.filters, now=now)
    page = paginate(found, order=("-id",), cursor=cursor)
    return Shown(
        query=query,
        vocabulary=vocabulary,
        teams=owners(vocabulary),
        page=page,
        polling=selectors.polling_of(page.items, now=now),
        total=found.order_by()[: COUNT_UP_TO + 1].count(),
        now=now,
        may_see_clients=can(actor, Capability.VIEW_MATTER),
        may_add=can(actor, Capability.TRACK_RECEIPT),
        may_import=can(actor, Capability.IMPORT_RECEIPTS),
        may_work=can(actor, Capability.OPERATE_POLLER) or works_on_what_it_sees(actor),
    )


def tabs(query: ReceiptQuery) -> list[dict[str, Any]]:
    """Return the saved views; each is an address like any other filter."""
    views = (
        (_("All"), ReceiptQuery()),
        (_("Mine"), ReceiptQuery(mine="1")),
        (_("Without a matter"), ReceiptQuery(unassigned="1")),
        (_("Needs a person"), ReceiptQuery(person="1")),
        (_("Failing"), ReceiptQuery(failing="1")),
        (_("Overdue"), ReceiptQuery(overdue="1")),
        (_("Stopped"), ReceiptQuery(state=ReceiptState.STOPPED)),
    )
    kept = {"bucket": "", "team": "", "code": "", "tier": "", "form": "", "matter": "", "found": ""}
    here = replace(query, **kept)
    if here.state == ReceiptState.TRACKED:
        here = replace(here, state="")
    return [{"label": label, "url": view.url, "current": view == here} for label, view in views]


def owners(vocabulary: StatusMapping) -> dict[str, str]:
    """Return the teams that own a stage, by id; no query when none does."""
    owning = {stage.team for stage in vocabulary.buckets if stage.team}
    names = team_names() if owning else {}
    return {team: name for team, name in names.items() if team in owning}


def choices(vocabulary: StatusMapping, teams: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Return what the filter menu offers, the stages in the firm's own order."""
    return {
        "bucket": mapping_labels.stage_choices(vocabulary),
        "team": list(teams.items()),
        "tier": [(tier, str(tier.label)) for tier in Tier],
        "found": [(kind, str(kind.label)) for kind in FindingKind],
    }


def chips(looked_at: Shown) -> list[dict[str, str]]:
    """Return the filters in force that no tab shows, each with the address without it."""
    query = looked_at.query
    shown = {
        "bucket": (
            _("Stage"),
            dict(mapping_labels.stage_choices(looked_at.vocabulary)).get(query.bucket, ""),
        ),
        "team": (_("Owner team"), looked_at.teams.get(query.team, _("a team that is gone"))),
        "code": (_("Status"), labels.status_words(query.code).label),
        "tier": (_("Checked"), str(Tier(query.tier).label) if query.tier else ""),
        "found": (_("Found"), str(FindingKind(query.found).label) if query.found else ""),
        "form": (_("Form"), query.form.upper()),
        "matter": (_("Matter"), _reference(looked_at.page)),
    }
    return [
        {"name": name, "value": value, "remove_url": replace(query, **{key: ""}).url}
        for key, (name, value) in shown.items()
        if getattr(query, key)
    ]


def _reference(page: Page[Receipt]) -> str:
    first = page.items[0] if page.items else None
    return first.matter.reference if first and first.matter else _("this one")


def sheet_of(vocabulary: StatusMapping) -> exports.Sheet:
    """Return the columns of the list as a file; numbers stand masked there as they do on the page."""

    def stage(receipt: Receipt) -> str:
        bucket = vocabulary.bucket_of(receipt.stage_code)
        return mapping_labels.stage_name(bucket) if bucket else ""

    return exports.Sheet(
        "receipts",
        (
            (gettext_lazy("Receipt"), lambda row: row.masked),
            (gettext_lazy("Form"), lambda row: row.form_type),
            (gettext_lazy("Client"), lambda row: row.matter.client.name if row.matter else ""),
            (gettext_lazy("Matter"), lambda row: row.matter.reference if row.matter else ""),
            (gettext_lazy("Stage"), stage),
            (gettext_lazy("Status"), lambda row: code_label(row.current_code) if row.current_code else ""),
            (gettext_lazy("Since"), lambda row: row.current_since),
            (gettext_lazy("Last read"), lambda row: row.last_good_at),
            (gettext_lazy("Checked"), lambda row: row.get_tier_display()),
            (gettext_lazy("State"), lambda row: row.get_state_display()),
        ),
    )


@require_GET
@login_required
def receipts(request: HttpRequest) -> HttpResponseBase:
    """List the receipts the person may see, newest first; every filter is part of the address."""
    actor, now, cursor = request_actor(request), utc_now(), request.GET.get("cursor")
    if exports.is_wanted(request):
        require(actor, Capability.VIEW_RECEIPT)
        vocabulary = current_mapping()
        query = ReceiptQuery.of(request.GET, vocabulary)
        found = selectors.list_receipts(actor, query.filters, now=now)
        rows = partial(exports.in_portions, found)
        return exports.export(request, sheet_of(vocabulary), rows, filters=query.given, actor=actor, now=now)
    shown = read(actor, request.GET, cursor=cursor, now=now)
    return render(request, "tracking/receipts/page.html", shown.as_context())


def words_of(found: services.Requested) -> str:
    """Say what became of each ticked receipt."""
    counted = (
        (found.asked, ngettext("%(n)d is asked about now", "%(n)d are asked about now", found.asked)),
        (
            found.waiting,
            ngettext(
                "%(n)d waits for tomorrow's reserve", "%(n)d wait for tomorrow's reserve", found.waiting
            ),
        ),
        (
            found.beyond,
            ngettext(
                "%(n)d is asked about as planned, for both reserves are spent",
                "%(n)d are asked about as planned, for both reserves are spent",
                found.beyond,
            ),
        ),
        (
            found.left_out,
            ngettext(
                "%(n)d is left out, not watched or not yours to work on",
                "%(n)d are left out, not watched or not yours to work on",
                found.left_out,
            ),
        ),
    )
    asked, *rest = [(count, words % {"n": count}) for count, words in counted]
    return "; ".join([asked[1], *(words for count, words in rest if count)]) + "."


@require_POST
@login_required
def check_selected(request: HttpRequest) -> HttpResponse:
    """Have the ticked receipts asked about next, and say what became of each."""
    query = ReceiptQuery.of(request.POST, current_mapping())
    ticked, now = ids_of(request.POST.getlist("ids")), utc_now()
    found = services.request_selected(ticked, actor=request_actor(request), now=now)
    return done(request, promised(words_of(found), found.ids, now=now), back=query.url)


@require_POST
@login_required
def check_listed(request: HttpRequest) -> HttpResponse:
    """Have every receipt of a list, by its filters, asked about next: of one matter too.

    Raises WrongState for a filter that is not known (any more): without it the list would be a longer one.
    """
    actor = request_actor(request)
    require(actor, working_capability(actor))
    query = ReceiptQuery.of(request.POST, current_mapping())
    posted = {field.name for field in fields(ReceiptQuery) if request.POST.get(field.name, "").strip()}
    if posted - query.given.keys():
        raise WrongState(_("One of the filters is not known any more. Open the list again, and look at it."))
    now = utc_now()
    asked = services.request_checks(query.filters, actor=actor, now=now)
    said = ngettext("%(n)d check is next in line.", "%(n)d checks are next in line.", len(asked))
    return done(request, promised(said % {"n": len(asked)}, asked, now=now), back=query.url)
