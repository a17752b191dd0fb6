"""One day of a client's case as a file for the calendar of their phone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from legist.core.clock import utc_now
from legist.core.errors import NotFound
from legist.core.web import request_actor
from portal import selectors
from portal.cases import Case, CaseDate
from portal.web.views import client_page

if TYPE_CHECKING:
    from icalendar import Event

APPOINTMENTS = frozenset({"biometrics", "interview", "oath", "court_hearing"})
# When the phone reminds: at nine the day before an appointment, a week before an answer is due.
NINE = timedelta(hours=9)
BEFORE_APPOINTMENT, BEFORE_ANSWER = timedelta(days=1) - NINE, timedelta(days=7) - NINE


@require_GET
@client_page
@cache_control(private=True, no_store=True)
def entry(request: HttpRequest, case_id: UUID, kind: str) -> HttpResponse:
    """Answer with the entry of one date of the client's case."""
    actor, now = request_actor(request), utc_now()
    case = selectors.access_case(actor, case_id, language=request.LANGUAGE_CODE, now=now)
    day = next((each for each in case.dates if each.kind == kind), None)
    if day is None:
        raise NotFound
    headers = {"Content-Disposition": 'attachment; filename="calendar.ics"'}
    return HttpResponse(calendar_file(case, day, now=now), content_type="text/calendar", headers=headers)


def calendar_file(case: Case, day: CaseDate, *, now: datetime) -> bytes:
    """Return the file; other people may see a calendar, so that it names nobody and no case."""
    from icalendar import Calendar  # only who makes one waits for it

    calendar = Calendar()
    calendar.add("prodid", "-//Legist//Portal//EN")
    calendar.add("version", "2.0")
    calendar.add_component(_event(case, day, now=now))
    return bytes(calendar.to_ical())


def _event(case: Case, day: CaseDate, *, now: datetime) -> Event:
    """Return the entry, of the whole day wherever the phone is: the letter alone tells the hour.

    Added again, the day that counts now takes the place of the earlier one.
    """
    from icalendar import Alarm, Event

    is_appointment = day.kind in APPOINTMENTS
    event, alarm = Event(), Alarm()
    event.add("uid", f"{case.id}-{day.kind}@portal.legist")
    event.add("sequence", int(now.timestamp()) // 60)
    event.add("dtstamp", now)
    event.add("dtstart", day.day)
    event.add("dtend", day.day + timedelta(days=1))
    event.add("summary", day.words)
    event.add("description", _words(is_appointment=is_appointment))
    event.add("url", settings.LEGIST_BASE_URL + reverse("portal:home"))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    alarm.add("action", "DISPLAY")
    alarm.add("description", day.words)
    alarm.add("trigger", -(BEFORE_APPOINTMENT if is_appointment else BEFORE_ANSWER))
    event.add_component(alarm)
    return event


def _words(*, is_appointment: bool) -> str:
    letter, ask = _("Your letter tells the hour and the place."), _("Speak with your legal team well before.")
    return letter if is_appointment else ask
