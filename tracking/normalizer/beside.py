"""What a text tells beside the event that it is about: a request or a decision that starts a clock.

An event that is read first must not swallow the other: its clock runs, and a person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from tracking.normalizer.grammar import ENGLISH_EVENTS, ENGLISH_TITLES, SPANISH_EVENTS, UNDONE
from tracking.normalizer.grammar.refused import ASKED_BESIDE, without_refused_beside
from tracking.normalizer.grammar.rules import Found, Rule, find_first
from tracking.normalizer.grammar.undone import TAKES_BACK
from tracking.normalizer.results import Reading
from tracking.normalizer.text import fold, plain
from tracking.statuses import CODES, Bucket, acts_as
from tracking.statuses import StatusCode as C

# What USCIS wants answered, the one with the least time first.
REQUESTS = (C.NOID_ISSUED, C.NOIR_ISSUED, C.RFE_ISSUED)
# What may be fought or mended within a time.
DECISIONS = (C.DENIED, C.REVOKED_TERMINATED, C.PAYMENT_DISHONORED, C.REJECTED, C.NTA_ISSUED)
# After one of these nothing else of the case is open.
ENDED = frozenset({*DECISIONS, C.WITHDRAWN, C.CLOSED})
_DECIDED = frozenset({Bucket.APPROVED, Bucket.DENIED, Bucket.REJECTED, Bucket.CLOSED, Bucket.DOCUMENT})
# What is told of a request that was answered or taken back names the request.
_ABOUT_A_REQUEST = frozenset({C.RESPONSE_RECEIVED, C.REQUEST_CANCELLED})
# A second one of the same kind is said to be sent.
_NEW = re.compile(
    r"\b(?:sent|issued|mailed|emailed|made|sending|issuing) (?:you )?(?:a|an|another|one more)\b"
    r"|\b(?:ask(?:ed|ing)|request(?:ed|ing)) again\b|\bagain (?:asked|requested)\b|\bstill (?:need|require)\b"
    r"|\bvolvimos a (?:pedir|solicitar|enviar)|\b(?:todavia|aun) (?:necesitamos|requerimos|faltan)\b"
    r"|\b(?:incomplet|insuficien|insufficient)\w*"
    r"|\b(?:enviamos|emitimos|hicimos|mandamos|envio|emitio) (?:un|una|otra|otro)\b"
)
# What happened to a paper, a payment or a motion is no decision on the case.
_CASE = re.compile(
    r"\b(?:xform|case|application|petition|caso|solicitud|peticion|court|judge|juez|corte|appear|appeal|motion|apelacion"
    r"|mocion|approval|aprobacion|status|estatus|denial|denegacion|in?eligib\w+|elegible|inelegible|(?:un|des)favorabl?e|adversa?|negativa?)\b"
)
_HAPPENED = re.compile(
    r"\b(?:denied|rejected|revoked|terminated|dismissed|denegamos|negamos|rechazamos|revocamos|desestim(?:amos|o)"
    r"|(?:denegad|rechazad|revocad|desestimad)[oa]|denego|nego|rechazo|revoco)\b"
)


_FOR_BESIDE = re.compile(
    r"\b(?:evidence|information|documents?|documentation|proof|requests?|requested|rfe|evidencias?|pruebas"
    r"|informacion|documentos|documentacion|solicitud|pedido|requerimiento)\b(?:(?![.;:!?] )[^|]){0,160}?"
    r"\b(?:in support of|supports?|supporting|for|about|regarding|concerning|relat\w+ to|to (?:establish"
    r"|justify)"
    r"|en apoyo (?:de|a)|apoy\w+|respald\w+|sustent\w+|justifi\w+|para|sobre|respecto (?:a|de)|relativ\w+ a"
    r"|relacionad\w+ con|de)\b,? (?:[\w-]+ ){0,6}?" + ASKED_BESIDE + r"|^" + ASKED_BESIDE + r" requests?\b"
)

_OF_PAPERS = frozenset({C.FEE_PAYMENT, C.EXPEDITE, C.ADMIN_UPDATE})
# What is taken back may be named by its verb: "we denied ... and have vacated that".
_BACK = re.compile(
    r"\b(?:denied|rejected|revoked|closed|denegamos|negamos|rechazamos|revocamos|cerramos)\b"
    r".{0,200}?\b(?:vacat|rescind|set aside|withdr|annul|void|took back|revers|anul|dej|retir|cancel)"
)

# What is mailed once more, or reminded of, is the notice that stands.
_MAILED = r"(?:re-?)?(?:sent|mailed|issued|e-?mailed|posted|provided|forwarded|delivered)"
_A_COPY = r"(?:cop(?:y|ies)|duplicates?|reminders?)"
_ENVIADO = (
    r"(?:(?:envi|mand|despach)(?:amos|o|aron|ad[oa])|(?:remit|emit|exped|expid)(?:imos|io|ieron|id[oa]))"
)
_UNA_COPIA = r"(?:copias?|duplicad[oa]s?|recordatorios?)"
_REPEATS = re.compile(
    rf"\b(?<!you )(?<!you have ){_MAILED}\b[^.;]{{0,60}}\b{_A_COPY}\b"
    rf"|\b{_A_COPY}\b[^.;]{{0,80}}\b(?:was|were|has been|have been) {_MAILED}\b"
    rf"|\b{_MAILED}\b[^.;]{{0,100}}\b(?:again|once more|anew|(?:second|third) time)\b|\bagain {_MAILED}\b"
    r"|\bre-?(?:sent|mailed|issued|sending|mailing|issuing)\b|\bremind(?:ers?|ed|ing|s)?\b"
    r"|\bstill (?:need|waiting|(?:have|has) not)\b"
    rf"|\b{_ENVIADO}\b[^.;]{{0,60}}\b{_UNA_COPIA}\b"
    rf"|\b{_UNA_COPIA}\b[^.;]{{0,80}}\b(?:fue|fueron|sido|se) {_ENVIADO}\b"
    rf"|\b{_ENVIADO}\b[^.;]{{0,100}}\b(?:de nuevo|nuevamente|otra vez|segunda vez|una vez mas)\b"
    rf"|\b(?:de nuevo|nuevamente|otra vez) (?:le )?{_ENVIADO}\b"
    r"|\bvol(?:vimos|vio|vieron|ver) a \w+(?:ar|ir)\b"
    r"|\b(?:reenvi|reemit|reexped|reexpid)\w+|\brecord(?:atorios?|amos|arle|ando)\b"
)


def _of(rules: Iterable[Rule], codes: tuple[C, ...], *, also: str = UNDONE[0]) -> tuple[Rule, ...]:
    """The rules of these codes, and those of this name; without what was undone."""
    wanted = (each for each in rules if each.reading.code in codes or each.reading.rule.endswith(also))
    return tuple(each for each in wanted if not each.reading.rule.endswith(UNDONE))


_RULES = {
    events: (
        _of(events, REQUESTS),
        _of(events, DECISIONS, also="appeal-lost"),
        _of(events, (C.CLOSED, C.WITHDRAWN), also="appeal-lost"),
    )
    for events in (ENGLISH_EVENTS, SPANISH_EVENTS, ENGLISH_TITLES)
}


def clock_beside(found: Found, said: str, events: tuple[Rule, ...]) -> Found | None:
    """The request, or else the decision, that is told of before or after what was read.

    A decision ends what was requested before it, and says so by naming it. What was refused beside the case
    is no decision on it.
    """
    reading, match = found
    requests, decisions, _ends = _RULES[events]
    beside = (said[: match.start()], said[match.end() :])
    if reading.code in REQUESTS or reading.code in ENDED:
        return None
    for part in beside:
        if (other := find_first(requests, part)) and _is_another(found, other, requests, part=part):
            return replace(other[0], weak=True), other[1]
    if CODES[reading.code].terminal or reading.code in (C.REOPENED, C.APPEAL_MOTION):
        return None
    decided = (without_refused_beside(said),) if reading.code in _OF_PAPERS else beside
    told = (find_first(decisions, part) for part in decided if _CASE.search(part))
    return next(filter(None, told), None)


def _is_another(found: Found, other: Found, requests: tuple[Rule, ...], *, part: str) -> bool:
    """Whether a request told of in a part is another one than that which was read of."""
    reading, match = found
    is_over = reading.code in _ABOUT_A_REQUEST or (
        CODES[reading.code].terminal and reading.code is not C.MAIL_RETURNED
    )
    if not is_over or _NEW.search(part):
        return True
    own = find_first(requests, match[0])
    return reading.code is C.REQUEST_CANCELLED and own is not None and own[0].code is not other[0].code


def explains_away(title: C, clause: Reading, *, said: str, events: tuple[Rule, ...]) -> bool:
    """Whether a text says that the decision of its title was taken back, or is about a paper beside the case.

    A decision that the text tells of besides is the case's.
    """
    if clause.rule.endswith(TAKES_BACK.get(title, ())):
        return not _HAPPENED.search(_BACK.sub(" ", said))
    rest = without_refused_beside(said)
    if clause.rule.endswith("along-with-the-case") and (title in ENDED or title is C.APPROVED):
        return "xform" not in said
    is_beside = title in ENDED and clause.code in _OF_PAPERS and rest != said
    return is_beside and not find_first(_RULES[events][1], rest)


def request_after(found: Found, said: str, events: tuple[Rule, ...]) -> bool:
    """Whether a new request is told of beside a decision: of another form, perhaps."""
    parts = (said[: found[1].start()], said[found[1].end() :])
    return any(_NEW.search(part) and find_first(_RULES[events][0], part) for part in parts)


def ends_beside(found: Found, said: str, events: tuple[Rule, ...]) -> bool:
    """Whether something that leaves the case open is told together with its end."""
    reading, match = found
    if CODES[reading.code].terminal:
        return False
    parts = (said[: match.start()], said[match.end() :])
    return any(_CASE.search(part) and find_first(_RULES[events][2], part) for part in parts)


def asked_beside(code: C, said: str) -> bool:
    """Whether the evidence that is asked for may be for something beside the case: to expedite it, say.

    The case itself may wait for nothing then; the clock stands until a person has looked.
    """
    return acts_as(code) in REQUESTS and bool(_FOR_BESIDE.search(said))


def tells_decision(reading: Reading, reason: str) -> bool:
    """Whether the reason that a text gives for something else is a decision on the case."""
    return reading.code not in ENDED and bool(_HAPPENED.search(reason))


def tells_again(*texts: str) -> bool:
    """True for words, English or Spanish, that tell of a copy, a reminder or another mailing of a notice."""
    return any(_REPEATS.search(fold(plain(text))) for text in texts)


_NTH = {"second": "2", "2nd": "2", "segund": "2", "third": "3", "3rd": "3", "tercer": "3", "fourth": "4"}
_NTH_REQUEST = re.compile(
    rf"\b({'|'.join(_NTH)}|another|otr)[ao]? (?:(?:xrequest|request|solicitud|pedido|requerimiento|peticion)"
    r" (?:for|de)\b|rfe|no(?:id|ir)\b|(?:notice|notificacion|aviso) (?:of|de) inten)"
)


def nth_request(*texts: str) -> str:
    """Return which request the words say they tell of: "2" for a second one, "+" for another, else empty."""
    found = (_NTH_REQUEST.search(fold(plain(text))) for text in texts)
    named = next((match[1] for match in found if match), "")
    return _NTH.get(named, "+") if named else ""


_BY = r"(?:by|before|no later than|not later than|on or before|until|prior to)(?: the)? xdate"
_ANSWER = (
    r"(?:(?:your|the|this|our) )?(?:(?:complete|written) )?(?:response|answer|reply|evidence|request|it)"
)
_DIAS = r"(?:antes del|a mas tardar el|para el|hasta el) xdate"
# When a request is to be answered, and no more than that: its day and its length are facts of the text.
_ANSWER_BY = re.compile(
    rf"{_ANSWER} (?:(?:is|must|should|has to) )?(?:be )?(?:due|received|sent|submitted) (?:{_BY}|on xdate)"
    r"|(?:please |you (?:must|have to|need to|should) )?(?:respond|answer|reply|submit|send|return)"
    rf"(?: {_ANSWER})?(?: to (?:us|this|it|uscis|(?:our|the|this) request))?"
    rf" (?:{_BY}|within \d+ (?:calendar )?days(?: of (?:this|the) (?:notice|request|letter))?)"
    r"|you have (?:until xdate|\d+ (?:calendar )?days)(?: to (?:respond|answer|reply))?"
    r"|(?:(?:the|your|response|evidence) )?(?:deadline|due date|last day)(?: to (?:respond|answer))?"
    r"(?: is|:) xdate"
    rf"|(?:usted )?(?:debe|tiene que) (?:responder|contestar|enviar su respuesta) {_DIAS}"
    r"|(?:usted )?tiene (?:hasta el xdate|\d+ dias)(?: para (?:responder|contestar))?"
    r"|la fecha limite(?: para responder)? es el xdate"
)


def says_when_to_answer(said: str) -> bool:
    """Whether a folded sentence of a request says when to answer it, and no more."""
    return bool(_ANSWER_BY.fullmatch(said))


def is_decided(code: C) -> bool:
    """Whether nobody works on a case with this status any more."""
    return CODES[code].terminal or CODES[code].bucket in _DECIDED
