"""Which office a text names, and what that office does with the case."""

from __future__ import annotations

import re

from tracking.normalizer.results import OfficeRole

_DOS = "Department of State"
_NAMED = (
    r"((?:[A-Z][\w.'-]+ ){1,4}(?:Service Center|Benefits Center|Field Office|Asylum Office|Visa Center"
    r"|Appeals Office|Support Branch|International Office|Immigration Appeals"
    r"|Office (?:of|for) Immigration Review)(?: \([A-Z]{2,5}\))?)"
)
_ANY = rf"(?:{_NAMED}|(originating office|asylum office|(?:local )?USCIS office|appellate office)\b)"
_FROM_DOS = re.compile(
    r"Department of State (?:sent us|returned)|Departamento de Estado (?:nos )?(?:envió|devolvió)"
)
_TO_DOS = re.compile(r"(?:to the |al )(?:U\.?S\.? )?(?:Department of State|Departamento de Estado)")
_RECEIVED_HERE = re.compile(
    r"at this office for processing from another office|en esta oficina[^.]*otra oficina"
)
_LOCAL = re.compile(r"(?:at|in|en) (?:your|my|su|mi) (?:local office|oficina local)")
_SENDER = re.compile(rf"\b[Tt]he {_NAMED} (?:transferred|returned|sent|relocated)")
_MOVE = re.compile(
    r"\b(?:transferr?ed|sent|returned|relocated|moved|forwarded|transferimos|enviamos|trasladamos)\b"
)
_RECEIVER = re.compile(rf"\b(?:back )?to (?:the|our|an?|your) (?:appropriate |nearest )?{_ANY}")
_ELSEWHERE = re.compile(
    r"\bto another (?:USCIS )?office|\btransferred your Form[^.]*standard processing|\ba otra oficina"
)
_AT_WORK = re.compile(
    r"\b(?:at|by|[Oo]ur|en) (?:our |nuestr[oa] |the )?"
    r"((?:[A-Z][\w.'-]+ ){1,4}(?:Center|Office|Branch|Facility|Lockbox))"
    r"(?: (?:location|office)|\b)"
)

Office = tuple[str | None, OfficeRole | None]


def find(text: str) -> Office:
    """Name and role as the text gives them; a role without a name when it names none."""
    if _FROM_DOS.search(text):
        return _DOS, OfficeRole.TRANSFERRED_FROM
    if _RECEIVED_HERE.search(text):
        return None, OfficeRole.TRANSFERRED_FROM
    if _LOCAL.search(text):
        return "local office", OfficeRole.PROCESSING
    return _moved(text) or _working(text)


def _moved(text: str) -> Office | None:
    if not _MOVE.search(text):
        return None
    if _TO_DOS.search(text):
        return _DOS, OfficeRole.TRANSFERRED_TO
    if sender := _SENDER.search(text):
        return sender[1], OfficeRole.TRANSFERRED_FROM
    if receiver := _RECEIVER.search(text):
        return receiver[1] or receiver[2], OfficeRole.TRANSFERRED_TO
    return (None, OfficeRole.TRANSFERRED_TO) if _ELSEWHERE.search(text) else None


def _working(text: str) -> Office:
    match = _AT_WORK.search(text)
    if match is None or match[1] in {"USCIS Contact Center", "Contact Center", "Post Office"}:
        return None, None
    return match[1], OfficeRole.PROCESSING
