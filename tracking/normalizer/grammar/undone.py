"""What undoes an event: a day that is cancelled or moved, a request or a decision that is taken back.

One rule for each thing that USCIS can undo, made from the nouns of the thing and the verbs that undo it,
in both languages. These rules come before every other one: a noun says what the text is about, only the
verb says what happened to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracking.normalizer.grammar.rules import Rule, rule
from tracking.statuses import StatusCode as C

# Its name, what holds once it is taken back, its noun and its verb.
Decision = tuple[str, C, str, str]


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that USCIS sets and can undo: its nouns, and its codes while it stands and afterwards.

    `verbs` are the ones that undo it, beyond "cancel", which undoes everything; `needless` are words that
    take it back without saying so.
    """

    name: str
    nouns: str
    stands: C
    cancelled: C
    moved: C | None = None
    verbs: str = ""
    needless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Language:
    """The verbs of a language that undo and move, and how it points back at what it has named before.

    `undo` are past forms, and base forms after "had to". `gap` are the words that may stand between noun and
    verb: a second event among them has a verb of its own. `take_back` undoes decisions, with `some` words
    between, and whoever is told to `ignore` the notice of one is told so too.
    """

    undo: str
    move: str
    points_back: str
    it_was: str
    negated: str
    refused: str
    gap: str
    take_back: str
    ignore: str
    some: str
    letter: str
    sent_wrongly: str


ENGLISH = Language(
    undo=r"(?:cancel(?:s|l?ed|l?ing|lation)\b|called off|postponed|descheduled|\bvoid\b"
    r"|will not (?:take place|be (?:held|conducted)|occur)|no longer (?:scheduled|needed|required)"
    r"|unable to (?:hold|conduct|keep)|do not (?:appear|attend|come|go)\b"
    r"|(?:had|have|has|need|needs|needed|decided) to (?:cancel|call off|withdraw|rescind|postpone|put "
    r"off|push back)"
    r"|postponing|putting off)",
    move=r"(?:(?<!be )(?<!to )(?<!not )rescheduled|moved the (?:date|time|day) (?:of|for)"
    r"|changed the (?:date|time|day|place|location) (?:of|for)|new (?:date|time|day) (?:of|for)"
    r"|(?:moved|changed)(?= (?:your|the|this|that) (?:[\w-]+ ){0,2}?(?:interview|appointment|ceremony"
    r"|oath|hearing"
    r"|biometric|fingerprint)))",
    points_back=r"{verbs} (?:it|this|that|them|these|those|the same)\b",
    it_was=r"\b(?:it|this|that|which|they)(?: \w+)? (?:was|were|is|has been|have been)(?: \w+)?",
    negated=r"\b(?:not|never)",
    refused=(
        r"\b(?:denied|declined|refused|rejected) (?:(?!and |but |then )[\w-]+ ){0,5}?"
        r"(?:withdraw(?:al)?|cancel(?:lation)?|rescind)\b"
    ),
    gap=r"(?:(?!\b(?:and|then|but|denied|approved|received|approval)\b)[^.]){0,120}?",
    take_back=(
        r"(?<!considering )(?<!contemplating )(?<!proposing )"
        r"(?<!will be )(?:revok(?:es|ed|ing)|rescind(?:s|ed|ing)|withdr"
        r"(?:ew|aws|awn|awing)|vacat(?:es|ed|ing)"
        r"|reversed(?= th)|set aside|setting aside|nullified|void(?:ed|ing)"
        r"|cancell?(?:ed|ing)|annulled|took back)"
    ),
    ignore=r"(?:disregard|ignore)",
    # Of "the revocation of your approval" it is the revocation that was taken back.
    some=r"(?:(?!not |never |(?:revocation|termination|denial|rejection|closure) of )[\w-]+ ){0,4}?",
    letter=r"\b(?:{noun} (?:notices?|letters?)|(?:notices?|letters?) of (?:the |our |your )?{noun})\b",
    sent_wrongly=r"\b(?:(?:in|by) (?:error|mistake)|mistakenly|erroneously)\b",
)
SPANISH = Language(
    undo=r"(?:no se (?:llevara a cabo|realizara|celebrara)|no podemos (?:realizar|celebrar)|no se presente\b"
    r"|cancel(?:amos|ad[oa]s?|an?|o|aron|acion)\b|anul(?:amos|ad[oa]s?|o)\b|pospu\w+"
    r"|pospuest[oa]s?|aplaz\w+"
    r"|suspend(?:imos|id[oa]s?|io)\b|(?:tuvimos|hemos tenido|tenemos|tuvo|tiene|hubo|decid(?:imos|ido"
    r"|io)|debemos"
    r"|vamos a|va a|necesitamos) (?:que )?(?:cancelar|retirar|anular|posponer|aplazar|suspender))",
    move=r"(?:(?<!ser )(?<!sera )(?<!seran )reprogram(?:amos|ad[oa]s?|o|aron)\b"
    r"|cambi(?:amos|o) (?:la (?:fecha|hora)|el (?:dia|lugar)) de|nueva (?:fecha|hora) (?:de|para)"
    r"|(?:movimos|cambiamos|trasladamos|pasamos)(?= (?:su|la|el) (?:\w+ ){0,2}?(?:entrevista|cita|ceremonia"
    r"|jura|audiencia)))",
    points_back=r"(?:\b(?:la|lo|las|los) (?:(?:hemos|ha|habiamos) )?{verbs}|{verbs} (?:es[aeo]"
    r"|est[ae]|dich[oa])\b)",
    it_was=r"\b(?:que|la cual|el cual|esta|esa|ese|este|ella)(?: \w+)? (?:fue|ha sido|ha quedado"
    r"|quedo|queda)(?: \w+)?",
    negated=r"\b(?:no|nunca)",
    refused=(
        r"\b(?:deneg|neg|rechaz)(?:amos|o) (?:(?!y |pero |luego )\w+ ){0,5}?"
        r"(?:retirar|cancelar|cancelacion|anular)\b"
    ),
    gap=r"(?:(?!\b(?:y|pero|luego|despues|denegamos|aprobamos|recibimos|aprobacion)\b)[^.]){0,120}?",
    take_back=(
        r"(?<!considerando )"
        r"(?:revoc(?:amos|o|a|ad[oa]|ando)|anul(?:amos|o|ad[oa])|retir(?:amos|o|ad[oa])|cancel(?:amos|o"
        r"|ad[oa])|rescindi(?:mos|o|d[oa])|dejamos sin efecto)"
    ),
    ignore=r"(?:haga caso omiso de|ignore|descarte)",
    some=r"(?:(?!no |(?:revocacion|terminacion|denegacion|rechazo|cierre) de )\w+ ){0,4}?",
    letter=r"\b(?:aviso|notificacion|carta) de (?:la |su |nuestra )?{noun}\b",
    sent_wrongly=r"\b(?:por (?:error|equivocacion)|erroneamente)\b",
)

_TAKEN_BACK = (
    r"withdr(?:ew|aws?|awn|awing)\b|(?:disregard|ignore)\b|no longer need\b|rescinds"
    r"|withdrawal of (?=our|the|that)|rescinded|retracted|voided"
    r"|vacated|annulled|took back|(?:is|are|was)(?: not|n['’]?t) (?:\w+ )?(?:necessary|needed)\b"
    r"|not (?:to )?(?:go (?:forward|ahead)|proceed|move forward|continue) with"
    r"|(?:was|is|has been|have been) closed\b(?! (?:your|the) (?:xform|case))"
    r"|closed(?= (?:our|the|that|this) (?:[\w-]+ ){0,3}?(?:requests?|rfe|notices? of intent|intent"
    r"|no(?:id|ir))\b)"
)
_RETIRADA = (
    r"haga caso omiso de|ignore\b|descarte\b|ya no necesitamos|retir(?:amos|ad[oa]s?|[ao])\b"
    r"|revoc(?:amos|ad[oa]s?|o)\b|(?:dejamos|dejo|queda|quedo) sin efecto"
    r"|no (?:es|son|era) (?:\w+ )?(?:necesari[oa]s?|requerid[oa]s?)\b"
    r"|no (?:vamos a )?(?:segui(?:r|mos|remos)|continua(?:r|mos|remos)|procede(?:r|mos|remos))(?: "
    r"\w+){0,2}? con"
    r"|cerr(?:amos|ad[oa]s?)(?= (?:(?:la|el|su|nuestr[oa]|est[ae]) )?(?:solicitud|pedido|peticion"
    r"|requerimiento)"
    r" (?:de|para) (?:\w+ ){0,2}?(?:evid|prueb|inform|docum))"
)
_EVIDENCE = r"(?:evidence|information|documents?|documentation)"
_PRUEBAS = r"(?:evidencias?|pruebas|informacion|documentos|documentacion)"

ENGLISH_THINGS = (
    Thing(
        "request",
        rf"(?:requests? for (?:[\w-]+ ){{0,3}}?{_EVIDENCE}|evidence requests?|\brfe\b"
        rf"|notices? of intent\w*(?: to \w+)?"
        rf"|{_EVIDENCE} (?:that )?we (?:had )?(?:requested|asked)"
        r"|intent(?:ion)? to (?:deny|revoke|terminate|rescind)|\bno(?:id|ir)\b|notices? to appear)",
        C.RFE_ISSUED,
        C.REQUEST_CANCELLED,
        verbs=_TAKEN_BACK,
        needless=(
            r"(?:in error|by mistake)\b",
            r"(?:do not|no longer) (?:need|have) to (?:respond|reply|answer|send|submit)",
            r"no (?:response|answer|reply) is (?:needed|required|necessary)",
        ),
    ),
    Thing(
        "oath",
        r"(?:\boath\b(?: of allegiance)?(?: ceremon\w+)?|ceremon(?:y|ies))",
        C.OATH_CEREMONY,
        C.OATH_CANCELLED,
        C.OATH_RESCHEDULED,
    ),
    Thing(
        "interview",
        r"(?:interviews?|hearings?)\b",
        C.INTERVIEW_SCHEDULED,
        C.INTERVIEW_CANCELLED,
        C.INTERVIEW_RESCHEDULED,
    ),
    Thing(
        "biometrics",
        r"(?:(?:fingerprint|biometric)\w*|application support center|appointments?\b)",
        C.BIOMETRICS_SCHEDULED,
        C.BIOMETRICS_CANCELLED,
        C.BIOMETRICS_RESCHEDULED,
    ),
)
SPANISH_THINGS = (
    Thing(
        "request",
        rf"(?:(?:solicitud|pedido|peticion|requerimiento) (?:de|para) (?:\w+ ){{0,2}}?{_PRUEBAS}|\brfe\b"
        rf"|{_PRUEBAS} que (?:le )?(?:pedimos|solicitamos)"
        r"|(?:intencion|intento) de (?:denegar|negar|rechazar|revocar|terminar|rescindir)"
        r"|(?:notificacion|aviso|citacion) (?:de comparecencia|para comparecer))",
        C.RFE_ISSUED,
        C.REQUEST_CANCELLED,
        verbs=_RETIRADA,
        needless=(
            r"por (?:error|equivocacion)\b",
            r"no (?:tiene|necesita|es necesario) (?:que )?(?:respond|contest|envi|present)",
            r"no (?:responda|conteste)\b",
        ),
    ),
    Thing(
        "oath",
        r"(?:ceremonia\w*|\bjura(?:mento|mentacion))",
        C.OATH_CEREMONY,
        C.OATH_CANCELLED,
        C.OATH_RESCHEDULED,
    ),
    Thing(
        "interview",
        r"(?:entrevistas?|audiencias?)\b",
        C.INTERVIEW_SCHEDULED,
        C.INTERVIEW_CANCELLED,
        C.INTERVIEW_RESCHEDULED,
    ),
    Thing(
        "biometrics",
        r"(?:huellas|biometric\w+|\bcitas?\b)",
        C.BIOMETRICS_SCHEDULED,
        C.BIOMETRICS_CANCELLED,
        C.BIOMETRICS_RESCHEDULED,
    ),
)


def _rules(things: tuple[Thing, ...], language: Language, *, prefix: str) -> Iterator[Rule]:
    """The rules of a description, which may point back; what needs two sentences is left out of titles."""
    is_title = prefix.endswith("title")
    for thing in things:
        undo = f"(?:{language.undo}|{thing.verbs})" if thing.verbs else language.undo
        not_undone = rf"{language.negated}(?: \w+){{0,2}}? {undo}"
        stands = (
            rf"{thing.nouns}{language.gap}{not_undone}",
            rf"{not_undone}{language.gap}{thing.nouns}",
            rf"{language.refused}{language.gap}{thing.nouns}",
        )
        yield rule(f"{prefix}.{thing.name}-stands", thing.stands, *stands[: 1 if is_title else 3], weak=True)
        if thing.moved:
            moved = _phrases(thing, language, language.move, is_title=is_title)
            yield rule(f"{prefix}.{thing.name}-moved", thing.moved, *moved)
        cancelled = _phrases(thing, language, undo, is_title=is_title)
        yield rule(f"{prefix}.{thing.name}-cancelled", thing.cancelled, *cancelled)
        if thing.needless and not is_title:
            needless = (rf"{thing.nouns}.{{0,200}}\b{words}" for words in thing.needless)
            yield rule(f"{prefix}.{thing.name}-needless", thing.cancelled, *needless)


_TO_DECIDE = r"(?:deny|reject|revoke|terminate|rescind)"
_DECIDIR = r"(?:denegar|negar|rechazar|revocar|terminar|rescindir)"
# A decision that was planned and will not be taken.
ENGLISH_NO_LONGER = rule(
    "en.intent-cancelled",
    C.REQUEST_CANCELLED,
    rf"\bno longer (?:[\w-]+ ){{0,2}}?(?:inten|plan|propos|consider)\w*(?: (?!and |but )[\w-]+){{0,3}}? "
    rf"(?:{_TO_DECIDE}|denying|revoking|terminating|the denial)",
    rf"\bdo(?:es)? not (?:[\w-]+ ){{0,2}}?(?:intend|plan|propose) to {_TO_DECIDE}",
    rf"\b(?:decided|chose|chosen|determined|elected) (?:instead )?not to {_TO_DECIDE}",
    rf"\b(?:inten|plan|propos)\w*(?: (?!and |but )[\w-]+){{0,4}}? (?:{_TO_DECIDE}|denial)\b.{{0,300}}?"
    r"\b(?:(?:decided|chose|chosen|determined|elected) (?:instead )?not to\b"
    r"|(?:decided|determined) (?:instead )?(?:against|that we will not)\b"
    r"|will not (?:do so|deny|revoke|terminate)\b(?![^.]*\b(?:if|unless|until|before|when)\b)"
    r"|changed our (?:mind|decision)\b|no longer (?:our|the) inten\w+)",
)
SPANISH_NO_LONGER = rule(
    "es.intent-cancelled",
    C.REQUEST_CANCELLED,
    rf"\bya no (?:\w+ ){{0,3}}?(?:intencion|inten\w+|plane\w+|propon\w+|pretend\w+|pensamos|vamos)"
    rf"(?: (?!y |pero )\w+){{0,3}}? {_DECIDIR}",
    rf"\bno (?:tenemos la intencion de|tenemos intencion de|planeamos|pretendemos|pensamos) {_DECIDIR}",
    rf"\b(?:decidimos|hemos decidido|decidio) no {_DECIDIR}",
    rf"\b(?:intencion|intento|plan\w*|propon\w+|pretend\w+|pensabamos|ibamos)(?: (?!y |pero )\w+){{0,4}}? "
    rf"(?:{_DECIDIR}|denegacion)\w*\b.{{0,300}}?"
    r"\b(?:(?:decidimos|decidido|decidio|optamos por|optado por|determinamos) (?:en cambio )?(?:que )?no\b"
    r"|no (?:lo|la|le) (?:haremos|denegaremos|negaremos|revocaremos|rechazaremos)\b"
    r"(?![^.]*\b(?:si|a menos|hasta|antes|cuando)\b)|cambiamos de (?:opinion|decision))",
)


def _phrases(thing: Thing, language: Language, verbs: str, *, is_title: bool) -> tuple[str, ...]:
    """How a language says of a thing what the verbs say: after, before, or pointing back at it."""
    phrases = (
        rf"{thing.nouns}{language.gap} {verbs}",
        rf"{verbs} {language.gap}{thing.nouns}",
        rf"{thing.nouns}.{{0,300}}{language.points_back.replace('{verbs}', verbs)}",
        rf"{thing.nouns}.{{0,300}}{language.it_was} {verbs}",
    )
    return phrases[: 1 if is_title else 4]


def _decisions(things: tuple[Decision, ...], language: Language, *, prefix: str) -> Iterator[Rule]:
    """Decisions that were taken back: what then holds, or a person says."""
    is_title, undo = prefix.endswith("title"), language.take_back
    for name, code, noun, verb in things:
        phrases = (
            rf"\b{noun} {language.some}{undo}\b",
            rf"\b{undo} {language.some}{noun}",
            rf"\b{verb}\b.{{0,300}}\b{language.points_back.replace('{verbs}', undo)}",
        )
        wanted = phrases[: 1 if is_title else 3]
        is_clear = code is C.REVOKED_TERMINATED
        yield rule(f"{prefix}.{name}-undone", code, *wanted, weak=not is_clear, whole=is_clear and is_title)
        if not is_title:
            letter = language.letter.replace("{noun}", noun)
            yield rule(
                f"{prefix}.{name}-notice-undone",
                code,
                rf"\b{language.ignore} {language.some}{noun}"
                rf"|{letter}(?:(?!inten)[^.]){{0,160}}?{language.sent_wrongly}",
                weak=True,
            )


_ENGLISH_DECISIONS = (
    ("approval", C.REVOKED_TERMINATED, "approval", "(?:approved|granted)"),
    ("denial", C.REOPENED, r"(?:denial|decision (?:\w+ )?(?:denying|to deny))", "denied"),
    ("rejection", C.RECEIVED, "rejection", "rejected"),
    ("revocation", C.APPROVED, "(?:revocation|termination)", "(?:revoked|terminated)"),
    ("closure", C.REOPENED, "closure", "closed"),
)
_SPANISH_DECISIONS = (
    ("approval", C.REVOKED_TERMINATED, "aprobacion", "(?:aprobamos|aprobad[oa])"),
    ("denial", C.REOPENED, "denegacion", "(?:denegamos|denegad[oa]|negamos)"),
    ("rejection", C.RECEIVED, "rechazo", "(?:rechazamos|rechazad[oa])"),
    ("revocation", C.APPROVED, "(?:revocacion|terminacion)", "(?:revocamos|revocad[oa]|terminamos)"),
    ("closure", C.REOPENED, "cierre", "(?:cerramos|cerrad[oa])"),
)

# Which rule takes a decision back.
TAKES_BACK = {
    C.DENIED: ("denial-undone", "denial-notice-undone"),
    C.REJECTED: ("rejection-undone", "rejection-notice-undone"),
    C.REVOKED_TERMINATED: ("revocation-undone", "revocation-notice-undone"),
    C.CLOSED: ("closure-undone", "closure-notice-undone"),
}

ENGLISH_UNDONE = (
    ENGLISH_NO_LONGER,
    *_rules(ENGLISH_THINGS, ENGLISH, prefix="en"),
    *_decisions(_ENGLISH_DECISIONS, ENGLISH, prefix="en"),
)
ENGLISH_TITLE_UNDONE = (
    ENGLISH_NO_LONGER,
    *_rules(ENGLISH_THINGS, ENGLISH, prefix="en.title"),
    *_decisions(_ENGLISH_DECISIONS, ENGLISH, prefix="en.title"),
)
SPANISH_UNDONE = (
    SPANISH_NO_LONGER,
    *_rules(SPANISH_THINGS, SPANISH, prefix="es"),
    *_decisions(_SPANISH_DECISIONS, SPANISH, prefix="es"),
)
