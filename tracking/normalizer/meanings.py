"""What each date in a text is for, told by the words that lead up to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from tracking.normalizer.dates import Dated
from tracking.normalizer.results import Appointment
from tracking.normalizer.text import fold

_BY = r"(?:by|before|until|no later than|para el|antes del|hasta el|a mas tardar el)$"
# The last day of something, as a text leads up to it.
_END = (
    r"(?:(?:due(?: date)?|expir\w+|ends?|ending|deadline|last day|vencen?|termina|fecha limite|ultimo dia)"
    r"(?: of| on| is| es| de)?(?: the| el)?|through)"
)
TO_COME = re.compile(rf"\b(?:{_BY[:-1]}|{_END})$")
_EVENT = re.compile(r"^(?:on|as of|el|al|a partir del?)$")
_EVENT_INSIDE = re.compile(r"\b(?:on|as of|(?<!para )(?<!hasta )(?<!tardar )el)$")
_WE_WAIT = re.compile(rf"\b(?:if we do not (?:receive|hear)|si no recibimos)\b.*\b{_BY}")
_LATE = re.compile(
    rf"^(?:if|si)\b.*\b(?:not|no)\b.*\b(?:receive[ds]?|hear|got|get|recib\w+|sabe|tiene noticias)\b.*\b{_BY}"
)
_ACT = re.compile(
    r"\b(?:until|no later than|on or before|hasta el|a mas tardar el|due (?:date|on|by)|deadline (?:is|of)"
    r"|(?:fecha limite|ultimo dia)(?: es| de)?(?: el)?)$"
    r"|\b(?:must|have to|may file|puede presentar|respond|reply|submit|contact us|request"
    rf"|debe|responder|presentar|enviar)\b.*\b{_BY}"
    # The reader is told to do something by then.
    r"|^(?:please |kindly |por favor,? )?(?:send|mail|give|provide|furnish|return|pay|bring|show|tell|answer"
    rf"|let|(?:envie|mande|entregue|presente|de|diga)(?:nos)?|pague|traiga|conteste|responda)\b.*\b{_BY}"
    r"|\b(?:(?:the|your|our|su|la|los|las) (?:\w+ )?(?:answer|response|reply|evidence|documents?|time"
    r"|respuesta|evidencia|pruebas|documentos|plazo|tiempo)|asked|requests? for evidence|rfe|no(?:id|ir)"
    rf"|intent\w*|solicitud de evidencia)\b(?!.*\brec(?:eived|ibi))(?:.*\b)?(?:{_BY[:-1]}|{_END})$"
)
_UNLESS = re.compile(rf"^(?:if you|si usted|si)\b.*\b(?:not|no)\b.*\b{_BY}")
_MEETING = re.compile(
    r"(?:appointment|interview|ceremony|hearing|cita|entrevista|ceremonia|audiencia)\b"
    r".*\b(?:for|on|is|will be|para el|el)$"
    r"|\b(?:rescheduled|reprogramamos|reprogramad[oa])\b.*\b(?:to|para el)$"
)
# What a text refers back to, and how it says when that was.
_MENTIONED = re.compile(
    r"\b(?:requests?|rfe|no(?:id|ir)|intent\w*|evidence|response|reply|answer|documents?|interview|appointment"
    r"|application|petition|form|case)\b[^.;]{0,100}?(?: (?:that|which))? (?:we|you|uscis)"
    r" (?:(?:had|have|has|first|originally|previously|last) ){0,2}(?:sent|mailed|e-?mailed|issued|made|filed"
    r"|submitted|received|held|attended|gave|requested|asked)\b(?: (?!and\b|but\b)[\w-]+){0,3}? on$"
    r"|\b(?:requests?|rfe|no(?:id|ir)|intent\w* to \w+|response|reply)\b[^.;]{0,60}?"
    r" (?:dated|of|from|(?:sent|mailed|issued|made) on)$"
    r"|\b(?:solicitud|pedido|peticion|requerimiento|evidencia|pruebas|intencion|respuesta|documentos|entrevista"
    r"|cita|caso|formulario)\b[^.;]{0,100}? que (?:(?:le|les|nos|usted|uscis|habiamos|hemos|ha|habia) ){0,3}"
    r"(?:envi|emiti|hic|hech|present|recib|remit|mand|pedi|solicit|celebr)\w+(?: (?!y\b|pero\b)\w+){0,3}? el$"
    r"|\b(?:solicitud|pedido|peticion|requerimiento|intencion|respuesta)\b[^.;]{0,60}?"
    r" (?:de fecha|fechad[oa](?: el)?|del|(?:enviad|emitid)[oa] el)$"
)
_HELD = re.compile(
    r"\b(?:completed|conducted|held|attended|missed|not (?:appear|attend|come)|cancell?ed|descheduled"
    r"|completa|realiza|cancela|presento|asistio)"
)
_WEEKDAY = re.compile(
    r"[ ,]+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|lunes|martes|miercoles|jueves|viernes|sabado|domingo)$"
)
_CLOCK = re.compile(r",?\s(?:at|a las)\s(\d{1,2})(?::(\d{2}))?\s?(?:([AaPp])\.?[Mm]\b\.?)?")
_PLACE = re.compile(r"[^.]{0,40}?\b(?:at|in|en) (?:the |our |la |el )?([A-Z][^.]{3,120}?)(?=\.|$)")


class Meaning(StrEnum):
    """What a date may be for: something happened then, stands after other words, has to be done by then.

    `OTHER` is the day of something older that the text only mentions: "the request we mailed on ...".
    """

    EVENT = "event"
    INSIDE = "inside"
    ACT = "act"
    LATE = "late"
    MEETING = "meeting"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Timeline:
    """The dates of a text by their meaning."""

    event: date | None = None
    followup: date | None = None
    deadline: date | None = None
    appointment: Appointment | None = None


def sort_dates(text: str, found: list[Dated]) -> Timeline:
    """Give each date its meaning; the first of a kind counts, of deadlines the latest.

    The day after which to ask for a lost notice is no deadline, and the day a notice was made is
    no appointment.
    """
    events: list[date] = []
    inside: list[date] = []
    late: list[date] = []
    act: list[date] = []
    meetings: list[Appointment] = []
    days = {Meaning.EVENT: events, Meaning.INSIDE: inside, Meaning.LATE: late, Meaning.ACT: act}
    for dated in found:
        match meaning_of(lead_of(text, dated.start)):
            case Meaning.MEETING:
                meetings.append(_appointment(dated.day, text[dated.end : dated.end + 200]))
            case Meaning() as meaning if meaning in days:
                days[meaning].append(dated.day)
    return Timeline(
        next(iter(events + inside), None),
        next(iter(late), None),
        max(act, default=None),
        next(iter(meetings), None),
    )


def meaning_of(lead: str) -> Meaning | None:
    """What a date is for, by the folded words of its sentence that lead up to it."""
    if _EVENT.match(lead):
        return Meaning.EVENT
    if _WE_WAIT.search(lead):
        return Meaning.ACT
    if _LATE.search(lead):
        return Meaning.LATE
    if _ACT.search(lead) or _UNLESS.search(lead):
        return Meaning.ACT
    if _MEETING.search(lead) and not _HELD.search(lead):
        return Meaning.MEETING
    if _MENTIONED.search(lead) or TO_COME.search(lead):
        return Meaning.OTHER
    return Meaning.INSIDE if _EVENT_INSIDE.search(lead) else None


def lead_of(text: str, end: int, *, since: int = 0) -> str:
    """The words of the sentence before position `end`, folded; "U.S." ends no sentence."""
    start = text.rfind(". ", 0, end)
    while start > 1 and text[start - 1].isupper() and text[start - 2] in ". ":
        start = text.rfind(". ", 0, start)
    return _WEEKDAY.sub("", fold(text[max(start + 1, end - 300, since) : end]).strip(" ,:;"))


def _appointment(day: date, after: str) -> Appointment:
    clock = _CLOCK.match(after)
    place = _PLACE.match(after, clock.end() if clock else 0)
    return Appointment(day, _time(clock) if clock else None, place[1].strip() if place else None)


def _time(clock: re.Match[str]) -> time | None:
    hour, minute, half = int(clock[1]), int(clock[2] or 0), (clock[3] or "").lower()
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None
