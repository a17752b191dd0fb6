"""A person's alerts as a list, and putting them away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import htmx
from legist.practice.permissions import Capability
from legist.practice.web import lists, looks
from legist.practice.web.lists import Act, Column, Filter, Listing, Tally, one_by_one
from workflows.notifications.selectors import read_notices
from workflows.notifications.services import mark_all_read, mark_read
from workflows.states import NotificationKind, NotificationLevel
from workflows.web import go_back, staff_actor
from workflows.web.notifications.labels import explain

if TYPE_CHECKING:
    from workflows.models import Notification


def find(actor: Actor, given: Mapping[str, str], _now: datetime) -> QuerySet[Notification]:
    """Return the person's alerts that the filters of the list leave."""
    exact = {name: given[name] for name in ("kind", "level") if name in given}
    return read_notices(actor, everything="view" in given).filter(**exact)


def put_away(ids: Sequence[UUID], _value: str, *, actor: Actor, now: datetime) -> Tally:
    return one_by_one(ids, lambda pk: mark_read(pk, actor=actor, now=now))


LIST: Final = lists.register(
    Listing(
        key="alerts",
        label=gettext_lazy("Alerts"),
        url_name="workflows:notices",
        capability=Capability.VIEW_PLAYBOOKS,
        find=find,
        drawn=lambda _actor, rows: explain(rows),
        order=lambda _given: ("-created_at",),
        beside=frozenset({"since"}),
        acts=(
            Act(
                "away",
                gettext_lazy("Put away"),
                "check",
                lambda _actor: True,
                lambda rows, actor: rows.filter(user=actor.user.pk if actor.user else None, read_at=None),
                gettext_lazy("put away already"),
                put_away,
            ),
        ),
        columns=(
            Column(
                "alert",
                gettext_lazy("Alert"),
                (
                    (gettext_lazy("Alert"), lambda row: row.text),
                    (
                        gettext_lazy("Client"),
                        lambda row: row.notice.matter.client.name if row.notice.matter else "",
                    ),
                    (
                        gettext_lazy("Matter"),
                        lambda row: row.notice.matter.reference if row.notice.matter else "",
                    ),
                ),
                "workflows/notifications/cell.html",
                fixed=True,
                css="card-first",
            ),
            Column(
                "kind",
                gettext_lazy("Kind"),
                ((gettext_lazy("Kind"), lambda row: row.notice.get_kind_display()),),
                sort="kind",
                shown=False,
            ),
            Column(
                "level",
                gettext_lazy("How urgent"),
                ((gettext_lazy("How urgent"), lambda row: row.notice.get_level_display()),),
                sort="level",
                shown=False,
            ),
            Column(
                "when",
                gettext_lazy("When"),
                ((gettext_lazy("When"), lambda row: row.notice.created_at),),
                sort="created_at",
                css="end",
            ),
            Column(
                "away",
                gettext_lazy("Put away"),
                ((gettext_lazy("Put away"), lambda row: row.notice.read_at),),
                "workflows/notifications/away.html",
                fixed=True,
                css="end act-cell",
            ),
        ),
        filters=(
            Filter("view", gettext_lazy("View"), lambda _actor: [("all", _("All"))], offered=False),
            Filter("kind", gettext_lazy("Kind"), lambda _actor: NotificationKind.choices),
            Filter("level", gettext_lazy("How urgent"), lambda _actor: NotificationLevel.choices),
        ),
        views=((gettext_lazy("Unread"), {}), (gettext_lazy("All"), {"view": "all"})),
    )
)


@require_GET
@login_required
def notices(request: HttpRequest) -> HttpResponseBase:
    """List the person's alerts, newest first: the unread ones, or all."""
    actor = staff_actor(request, Capability.VIEW_PLAYBOOKS)
    here = looks.look(LIST, request.GET, actor=actor, now=utc_now())
    if looks.is_wanted(request):
        return here.export(request)
    context = here.context(request.GET.get("cursor"))
    token = htmx.change_token(actor.key, here.url, *((row.pk, row.notice.read_at) for row in context["rows"]))
    if htmx.is_unchanged(request, token):
        return htmx.unchanged()
    is_refresh = htmx.is_fragment(request) and "since" in request.GET
    part = "live" if is_refresh else "page"
    return render(request, f"workflows/notifications/{part}.html", context | {"token": token})


@require_POST
@login_required
def read(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Put an alert away."""
    mark_read(notice_id, actor=staff_actor(request, Capability.VIEW_PLAYBOOKS), now=utc_now())
    if htmx.is_fragment(request):
        return htmx.trigger(HttpResponse(status=204), "work-changed")
    return htmx.redirect(request, go_back(request, reverse("workflows:notices")))


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Put every alert away."""
    mark_all_read(actor=staff_actor(request, Capability.VIEW_PLAYBOOKS), now=utc_now())
    return htmx.redirect(request, reverse("workflows:notices"))
