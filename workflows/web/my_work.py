"""My work: what one person has to do, in three bands, a group for each receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from legist.core.web.sheets import Value
from legist.practice.permissions import Capability, can
from legist.practice.selectors import list_staff
from legist.practice.web import lists, looks
from legist.practice.web.lists import Column, Filter, Listing, Words
from legist.practice.web.looks import Look
from tracking.states import code_label
from workflows.messages.queue import count_waiting_drafts
from workflows.my_work import services
from workflows.my_work.lines import Band, Group, Line, narrowed
from workflows.my_work.selectors import MyWork, my_work
from workflows.overtaken import services as overtaken
from workflows.states import WorkKind
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
Row = tuple[Band, Line]


def find(actor: Actor, given: Mapping[str, str], now: datetime) -> list[Row]:
    """Return the lines that the filters leave, each with where it stands."""
    return _rows(my_work(actor, now=now).bands, given)


def _rows(bands: Mapping[Band, Sequence[Group]], given: Mapping[str, str]) -> list[Row]:
    found = narrowed(bands, kind=given.get("kind", ""), band=given.get("band", ""))
    return [(band, line) for band in Band for group in found[band] for line in group.lines]


def column(key: str, label: Words, value: Callable[[Line], Value], *, sort: str = "") -> Column:
    return Column(key, label, ((label, lambda row: value(row[1])),), sort=sort)


LIST: Final = lists.register(
    Listing(
        key="my-work",
        label=gettext_lazy("My work"),
        url_name="workflows:my_work",
        capability=Capability.VIEW_MATTER,
        find=find,
        beside=frozenset({"since"}),
        columns=(
            Column(
                "what",
                gettext_lazy("What"),
                (
                    (gettext_lazy("When"), lambda row: str(BAND_WORDS[row[0]])),
                    (gettext_lazy("What"), lambda row: row[1].text),
                    (gettext_lazy("Client"), lambda row: row[1].matter.client.name if row[1].matter else ""),
                    (gettext_lazy("Matter"), lambda row: row[1].matter.reference if row[1].matter else ""),
                ),
                sort="what",
                fixed=True,
            ),
            column(
                "receipt",
                gettext_lazy("Receipt"),
                lambda line: line.receipt.masked if line.receipt else "",
                sort="receipt",
            ),
            column(
                "because", gettext_lazy("Because"), lambda line: code_label(line.code) if line.code else ""
            ),
            column("due", gettext_lazy("Due"), lambda line: line.due, sort="due"),
            column("waiting", gettext_lazy("Waiting on"), lambda line: line.waits_for),
        ),
        filters=(
            Filter("kind", gettext_lazy("Kind"), lambda _actor: WorkKind.choices),
            Filter("band", gettext_lazy("When"), lambda _actor: [*BAND_WORDS.items()]),
        ),
        views=((gettext_lazy("Everything"), {}),),
    )
)


@require_GET
@login_required
def work(request: HttpRequest) -> HttpResponseBase:
    """Show the person's work, or (asked again by the page) only when it would look different."""
    actor, now = staff_actor(request), utc_now()
    here = looks.look(LIST, request.GET, actor=actor, now=now)
    found = my_work(actor, now=now)
    if looks.is_wanted(request):
        if found.is_cut:
            raise InvalidInput(
                _("There is more than fits into the file. Settle or give away some of it first.")
            )
        return here.export(request)
    context = shown(here, found)
    if htmx.is_unchanged(request, context["token"]):
        return htmx.unchanged()
    if htmx.is_fragment(request):
        return render(request, "workflows/my_work/live.html", context)
    return render(request, "workflows/my_work/page.html", context | {"chips": here.chips})


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


def shown(here: Look, found: MyWork) -> dict[str, Any]:
    """Return what the page shows of somebody's work, as they look at it."""
    actor, today = here.actor, timezone.localdate(here.now)
    given = here.given
    bands = narrowed(found.bands, kind=given.get("kind", ""), band=given.get("band", ""), sort=here.sort)
    lines = [f"{line.key}{line.due}{line.waits_for}{line.text}{line.is_pressing}" for line in found.lines()]
    to_approve = count_waiting_drafts(actor) if can(actor, Capability.APPROVE_DRAFT) else 0
    return {
        "look": here,
        "open_bands": [(band, label, bands[band]) for band, label in OPEN_BANDS if bands[band]],
        "folded_bands": [
            (band, label, bands[band], sum(len(group.lines) for group in bands[band]))
            for band, label in FOLDED_BANDS
            if bands[band]
        ],
        "waiting": found.pressing,
        "is_empty": not any(bands.values()),
        "is_cut": found.is_cut,
        "to_approve": to_approve,
        "overtaken": found.overtaken,
        "today": today,
        "days": _days(today),
        "colleagues": _colleagues(actor),
        "token": htmx.change_token(actor.key, here.url, today, to_approve, *lines),
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
    actor, now = staff_actor(request), utc_now()
    here = looks.open_look(LIST, request, actor=actor, now=now)
    response = render(request, "workflows/my_work/live.html", shown(here, my_work(actor, now=now)))
    response["HX-Retarget"], response["HX-Reswap"] = "#my-work", "outerHTML"
    return htmx.toast(htmx.trigger(response, "selection-done"), said, undo=undo)
