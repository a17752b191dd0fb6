"""Whether a rule has accounted for all of a title, so that nothing left over can turn it around."""

from __future__ import annotations

import re

from tracking.normalizer.grammar.rules import Found
from tracking.normalizer.grammar.vocabulary import UNDERSTOOD
from tracking.statuses import StatusCode, older

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

_C = StatusCode
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
    _C.RECEIVED: _POSTED | {"received", "accepted", "recibid", "aceptad"},
    _C.BIOMETRICS_SCHEDULED: _POSTED | {"scheduled", "rescheduled", "programad", "reprogramad"},
    _C.RESPONSE_RECEIVED: _POSTED | {"received", "recibid"},
    _C.ON_HOLD: frozenset({"placed"}),
    _C.RFE_ISSUED: _POSTED,
    _C.NOID_ISSUED: _POSTED,
    _C.NOIR_ISSUED: _POSTED,
    _C.NOTICE_MAILED: _POSTED,
    _C.INTERVIEW_SCHEDULED: _POSTED | {"scheduled", "rescheduled", "programad", "reprogramad"},
    _C.OATH_CEREMONY: _POSTED | {"scheduled", "rescheduled", "placed", "programad", "reprogramad"},
    _C.REVOKED_TERMINATED: _POSTED,
    _C.WITHDRAWN: _POSTED | {"received", "recibid"},
    _C.APPEAL_MOTION: _POSTED | {"received", "recibid"},
    _C.FEE_PAYMENT: _POSTED | {"received", "refunded", "paid", "accepted", "returned", "declined"},
    _C.EXPEDITE: _POSTED | _DECIDED,
    _C.ADMIN_UPDATE: _POSTED | {"received", "accepted", "withdrawn", "updated", "actualizad"},
}

_MAIL = frozenset({_C.MAIL_RETURNED})
_PAPERS = frozenset({_C.DOC_PRODUCTION, _C.DOC_MAILED, _C.DOC_DELIVERED, _C.DOC_DESTROYED})
# What a subject can have happen to it; anything else said of it needs a person.
_SUBJECTS = tuple(
    (re.compile(rf"\b(?:{nouns})"), codes)
    for nouns, codes in (
        (
            "interview|entrevista|hearing",
            _MAIL
            | {_C.INTERVIEW_READY, _C.INTERVIEW_SCHEDULED, _C.INTERVIEW_CANCELLED}
            | {_C.INTERVIEW_COMPLETED, _C.NO_SHOW},
        ),
        (
            "fingerprint|biometric|huellas",
            _MAIL | {_C.BIOMETRICS_SCHEDULED, _C.BIOMETRICS_DONE, _C.NO_SHOW, _C.RECEIVED},
        ),
        ("fee|payment|refund|check|tarifa|pago|reembolso", {_C.FEE_PAYMENT, _C.RECEIVED}),
        ("evidence|evidencia|response|respuesta|correspond", _MAIL | {_C.RFE_ISSUED, _C.RESPONSE_RECEIVED}),
        ("name|nombre|address|birth", {_C.ADMIN_UPDATE}),
        ("appeal|apelacion|motion|mocion", {_C.APPEAL_MOTION, _C.REOPENED}),
        (
            "card|tarjeta",
            _MAIL | _PAPERS | {_C.RESPONSE_RECEIVED},
        ),
        ("caso", frozenset(_C) - _MAIL - _PAPERS),
        ("notificacion|aviso", frozenset(_C) - _PAPERS),
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
    (re.compile(r"\b(?:approved|granted|aprobamos|aprobad[oa])\b"), {_C.APPROVED}),
    (re.compile(r"\b(?:denied|denegamos|denegad[oa]|negamos)\b"), {_C.DENIED}),
    (re.compile(r"\b(?:rejected|returned|rechazamos|rechazad[oa]|devolvimos)\b"), {_C.REJECTED, _C.DENIED}),
    (re.compile(r"\b(?:reopened|reabrimos)\b"), {_C.REOPENED}),
)
# Readings beside which another decision is a second event, and not what the letter is about.
_STAGES = frozenset(
    {_C.RECEIVED, _C.APPROVED, _C.DENIED, _C.REJECTED, _C.REOPENED, _C.TRANSFERRED, _C.IN_REVIEW}
)
# What of these belongs to the reading itself.
_OWN_TURNS = {
    _C.REJECTED: re.compile("back|incorrect|wrong"),
    _C.WITHDRAWN: re.compile("withdraw(?:al|ing)?$|retir(?:o|ar)$"),
    _C.NOIR_ISSUED: re.compile("revo[ck]"),
}


# What USCIS wants or sets, as long as it stands.
_STANDING = frozenset(
    {
        *(_C.RFE_ISSUED, _C.NOID_ISSUED, _C.NOIR_ISSUED, _C.BIOMETRICS_SCHEDULED, _C.INTERVIEW_SCHEDULED),
        _C.OATH_CEREMONY,
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


def may_end(said: str, code: StatusCode) -> bool:
    """Whether words that end or change things stand at a request or an appointment that was read of."""
    return code in _STANDING and bool(_ENDED_IT.search(said))


def may_turn(beside: str, code: StatusCode) -> bool:
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
    fitting = _COMPANIONS.get(StatusCode(older(reading.code)), frozenset())
    return all(
        match.start() <= verb.start() < match.end() or re.sub("[oa]s?$", "", verb[0]) in fitting
        for verb in _EVENT.finditer(main)
    )


def _subject_fits(main: str, code: StatusCode) -> bool:
    subject = _TO_BE.split(main, maxsplit=1)[0]
    return all(older(code) in codes for nouns, codes in _SUBJECTS if nouns.search(subject))
