"""The deadline board, its month, and one deadline that explains itself."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from legist.core.clock import utc_now
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, can
from workflows.deadlines.month import month_of, read_month
from workflows.deadlines.selectors import LIMIT, DeadlineFilters, deadline_detail, list_deadlines
from workflows.states import DeadlineStatus
from workflows.web import staff_actor
from workflows.web.deadlines.forms import MoveForm, due_form, offsets_form
from workflows.web.forms import ReasonForm

WHOSE = ("mine", "team", "all")


@require_GET
@login_required
def deadlines(request: HttpRequest) -> HttpResponse:
    """List the open deadlines by how near they are, or a month of them."""
    actor, today = staff_actor(request), timezone.localdate(utc_now())
    filters = _filters(request)
    if request.GET.get("view") == "month":
        month = read_month(actor, filters, month_of(request.GET.get("month", ""), today=today), today=today)
        context = {"month": month, "filters": filters, "tabs": _tabs(filters, "view=month"), "today": today}
        return render(request, "workflows/deadlines/month.html", context)
    groups = list_deadlines(actor, filters, today=today)
    token = htmx.change_token(actor.key, filters, today, *map(_mark, groups))
    if htmx.is_unchanged(request, token):
        return htmx.unchanged()
    context = {
        "groups": groups,
        "total": sum(len(group.rows) for group in groups),
        "is_cut": sum(len(group.rows) for group in groups) >= LIMIT,
        "filters": filters,
        "can_work": can(actor, Capability.WORK_MATTER),
        "can_take": can(actor, Capability.WORK_MATTER) or can(actor, Capability.MANAGE_MATTER),
        "tabs": _tabs(filters),
        "today": today,
        "token": token,
    }
    part = "live" if htmx.is_fragment(request) else "page"
    return render(request, f"workflows/deadlines/{part}.html", context)


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


def _filters(request: HttpRequest) -> DeadlineFilters:
    whose, status = request.GET.get("whose", ""), request.GET.get("status", "")
    return DeadlineFilters(
        whose=whose if whose in WHOSE else "mine", status=status if status in DeadlineStatus else ""
    )


def _mark(group: object) -> str:
    rows = getattr(group, "rows", [])
    return ",".join(
        f"{row.deadline.pk}{row.deadline.status}{row.deadline.due_date}{row.waits}{row.news}" for row in rows
    )


def _tabs(filters: DeadlineFilters, view: str = "") -> list[dict[str, object]]:
    labels = {"mine": _("Mine"), "team": _("My team's"), "all": _("All")}
    kept = "".join(
        f"&{part}" for part in (view, f"status={filters.status}" if filters.status else "") if part
    )
    return [
        {"label": labels[whose], "url": f"?whose={whose}{kept}", "current": whose == filters.whose}
        for whose in WHOSE
    ]
