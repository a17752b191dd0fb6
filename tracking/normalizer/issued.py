"""On which day what a text tells of was first sent: a copy, a repeat or a reminder never makes it younger.

A period runs from the notice itself. Of several days that may each be the notice's the earliest counts, and
the day of something else (a receipt, an interview, a birth) is none of them.
"""

from __future__ import annotations

import re
from datetime import date

from tracking.normalizer.dates import Dated
from tracking.normalizer.meanings import TO_COME, Meaning, lead_of, meaning_of
from tracking.normalizer.text import fold
from tracking.statuses import StatusCode as C
from tracking.statuses import acts_as

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
    r"^(?:(?:and|but|then|later|also|again|y|e|pero|luego|despues|tambien),? )*"
    r"(?:on|as of|since|el|al|desde el|a partir del?)?$"
)
_NAMES_IT = re.compile(r"^[ ,]*(?:request|notice|letter|rfe|noid|noir|decision|denial)\b")
_LAST_MEETING = re.compile(
    r".*\b(?:appointment|interview|ceremony|hearing|cita|entrevista|ceremonia|audiencia)\b(.*)"
)
_SENTENCE_END = re.compile(r"[.;!?](?:\s|$)")

_REQUESTS = frozenset({C.RFE_ISSUED, C.NOID_ISSUED, C.NOIR_ISSUED})
_DECISIONS = frozenset(
    {C.DENIED, C.REJECTED, C.REVOKED_TERMINATED, C.CLOSED, C.FEE_PAYMENT, C.PAYMENT_DISHONORED}
)


def issued_on(text: str, found: list[Dated], code: C) -> date | None:
    """Return the earliest day that the plain text gives for the notice, of a code that starts a period.

    None for another code, and where no date of the text can be the notice's.
    """
    older = C(acts_as(code))
    if older not in _REQUESTS | _DECISIONS:
        return None
    names = _REQUEST if older in _REQUESTS else _DECISION
    days = (dated.day for index, dated in enumerate(found) if _is_of_it(text, found, index, names=names))
    return min(days, default=None)


def mentions_a_day(text: str, found: list[Dated], code: C) -> bool:
    """Whether a text that is no request names the day of something older."""
    is_request = C(acts_as(code)) in _REQUESTS
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
    is_opening = bool(_OPENING.match(left))
    said = (right or left) if is_opening else left
    if names.search(said):
        return True
    return not _OTHER.search(said) and (is_opening or bool(_SENT.search(said)))


def _around(text: str, found: list[Dated], index: int) -> tuple[str, str]:
    """The folded words of the sentence on both sides of a date, up to the next date."""
    before = found[index - 1].end if index else 0
    after = found[index + 1].start if index + 1 < len(found) else len(text)
    left = lead_of(text, found[index].start, since=before)
    right = fold(text[found[index].end : after])
    end = _SENTENCE_END.search(right)
    return left, right[: end.start()] if end else right
