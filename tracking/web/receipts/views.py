"""The list of receipts with its filters and saved views, and adding one by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.web import request_actor
from legist.practice.names import form_fault
from legist.practice.permissions import Capability, can, require, visible_to, works_on_what_it_sees
from legist.practice.web import lists, looks
from legist.practice.web.lists import Act, Column, Filter, Listing, Tally, flag, one_by_one
from tracking import selectors, services
from tracking.access import TRIAGE, working_capability
from tracking.mapping.current import current_mapping
from tracking.mapping_editor.pages import team_names
from tracking.selectors import Freshness, ReceiptFilters, freshness
from tracking.states import FindingKind, ReceiptState, Tier, code_label
from tracking.statuses import StatusCode
from tracking.web import labels
from tracking.web.answers import done, promised
from tracking.web.mapping import labels as mapping_labels
from tracking.web.receipts.receipt import matter_called

if TYPE_CHECKING:
    from tracking.models import Receipt


@dataclass(frozen=True, slots=True)
class Line:
    """A receipt of the list with the firm's own word for its stage, and how fresh its status is."""

    receipt: Receipt
    stage: str
    fresh: Freshness

    @property
    def pk(self) -> UUID:
        return self.receipt.pk


def drawn(_actor: Actor, receipts: list[Receipt]) -> list[Line]:
    """Return receipts as lines of the list; stages and how polling stands are read once for all of them."""
    stages, bucket_of = dict(mapping_labels.stage_choices(mapping := current_mapping())), mapping.bucket_of
    found = [(receipt, bucket_of(receipt.stage_code)) for receipt in receipts]
    now = utc_now()
    polling = selectors.polling_of(receipts, now=now)
    return [
        Line(receipt, stages[bucket.key] if bucket else "", freshness(receipt, now=now, polling=polling))
        for receipt, bucket in found
    ]


def owners() -> list[tuple[str, str]]:
    """Return the teams that own a stage; no query when none does."""
    owning = {stage.team for stage in current_mapping().buckets if stage.team}
    return [(team, name) for team, name in team_names().items() if team in owning] if owning else []


def is_form(value: str) -> bool:
    """Say whether a text can be the number of a form: nothing else is looked for, nor kept in a view."""
    return form_fault(value) is None


def find(actor: Actor, given: Mapping[str, str], now: datetime) -> QuerySet[Receipt]:
    """Return the receipts that the filters of the list leave."""
    filters = ReceiptFilters(
        **{name: given.get(name, "") for name in ("bucket", "team", "code", "tier", "found")},
        state=given.get("state", ReceiptState.TRACKED),
        form=given.get("form", "").upper(),
        matter_id=UUID(given["matter"]) if "matter" in given else None,
        is_mine="mine" in given,
        is_unassigned="unassigned" in given,
        is_overdue="overdue" in given,
        is_failing="failing" in given,
        needs_person="person" in given,
    )
    return selectors.list_receipts(actor, filters, now=now)


def works(actor: Actor) -> bool:
    """Say whether a list offers acts on receipts to this person."""
    return can(actor, Capability.OPERATE_POLLER) or works_on_what_it_sees(actor)


def workable(rows: QuerySet[Receipt], actor: Actor) -> QuerySet[Receipt]:
    """Return those that the person works on."""
    capability = working_capability(actor)
    return visible_to(actor, rows, via="matter", capability=capability, unassigned=TRIAGE)


def watched(rows: QuerySet[Receipt], actor: Actor) -> QuerySet[Receipt]:
    tracked = workable(rows, actor).filter(state=ReceiptState.TRACKED)
    return tracked.exclude(tier=Tier.PAUSED)


def check(ids: Sequence[UUID], _value: str, *, actor: Actor, now: datetime) -> Tally:
    found = services.request_selected(ids, actor=actor, now=now)
    skipped = {_("not watched, or not yours to work on."): found.left_out} if found.left_out else {}
    return Tally(len(ids) - found.left_out, skipped, promised(words_of(found), found.ids, now=now))


def set_tier(ids: Sequence[UUID], value: str, *, actor: Actor, now: datetime) -> Tally:
    return one_by_one(ids, lambda pk: services.set_tier(pk, tier=value, actor=actor, now=now))


def stop(ids: Sequence[UUID], value: str, *, actor: Actor, now: datetime) -> Tally:
    return one_by_one(ids, lambda pk: services.stop_tracking(pk, reason=value, actor=actor, now=now))


def resume(ids: Sequence[UUID], _value: str, *, actor: Actor, now: datetime) -> Tally:
    return one_by_one(ids, lambda pk: services.resume_tracking(pk, actor=actor, now=now))


def assign(ids: Sequence[UUID], value: str, *, actor: Actor, now: datetime) -> Tally:
    """Put each into the matter of that reference, and say into which, with its client for who sees names."""
    matter = matter_called(actor, value)
    if matter is None:
        raise InvalidInput.at("value", _("There is no such matter among those you work on."))
    tally = one_by_one(ids, lambda pk: services.assign_receipt(pk, matter_id=matter.pk, actor=actor, now=now))
    called = (
        f"{matter.reference} ({matter.client.name})"
        if can(actor, Capability.VIEW_MATTER)
        else matter.reference
    )
    words = ngettext("%(n)d is in %(matter)s now.", "%(n)d are in %(matter)s now.", tally.done)
    return replace(tally, said=words % {"n": tally.done, "matter": called})


NOT_WATCHED: Final = gettext_lazy("not watched, or not yours to work on")
ACTS: Final = (
    Act("check", gettext_lazy("Check now"), "refresh-cw", works, watched, NOT_WATCHED, check),
    Act(
        "tier",
        gettext_lazy("Check more or less often"),
        "gauge",
        works,
        workable,
        gettext_lazy("not yours to work on"),
        set_tier,
        ask=gettext_lazy("How often it is checked"),
        options=lambda _actor: [(services.BY_POLICY, _("As the policy says")), *Tier.choices],
    ),
    Act(
        "assign",
        gettext_lazy("Put into a matter"),
        "folder-input",
        works,
        workable,
        gettext_lazy("not yours to work on"),
        assign,
        about=gettext_lazy("Deadlines and open work about a receipt go along with it."),
        ask=gettext_lazy("Reference of the matter"),
    ),
    Act(
        "stop",
        gettext_lazy("Stop watching"),
        "circle-pause",
        works,
        lambda rows, actor: workable(rows, actor).filter(state=ReceiptState.TRACKED),
        NOT_WATCHED,
        stop,
        about=gettext_lazy("Their history stays, and they can be watched again at any time."),
        ask=gettext_lazy("Why? It stays on the record"),
    ),
    Act(
        "resume",
        gettext_lazy("Watch again"),
        "play",
        works,
        lambda rows, actor: workable(rows, actor).filter(state=ReceiptState.STOPPED),
        gettext_lazy("watched already, or not yours to work on"),
        resume,
    ),
)

CELLS: Final = "tracking/receipts/cells"
LIST: Final = lists.register(
    Listing(
        key="receipts",
        label=gettext_lazy("Receipts"),
        url_name="tracking:receipts",
        capability=Capability.VIEW_RECEIPT,
        find=find,
        acts=ACTS,
        drawn=drawn,
        columns=(
            Column(
                "receipt",
                gettext_lazy("Receipt"),
                (
                    (gettext_lazy("Receipt"), lambda row: row.receipt.masked),
                    (gettext_lazy("Form"), lambda row: row.receipt.form_type),
                ),
                f"{CELLS}/receipt.html",
                fixed=True,
                css="card-first",
            ),
            Column(
                "client",
                gettext_lazy("Client"),
                (
                    (
                        gettext_lazy("Client"),
                        lambda row: row.receipt.matter.client.name if row.receipt.matter else "",
                    ),
                    (
                        gettext_lazy("Matter"),
                        lambda row: row.receipt.matter.reference if row.receipt.matter else "",
                    ),
                ),
                f"{CELLS}/client.html",
                capability=Capability.VIEW_MATTER,
            ),
            Column(
                "matter",
                gettext_lazy("Matter"),
                (
                    (
                        gettext_lazy("Matter"),
                        lambda row: row.receipt.matter.reference if row.receipt.matter else "",
                    ),
                ),
                f"{CELLS}/matter.html",
                sort="matter__reference",
                shown=False,
                instead_of="client",
            ),
            Column(
                "form",
                gettext_lazy("Form"),
                ((gettext_lazy("Form"), lambda row: row.receipt.form_type),),
                sort="form_type",
                shown=False,
            ),
            Column(
                "status",
                gettext_lazy("Status"),
                (
                    (gettext_lazy("Stage"), lambda row: row.stage),
                    (
                        gettext_lazy("Status"),
                        lambda row: code_label(row.receipt.current_code) if row.receipt.current_code else "",
                    ),
                    (gettext_lazy("State"), lambda row: row.receipt.get_state_display()),
                ),
                f"{CELLS}/status.html",
                css="card-line",
            ),
            Column(
                "since",
                gettext_lazy("Since"),
                ((gettext_lazy("Since"), lambda row: row.receipt.current_since),),
                sort="current_since",
                shown=False,
            ),
            Column(
                "fresh",
                gettext_lazy("Freshness"),
                ((gettext_lazy("Last read"), lambda row: row.receipt.last_good_at),),
                f"{CELLS}/fresh.html",
                sort="last_good_at",
                css="card-line",
            ),
            Column(
                "next",
                gettext_lazy("Next check"),
                ((gettext_lazy("Next check"), lambda row: row.fresh.coming_at),),
                sort="next_poll_at",
                shown=False,
            ),
            Column(
                "tier",
                gettext_lazy("Checked"),
                ((gettext_lazy("Checked"), lambda row: row.receipt.get_tier_display()),),
                sort="tier",
            ),
            Column(
                "added",
                gettext_lazy("Watched since"),
                ((gettext_lazy("Watched since"), lambda row: row.receipt.created_at),),
                sort="created_at",
                shown=False,
            ),
        ),
        filters=(
            Filter(
                "bucket",
                gettext_lazy("Stage"),
                lambda _actor: mapping_labels.stage_choices(current_mapping()),
            ),
            Filter("team", gettext_lazy("Owner team"), lambda _actor: owners()),
            Filter("tier", gettext_lazy("How often it is checked"), lambda _actor: Tier.choices),
            Filter("found", gettext_lazy("Found without a new status"), lambda _actor: FindingKind.choices),
            Filter("form", gettext_lazy("Form"), fits=is_form, hint="I-485"),
            Filter(
                "code",
                gettext_lazy("Status"),
                lambda _actor: [(code, labels.status_words(code).label) for code in StatusCode.__members__],
                offered=False,
            ),
            Filter(
                "state",
                gettext_lazy("State"),
                lambda _actor: ReceiptState.choices,
                default=ReceiptState.TRACKED,
                offered=False,
            ),
            Filter("matter", gettext_lazy("Matter"), fits=lists.is_id, offered=False),
            flag("mine", gettext_lazy("Mine")),
            flag("unassigned", gettext_lazy("Without a matter")),
            flag("overdue", gettext_lazy("Overdue")),
            flag("failing", gettext_lazy("Failing")),
            flag("person", gettext_lazy("Needs a person")),
        ),
        views=(
            (gettext_lazy("All"), {}),
            (gettext_lazy("Mine"), {"mine": "1"}),
            (gettext_lazy("Without a matter"), {"unassigned": "1"}),
            (gettext_lazy("Needs a person"), {"person": "1"}),
            (gettext_lazy("Failing"), {"failing": "1"}),
            (gettext_lazy("Overdue"), {"overdue": "1"}),
            (gettext_lazy("Stopped"), {"state": ReceiptState.STOPPED.value}),
        ),
    )
)


@require_GET
@login_required
def receipts(request: HttpRequest) -> HttpResponseBase:
    """List the receipts the person may see, newest first; every filter is part of the address."""
    actor, now = request_actor(request), utc_now()
    require(actor, Capability.VIEW_RECEIPT)
    here = looks.look(LIST, request.GET, actor=actor, now=now)
    if looks.is_wanted(request):
        return here.export(request)
    context = here.context(request.GET.get("cursor"))
    may = {
        "may_see_clients": can(actor, Capability.VIEW_MATTER),
        "may_add": can(actor, Capability.TRACK_RECEIPT),
        "may_import": can(actor, Capability.IMPORT_RECEIPTS),
    }
    return render(request, "tracking/receipts/page.html", context | may | {"vocabulary": current_mapping()})


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
    )
    asked, *rest = [(count, words % {"n": count}) for count, words in counted]
    return "; ".join([asked[1], *(words for count, words in rest if count)]) + "."


@require_POST
@login_required
def check_matter(request: HttpRequest) -> HttpResponse:
    """Have every receipt of a matter asked about next."""
    actor, now = request_actor(request), utc_now()
    require(actor, working_capability(actor))
    matter = request.POST.get("matter", "")
    if not lists.is_id(matter):
        raise InvalidInput(
            _("One of the filters is not known any more. Open the list again, and look at it.")
        )
    asked = services.request_checks(ReceiptFilters(matter_id=UUID(matter)), actor=actor, now=now)
    said = ngettext("%(n)d check is next in line.", "%(n)d checks are next in line.", len(asked))
    return done(
        request, promised(said % {"n": len(asked)}, asked, now=now), back=LIST.url({"matter": matter})
    )
