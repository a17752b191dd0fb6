"""The pages about paper: what came, what is missing, and logging a notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, can
from legist.practice.web import exports, lists, looks
from legist.practice.web.lists import Column, Filter, Listing
from legist.practice.web.looks import Look
from tracking.selectors import access_receipt
from tracking.states import code_label
from workflows.access import access_deadline
from workflows.notices import dates
from workflows.notices import selectors as notice_selectors
from workflows.notices.entries import read_number
from workflows.notices.intake import log_notice
from workflows.notices.kinds import APPOINTMENTS, KINDS, WITH_RESPONSE, kind_for
from workflows.notices.matching import find_receipt
from workflows.notices.scans import open_scan
from workflows.notices.selectors import NoticeDetail, NoticeFilters
from workflows.states import NoticeKind
from workflows.web import staff_actor
from workflows.web.forms import ReasonForm
from workflows.web.notices.forms import ChosenReceiptForm, NewForm, NumberForm, first_values
from workflows.web.notices.labels import logged_words

if TYPE_CHECKING:
    from legist.practice.models import Matter
    from tracking.models import Receipt
    from workflows.models import NoticeWatch, UscisNotice


TAB, MISSING = "match", "missing"


def find_mail(actor: Actor, given: Mapping[str, str], _now: datetime) -> QuerySet[UscisNotice | NoticeWatch]:
    """Return the notices that the filters leave, or the papers that did not come: those have no kind yet."""
    tab, kind = given.get("tab", TAB), given.get("kind", "")
    filters = NoticeFilters(tab=tab, kind=kind, is_mine="mine" in given)
    if tab != MISSING:
        return notice_selectors.list_notices(actor, filters)
    if kind:
        raise lists.unknown()
    return notice_selectors.list_missing(actor, filters)


def matter_of(notice: UscisNotice | NoticeWatch) -> Matter | None:
    return notice.receipt.matter if notice.receipt else None


CELLS: Final = "workflows/notices/cells"
LIST: Final = lists.register(
    Listing(
        key="mail",
        label=gettext_lazy("Mail"),
        url_name="workflows:paper",
        capability=Capability.VIEW_RECEIPT,
        find=find_mail,
        kept=frozenset({"mine"}),
        columns=(
            Column(
                "notice",
                gettext_lazy("Notice"),
                (
                    (gettext_lazy("Notice"), lambda row: row.get_kind_display()),
                    (gettext_lazy("State"), lambda row: row.get_state_display()),
                ),
                f"{CELLS}/notice.html",
                sort="kind",
                fixed=True,
                css="card-first",
            ),
            Column(
                "case",
                gettext_lazy("Case"),
                (
                    (
                        gettext_lazy("Matter"),
                        lambda row: found.reference if (found := matter_of(row)) else "",
                    ),
                    (gettext_lazy("Receipt"), lambda row: row.receipt.masked if row.receipt else ""),
                ),
                f"{CELLS}/case.html",
            ),
            Column(
                "form",
                gettext_lazy("Form"),
                ((gettext_lazy("Form"), lambda row: row.receipt.form_type if row.receipt else ""),),
                shown=False,
            ),
            Column(
                "dated",
                gettext_lazy("Dated"),
                ((gettext_lazy("Dated"), lambda row: row.notice_date),),
                sort="notice_date",
            ),
            Column(
                "date",
                gettext_lazy("Its date"),
                (
                    (
                        gettext_lazy("Its date"),
                        lambda row: row.deadline.due_date if row.deadline else row.response_due,
                    ),
                ),
                f"{CELLS}/date.html",
                sort="deadline__due_date",
                named=True,
            ),
            Column(
                "logged",
                gettext_lazy("Logged"),
                (
                    (gettext_lazy("Logged"), lambda row: row.logged_at),
                    (gettext_lazy("By"), lambda row: row.logged_by.name),
                ),
                f"{CELLS}/logged.html",
                sort="logged_at",
                css="faint",
            ),
        ),
        filters=(
            Filter(
                "tab",
                gettext_lazy("View"),
                lambda _actor: [(each, each) for each in (*notice_selectors.TABS, MISSING)],
                default=TAB,
                offered=False,
            ),
            Filter("kind", gettext_lazy("Kind"), lambda _actor: NoticeKind.choices),
            Filter("mine", gettext_lazy("Whose"), lambda _actor: [("1", _("Mine"))], offered=False),
        ),
        views=(
            (gettext_lazy("To match"), {}),
            (gettext_lazy("Missing"), {"tab": MISSING}),
            (gettext_lazy("Logged"), {"tab": "logged"}),
            (gettext_lazy("Set aside"), {"tab": "aside"}),
        ),
    )
)


@require_GET
@login_required
def papers(request: HttpRequest) -> HttpResponseBase:
    """List the notices to match, missing, logged or set aside."""
    actor, now = staff_actor(request, Capability.VIEW_RECEIPT), utc_now()
    here = looks.look(LIST, request.GET, actor=actor, now=now)
    is_missing, wants_file = here.given.get("tab") == MISSING, looks.is_wanted(request)
    # What did not come is shown as cards, without columns to sort by.
    if is_missing and here.sort:
        raise lists.unknown()
    if wants_file:
        return _missing_file(request, here) if is_missing else here.export(request)
    counts = {"": notice_selectors.count_to_match(actor), MISSING: notice_selectors.count_missing(actor)}
    context = here.context(request.GET.get("cursor"), counts) | {
        "tab": here.given.get("tab", TAB),
        "label": _("Whose"),
        "shows": here.shows("mine"),
        "may_log": can(actor, Capability.WORK_RECEIPT),
        "may_see_clients": can(actor, Capability.VIEW_MATTER),
        "today": timezone.localdate(now),
    }
    if is_missing:
        context["rows"] = notice_selectors.missing_rows(actor, context["page"].items)
    return render(request, "workflows/notices/page.html", context)


def _missing_file(request: HttpRequest, here: Look) -> HttpResponseBase:
    rows = exports.in_portions(here.found)
    return exports.export(
        request, MISSING_SHEET, lambda: rows, filters=here.given, actor=here.actor, now=here.now
    )


MISSING_SHEET: Final = exports.Sheet(
    "mail-missing",
    (
        (gettext_lazy("Status"), lambda row: code_label(row.code)),
        (gettext_lazy("Since"), lambda row: row.since),
        (gettext_lazy("Matter"), lambda row: found.reference if (found := matter_of(row)) else ""),
        (gettext_lazy("Receipt"), lambda row: row.receipt.masked),
        (gettext_lazy("Form"), lambda row: row.receipt.form_type),
        (gettext_lazy("Looked for by"), lambda row: row.taken_by.name if row.taken_by else ""),
    ),
)


def new_page(actor: Actor, query: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    """Return the empty form, filled as far as the page it was opened from knows; NotFound to strangers."""
    kind = query.get("kind", "") if query.get("kind") in NoticeKind.values else ""
    receipt: Receipt | None = None
    choices: list[Receipt] = []
    if (deadline_id := _id(query.get("deadline", ""))) is not None:
        deadline = access_deadline(actor, deadline_id)
        receipt, kind = deadline.receipt, kind_for(deadline.kind)
        choices = [] if receipt else notice_selectors.receipts_of(actor, deadline.matter_id)
    elif (receipt_id := _id(query.get("receipt", ""))) is not None:
        receipt = access_receipt(actor, receipt_id)
    elif (matter_id := _id(query.get("matter", ""))) is not None:
        choices = notice_selectors.receipts_of(actor, matter_id)
    if len(choices) == 1:
        receipt, choices = choices[0], []
    start = first_values(
        receipt=receipt.pk if receipt else None, kind=kind, received_on=timezone.localdate(now)
    )
    form = ChosenReceiptForm(initial=start, receipts=choices) if choices else NewForm(initial=start)
    return form_page(actor, form, now=now, receipt=receipt)


def form_page(
    actor: Actor, form: NewForm, *, now: datetime, receipt: Receipt | None = None
) -> dict[str, Any]:
    """Return the context of the form; a receipt chosen before is named again."""
    if receipt is None and form.is_bound and form.cleaned_data.get("receipt"):
        receipt = access_receipt(actor, form.cleaned_data["receipt"])
    return {
        "form": form,
        "receipt": receipt,
        "has_choice": isinstance(form, ChosenReceiptForm),
        "with_response": " ".join(WITH_RESPONSE),
        "appointments": " ".join(APPOINTMENTS),
        "today": timezone.localdate(now),
    }


def found(actor: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what is known about a notice while it is keyed in: its case, and how its date compares."""
    kind = given.get("kind", "") if given.get("kind") in NoticeKind.values else "other"
    try:
        number = read_number(given.get("number", ""))
    except InvalidInput as error:
        return {"problem": error.message}
    receipt_id = _id(given.get("receipt", ""))
    receipt = access_receipt(actor, receipt_id) if receipt_id else find_receipt(actor, number)
    if receipt is None:
        return {"is_stranger": number is not None}
    field = "appointment_day" if KINDS[kind].is_appointment else "response_due"
    printed = _day(given.get(field, ""))
    counted = dates.counted_day(receipt, kind, _day(given.get("notice_date", "")), actor=actor)
    deadline = dates.open_deadline(receipt, kind, actor=actor)
    return {
        "receipt": receipt,
        "deadline": deadline,
        "counted": counted,
        "printed": printed,
        "days": (printed - counted).days if printed and counted else None,
        "wants_date": bool(KINDS[kind].deadline) and printed is None,
        "makes_one": deadline is None and bool(KINDS[kind].deadline) and printed is not None,
    }


def notice_page(detail: NoticeDetail) -> dict[str, Any]:
    """Return the context of one notice's page."""
    return {
        "detail": detail,
        "notice": detail.notice,
        "receipt": detail.notice.receipt,
        "matter": detail.matter,
        "facts": KINDS[detail.notice.kind],
        "number_form": NumberForm(auto_id="match_%s"),
        "aside_form": ReasonForm(auto_id="aside_%s"),
        "keep_form": ReasonForm(auto_id="keep_%s"),
        "today": timezone.localdate(),
    }


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Bring the form, from a receipt, a deadline or a matter already half filled in; or log a notice."""
    actor = staff_actor(request, Capability.WORK_RECEIPT)
    if request.method == "GET":
        context = new_page(actor, request.GET, now=utc_now())
        return render(request, "workflows/notices/new.html", context)
    form = NewForm(request.POST, request.FILES)
    try:
        notice = log_notice(form.new, actor=actor, now=utc_now()) if form.is_valid() else None
    except InvalidInput as error:
        form.refuse(error)
        notice = None
    if notice is None:
        context = form_page(actor, form, now=utc_now())
        return render(request, "workflows/notices/new.html", context, status=422)
    messages.success(request, logged_words(notice))
    return htmx.redirect(request, reverse("workflows:paper_notice", args=[notice.pk]))


@never_cache
@require_POST
@login_required
def find(request: HttpRequest) -> HttpResponse:
    """Say while a notice is keyed in which case it belongs to, and how its date compares."""
    actor = staff_actor(request, Capability.WORK_RECEIPT)
    return render(request, "workflows/notices/found.html", found(actor, request.POST))


@never_cache
@require_GET
@login_required
def notice(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Show one notice, what it has led to, and what can be done about it."""
    actor = request_actor(request)
    detail = notice_selectors.paper_detail(actor, paper_id)
    return render(request, "workflows/notices/notice.html", notice_page(detail))


@never_cache
@require_GET
@login_required
def scan(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Hand over the picture of a notice; who opened it goes on the record.

    A picture is shown, a PDF is saved; neither can run anything, whatever is hidden in it.
    """
    file = open_scan(paper_id, actor=request_actor(request), now=utc_now())
    shown = content_disposition_header(as_attachment=not file.is_picture, filename=file.name)
    headers = {
        "Content-Disposition": str(shown),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store, private",
    }
    return HttpResponse(file.content, content_type=file.content_type, headers=headers)
