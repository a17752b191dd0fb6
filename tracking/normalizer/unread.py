"""What of a text no rule has read.

A text is judged whole. Its event is read from one clause; whatever else it says must be read too, or be
advice of a kind that changes nothing: a sentence in words that nobody foresaw may take the event back, move
it or want something of the client, so it is a person's to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tracking.normalizer.advice import is_advice
from tracking.normalizer.beside import REQUESTS
from tracking.normalizer.clauses import sentences_of, with_denials, without_asides
from tracking.normalizer.grammar import ENGLISH, SPANISH
from tracking.normalizer.grammar.rules import Rule, find_first
from tracking.normalizer.grammar.vocabulary import (
    ADVICE_WORDS,
    HARMLESS_WORDS,
    TEXT_WORDS,
    WANTED_WORDS,
    WORK_WORDS,
)
from tracking.normalizer.text import fold
from tracking.statuses import CODES, Bucket
from tracking.statuses import StatusCode as C

_WORD = re.compile(r"[a-z]+")
# Offices and streets have names that no list holds.
_PLACE = re.compile(
    r"\b(?:at|in|to|from|near|en) (?:(?:the|our|la|el) )?(?![^.]{0,40}(?:[Cc]ourt|[Jj]udge))(?:\d+ )?"
    r"[A-Z][\w'-]+(?:,? (?:[A-Z][\w'-]*|\d+))+"
    r"|\b(?:[A-Z][\w.'-]+ ){1,4}(?:(?:[Ff]ield|[Aa]sylum) [Oo]ffice|[Ll]ockbox"
    r"|(?:[Ss]ervice|[Bb]enefits|[Ff]inance|[Cc]ontact) [Cc]enter)(?: \([A-Z]+\))?"
)
_HOUR = re.compile(r"\b(?:(?:at|a las) )?\d{1,2}(?::\d\d(?: ?[AaPp]\.?[Mm]\b)?| ?[AaPp]\.?[Mm]\b)")
_IF = r"(?:if|when|si|cuando)\b"
_CONDITION = re.compile(rf"{_IF}[^,]*,")
# What USCIS may want some day is no wish yet: "... if we need something from you".
_SOME_DAY = re.compile(
    r"\b(?:if|si) (?:we|it|any|(?:the|your) (?:office|appointment)|necesitamos|es|fuera)\b[^.]*"
)
_WHO = r"(?:(?:we|uscis|(?:that|this|the) office|and) )?(?:will|may|can)(?: also| then| now)?"
_LETTER = r"(?:the|your|this|that|our) (?:[\w-]+ ){0,4}(?:notice|letter|request for evidence)(?: will)?"
_CARTA = r"(?:la|el|su|est[ae]|dich[oa]) (?:notificacion|aviso|carta)"
# How advice begins, and the little that is said of where a case or a paper lies.
_CALM = re.compile(
    rf"{_IF} [^.]*?, ?(?:please |por favor,? )?(?:go to|contact|call|visit|see|(?:tell|ask) us|update)\b"
    rf"|{_IF} [^.]*?, ?(?:please )?request a copy\b|(?:a|the) (?:new )?(?:notice|letter) will follow\b"
    r"|(?:if|when) [^.]*?, ?you (?:may|can) (?:submit a case inquiry|contact|call|visit|check|ask)\b"
    rf"|{_IF} [^.]*?, ?(?:visite|vaya|llame|comuniquese|contacte|diganos|pida|puede)\b"
    r"|if you (?:still need|wish)\b[^,]*, you (?:must|will have to) file (?:a new|a xform)\b"
    r"|(?:please |for questions, )(?:go to|follow|contact|call|allow)\b"
    r"|(?:please )?(?:read|keep|see|refer to) (?:the|this|your)\b"
    r"|por favor,? (?:siga|visite|vaya|llame|contacte|lea|comuniquese)\b"
    r"|(?:siga|visite|vaya|puede (?:usar|encontrar|ver|consultar|visitar|verificar))\b"
    r"|you (?:can|may) (?:use|find|check|track|visit|call|see|contact|read|go)\b"
    r"|(?:for more|to request|processing times|thank you for|gracias por|you were notified)\b"
    rf"|{_WHO} (?:(?:mail|send) (?:you|your (?:\w+ )?(?:notice|card|document|permit))|let you know)\b"
    rf"|{_WHO} (?:notify|inform|tell|contact|schedule|start|begin|process|work)\b"
    rf"|{_WHO} (?:make a decision|not take action|destroy your new card)\b"
    r"|(?:le|nos|les) (?:enviaremos|notificaremos|informaremos|comunicaremos|avisaremos|contactaremos)\b"
    r"|(?:programaremos|procesaremos|revisaremos)\b"
    rf"|{_LETTER} (?:explain|describe|contain|provide|tell)"
    rf"|{_CARTA} (?:explica|describe|contiene|indica)"
    r"|it (?:explains|describes|is being processed)\b"
    r"|(?:the|el) (?:tracking number|web ?site|numero de seguimiento|sitio web)\b"
    r"|(?:your case|su caso) (?:is (?:now )?located|(?:esta|se encuentra) (?:ahora )?en)\b"
    r"|(?:(?:that|this) office (?:now )?has jurisdiction|esa oficina (?:ahora )?tiene)\b"
    r"|(?:your refund will|this refund does not affect)\b"
    r"|(?:(?:any )?previously assigned|additional documentation may be)\b"
    r"|(?:and )?(?:we )?mailed your (?:case back to you|(?:card|document) to the address)\b"
    r"|le enviamos por correo su tarjeta a la direccion\b"
    r"|(?:and |on xdate, )?(?:we )?completed our review\b|(?:y |el xdate, )?completamos nuestra revision\b"
    r"|your (?:options|case must be reviewed|request has been forwarded to an officer for review)$"
    r"|(?:this (?:will|could|may)|esto podria)\b.* (?:affect|effect|afectar|efecto)\b"
    r"|the original decision on your case\b.* remains the same$"
    r"|(?:we gave you \d+ days or until xdate|the 180 days have passed)\b"
    r"|on xdate, we requested that certain people\b"
    r"|as of xdate, the fingerprints for your xform xreceipt, are part of your case$"
    r"|(?:card|on xdate, the postal service) (?:was )?picked up\b"
    r"|you must file a xform|log ?in$"
    r"|your case waits until we have your answer\b"
)
# Said of a case that nobody has decided yet.
_AT_WORK = re.compile(
    r"(?:(?:our |uscis |xplace )(?:[\w.'-]+ ){0,8}?(?:is|has begun) (?:working|reviewing|processing)"
    r"|uscis ha comenzado)\b"
)
# Whatever is to be done on a move is no news of the case.
_ON_A_MOVE = re.compile(
    r"(?:please )?(?:tell us about|update) (?:a |your )?(?:new )?address(?: (?:at|online|with us)\b[\w ]*)?$"
    r"|(?:informenos de|actualice) (?:una |su )?(?:nueva )?direccion(?: en\b[\w ]*)?$"
    r"|if (?:you (?:have )?(?:move|change)d?\b|your [\w ]*address)|si (?:se (?:muda|ha mudado)|cambia de)\b"
)
_DAYS = re.compile(r"\b\d+ (?:\w+ )?(?:days?|dias?)\b")
# A last day, a length of time or another day is named in advice about lost mail only.
_LIMIT = re.compile(rf"\bx(?:date|hour)\b|{_DAYS.pattern}|\bnew (?:date|time|day)\b|\bnueva (?:fecha|hora)\b")
_LOST_MAIL = re.compile(
    r"(?:if|si)\b[^,]*\b(?:not|no)\b[^,]*\b(?:receive[ds]?|hear|recib\w+)\b|please allow|a notice will follow"
    r"|(?:on|as of|el) xdate, (?:we|uscis|the|your xform|su xform|completamos)\b"
    r"|we (?:gave|will destroy)|the 180 days"
)
_THREAT = re.compile(
    r"\bor (?:we|it|else|your|the case|uscis|lose)\b|\bat once\b|\botherwise\b"
    r"|\bo (?:se|su|perd|neg|deneg|cerr)\w*|\band (?:send|mail) (?:it|them|this|that|us)\b|\by envie\w*"
    r"|\b(?:refuse\w*|removed|deported|detained|give up|lost your (?:status|case)|for your withdrawal)\b"
)
# Calm where the event wants nothing; beside a request it is a contradiction.
_NOTHING_TO_DO = re.compile(
    r"(?:there is nothing (?:that )?you (?:need|have) to"
    r"|(?:we|uscis) do(?:es)? not (?:currently )?need anything"
    r"|(?:actualmente )?no necesitamos nada|no tiene que (?:enviarnos|enviar|hacer) nada)\b"
)
# Only these have an hour, and only these and requests want something that is known.
_APPOINTMENTS = frozenset({Bucket.BIOMETRICS, Bucket.INTERVIEW_OATH})
_ASKING = _APPOINTMENTS | {Bucket.ACTION_REQUESTED, Bucket.RETURNED_MAIL}
# The reader is told to do something, which nothing need have asked of them.
_TELLS_TO = re.compile(
    r"(?:please |kindly |por favor,? )?(?:mail|send|give|show|file|bring|place|have|reach|use|ask|help|tell"
    r"|begin|finish|move|visit|attend|return|lleve|envie|pida|presente)\b"
)
_MEETING = re.compile(r"\b(?:interview|entrevista|appointment|cita|ceremon\w+)\b")
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
# Nouns of events that advice may name beside a case of their own stage only.
_EVENT_NOUNS: tuple[tuple[re.Pattern[str], frozenset[Bucket]], ...] = (
    (re.compile(r"\b(?:court|judge|corte|juez|tribunal)\b"), frozenset()),
    (re.compile(r"\b(?:needs?|necesita\w*)\b"), _ASKING),
    (_MEETING, _APPOINTMENTS),
    (
        re.compile(r"\b(?:evidence|evidencia|documents we|documentos que)\b"),
        frozenset({Bucket.ACTION_REQUESTED}),
    ),
    (
        re.compile(r"\b(?:denial|den[iy]\w*|deneg\w+|revo\w+|reject\w*|rechaz\w+)\b"),
        frozenset({Bucket.DENIED, Bucket.REJECTED, Bucket.CLOSED, Bucket.ACTION_REQUESTED}),
    ),
)
# What is wanted of the reader in the same breath.
_AND_DO = re.compile(
    r"(?:\band|\bthen|[,;]|\by|\bluego) (?:please |por favor,? )?(?:then )?(?:give|provide|furnish|bring"
    r"|attend|appear|respond|answer|reply|pay|return|show|sign|mail us|send us|envie|presente|proporcione"
    r"|responda|conteste|pague|devuelva|traiga|acuda|firme)\b"
)
_CLAUSE = re.compile(
    r"[;|¿?!]|: |, (?=(?:and|but|so|then|yet|y|pero|luego)\b)"
    r"|\b(?:and|but|yet|y|pero) (?=(?:we|you|it|uscis|your|the|that|this|le|su|la|el|se|nos|usted)\b)"
)
_EMPTY = re.compile(
    r"(?:\b(?:and|y|as of|on|el|al|the|we|our|uscis|xdate|xform|xreceipt|receipt number)\b|[ ,])*"
)
# Nobody works on a case any more that was decided.
_DECIDED = frozenset({Bucket.APPROVED, Bucket.DENIED, Bucket.REJECTED, Bucket.CLOSED, Bucket.DOCUMENT})
# What may be told beside any event: a letter about it, or that something was noted.
_BESIDE_ALL = frozenset({C.NOTICE_MAILED, C.ADMIN_UPDATE})
# An appeal ends in a letter about the decision or its way back.
_BESIDE = {C.APPEAL_MOTION: frozenset({C.REVOKED_TERMINATED, C.TRANSFERRED})}


@lru_cache(maxsize=4096)
def leaves_unread(nameless: str, told: str, code: C, *, spanish: bool) -> bool:
    """Whether a text without names says something beside its event that no rule has read.

    `told` are the words of the text that were read, if any, and `code` is what was made of title and text.
    """
    events = SPANISH if spanish else ENGLISH
    told = told.strip(" .")
    was_told = not told
    placed = _PLACE.sub(lambda name: name[0] if told and told in fold(name[0]) else "xplace", nameless)
    if CODES[code].bucket in _APPOINTMENTS:
        placed = _HOUR.sub("xhour", placed)
    for sentence in (each.strip(" .") for each in sentences_of(placed)):
        whole = with_denials(sentence)
        bare = without_asides(whole)
        said = whole if told in whole else bare
        is_first, was_told = not was_told and told in said, was_told or told in said
        if _is_calm(sentence, code):
            continue
        if is_first:
            said, bare = (re.sub(rf"{re.escape(told)}\w*", "xread", each, count=1) for each in (said, bare))
        if not _knows(said, TEXT_WORDS) or (is_first and _DAYS.search(said)):
            return True
        # Beside what happened the reason for it is told; advice has no reason that may be passed over.
        if not all(_is_read(clause, code, events) for clause in _clauses(bare if is_first else whole)):
            return True
    return not was_told


def _is_calm(said: str, code: C) -> bool:
    """Whether a sentence is advice that changes nothing and wants nothing new."""
    said = said.lower()
    bare = _SOME_DAY.sub("", _CONDITION.sub("", said, count=1)).strip(" ,")
    bucket = CODES[code].bucket
    if code in REQUESTS and _ANSWER_BY.fullmatch(said):
        return True
    if is_advice(said, code) or (_ON_A_MOVE.match(said) and not _AND_DO.search(said)):
        return True
    if _NOTHING_TO_DO.match(said) and not CODES[code].client_action:
        return True
    if _THREAT.search(said) or (_LIMIT.search(said) and not _LOST_MAIL.match(said)):
        return False
    if any(noun.search(bare) and bucket not in buckets for noun, buckets in _EVENT_NOUNS):
        return False
    tells_to = _TELLS_TO.match(said) and bucket not in _ASKING
    if _knows(said, _harmless(code)) and not tells_to:
        return True
    if _AND_DO.search(said):
        return False
    at_work = not _is_decided(code) and _AT_WORK.match(said)
    return bool(at_work or _CALM.match(said)) and _knows(bare, ADVICE_WORDS)


def _harmless(code: C) -> frozenset[str]:
    """The words of which nothing can be said that matters beside what was read."""
    asked = WANTED_WORDS if CODES[code].bucket in _ASKING else frozenset()
    return HARMLESS_WORDS | asked | (frozenset() if _is_decided(code) else WORK_WORDS)


def _knows(said: str, words: frozenset[str]) -> bool:
    return words.issuperset(_WORD.findall(re.sub("xnot|xmay", "", said).lower()))


def _clauses(said: str) -> Iterator[str]:
    """The clauses of a sentence that tell something of their own."""
    for clause in (part.strip(" .,") for part in _CLAUSE.split(said)):
        if "xread" not in clause and not _EMPTY.fullmatch(clause):
            yield clause


def _is_read(clause: str, code: C, events: tuple[Rule, ...]) -> bool:
    """Whether a clause is advice, or tells of an event that may stand beside the one that was read."""
    if _is_calm(clause, code):
        return True
    is_elsewhere = _MEETING.search(clause) and CODES[code].bucket not in _APPOINTMENTS
    found = find_first(events, clause)
    if found is None or is_elsewhere or (_TELLS_TO.match(clause) and not CODES[code].client_action):
        return False
    beside = found[0].code
    if beside in _BESIDE.get(code, ()):
        return True
    if CODES[beside].client_action and not CODES[code].client_action and beside not in _BESIDE_ALL:
        return False
    if CODES[beside].bucket is CODES[code].bucket:
        return CODES[code].bucket is not Bucket.NO_STAGE or beside is code
    if beside is C.IN_REVIEW:
        return not _is_decided(code)
    return beside in _BESIDE_ALL


def _is_decided(code: C) -> bool:
    return CODES[code].terminal or CODES[code].bucket in _DECIDED
