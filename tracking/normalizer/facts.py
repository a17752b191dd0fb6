"""The facts a status text states: dates by their meaning, forms, numbers, offices."""

from __future__ import annotations

import re
from datetime import date, time

from tracking.normalizer import dates, offices
from tracking.normalizer.clauses import RECEIPT
from tracking.normalizer.results import Appointment, Facts

_FORM = re.compile(
    r"(?P<lead>(?:\b(?:must|have to|need to|may|should) )?(?:\b(?:file|submit|filing|presentar|someter) )?"
    r"(?:(?:a|an|un|una) )?(?:(?:new|nuevo|nueva) )?)?"
    r"\b(?:[Ff]orms?|FORM|[Ff]ormularios?)\s+(?P<series>[A-Z]{1,4})\s?-?(?P<number>\d{1,4})(?P<suffix>[A-Z]{0,4})\b"
)
_TO_FILE = re.compile(r"\b(?:file|submit|filing|presentar|someter)\b")
_STARTS = re.compile(r"(?:^|[.!?:;]\s+)(?:(?:On|As of|El|Al|A partir del)\s+(?:el\s+)?)$")
_ON = re.compile(r"\b(?:On|As of|El|Al)\s+$")
_LATE = re.compile(
    r"\b(?:if|si)\b[^.]*\b(?:not|no)\b[^.]*\b(?:receive[ds]?|hear|got|get|recib[ea]|ha recibido|escucha)\b[^.]*"
    r"\b(?:by|before|antes del|para el|hasta el|al)\s*$",
    re.IGNORECASE,
)
_WE_WAIT = re.compile(
    r"(?:\bif we do not (?:receive|hear)\b[^.]*\b(?:by|before)|\bsi no recibimos\b[^.]*\b(?:para el|antes del))\s*$",
    re.IGNORECASE,
)
_ACT = re.compile(
    r"(?:\buntil|\bno later than|\bon or before|\bhasta el|\ba mas tardar el"
    r"|\b(?:you must|you have to|respond|reply|submit|contact us|request|responder|presentar)\b[^.]*\b(?:by|before|antes del|para el)"
    r"|\bdue (?:date|on|by)|\bdeadline (?:is|of))\s*$",
    re.IGNORECASE,
)
_MEETING = re.compile(
    r"(?:appointment|interview|ceremony|cita|entrevista|ceremonia)[^.]*\b(?:for|on|is|will be|para el|el)\s*$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"^,?\s*(?:at|a las)\s+(\d{1,2})(?::(\d{2}))?\s*([AaPp])?\.?\s?[Mm]?\.?")
_PLACE = re.compile(r"^[^.]{0,40}?\b(?:at|in|en) (?:the |our |la |el )?([A-Z][^.]{3,120}?)(?=[.]|$)")
_TRACKING = re.compile(
    r"(?:tracking number|numero de seguimiento|número de seguimiento)(?: assigned| asignado)?(?: is| es|:)?\s+"
    r"([A-Z]{0,2}\d[\dA-Z]{7,32})\b",
    re.IGNORECASE,
)
_BODY_BEFORE = 220


def extract(title: str, text: str) -> Facts:
    """Read all facts of a plain title and description."""
    form, others = _forms(text)
    if form is None and not others:
        form, others = _forms(title)
    event, followup, deadline, appointment = _dates(text)
    office, role = offices.find(text)
    tracking = _TRACKING.search(text)
    receipt = RECEIPT.search(text)
    return Facts(
        event_date=event,
        form=form,
        other_forms=others,
        receipt_number=re.sub("[ -]", "", receipt[0]) if receipt else None,
        followup_date=followup,
        deadline=deadline,
        office=office,
        office_role=role,
        appointment=appointment,
        tracking_number=tracking[1].upper() if tracking else None,
    )


def _forms(text: str) -> tuple[str | None, tuple[str, ...]]:
    """The form of the case, and other forms named; a form still to be filed is never the case's."""
    own: str | None = None
    others: dict[str, None] = {}
    for match in _FORM.finditer(text):
        name = f"{match['series']}-{match['number']}{match['suffix']}"
        if own is None and not _TO_FILE.search(match["lead"] or ""):
            own = name
        else:
            others[name] = None
    return own, tuple(name for name in others if name != own)


def _dates(text: str) -> tuple[date | None, date | None, date | None, Appointment | None]:
    """Sort every date in the text by the words in front of it."""
    event: date | None = None
    followup: date | None = None
    deadline: date | None = None
    appointment: Appointment | None = None
    for match in dates.PATTERN.finditer(text):
        day = dates.parse(match)
        if day is None:
            continue
        before = text[max(0, match.start() - _BODY_BEFORE) : match.start()]
        if not _WE_WAIT.search(before) and _LATE.search(before):
            followup = followup or day
        elif _WE_WAIT.search(before) or _ACT.search(before):
            deadline = day if deadline is None else max(deadline, day)
        elif _STARTS.search(before):
            event = event or day
        elif _MEETING.search(before):
            appointment = appointment or _appointment(day, text[match.end() : match.end() + 200])
        elif _ON.search(before):
            event = event or day
    return event, followup, deadline, appointment


def _appointment(day: date, after: str) -> Appointment:
    clock = _CLOCK.match(after)
    rest = after[clock.end() :] if clock else after
    place = _PLACE.match(rest)
    return Appointment(day, _time(clock) if clock else None, place[1].strip() if place else None)


def _time(clock: re.Match[str]) -> time | None:
    hour, minute = int(clock[1]), int(clock[2] or 0)
    if clock[3] and clock[3].lower() == "p" and hour < 12:
        hour += 12
    elif clock[3] and clock[3].lower() == "a" and hour == 12:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None
