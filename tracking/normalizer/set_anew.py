"""Texts of two halves: an appointment that is called off and set anew, a letter and what it tells.

The first half alone says too little, or the opposite: the day to appear, or what is asked, is in the other.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from tracking.normalizer.dates import Dated, next_of, yearless
from tracking.normalizer.meanings import appointment_on, lead_of
from tracking.normalizer.results import Facts, Reading
from tracking.normalizer.text import fold
from tracking.statuses import StatusCode as C

# What was called off, and what it is once another day is set.
SET_ANEW: Final = {
    C.INTERVIEW_CANCELLED: C.INTERVIEW_RESCHEDULED,
    C.BIOMETRICS_CANCELLED: C.BIOMETRICS_RESCHEDULED,
    C.OATH_CANCELLED: C.OATH_RESCHEDULED,
}
_CALLED_OFF = re.compile(
    r".*\b(?:cancel\w*|call(?:ed)? off|postpon\w*|deschedul\w*|moved|changed|will not|no longer|void"
    r"|anul\w*|pospu\w*|posponer\w*|aplaz\w*|suspend\w*|movi(?:mos|o|d[oa])|cambi(?:amos|o|ad[oa])|no se)\b"
)
_MOVED_TO = re.compile(
    r"\b(?:moved|changed|postpon\w*|put off|pospu\w*|posponer|aplaz\w*|movi(?:mos|o|d[oa])"
    r"|cambi(?:amos|o|ad[oa])"
    r"|pasamos|trasladamos)\b(?:(?!\b(?:scheduled|set|program\w+|fijad\w+)\b).)*\b(?:to|until|al|para "
    r"el|hasta el)$"
)
_MET = (
    r"(?:one|dates?|days?|times?|interview|appointment|ceremony|oath|hearing|biometrics?|fingerprint\w*"
    r"|fecha|dia|hora|entrevista|cita|ceremonia|jura\w*|audiencia|huellas)"
)
_HAVE = r"(?:(?:have|has|had|was|were|is|are|been|be|then|now|instead|also) )*"
_SET = re.compile(
    # "set a new date", "your new interview is", "le dimos otra cita", "programamos una nueva para"
    rf"\b(?:new|another|different|nuev[oa]|otr[oa])\b(?: [\w-]+){{0,3}}? {_MET}\b"
    r"|\b(?:una|la) nueva\b|\b(?:new|another) (?:for|on)\b"
    # "and scheduled you for", "we have now set it for", "it is now on", "sera el"
    rf"|\b(?:and|we|it|you|uscis|but|which|that) {_HAVE}(?:re-?scheduled|set|moved|assigned|booked"
    r"|fixed|made)\b"
    r"|\bwill (?:now |then |instead )?(?:be|take place|occur|happen)\b|\b(?:is|are) now\b"
    r"|\b(?:come|appear|go|report|attend)\b|\binstead\b|\b(?:placed|put) you\b"
    r"|\b(?:y|le|la|lo|se) (?:hemos |ha )?(?:re)?(?:program|fij|asign|d)(?:amos|imos|o|ado)\b"
    r"|\b(?:sera|tendra lugar|se llevara a cabo|se celebrara|se realizara|presentese|acuda|debe)\b"
    r"|\bahora\b"
)
_NO_DAY = re.compile(
    r"\b(?:request\w*|asked|asking|received|if|unless|not|never|when|solicit\w*|pid\w*|pedi\w*|recib\w*|si|no|cuando)\b"
    r"|\b(?:by|before|after|since|until we|from|antes del?|despues del?|desde(?: el)?|a partir del?|a "
    r"mas tardar el)$"
    r"|\b(?:interview|appointment|ceremony|hearing|oath|entrevista|cita|ceremonia)(?: (?:that|which) "
    r"(?:we|was|were))?"
    r"(?: (?:previously|originally))? (?:scheduled|set) (?:for|on)$"
)


def set_anew(
    reading: Reading, stated: Facts, text: str, *, found: list[Dated]
) -> tuple[Reading, Facts, bool]:
    """Return what was called off in a plain text as moved where that sets another day, and whether it does.

    The first day set so is that of the appointment. One without its year is the next one after the notice;
    where nothing tells when that was sent, only that it was moved is known.
    """
    if reading.code not in SET_ANEW and reading.code not in SET_ANEW.values():
        return reading, stated, False
    folded, since = fold(text), stated.event_date
    years = [each for each in yearless(folded) if _sets(folded, each.start)]
    days = [(each.day, each) for each in found if _sets(folded, each.start)]
    days += [(next_of(each.day, since=since), each) for each in years if since]
    if not (days or years):
        return reading, stated, False
    if days:
        met = min(
            (appointment_on(day, text[each.end : each.end + 200]) for day, each in days),
            key=lambda each: each.day,
        )
        stated = replace(stated, appointment=met, event_date=None if since == met.day else since)
    code = SET_ANEW.get(reading.code, reading.code)
    return replace(reading, code=code, client_action=None, terminal=None), stated, True


def _sets(folded: str, start: int) -> bool:
    """Whether the words of the sentence that lead up to a day set it, after whatever was called off there."""
    lead = lead_of(folded, start)
    off = _CALLED_OFF.match(lead)
    is_move = bool(_MOVED_TO.search(lead))
    rest = lead[off.end() :] if off else lead
    if not off and not _CALLED_OFF.search(folded[: max(0, start - len(lead))]):
        return False
    return is_move or (bool(_SET.search(rest)) and not _NO_DAY.search(rest))


# How a letter speaks, and how we would have said it ourselves.
_LETTER = r"(?:(?:notice|letter|mail|notificacion|aviso|carta|correo) )?"
_SUBJECT = (
    r"(?:^|(?<=[.;:] )|(?<=\band )|(?<=\by )|(?<=\bthat )|(?<=\bwhich )|(?<=\bque ))"
    r"(?:(?:it|this|that|which|la cual|el cual|est[ae]|es[ae]|(?:the|that|this|our|la|el|esa|ese) "
    r"(?:notice|letter|notificacion|aviso|carta))(?: also)? )?"
)
_VOICES: Final = (
    (
        (
            r"\b(?:says?|states?|tells? you|informs? you|warns? you|explains?)(?: that)? we "
            r"(?:may|might|could|will|want to|are going to|plan to) (deny|reject|revoke|terminate)\b"
        ),
        r". we intend to \1",
    ),
    (
        (
            r"\b(?:asks?|wants?|tells?|orders?|instructs?|asking|telling) you to "
            r"(?:come|appear|attend|be present|report|go) (?:(?:to|for|at|in) )?(?:(?:an?|your|the|our)\b ?)?"
        ),
        "we scheduled your ",
    ),
    (
        r"\b(oath|interview|biometrics?|fingerprint\w*) (?:appointment )?(notice|letter)\b",
        r"\1 appointment \2",
    ),
    (
        (
            r"\byour (interview|oath ceremony|biometrics? appointment|hearing|appointment)(?: for xform)? "
            r"(?:is|will be|takes place|will take place)(?: held| set| scheduled)? (?=(?:on|for) xdate)"
        ),
        r"we scheduled your \1 ",
    ),
    (
        (
            r"\bsu (entrevista|ceremonia de juramento|cita|audiencia)(?: \w+){0,3}? "
            r"(?:es|sera|esta programada para|tendra lugar) (?=(?:para )?el xdate)"
        ),
        r". programamos su \1 para ",
    ),
    (
        (
            r"\b(?:aviso|notificacion|carta) (?:de|para|sobre|con) (?:su|la|una) (?=(?:\w+ "
            r")?(?:entrevista|cita)\b)"
        ),
        "programamos su ",
    ),
    (
        (
            rf"{_SUBJECT}\b(?:says?|states?|tells? (?:you|him|her|them)|informs? (?:you|him|her|them)"
            r"|explains?"
            r"|notifies (?:you|them)|warns?(?: you)?|announces?)(?: that)?(?= (?:we|your|you|uscis|there)\b)"
        ),
        "",
    ),
    (r"\b(?:saying|stating|telling you|informing you|explaining|warning you)(?: that)? ", ". "),
    (rf"{_SUBJECT}\b(?:asks?|is asking) ", "we asked "),
    (r"\basking ", "we asked "),
    (rf"{_SUBJECT}\b(?:requests?|requires?|demands?) (?!for\b)", "we requested "),
    (r"\b(?:requesting|requiring|demanding) ", "we requested "),
    (rf"{_SUBJECT}\b(?:schedules?|sets?|gives? you|contains?) ", "we scheduled "),
    (r"\b(?:scheduling|setting|giving you) ", "we scheduled "),
    (r"\b(?:in it|there(?:in)?|with it),? we (?:ask|are asking)\b", "we asked"),
    (r"\b(?:(?:le|les|nos) )?(?:dice|informa|indica|comunica|explica|avisa|anuncia)(?: que)? ", ". "),
    (r"\b(?:le |les )?(?:pide|solicita|requiere|exige|pidiendo(?:le)?|solicitando(?:le)?) ", "le pedimos "),
    (r"\ble (?:informamos|comunicamos|avisamos|indicamos)(?: que)? ", ". "),
    (r"\b(?:programa|fija|programando|fijando) ", "programamos "),
)
_VOICED: Final = tuple((re.compile(pattern), words) for pattern, words in _VOICES)
# Whoever must answer it was asked something, whatever it is.
_TO_ANSWER = re.compile(
    r"(?<!do not )(?<!need not )(?<!not )\b(?:you (?:must|have to|need to|should|are required to|have "
    r"\w+ days to)"
    r"|please) (?:answer|respond|reply)\b|\b(?:answer|respond to|reply to) it (?:by|before|within|no later)\b"
    r"|(?<!no )\b(?:debe|debera|tiene que|tiene \w+ dias para|favor de) (?:responder|contestar)\w*"
)
TO_ANSWER: Final = Reading(C.RFE_ISSUED, "notice to be answered", weak=True)
# What a letter may turn out to be: what has a day, and what may be fought.
TOLD_BY_A_LETTER: Final = frozenset(
    {
        *(C.RFE_ISSUED, C.NOID_ISSUED, C.NOIR_ISSUED, C.NTA_ISSUED, C.DENIED, C.REJECTED),
        *(C.REVOKED_TERMINATED, C.BIOMETRICS_SCHEDULED, C.INTERVIEW_SCHEDULED, C.OATH_CEREMONY),
        *SET_ANEW,
        *SET_ANEW.values(),
    }
)


def in_our_voice(said: str) -> str:
    """Return what a folded text tells of a letter as if we had said it: "It asks you for" is "we "
    "asked you for"."""
    for pattern, words in _VOICED:
        said = pattern.sub(words, said)
    return said


def to_be_answered(sentences: list[str]) -> Reading | None:
    """The request that a letter is which has to be answered, whatever it says."""
    told = next(filter(None, (_TO_ANSWER.search(each) for each in sentences)), None)
    return replace(TO_ANSWER, words=told[0]) if told else None
