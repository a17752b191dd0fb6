"""Deadlines as an iCalendar file (RFC 5545): days, kinds, how sure; names only where they were chosen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from legist.core.web.moments import day_words
from workflows.deadlines.calendar_feed import CalendarEntry
from workflows.labels import calendar_label
from workflows.states import DeadlineState

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
