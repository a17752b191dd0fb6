"""What each date in a text is for, told by the words that lead up to it.

A period runs from the notice itself: a copy, a repeat or a reminder never makes it younger. Of several days
that may each be the notice's the earliest counts; the day of something else (a receipt, a birth) is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from tracking.normalizer.beside import REQUESTS
from tracking.normalizer.dates import Dated, lengths, next_of, yearless
from tracking.normalizer.results import Appointment
from tracking.normalizer.text import fold
from tracking.statuses import StatusCode as C
from tracking.statuses import acts_as

_BY = r"(?:by|before|until|no later than|para el|antes del|hasta el|a mas tardar el)$"
# The last day of something, by name, and as a text leads up to it.
_LAST = r"due(?: date)?|deadline|last day|fecha limite|ultimo dia"
_END = (
    rf"(?:(?:{_LAST}|expir\w+|ends?|ending|vencen?|termina"
    r"|(?:response|answer|reply|submission) date|date (?:to|for) (?:respond|response|answer|reply)"
    r"|fecha (?:para responder|de entrega|de vencimiento))(?: of| on| is| es| de)?(?: the| el)?|through)"
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
    r"|(?:fecha (?:limite(?: para [\w ]+)?|para responder|de entrega|de vencimiento)|ultimo dia"
    r"|deadline (?:to|for) [\w ]+"
    r"|(?:response|answer|reply|submission) date)(?: es| de| is| of)?(?: el)?)$"
    r"|\b(?:must|have to|(?<!not )need|may file|puede presentar|respond|reply|submit|contact us|request"
    rf"|debe|responder|presentar|enviar)\b.*\b{_BY}"
    # The reader is told to do something by then.
    r"|^(?:please |kindly |por favor,? )?(?:send|mail|give|provide|furnish|return|pay|bring|show|tell|answer"
    rf"|let|(?:envie|mande|entregue|presente|de|diga)(?:nos)?|pague|traiga|conteste|responda)\b.*\b{_BY}"
    r"|\b(?:(?:the|your|our|su|la|los|las) (?:\w+ )?(?:answer|response|reply|evidence|documents?|time"
    r"|respuesta|evidencia|pruebas|documentos|plazo|tiempo)|asked|requests? for evidence|rfe|no(?:id|ir)"
    rf"|intent\w*|solicitud de evidencia)\b(?!.*\brec(?:eived|ibi))(?:.*\b)?(?:{_BY[:-1]}|{_END})$"
)
# A length of time in which others act, mail is on its way, or something is valid.
_SAME_CLAUSE = r"(?:(?!\b(?:and|but|or|if|unless|until|y|pero|o|si)\b|[,;:]).)*$"
_NOT_TO_ANSWER = re.compile(
    r"\b(?:please allow(?: us)?|take[sn]?|taking|tarda\w*|wait(?:ed)?|espere|permita|valid(?: for)?|hace|last"
    r"|past|previous|ultim[oa]s|plus|mas)"
    r"(?: (?:up to|about|at least|approximately|another|between|hasta|al menos))?$"
    r"|^(?:if|si)\b(?!.*\b(?:we|recibi?[ae]?mos)\b)[^,]*\b(?:not|no)\b[^,]*\b(?:receive[ds]?|hear|got"
    r"|get|recib\w+|sabe|tiene noticias)\b[^,]*$"
    r"|\b(?:we|uscis|it|your card) (?:will|may|expect to)(?: also| then| now)? (?:mail|send|notify|issue"
    r"|contact|make|process|review|decide|arrive|ship|deliver|schedule|be (?:sent|mailed|notified))\b"
    rf"{_SAME_CLAUSE}"
    rf"|\b(?:le|nos) (?:enviaremos|notificaremos|informaremos|avisaremos|contactaremos)\b{_SAME_CLAUSE}"
)
_PASSED = re.compile(
    r"^ (?:ago|old|late|earlier|have (?:now )?passed|(?:a|per|al|por) (?:day|week|dia|semana)"
    r"|atras|han pasado|despues de que recibamos|(?:after|from when) (?:we|uscis) (?:receive|get|have))\b"
)
_UNLESS = re.compile(rf"^(?:if you|si usted|si)\b.*\b(?:not|no)\b.*\b{_BY}")
_MEETINGS = r"(?:appointment|interview|ceremony|hearing|cita|entrevista|ceremonia|audiencia)"
_MEETING = re.compile(
    rf"{_MEETINGS}\b.*\b(?:for|on|is|will be|takes? place|para el|el)$"
    r"|\b(?:rescheduled|reprogramamos|reprogramad[oa])\b.*\b(?:to|para el)$"
    # "Interview date: ...", "Date of your hearing: ...", "Your interview: ..."
    rf"|{_MEETINGS}(?: (?:date|day)(?: and time)?)?$"
    rf"|\b(?:date|day)(?: and time)? (?:of|for) (?:\w+ ){{0,3}}{_MEETINGS}$"
    rf"|\bfecha(?: y hora)? (?:de|para) (?:\w+ ){{0,3}}{_MEETINGS}$"
    # Before a judge or an officer on a day to come.
    r"|(?<!not )(?<!never )(?<!failed to )\b(?:appear|report|come|go|bring)\b.*\b(?:before|at|in|to)\b.*\bon$"
    r"|(?<!not )\bscheduled\b.*\b(?:fingerprint\w*|biometrics?)(?: on| for)?$"
    r"|\bhuellas (?:se tomaran|seran tomadas)\b.*\bel$"
    r"|\b(?:comparecer|presentarse|comparezca|presentese|acudir|acuda)\b.*\bel$"
    # What is named by what happens there: "your oath notice for", "schedules your biometrics for".
    r"|\b(?:oath|biometrics?|fingerprint\w*|jura(?:mento|mentacion)|huellas|biometric\w+)\b.*\b(?:for"
    r"|para el)$"
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
    r"\b(?:completed|conducted|held|attended|missed|not (?:appear|attend|come|hold|take place)|cancell?ed"
    r"|descheduled|completa|realiza|cancela|no celebr|presento|asistio)"
)
_STRICTLY = re.compile(r"(?<!\bon or )(?:\b(?:before|prior to)|\bantes del?)$")
_CALLED_LAST = re.compile(rf"\b(?:{_LAST}|respond[- ]by(?: date)?|plazo)\b[^.;]{{0,30}}$")
_WEEKDAY = re.compile(
    r"[ ,]+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|lunes|martes|miercoles|jueves|viernes|sabado|domingo)$"
)
_CLOCK = re.compile(r",?\s(?:at|a las)\s(\d{1,2})(?::(\d{2}))?\s?(?:([AaPp])\.?[Mm]\b\.?)?")
_PLACE = re.compile(r"[^.]{0,40}?\b(?:at|in|en) (?:the |our |la |el )?([A-Z][^.]{3,120}?)(?=\.|$)")
# What leads up to the day on which a request or a decision was sent.
_LETTER = r"notices?|letters?|notific\w+|aviso|carta"
_REQUEST = re.compile(
    rf"\b(?:requests?(?! (?:to|that)\b)|requested|asked|asking|rfe|no(?:id|ir)|intent\w*|{_LETTER}"
    r"|pedido|pedimos|requerimiento|intencion|intento|nuestra (?:solicitud|peticion)"
    r"|(?:solicitud|peticion) (?:de|para) (?:\w+ ){0,2}(?:evidencia|pruebas|informacion|document)"
    r"|(?:la|una|esa|esta|dicha|misma) (?:solicitud|peticion))"
)
_DECISION = re.compile(
    rf"\b(?:decision|decided|deni(?:al|ed|es)|denying|reject\w*|revo\w+|terminat\w+|dismiss\w*|clos(?:ed|ing|ure)"
    rf"|{_LETTER}|returned|dishonou?red|unpaid|decidimos|denegamos|denega\w+|neg(?:amos|o|ativa)|rechaz\w+"
    r"|termin\w+|desestim\w+|cerr\w+|cierre|devolv\w+|devuelt\w+)"
)
_SENT = re.compile(
    r"\b(?:sent|mailed|e-?mailed|issued|posted|dated|made|written|wrote|ordered|served|copy"
    r"|envi\w+|emiti\w+|fecha(?:d[oa])?|hicimos|hech[oa]|remiti\w+|copia|mand\w+)\b"
)
# What else has a day of its own.
_OTHER = re.compile(
    r"\b(?:received?|filed?|submitted|accepted|registered|transferred|moved|taken|took|collected|approv\w+"
    r"|interview\w*|appointment|ceremony|scheduled|born|birth|married|marriage|expire[sd]?|arrived|entered"
    r"|valid|priority|appeal\w*|motion|recib\w+|present\w+|acept\w+|transf\w+|tom(?:amos|aron|ad\w+)|aprob\w+"
    r"|entrevista|cita|ceremonia|program\w+|naci\w+|cas(?:o con|ad[oa])|vence|venc\w+|entr(?:o|ad[oa])"
    r"|apela\w+|mocion)\b"
)
_OPENING = re.compile(
    r"^ ?(?:(?:and|but|then|later|also|again|however|yet|y|e|pero|luego|despues|tambien|sin embargo),? )*"
    r"(?:on|as of|since|el|al|desde el|a partir del?)?$"
)
# Where another clause begins within a sentence: "we approved it, but on".
_BREAK = re.compile(r"^.*[,;](?= (?:and|but|then|however|yet|y|pero|luego|sin embargo)\b)")
_NAMES_IT = re.compile(r"^[ ,]*(?:request|notice|letter|rfe|noid|noir|decision|denial)\b")
_LAST_MEETING = re.compile(
    r".*\b(?:appointment|interview|ceremony|hearing|cita|entrevista|ceremonia|audiencia)\b(.*)"
)
_SENTENCE_END = re.compile(r"[.;!?](?:\s|$)")

_DECISIONS = frozenset(
    {C.DENIED, C.REJECTED, C.REVOKED_TERMINATED, C.CLOSED, C.FEE_PAYMENT, C.PAYMENT_DISHONORED}
)


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
    """Give each date its meaning; the first of a kind counts, of deadlines the earliest.

    The day after which to ask for a lost notice is no deadline, and the day a notice was made is
    no appointment.
    """
    events: list[date] = []
    inside: list[date] = []
    late: list[date] = []
    act: list[date] = []
    meetings: list[Appointment] = []
    days = {Meaning.EVENT: events, Meaning.INSIDE: inside, Meaning.LATE: late}
    for dated in found:
        lead = lead_of(text, dated.start)
        match meaning_of(lead):
            case Meaning.MEETING:
                meetings.append(appointment_on(dated.day, text[dated.end : dated.end + 200]))
            case Meaning.ACT:
                act.append(_last_of(dated.day, lead))
            case Meaning() as meaning if meaning in days:
                days[meaning].append(dated.day)
    event = next(iter(events + inside), None)
    to_come = [day for day in act if not (event and day < event)]
    return Timeline(
        event,
        next(iter(late), None),
        min(to_come or act, default=None),
        next(iter(meetings), None),
    )


def last_day(text: str, found: list[Dated], *, since: date | None, code: C) -> date | None:
    """Return the earliest day by which a text may want something, however it leads up to that day.

    Of a request it is any that comes after the notice and is neither an appointment's nor the one after which
    to ask for lost mail: there is nothing else to wait for. Of anything else it is one that is called a last
    day. What has to be done before a day has the day before it.
    """
    if code not in REQUESTS and code not in _DECISIONS:
        return None
    days = list[date]()
    for dated in found:
        lead = lead_of(text, dated.start)
        is_later = since is not None and dated.day > since and code in REQUESTS
        if meaning_of(lead) in (Meaning.MEETING, Meaning.LATE) or not (is_later or is_last(lead)):
            continue
        days.append(_last_of(dated.day, lead))
    to_come = [day for day in days if not (since and day < since)]
    return min(to_come or days, default=None)


def _last_of(day: date, lead: str) -> date:
    """The last day to act: what has to be done before a day has the day before it."""
    return day - timedelta(days=1) if _STRICTLY.search(lead) else day


def is_last(lead: str) -> bool:
    """Say whether a day is one by which something is to be done, by the words that lead up to it."""
    return meaning_of(lead) is Meaning.ACT or bool(_CALLED_LAST.search(lead))


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


def answer_days(text: str) -> int | None:
    """Return the shortest time, in days, that a plain text gives its reader for anything.

    The time that mail needs, that USCIS takes itself, or that has gone by is none.
    """
    folded = fold(text)
    given = (
        each.days
        for each in lengths(folded)
        if not _NOT_TO_ANSWER.search(lead_of(folded, each.start)) and not _PASSED.match(folded[each.end :])
    )
    return min(given, default=None)


def days_of_year(text: str) -> tuple[str, ...]:
    """Return the last days that a plain text names without their year, each "MM-DD"."""
    folded = fold(text)
    leads = ((each.day, lead_of(folded, each.start)) for each in yearless(folded))
    named = (_last_of(day, lead).strftime("%m-%d") for day, lead in leads if is_last(lead))
    return tuple(dict.fromkeys(named))


def meeting_of_year(text: str, *, since: date) -> Appointment | None:
    """Return the appointment that a text names without its year: the next such day after `since`."""
    folded = fold(text)
    said = text if len(text) == len(folded) else folded
    meetings = (
        appointment_on(next_of(each.day, since=since), said[each.end : each.end + 200])
        for each in yearless(folded)
        if meaning_of(lead_of(folded, each.start)) is Meaning.MEETING
    )
    return min(meetings, key=lambda each: each.day, default=None)


def lead_of(text: str, end: int, *, since: int = 0) -> str:
    """The words of the sentence before position `end`, folded; "U.S." ends no sentence."""
    start = text.rfind(". ", 0, end)
    while start > 1 and text[start - 1].isupper() and text[start - 2] in ". ":
        start = text.rfind(". ", 0, start)
    return _WEEKDAY.sub("", fold(text[max(start + 1, end - 300, since) : end]).strip(" ,:;"))


def appointment_on(day: date, after: str) -> Appointment:
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


def issued_on(text: str, found: list[Dated], code: C, *, is_lost: bool = False) -> date | None:
    """Return the earliest day that the plain text gives for the notice, of a code that starts a period.

    An appeal starts one where it `is_lost`. Of an appointment that was missed it is that of the appointment,
    not of the record. None for another code, and where no date of the text can be the one.
    """
    older = C(acts_as(code))
    if older is C.NO_SHOW:
        return _missed_on(text, found)
    if older not in REQUESTS and older not in _DECISIONS and not (is_lost and older is C.APPEAL_MOTION):
        return None
    names = _REQUEST if older in REQUESTS else _DECISION
    days = (dated.day for index, dated in enumerate(found) if _is_of_it(text, found, index, names=names))
    return min(days, default=None)


def mentions_a_day(text: str, found: list[Dated], code: C) -> bool:
    """Whether a text that is no request names the day of something older."""
    is_request = acts_as(code) in REQUESTS
    return not is_request and any(meaning_of(lead_of(text, dated.start)) is Meaning.OTHER for dated in found)


def _is_of_it(text: str, found: list[Dated], index: int, *, names: re.Pattern[str]) -> bool:
    """Whether a date may be the day on which the thing that `names` matches was sent."""
    left, right = _around(text, found, index)
    if TO_COME.search(left):  # a day to come, or one before which something happened
        return False
    match meaning_of(lead_of(text, found[index].start)):
        case Meaning.ACT | Meaning.LATE:
            return False
        case Meaning.OTHER if names is _DECISION:
            return False
        case Meaning.MEETING:
            after = _LAST_MEETING.match(left)
            return bool(after and _SENT.search(after[1]))
    if _NAMES_IT.match(right):
        return True
    is_opening = bool(_OPENING.match(_BREAK.sub("", left) if right else left))
    said = (right or left) if is_opening else left
    if names.search(said):
        return True
    return not _OTHER.search(said) and (is_opening or bool(_SENT.search(said)))


def _missed_on(text: str, found: list[Dated]) -> date | None:
    """Return the earliest day of an appointment, unless it is later than what the text says has happened."""
    meanings = [meaning_of(lead_of(text, each.start)) for each in found]
    known = [each.day for each, meaning in zip(found, meanings, strict=True) if meaning is Meaning.EVENT]
    days = (
        each.day
        for index, (each, meaning) in enumerate(zip(found, meanings, strict=True))
        if meaning not in (Meaning.ACT, Meaning.LATE) and _LAST_MEETING.match(_around(text, found, index)[0])
    )
    return min((day for day in days if day <= max(known, default=day)), default=None)


def _around(text: str, found: list[Dated], index: int) -> tuple[str, str]:
    """The folded words of the sentence on both sides of a date, up to the next date."""
    before = found[index - 1].end if index else 0
    after = found[index + 1].start if index + 1 < len(found) else len(text)
    left = lead_of(text, found[index].start, since=before)
    right = fold(text[found[index].end : after])
    end = _SENTENCE_END.search(right)
    return left, right[: end.start()] if end else right
