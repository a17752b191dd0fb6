"""The facts a status text states: dates, forms, numbers, offices."""

from __future__ import annotations

import re

from tracking.normalizer.clauses import RECEIPT
from tracking.normalizer.dates import Dated
from tracking.normalizer.meanings import answer_days, days_of_year, sort_dates
from tracking.normalizer.results import Facts, OfficeRole

_DOS = "Department of State"
_KIND = (
    r"(?:Service Center(?: Operations)?|Benefits Center|Records Center|Support Center|Visa Center"
    r"|Vetting Center|SERVICE CENTER|BENEFITS CENTER|Field Office|Asylum (?:Sub-)?Office|Program Office"
    r"|Appeals Office|Support Branch|International Office|Lockbox|Facility"
    r"|Office (?:of|for) Immigration Review)"
)
_LONG = r"Humanitarian, Adjustment, Removing Conditions,? and Travel Documents (?:\(HART\) )?"
_NAMED = (
    rf"((?:(?:{_LONG}|(?:[A-Z][\w.'-]+(?:, [A-Z]{{2}})? ){{1,4}}){_KIND}|Board of Immigration Appeals"
    r"|Service Center Operations)(?: \([A-Z]{2,5}\))?)"
)
_ANY = rf"(?:{_NAMED}|(originating office|asylum office|(?:local )?USCIS office|appellate office)\b)"
_FROM_DOS = re.compile(
    r"Department of State (?:sent us|returned)|Departamento de Estado (?:nos )?(?:envió|devolvió)"
)
_TO_DOS = re.compile(r"(?:to the |al )(?:U\.?S\.? )?(?:Department of State|Departamento de Estado)")
_RECEIVED_HERE = re.compile(
    r"at this office for processing from another office|received [^.]*transferred from another office"
    r"|en esta oficina[^.]*otra oficina"
)
_LOCAL = re.compile(r"(?:at|in|en) (?:your|my|su|mi) (?:local office|oficina local)")
_SENDER = re.compile(rf"\b[Tt]he {_NAMED} (?:transferred|returned|sent|relocated)")
_MOVE = re.compile(
    r"\b(?:transferr?ed|sent|returned|relocated|moved|forwarded|certified"
    r"|transferimos|transfirió|enviamos|trasladamos|transferido|trasladado)\b"
)
_RECEIVER = re.compile(
    rf"\b(?:(?:back )?to (?:the|our|an?|your) (?:appropriate |nearest )?|al? (?:la |el |una )?){_ANY}"
)
_ELSEWHERE = re.compile(
    r"\bto another (?:USCIS )?office|\btransferred your xform[^.]*standard processing|\ba otra oficina"
)
_AT_WORK = re.compile(
    rf"\b(?:at|(?:process|review|handl)ed by|[Oo]ur|en|[Nn]uestr[oa]) "
    rf"(?:our |nuestr[oa] |the |(?:oficina|ubicación|sede) (?:del? )?)?{_NAMED}"
    r"(?: (?:location|office|facility))?\b"
)
_MEETING = re.compile(
    r"\b(?:appointment|interview|ceremony|hearing|cita|entrevista|ceremonia|audiencia)\b[^.]*\bxdate\b(?:[^.]|\b[ap]\.m\.)*$"
)
# USCIS's own Spanish names, and what the offices are called.
_SPANISH = (
    (re.compile(r"Centro de Servicios? de ((?:[A-Z][\w'-]+ ?){1,3})(?<! )"), r"\1 Service Center"),
    (re.compile(r"oficina de asilo"), "asylum office"),
    (re.compile(r"Centro Nacional de Beneficios"), "National Benefits Center"),
    (re.compile(r"Centro Nacional de Visas"), "National Visa Center"),
    (re.compile(r"Oficina de Apelaciones Administrativas"), "Administrative Appeals Office"),
    (re.compile(r"Oficina Local de ((?:[A-Z][\w'-]+ ?){1,3})(?<! )"), r"\1 Field Office"),
)

# Every office has one of these in its name, or is moved to in these words.
_HINTS = (
    " office",
    "Office",
    "Benefits Center",
    "Service Center",
    "Records Center",
    "Support Center",
    "Visa Center",
    "Vetting Center",
    "CENTER",
    "Support Branch",
    "Lockbox",
    "Facility",
    "Department of State",
    "Board of",
    "Departamento de Estado",
    "Centro",
    "ficina",
    "standard processing",
)

Office = tuple[str | None, OfficeRole | None]


def find_office(text: str) -> Office:
    """Name and role as the text gives them; a role without a name when it names none.

    `text` has no names of forms in it. Spanish names are given in English, as in the twin text.
    """
    if not any(hint in text for hint in _HINTS):
        return None, None
    if "Centro" in text or "ficina" in text:
        text = _in_english(text)
    if _FROM_DOS.search(text):
        return _DOS, OfficeRole.TRANSFERRED_FROM
    if _RECEIVED_HERE.search(text):
        return None, OfficeRole.TRANSFERRED_FROM
    if _LOCAL.search(text):
        return "local office", OfficeRole.PROCESSING
    return _moved(text) or _working(text)


def _in_english(text: str) -> str:
    for name, english in _SPANISH:
        text = name.sub(english, text)
    return text


def _moved(text: str) -> Office | None:
    if not _MOVE.search(text):
        return None
    if _TO_DOS.search(text):
        return _DOS, OfficeRole.TRANSFERRED_TO
    receiver = _RECEIVER.search(text)
    if (sender := _SENDER.search(text)) and not (receiver and receiver[1]):
        return sender[1], OfficeRole.TRANSFERRED_FROM
    if receiver:
        return receiver[1] or receiver[2], OfficeRole.TRANSFERRED_TO
    return (None, OfficeRole.TRANSFERRED_TO) if _ELSEWHERE.search(text) else None


def _working(text: str) -> Office:
    """The office that has the case; the place of an appointment is not meant."""
    match = _AT_WORK.search(text)
    if match is None or _MEETING.search(text, 0, match.start()):
        return None, None
    return match[1], OfficeRole.PROCESSING


_FORM = re.compile(
    r"(?:[Ff]orm|FORM|[Ff]ormulario)s?\s(?P<series>[A-Z]{1,4})\s?-?(?P<number>\d{1,4})(?P<suffix>[A-Z]{0,4})\b"
)
_BARE_FORM = re.compile(r"\b(?P<series>[IN]|EOIR)-?(?P<number>\d{2,4})(?P<suffix>[A-Z]{0,4})\b")
# Papers that are no forms of a case: the notice of action, the arrival record and the notice to appear.
_NO_CASE_FORM = frozenset({"I-797", "I-94", "I-862"})
_OWNED = re.compile(r"\b(?:your|su) $")
_STILL_TO_FILE = re.compile(
    r"\b(?:file|submit|filing|presentar|someter) (?:(?:a|an|un|una|el|la) )?(?:(?:new|nuevo|nueva) )?$"
)
_TRACKING = re.compile(
    r"(?:tracking number|n[uú]mero de seguimiento)(?: assigned| asignado)?(?: is| es|:)?\s"
    r"([A-Za-z]{2} ?\d{9} ?[A-Za-z]{2}|[A-Za-z]{0,2}\d[\dA-Za-z]{7,32}|\d{4}(?: \d{2,4}){3,8})\b"
)


def extract(title: str, text: str, found: list[Dated], *, nameless: str) -> Facts:
    """Read all facts of a plain title and description.

    `found` are the dates of the text; `nameless` is the text without names of forms.
    """
    form, others = _forms(text)
    if form is None and not others:
        form, others = _forms(title)
    timeline = sort_dates(text, found)
    office, role = find_office(nameless)
    tracking = _TRACKING.search(text)
    receipt = RECEIPT.search(text)
    return Facts(
        event_date=timeline.event,
        form=form,
        other_forms=others,
        receipt_number=re.sub("[ -]", "", receipt[0]) if receipt else None,
        followup_date=timeline.followup,
        deadline=timeline.deadline,
        answer_days=answer_days(text),
        answer_by=days_of_year(text),
        office=office,
        office_role=role,
        appointment=timeline.appointment,
        tracking_number=tracking[1].replace(" ", "").upper() if tracking else None,
    )


def _forms(text: str) -> tuple[str | None, tuple[str, ...]]:
    """The form of the case, and other forms named; a form still to be filed is never the case's."""
    named: dict[str, None] = {}
    mine: list[str] = []
    stated: list[str] = []
    for match in list(_FORM.finditer(text)) or _BARE_FORM.finditer(text):
        name = f"{match['series']}-{match['number']}{match['suffix']}"
        if f"{match['series']}-{match['number']}" in _NO_CASE_FORM:
            continue
        named[name] = None
        lead = text[max(0, match.start() - 24) : match.start()]
        if not _STILL_TO_FILE.search(lead):
            stated.append(name)
            if _OWNED.search(lead):
                mine.append(name)
    own = next(iter(mine + stated), None)
    return own, tuple(name for name in named if name != own)
