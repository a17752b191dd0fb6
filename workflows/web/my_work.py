"""My work: what one person has to do, in three bands, a group for each receipt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.web import htmx, request_actor
from legist.practice.permissions import Capability, can
from legist.practice.selectors import list_staff
from legist.practice.web import lists, looks
from tracking.states import code_label
from workflows.messages.queue import count_waiting_drafts
from workflows.my_work import services
from workflows.my_work.lines import Band
from workflows.my_work.selectors import MyWork, my_work
from workflows.overtaken import services as overtaken
from workflows.web import go_back, staff_actor
from workflows.web.forms import GiveForm, PutOffForm, checked

# Overdue and this week stand open; the others are folded under a line that says how many.
OPEN_BANDS = (
    (Band.OVERDUE, gettext_lazy("Overdue")),
    (Band.NOW, gettext_lazy("This week")),
)
FOLDED_BANDS = (
    (Band.LATER, gettext_lazy("Later")),
    (Band.OTHERS, gettext_lazy("Waiting on others")),
    (Band.ASLEEP, gettext_lazy("Put off")),
    (Band.ANSWERED, gettext_lazy("A later status may have answered these: settle them")),
)

BAND_WORDS: Final = dict((*OPEN_BANDS, *FOLDED_BANDS))
SHEET: Final = looks.Sheet(
    "my-work",
    (
        (gettext_lazy("When"), lambda row: str(BAND_WORDS[row[0]])),
        (gettext_lazy("What"), lambda row: row[1].text),
        (gettext_lazy("Client"), lambda row: row[1].matter.client.name if row[1].matter else ""),
        (gettext_lazy("Matter"), lambda row: row[1].matter.reference if row[1].matter else ""),
        (gettext_lazy("Receipt"), lambda row: row[1].receipt.masked if row[1].receipt else ""),
        (gettext_lazy("Because"), lambda row: code_label(row[1].code) if row[1].code else ""),
        (gettext_lazy("Due"), lambda row: row[1].due),
        (gettext_lazy("Waiting on"), lambda row: row[1].waits_for),
    ),
)


@require_GET
@login_required
def work(request: HttpRequest) -> HttpResponseBase:
    """Show the person's work, or (asked again by the page) only when it would look different."""
    actor = staff_actor(request)
    lists.expect(request.GET, {}, beside=("since", "format"))
    now = utc_now()
    found = my_work(actor, now=now)
    if looks.is_wanted(request):
        if found.is_cut:
            raise InvalidInput(
                _("There is more than fits into the file. Settle or give away some of it first.")
            )
        rows = [(band, line) for band in Band for group in found.bands[band] for line in group.lines]
        everything = looks.Rows(len(rows), rows)
        return looks.export(request, SHEET, lambda: everything, filters={}, actor=actor, now=now)
    context = shown(actor, found)
    if htmx.is_unchanged(request, context["token"]):
        return htmx.unchanged()
    part = "live" if htmx.is_fragment(request) else "page"
    return render(request, f"workflows/my_work/{part}.html", context)


@require_POST
@login_required
def done(request: HttpRequest) -> HttpResponse:
    """Check off the chosen items and take note of the chosen changes."""
    finished = services.finish(_chosen(request), actor=staff_actor(request), now=utc_now())
    count = len(finished.lines)
    keys = ",".join(line.key for line in finished.lines)
    undo = {"label": _("Undo"), "url": reverse("workflows:work_undo"), "values": {"lines": keys}}
    said = ngettext("%(n)d thing is done.", "%(n)d things are done.", count) % {"n": count}
    return _answer(request, said, undo=undo)


@require_POST
@login_required
def undo(request: HttpRequest) -> HttpResponse:
    """Take the last *done* back."""
    count = services.unfinish(_chosen(request), actor=staff_actor(request), now=utc_now())
    said = ngettext("%(n)d thing is open again.", "%(n)d things are open again.", count) % {"n": count}
    return _answer(request, said)


@require_POST
@login_required
def put_off(request: HttpRequest) -> HttpResponse:
    """Put the chosen lines out of sight until a day."""
    actor, now = staff_actor(request), utc_now()
    given = checked(PutOffForm(request.POST))
    count = services.put_off(
        _chosen(request), until=given["until"], is_past_told=given["is_past_told"], actor=actor, now=now
    )
    said = ngettext("%(n)d thing comes back on its day.", "%(n)d things come back on their day.", count)
    return _answer(request, said % {"n": count})


@require_POST
@login_required
def give(request: HttpRequest) -> HttpResponse:
    """Give the chosen lines to a colleague."""
    actor, to = staff_actor(request), str(checked(GiveForm(request.POST))["to"])
    colleague = services.give(_chosen(request), to=to, actor=actor, now=utc_now())
    return _answer(request, _("%(name)s has it now and was told.") % {"name": colleague.name})


@require_POST
@login_required
def take_back(request: HttpRequest) -> HttpResponse:
    """Have the chosen lines back that were put off or given away."""
    count = services.take_back(_chosen(request), actor=staff_actor(request), now=utc_now())
    said = ngettext("%(n)d thing is back in your work.", "%(n)d things are back in your work.", count)
    return _answer(request, said % {"n": count})


@require_POST
@login_required
def settle(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Settle what the newest status of a receipt has overtaken, as it was shown."""
    now = utc_now()
    counts = overtaken.settle(
        receipt_id, expected=request.POST.get("shown", ""), actor=request_actor(request), now=now
    )
    url = reverse("workflows:overtaken_take_back", args=[receipt_id])
    undo = {"label": _("Undo"), "url": url, "values": {"at": now.isoformat()}}
    said = ngettext("%(n)d earlier thing is settled.", "%(n)d earlier things are settled.", counts.total)
    return _moved_on(request, said % {"n": counts.total}, undo=undo)


@require_POST
@login_required
def open_again(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Take back what was settled at one instant."""
    counts = overtaken.take_back(
        receipt_id, at=_instant(request.POST.get("at", "")), actor=request_actor(request), now=utc_now()
    )
    said = ngettext("%(n)d thing is open again.", "%(n)d things are open again.", counts.total)
    return _moved_on(request, said % {"n": counts.total})


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _moved_on(request: HttpRequest, said: str, *, undo: dict[str, Any] | None = None) -> HttpResponse:
    """Say it, and have the pages that show the receipt ask again; the card is gone."""
    if not htmx.is_fragment(request):
        messages.success(request, said)
        return htmx.redirect(request, go_back(request, reverse("workflows:my_work")))
    response = htmx.trigger(htmx.trigger(HttpResponse(), "work-changed"), "receipt-changed")
    return htmx.toast(response, said, undo=undo)


def shown(actor: Actor, found: MyWork) -> dict[str, Any]:
    """Return what the page shows."""
    today = timezone.localdate(utc_now())
    lines = [f"{line.key}{line.due}{line.waits_for}{line.text}{line.is_pressing}" for line in found.lines()]
    to_approve = count_waiting_drafts(actor) if can(actor, Capability.APPROVE_DRAFT) else 0
    return {
        "open_bands": [(band, label, found.bands[band]) for band, label in OPEN_BANDS if found.bands[band]],
        "folded_bands": [
            (band, label, found.bands[band], found.count(band))
            for band, label in FOLDED_BANDS
            if found.bands[band]
        ],
        "waiting": found.pressing,
        "is_empty": not any(found.bands.values()),
        "is_cut": found.is_cut,
        "to_approve": to_approve,
        "overtaken": found.overtaken,
        "today": today,
        "days": _days(today),
        "colleagues": _colleagues(actor),
        "token": htmx.change_token(actor.key, today, to_approve, *lines),
    }


def _days(today: Any) -> list[tuple[str, Any]]:
    """Return the days that are put off to most: tomorrow, the next Monday, in two weeks."""
    monday = today + timedelta(days=7 - today.weekday())
    return [
        (_("Tomorrow"), today + timedelta(days=1)),
        (_("Monday"), monday),
        (_("In two weeks"), today + timedelta(days=14)),
    ]


def _colleagues(actor: Actor) -> list[Any]:
    return [each for each in list_staff().order_by("name", "pk") if str(each.pk) != actor.id]


def _chosen(request: HttpRequest) -> Sequence[str]:
    """Return the lines that a form names: the one whose button was pressed, or those ticked."""
    if one := request.POST.get("only"):
        return [one]
    if several := request.POST.get("lines"):
        return several.split(",")
    return request.POST.getlist("line")


def _answer(request: HttpRequest, said: str, *, undo: dict[str, Any] | None = None) -> HttpResponse:
    """Show the work as it is now, and say what was done."""
    if not htmx.is_fragment(request):
        messages.success(request, said)
        return htmx.redirect(request, reverse("workflows:my_work"))
    actor = staff_actor(request)
    response = render(request, "workflows/my_work/live.html", shown(actor, my_work(actor, now=utc_now())))
    response["HX-Retarget"], response["HX-Reswap"] = "#my-work", "outerHTML"
    return htmx.toast(htmx.trigger(response, "selection-done"), said, undo=undo)
