"""Deadlines as a calendar: a month of the board, and what a calendar program reads at a secret address."""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.web import htmx
from legist.core.web.moments import day_words
from legist.practice.permissions import Capability, require
from legist.practice.web import lists
from legist.practice.web.looks import Look
from workflows.deadlines import calendars
from workflows.deadlines.selectors import CalendarEntry, DeadlineFilters, calendar_entries, open_deadlines
from workflows.labels import calendar_label
from workflows.states import DeadlineState, FeedScope
from workflows.web import staff_actor
from workflows.web.deadlines.listing import LIST, filters_of
from workflows.web.forms import checked

if TYPE_CHECKING:
    from icalendar import Event

    from workflows.models import Deadline


REFRESH = timedelta(hours=4)
ENDED = frozenset({DeadlineState.MOVED, DeadlineState.WAIVED})


def calendar_file(entries: Iterable[CalendarEntry]) -> bytes:
    """Return the calendar; moved and waived entries are cancelled, so that every program takes them away."""
    from icalendar import Calendar  # only who makes one waits for it

    calendar = Calendar()
    calendar.add("prodid", "-//Legist//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Deadlines"))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{entry.id}@deadlines.legist")
    event.add("dtstamp", entry.changed_at)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", summary(entry))
    event.add("description", _description(entry))
    event.add("url", settings.LEGIST_BASE_URL + reverse("workflows:deadline", args=[entry.id]))
    event.add("status", "CANCELLED" if entry.state in ENDED else "CONFIRMED")
    event.add("sequence", entry.revision)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event


def summary(entry: CalendarEntry) -> str:
    """Return the one line that a calendar shows: "RFE answer due (provisional)"."""
    text = f"{calendar_label(entry.kind)} ({_sure(entry)})"
    return " · ".join([text, *filter(None, (entry.reference, entry.client))])


def _sure(entry: CalendarEntry) -> str:
    if entry.state != DeadlineState.OPEN:
        return str(DeadlineState(entry.state).label).lower()
    return _("provisional") if entry.is_provisional else _("confirmed")


def _description(entry: CalendarEntry) -> str:
    lines = [f"{day_words(day)}: {source.label}" for source, day in entry.dates]
    if entry.is_provisional and entry.state == DeadlineState.OPEN:
        lines.append(_("Provisional: the date printed on the notice decides."))
    return "\n".join([*lines, *filter(None, (entry.citation,))])


class CalendarForm(forms.Form):
    """Whose deadlines the calendar shows, and whether it names anybody."""

    scope = forms.ChoiceField(choices=FeedScope.choices)
    shows_names = forms.BooleanField(required=False)


@require_POST
@login_required
@cache_control(private=True, no_store=True)
def create(request: HttpRequest) -> HttpResponse:
    """Make a secret address, or another one, and show it this once."""
    given = checked(CalendarForm(request.POST))
    actor = staff_actor(request)
    feed, secret = calendars.create_feed(
        scope=given["scope"], shows_names=given["shows_names"], actor=actor, now=utc_now()
    )
    path = reverse("workflows:calendar_feed", args=[secret])
    context = {"feed": feed, "address": f"{settings.LEGIST_BASE_URL}{path}"}
    return render(request, "workflows/deadlines/calendar/created.html", context)


@require_POST
@login_required
def revoke(request: HttpRequest) -> HttpResponse:
    """Close the secret address."""
    calendars.revoke_feed(actor=staff_actor(request), now=utc_now())
    messages.success(request, _("The calendar address is closed. Programs that have it find nothing now."))
    return htmx.redirect(request, reverse("practice:settings"))


@require_safe
@cache_control(private=True, no_store=True)
def feed(_request: HttpRequest, secret: str) -> HttpResponse:
    """Answer a calendar program; the secret in the address is all it has, and all it needs."""
    now = utc_now()
    found, actor = calendars.open_feed(secret, now=now)
    entries = calendar_entries(actor, scope=found.scope, shows_names=found.shows_names, now=now)
    with translation.override(found.user.language):
        content = calendar_file(entries)
    headers = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar."""

    date: date
    deadlines: list[Deadline]
    is_in_month: bool
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """The weeks that hold a month, from Sunday on."""

    first: date
    weeks: list[list[Day]]
    total: int

    @property
    def previous(self) -> str:
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def next(self) -> str:
        return f"{self.first + timedelta(days=31):%Y-%m}"


def month_of(text: str, *, today: date) -> date:
    """Return the first day of the month written as "2026-05"; this one for none; InvalidInput for others."""
    try:
        first = date.fromisoformat(f"{text}-01") if text else today.replace(day=1)
    except ValueError:
        raise lists.unknown() from None
    # The board shows days before and after, which the first and the last year of the calendar lack.
    if not MINYEAR < first.year < MAXYEAR:
        raise lists.unknown()
    return first


def read_month(actor: Actor, filters: DeadlineFilters, first: date, *, today: date) -> Month:
    """Return the open deadlines of the weeks around a month."""
    require(actor, Capability.VIEW_MATTER)
    weeks = Calendar(SUNDAY).monthdatescalendar(first.year, first.month)
    span = (weeks[0][0], weeks[-1][-1])
    rows = open_deadlines(actor, filters).filter(due_date__range=span).select_related("matter__client")
    due: dict[date, list[Deadline]] = defaultdict(list)
    for row in rows:
        if row.due_date is not None:
            due[row.due_date].append(row)
    return Month(
        first=first,
        weeks=[
            [Day(day, due[day], day.month == first.month, day == today) for day in week] for week in weeks
        ],
        total=sum(map(len, due.values())),
    )


def month(request: HttpRequest, here: Look, *, today: date) -> HttpResponse:
    """Show the open deadlines of a month."""
    first = month_of(request.GET.get("month", ""), today=today)
    found = read_month(here.actor, filters_of(here.given), first, today=today)

    def url(**beside: str) -> str:
        return LIST.url(here.address, view="month", **beside)

    context = {
        "look": here,
        "month": found,
        "month_url": url(),
        "previous_url": url(month=found.previous),
        "next_url": url(month=found.next),
        "tabs": [
            each | {"url": f"{each['url']}{'&' if '?' in each['url'] else '?'}view=month"}
            for each in here.tabs
        ],
        "today": today,
    }
    return render(request, "workflows/deadlines/month.html", context)
