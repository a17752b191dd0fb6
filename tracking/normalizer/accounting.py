"""Whether rules have accounted for all of a title or a text, so that nothing left over can turn it around.

A text is judged whole. Its event is read from one clause; whatever else it says must be read too, or be
advice of a kind that changes nothing: a sentence in words that nobody foresaw may take the event back, move
it or want something of the client, so it is a person's to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tracking.normalizer.advice import APPOINTMENTS, DAYS, MEETING, TELLS_TO, is_calm
from tracking.normalizer.beside import REQUESTS, is_decided
from tracking.normalizer.clauses import sentences_of, with_denials, without_asides
from tracking.normalizer.grammar import ENGLISH, SPANISH
from tracking.normalizer.grammar.rules import Found, Rule, find_first
from tracking.normalizer.grammar.vocabulary import TEXT_WORDS, UNDERSTOOD, knows
from tracking.normalizer.text import fold
from tracking.statuses import CODES, Bucket, older
from tracking.statuses import StatusCode as C

# A reason says why, never what: "rejected for incorrect fee", "denegado porque ...".
_REASON = re.compile(
    r" (?:because|based on|due to|porque|debido a)\b.*"
    r"|(?<=rejected) for .*|(?<=denied) for .*|(?<=reopened) for .*|(?<=reabierto) para .*"
)
# A letter about an event is no second event: "... and a decision notice was mailed".
_LETTER = re.compile(
    r" and (?:(?:a|an|my|your|the|uscis) )*(?:\w+ )?(?:notice|decision|letter)(?: was| were)?"
    r" (?:mailed|sent|emailed|ordered|issued)(?: to me)?$"
    r"| y (?:se )?(?:(?:una|un|mi|su|la|el) )*(?:fue |envio |una |notificacion |aviso |decision |de )*"
    r"(?:\w+ )?(?:fue )?(?:enviada|enviado|decision)(?: por correo(?: electronico)?)?$"
)
_NEGATION = re.compile(r"\b(?:not|no longer|never|cannot|no|nunca|sin|error)\b")
_DECISION = re.compile(
    r"\b(appro|aprob|grant|deni|reject|withdr|revo|rescin|termin|reop|clos|dismiss|destr|cancel|dene"
    r"|rechaz|retir|reab|cerr)"
)
_EVENT = re.compile(
    r"\b(?:accepted|affirmed|approved|bounced|cancell?ed|certified|changed|closed|completed|conducted"
    r"|corrected"
    r"|declined|delivered|denied|descheduled|destroyed|dismissed|emailed|extended|granted|held|issued"
    r"|lifted|lost"
    r"|mailed|missed|moved|ordered|overturned|paid|placed|posted|printed|produced|reaffirmed|received"
    r"|refunded"
    r"|rejected|relocated|remanded|reopened|rescheduled|rescinded|returned|returning|reversed|revoked"
    r"|scheduled"
    r"|sent|suspended|sustained|taken|terminated|transferred|updated|upheld|waived|withdrawn|withdrew"
    r"|(?:aceptad|actualizad|anulad|aprobad|cancelad|cerrad|completad|confirmad|corregid|denegad|desestimad"
    r"|destruid|devuelt|emitid|entregad|enviad|programad|reprogramad|producid|reabiert|rechazad"
    r"|recibid|recogid"
    r"|retirad|revertid|revocad|suspendid|terminad|tomad|transferid)[oa]s?|tomaron|envio)\b"
)

_POSTED = frozenset(["emailed", "issued", "mailed", "sent", "ordered", "enviad", "emitid"])
_DECIDED = frozenset(
    [
        "received",
        "accepted",
        "approved",
        "denied",
        "rejected",
        "granted",
        "recibid",
        "aprobad",
        "denegad",
        "rechazad",
        "aceptad",
    ]
)
# Verbs beside the words of a rule that fit what the rule says; any other verb needs a person.
_COMPANIONS = {
    C.RECEIVED: _POSTED | {"received", "accepted", "recibid", "aceptad"},
    C.BIOMETRICS_SCHEDULED: _POSTED | {"scheduled", "rescheduled", "programad", "reprogramad"},
    C.RESPONSE_RECEIVED: _POSTED | {"received", "recibid"},
    C.ON_HOLD: frozenset({"placed"}),
    C.RFE_ISSUED: _POSTED,
    C.NOID_ISSUED: _POSTED,
    C.NOIR_ISSUED: _POSTED,
    C.NOTICE_MAILED: _POSTED,
    C.INTERVIEW_SCHEDULED: _POSTED | {"scheduled", "rescheduled", "programad", "reprogramad"},
    C.OATH_CEREMONY: _POSTED | {"scheduled", "rescheduled", "placed", "programad", "reprogramad"},
    C.REVOKED_TERMINATED: _POSTED,
    C.WITHDRAWN: _POSTED | {"received", "recibid"},
    C.APPEAL_MOTION: _POSTED | {"received", "recibid"},
    C.FEE_PAYMENT: _POSTED | {"received", "refunded", "paid", "accepted", "returned", "declined"},
    C.EXPEDITE: _POSTED | _DECIDED,
    C.ADMIN_UPDATE: _POSTED | {"received", "accepted", "withdrawn", "updated", "actualizad"},
}

_MAIL = frozenset({C.MAIL_RETURNED})
_PAPERS = frozenset({C.DOC_PRODUCTION, C.DOC_MAILED, C.DOC_DELIVERED, C.DOC_DESTROYED})
# What a subject can have happen to it; anything else said of it needs a person.
_SUBJECTS = tuple(
    (re.compile(rf"\b(?:{nouns})"), codes)
    for nouns, codes in (
        (
            "interview|entrevista|hearing",
            _MAIL
            | {C.INTERVIEW_READY, C.INTERVIEW_SCHEDULED, C.INTERVIEW_CANCELLED}
            | {C.INTERVIEW_COMPLETED, C.NO_SHOW},
        ),
        (
            "fingerprint|biometric|huellas",
            _MAIL | {C.BIOMETRICS_SCHEDULED, C.BIOMETRICS_DONE, C.NO_SHOW, C.RECEIVED},
        ),
        ("fee|payment|refund|check|tarifa|pago|reembolso", {C.FEE_PAYMENT, C.RECEIVED}),
        ("evidence|evidencia|response|respuesta|correspond", _MAIL | {C.RFE_ISSUED, C.RESPONSE_RECEIVED}),
        ("name|nombre|address|birth", {C.ADMIN_UPDATE}),
        ("appeal|apelacion|motion|mocion", {C.APPEAL_MOTION, C.REOPENED}),
        (
            "card|tarjeta",
            _MAIL | _PAPERS | {C.RESPONSE_RECEIVED},
        ),
        ("caso", frozenset(C) - _MAIL - _PAPERS),
        ("notificacion|aviso", frozenset(C) - _PAPERS),
    )
)
_TO_BE = re.compile(r" (?:was|were|is|are|has|have|will|fue|fueron|esta|ha)\b")

# Words beside a reading that may turn its meaning around.
_TURN = re.compile(
    r"\b(?:cancel\w*|revok\w+|rescind\w*|withdr\w+|vacat\w+|void\w*|retract\w*|annul\w*|overturn\w*|revers\w+"
    r"|disregard|ignore|mistak\w+|erroneous\w*|errors?|wrong|incorrect|instead|no longer|never|nor"
    r"|cannot|unable"
    r"|not(?! (?:contact|hear|respond|answer|reply))|x(?:not|may)\w+|declin\w+|refus\w+|late|incomplete|back"
    r"|set aside|paused|without|sin|except|ilegibles?"
    r"|anul\w+|revoc\w+|retir\w+|sin efecto|errores|equivoc\w+|omiso|descart\w+|nunca|ya no|no)\b"
)
_DECISIONS = (
    (re.compile(r"\b(?:approved|granted|aprobamos|aprobad[oa])\b"), {C.APPROVED}),
    (re.compile(r"\b(?:denied|denegamos|denegad[oa]|negamos)\b"), {C.DENIED}),
    (re.compile(r"\b(?:rejected|returned|rechazamos|rechazad[oa]|devolvimos)\b"), {C.REJECTED, C.DENIED}),
    (re.compile(r"\b(?:reopened|reabrimos)\b"), {C.REOPENED}),
)
# Readings beside which another decision is a second event, and not what the letter is about.
_STAGES = frozenset({C.RECEIVED, C.APPROVED, C.DENIED, C.REJECTED, C.REOPENED, C.TRANSFERRED, C.IN_REVIEW})
# What of these belongs to the reading itself.
_OWN_TURNS = {
    C.REJECTED: re.compile("back|incorrect|wrong"),
    C.WITHDRAWN: re.compile("withdraw(?:al|ing)?$|retir(?:o|ar)$"),
    C.NOIR_ISSUED: re.compile("revo[ck]"),
}


# What USCIS wants or sets, as long as it stands.
_STANDING = frozenset(
    {
        *(C.RFE_ISSUED, C.NOID_ISSUED, C.NOIR_ISSUED, C.BIOMETRICS_SCHEDULED, C.INTERVIEW_SCHEDULED),
        C.OATH_CEREMONY,
    }
)
_SET = (
    r"(?:requests?|notices?|rfe|no(?:id|ir)|appointment|ceremony|interview"
    r"|solicitud|peticion|aviso|notificacion|cita|ceremonia|entrevista)"
)
_ENDED = r"(?:abandon|clos|clear|complet|chang|cerr|desestim|cambi)\w*"
_ENDED_IT = re.compile(
    rf"\b{_ENDED} (?:(?:our|the|your|this|that|la|el|nuestr[oa]|su|esta|este) )?(?:[\w-]+ ){{0,3}}?{_SET}\b"
    rf"|\b{_SET}(?: [\w-]+){{0,8}}? (?:was|is|were|been|fue|quedo|esta|sido) (?:[\w-]+ )?{_ENDED}"
)


def may_end(said: str, code: C) -> bool:
    """Whether words that end or change things stand at a request or an appointment that was read of."""
    return code in _STANDING and bool(_ENDED_IT.search(said))


def may_turn(beside: str, code: C) -> bool:
    """Whether words beside a reading of this code may turn it around."""
    own = _OWN_TURNS.get(code)
    if any(own is None or not own.match(word[0]) for word in _TURN.finditer(beside)):
        return True
    return code in _STAGES and any(code not in codes and verb.search(beside) for verb, codes in _DECISIONS)


def is_accounted_for(key: str, found: Found) -> bool:
    """Whether every word of a title is known, and every verb and negation belongs to its reading."""
    reading, match = found
    main = _LETTER.sub("", _REASON.sub("", key))
    if not UNDERSTOOD.issuperset(main.split()):
        return False
    if match.end() > len(main) or not (_verbs_fit(main, found) and _subject_fits(main, reading.code)):
        return False
    decisions = {decision[1] for decision in _DECISION.finditer(main)}
    return reading.whole or not (_NEGATION.search(main) or len(decisions) > 1)


def _verbs_fit(main: str, found: Found) -> bool:
    reading, match = found
    fitting = _COMPANIONS.get(C(older(reading.code)), frozenset())
    return all(
        match.start() <= verb.start() < match.end() or re.sub("[oa]s?$", "", verb[0]) in fitting
        for verb in _EVENT.finditer(main)
    )


def _subject_fits(main: str, code: C) -> bool:
    subject = _TO_BE.split(main, maxsplit=1)[0]
    return all(older(code) in codes for nouns, codes in _SUBJECTS if nouns.search(subject))


# Offices and streets have names that no list holds.
_PLACE = re.compile(
    r"\b(?:at|in|to|from|near|en) (?:(?:the|our|la|el) )?(?![^.]{0,40}(?:[Cc]ourt|[Jj]udge))(?:\d+ )?"
    r"[A-Z][\w'-]+(?:,? (?:[A-Z][\w'-]*|\d+))+"
    r"|\b(?:[A-Z][\w.'-]+ ){1,4}(?:(?:[Ff]ield|[Aa]sylum) [Oo]ffice|[Ll]ockbox"
    r"|(?:[Ss]ervice|[Bb]enefits|[Ff]inance|[Cc]ontact) [Cc]enter)(?: \([A-Z]+\))?"
)
_HOUR = re.compile(r"\b(?:(?:at|a las) )?\d{1,2}(?::\d\d(?: ?[AaPp]\.?[Mm]\b)?| ?[AaPp]\.?[Mm]\b)")
_CLAUSE = re.compile(
    r"[;|¿?!]|: |, (?=(?:and|but|so|then|yet|y|pero|luego)\b)"
    r"|\b(?:and|but|yet|y|pero) (?=(?:we|you|it|uscis|your|the|that|this|le|su|la|el|se|nos|usted)\b)"
)
_EMPTY = re.compile(
    r"(?:\b(?:and|y|as of|on|el|al|the|we|our|uscis|xdate|xform|xreceipt|receipt number)\b|[ ,])*"
)
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
    if CODES[code].bucket in APPOINTMENTS:
        placed = _HOUR.sub("xhour", placed)
    for sentence in (each.strip(" .") for each in sentences_of(placed)):
        whole = with_denials(sentence)
        bare = without_asides(whole)
        said = whole if told in whole else bare
        is_first, was_told = not was_told and told in said, was_told or told in said
        if is_first and code in REQUESTS and not knows(told, TEXT_WORDS):
            return True
        if is_calm(sentence, code):
            continue
        if is_first:
            said, bare = (re.sub(rf"{re.escape(told)}\w*", "xread", each, count=1) for each in (said, bare))
        if not knows(said, TEXT_WORDS) or (is_first and DAYS.search(said)):
            return True
        # Beside what happened the reason for it is told; advice has no reason that may be passed over.
        if not all(_is_read(clause, code, events) for clause in _clauses(bare if is_first else whole)):
            return True
    return not was_told


def _clauses(said: str) -> Iterator[str]:
    """The clauses of a sentence that tell something of their own."""
    for clause in (part.strip(" .,") for part in _CLAUSE.split(said)):
        if "xread" not in clause and not _EMPTY.fullmatch(clause):
            yield clause


def _is_read(clause: str, code: C, events: tuple[Rule, ...]) -> bool:
    """Whether a clause is advice, or tells of an event that may stand beside the one that was read."""
    if is_calm(clause, code):
        return True
    is_elsewhere = MEETING.search(clause) and CODES[code].bucket not in APPOINTMENTS
    found = find_first(events, clause)
    if found is None or is_elsewhere or (TELLS_TO.match(clause) and not CODES[code].client_action):
        return False
    beside = found[0].code
    if beside in _BESIDE.get(code, ()):
        return True
    if CODES[beside].client_action and not CODES[code].client_action and beside not in _BESIDE_ALL:
        return False
    if CODES[beside].bucket is CODES[code].bucket:
        return CODES[code].bucket is not Bucket.NO_STAGE or beside is code
    if beside is C.IN_REVIEW:
        return not is_decided(code)
    return beside in _BESIDE_ALL
