"""A person's calendar of deadlines: its secret address, and what a calendar program reads there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
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

from legist.core.clock import utc_now
from legist.core.web import htmx
from legist.core.web.moments import day_words
from workflows.deadlines import calendars
from workflows.deadlines.selectors import CalendarEntry, calendar_entries
from workflows.labels import calendar_label
from workflows.states import DeadlineState, FeedScope
from workflows.web import staff_actor
from workflows.web.forms import checked

if TYPE_CHECKING:
    from icalendar import Event


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
