"""The deadline board, its month, one deadline that explains itself, and what people do with it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, can, works_on_what_it_sees
from legist.practice.web import lists, looks
from legist.practice.web.looks import Look
from workflows.access import access_deadline
from workflows.deadlines import recalculation, reminder_rules, reminders, services
from workflows.deadlines.selectors import (
    LIMIT,
    board,
    deadline_detail,
)
from workflows.labels import difference_words
from workflows.web import go_back, staff_actor
from workflows.web.deadlines import calendars
from workflows.web.deadlines.forms import (
    ConfirmForm,
    MoveForm,
    OffsetsForm,
    ServiceForm,
    due_form,
    offsets_form,
)
from workflows.web.deadlines.listing import LIST
from workflows.web.forms import ReasonForm, checked

if TYPE_CHECKING:
    from workflows.models import Deadline


@require_http_methods(["GET", "POST"])
@login_required
def confirm(request: HttpRequest, deadline_id: UUID) -> HttpResponse:
    """Enter the date printed on the notice; GET brings the form, for the dialog of a list."""
    if request.method == "GET":
        deadline = access_deadline(request_actor(request), deadline_id, Capability.WORK_MATTER)
        context = {"deadline": deadline, "due_form": due_form(deadline)}
        return render(request, "workflows/deadlines/confirm_form.html", context)
    form = ConfirmForm(request.POST)
    due = checked(form)["due"]
    actor, now = request_actor(request), utc_now()
    known = access_deadline(actor, deadline_id)
    service = form.service_of(known) if can_recount(known) else None
    deadline = services.confirm_deadline(deadline_id, due=due, actor=actor, now=now, service=service)
    return _done(request, deadline, confirmed_words(deadline))


@require_http_methods(["GET", "POST"])
@login_required
def recount(request: HttpRequest, deadline_id: UUID) -> HttpResponse:
    """Count the date anew for how the notice was served: GET shows it, POST keeps it without confirming."""
    actor = request_actor(request)
    form = ServiceForm(request.POST if request.method == "POST" else request.GET)
    checked(form)
    deadline = access_deadline(actor, deadline_id, Capability.WORK_MATTER)
    service = form.service_of(deadline)
    if request.method == "POST":
        kept = services.recount_deadline(deadline_id, service=service, actor=actor, now=utc_now())
        return _done(request, kept, _("The date was counted anew. It stays provisional."))
    counted = recalculation.recount(deadline, service, now=utc_now())
    before = deadline.provisional_due
    days = (counted.due - before).days if counted.due and before else 0
    context = {"deadline": deadline, "counted": counted, "days": days}
    return render(request, "workflows/deadlines/recount.html", context)


def can_recount(deadline: Deadline) -> bool:
    """True where a rule counts the date, so that the way of service matters."""
    return deadline.issued_on is not None


@require_POST
@login_required
def acknowledge(request: HttpRequest, deadline_id: UUID) -> HttpResponse:
    """Say "I have it": its reminders climb no further."""
    deadline = reminders.acknowledge(deadline_id, actor=request_actor(request), now=utc_now())
    return _done(request, deadline, _("Noted: you have it. The next reminder comes as planned."))


@require_POST
@login_required
def replaced(request: HttpRequest, deadline_id: UUID) -> HttpResponse:
    """Close an appointment for which USCIS has set another one."""
    deadline = services.replace_deadline(deadline_id, actor=request_actor(request), now=utc_now())
    return _done(request, deadline, _("The earlier appointment is closed. The new one has its place."))


@require_POST
@login_required
def choose_reminders(request: HttpRequest, deadline_id: UUID) -> HttpResponse:
    """Choose when this deadline reminds, or have it follow the firm again."""
    follows = "follow" in request.POST
    offsets = None if follows else checked(OffsetsForm(request.POST))["offsets"]
    actor, now = request_actor(request), utc_now()
    deadline = reminder_rules.choose_for(deadline_id, offsets=offsets, actor=actor, now=now)
    return _done(request, deadline, _("The reminders were planned anew."))


@require_POST
@login_required
def meet(request: HttpRequest, deadline_id: UUID) -> HttpResponse:
    """Note that what was due is done."""
    deadline = services.meet_deadline(deadline_id, actor=request_actor(request), now=utc_now())
    return _done(request, deadline, _("Noted as met."))


@require_POST
@login_required
def move(request: HttpRequest, deadline_id: UUID) -> HttpResponse:
    """Put the deadline on another day, with the reason."""
    given = checked(MoveForm(request.POST))
    actor = request_actor(request)
    services.move_deadline(deadline_id, due=given["due"], reason=given["reason"], actor=actor, now=utc_now())
    messages.success(request, _("The deadline was moved. The one before it stays on the record."))
    return htmx.redirect(request, go_back(request, reverse("workflows:deadlines")))


@require_POST
@login_required
def waive(request: HttpRequest, deadline_id: UUID) -> HttpResponse:
    """Give the deadline up, with the reason."""
    reason = checked(ReasonForm(request.POST))["reason"]
    deadline = services.waive_deadline(
        deadline_id, reason=reason, actor=request_actor(request), now=utc_now()
    )
    return _done(request, deadline, _("The deadline was waived."))


def confirmed_words(deadline: Deadline) -> str:
    """Say how far the printed date lies from the computed one."""
    days = deadline.difference_days
    if days is None:
        return _("Confirmed. Reminders follow the printed date.")
    if days == 0:
        return _("Confirmed: the printed date is the computed one.")
    return _("Confirmed: %(difference)s.") % {"difference": difference_words(days)}


def _done(request: HttpRequest, deadline: Deadline, said: str) -> HttpResponse:
    messages.success(request, said)
    here = reverse("workflows:deadline", args=[deadline.pk])
    return htmx.redirect(request, go_back(request, here))


VIEWS = ("", "list", "month")


@require_GET
@login_required
def deadlines(request: HttpRequest) -> HttpResponseBase:
    """List the open deadlines by how near they are, or a month of them."""
    actor, now = staff_actor(request), utc_now()
    today, view = timezone.localdate(now), request.GET.get("view", "")
    here = looks.look(LIST, request.GET, actor=actor, now=now)
    wants_file = looks.is_wanted(request)
    if view not in VIEWS or (view == "month" and wants_file):
        raise lists.unknown()
    if wants_file:
        return here.export(request)
    if view == "month":
        return calendars.month(request, here, today=today)
    context = _board(here, today=today)
    if htmx.is_unchanged(request, str(context["token"])):
        return htmx.unchanged()
    part = "live" if htmx.is_fragment(request) else "page"
    return render(request, f"workflows/deadlines/{part}.html", context)


def _board(here: Look, *, today: date) -> dict[str, object]:
    groups = board(here.found, today=today, order=here.order if here.sort else ())
    total = sum(len(group.rows) for group in groups)
    return {
        "look": here,
        "chips": here.chips,
        "shows": here.shows("status"),
        "label": _("How sure"),
        "groups": groups,
        "total": total,
        "is_cut": total >= LIMIT,
        "month_url": LIST.url(here.address, view="month"),
        "can_work": works_on_what_it_sees(here.actor),
        "can_take": can(here.actor, Capability.WORK_MATTER) or can(here.actor, Capability.MANAGE_MATTER),
        "today": today,
        "token": htmx.change_token(here.actor.key, here.url, today, *map(_mark, groups)),
    }


@require_GET
@login_required
def deadline(request: HttpRequest, deadline_id: UUID) -> HttpResponse:
    """Show one deadline, how it was counted, and what can be done about it."""
    today = timezone.localdate(utc_now())
    detail = deadline_detail(request_actor(request), deadline_id, today=today)
    due = detail.row.deadline.due_date
    context = {
        "detail": detail,
        "deadline": detail.row.deadline,
        "today": today,
        "due_form": due_form(detail.row.deadline),
        "offsets_form": offsets_form(detail.row.deadline),
        "move_form": MoveForm(initial={"due": due}, auto_id="move_%s"),
        "reason_form": ReasonForm(auto_id="waive_%s"),
    }
    in_panel = request.headers.get("HX-Target") == "side-panel-body"
    return render(request, f"workflows/deadlines/{'detail' if in_panel else 'deadline'}.html", context)


def _mark(group: object) -> str:
    rows = getattr(group, "rows", [])
    return ",".join(
        f"{row.deadline.pk}{row.deadline.status}{row.deadline.due_date}{row.waits}{row.news}" for row in rows
    )
