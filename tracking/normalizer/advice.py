"""What a text may say beside its event and mean no more by: advice, and how a case goes on.

A sentence counts as calm only where it is of a kind that is listed here: how to reach the office, what to
keep, how to follow a case, what to bring to an appointment that the event itself announces, where a case or a
paper lies. What it is about may then be in any words, but for those that threaten, that give a day or a
period, that want papers, or that tell of something that happened.
"""

from __future__ import annotations

import re

from tracking.normalizer.beside import REQUESTS, is_decided, says_when_to_answer
from tracking.normalizer.grammar.vocabulary import (
    ADVICE_WORDS,
    HARMLESS_WORDS,
    SERVICE_WORDS,
    VISIT_WORDS,
    WANTED_WORDS,
    WORK_WORDS,
    knows,
)
from tracking.statuses import CODES, Bucket
from tracking.statuses import StatusCode as C

# Beside these the reader has somewhere to go, and is told how.
_ANNOUNCED = frozenset(
    {C.BIOMETRICS_SCHEDULED, C.INTERVIEW_SCHEDULED, C.OATH_CEREMONY}
    | {C.BIOMETRICS_RESCHEDULED, C.INTERVIEW_RESCHEDULED, C.OATH_RESCHEDULED}
)
_ALIKE = r"[^;:!?]*"
_PLEASE = r"(?:please,? |por favor,? |also,? |tambien )?"
_MINUTES = r"(?:\d+|a few|one|two|three|ten|fifteen|thirty|un|una|dos|tres|diez|quince|treinta)"
# No advice is said with these, of all its words: a threat, a period, a wish for papers, another clause.
_NO_ADVICE = re.compile(
    r"\bx(?:date|receipt|read|not)|\b\d+ (?:\w+ )?(?:days?|weeks?|months?|years?|dias?|semanas?|mes(?:es)?)\b"
    r"|\b(?:unless(?! we ask)|now|once|which|who|whose|first|soon|late|over(?! the (?:phone|telephone))"
    r"|request(?:ed|s)?|no longer|it is|off(?! inside)|(?<!hard of )hearing"
    r"|or (?:we|it|you|else|your|the|this|that|uscis|will|may|be)|debe\b(?! traer)|(?<!lo )que|for us|to us"
    r"|(?<!you )(?<!have )(?:mail|send|file) (?:it|them|this|that|us|the|your|a|an|in|to us)"
    r"|(?<!que nos )(?<!no )envien?|not (?:come|appear|attend|use)|every paper|have paper\w*"
    r"|(?:and|then|so) (?:we|it|you|your|they|mail|send|file|go|bring|answer|leave)"
    r"|cerradas(?! (?:los|en) (?:dias|fines)))\b|\bmay \d"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"(?! (?:through|to|and) \w+day)(?<!through friday)(?<!to friday)(?<!and sunday)"
)
_REACH = r"(?:call|contact|phone|e-?mail|text|write to|reach|visit|go to|ask)"
_OURS = (
    r"(?:us|uscis|(?:the )?xplace|(?:the|our|your) (?:local |nearest |uscis |national )*(?:contact center"
    r"|call center|customer service"
    r"|office|help ?line|service center|website|web ?page|attorney|lawyer|(?:accredited )?representative))"
)
_PURPOSE = (
    r"(?:if|when|for (?:help|information|more|assistance|questions|answers|general|details|directions"
    r"|current)"
    r"|with (?:any )?questions|at|on|online|(?:mon|tues|wednes|thurs|fri)days? (?:through|to)|to (?:learn"
    r"|ask|check|find)"
    r"|about (?:the )?(?:status|progress|processing|how|where|your rights|fees))"
)
_ANY = (
    (
        rf"(?:keep|save|print|retain|store|make|bookmark|guarde|conserve|imprima|haga|tome nota de) (?:a|an"
        rf"|this|the|these|your"
        rf"|any|all|una?|est[ae]|la|el|su|sus)? ?(?:personal )?(?:cop(?:y|ies)|notices?|letters?|page"
        rf"|receipt (?:notice|number)|message|e-?mails?|records?"
        rf"|copias?|notificacion|aviso|carta|pagina|mensaje|recibo|archivos?)\b{_ALIKE}"
    ),
    (
        rf"(?:sign up|enroll|register|subscribe|opt in|inscribase|registrese|suscribase)\b{_ALIKE}"
        rf"\b(?:alerts?|updates?|messages?|e-?mails?|texts?|notifications?|account|news\w*|alertas|mensajes"
        rf"|avisos|cuenta)\b{_ALIKE}"
    ),
    (
        rf"(?:create|open|set up|use|log in ?to|download|install|cree|abra|use|descargue) "
        rf"(?:a|an|your|our|the|una?|su|nuestr[ao])? ?"
        rf"(?:free |new |uscis |official |mobile |online |gratuita )*(?:account|tools?|app"
        rf"|application for your phone|website|tty|relay service"
        rf"|cuenta|herramientas?|aplicacion|sitio web)\b{_ALIKE}"
    ),
    rf"use (?:tty|only official|official|a relay)\b{_ALIKE}|only use official\b{_ALIKE}",
    rf"(?:follow|siga|sigan) (?:us|uscis) (?:on|at|for|en)\b{_ALIKE}|siganos\b{_ALIKE}",
    rf"{_REACH} {_OURS}\b{_ALIKE}\b{_PURPOSE}\b{_ALIKE}",
    (
        rf"(?:visite|llame|contacte|consulte|escriba) (?:al?|la|el|nuestr[ao]|su)?{_ALIKE}\b(?:si|para|al \d"
        rf"|en|sitio|centro)\b{_ALIKE}"
    ),
    rf"(?:ask|consult|talk to) (?:them|him|her|your (?:attorney|lawyer|representative))\b{_ALIKE}",
    (
        rf"do not (?:call|contact|e-?mail|write to|visit) {_OURS} (?:about|to ask|for|regarding"
        rf"|without)\b{_ALIKE}"
    ),
    (
        r"do not (?:reply|respond)(?: to this (?:message|e-?mail|text))?|no (?:responda"
        r"|conteste)(?: a)? est[ea] (?:mensaje|correo)"
    ),
    rf"no (?:nos )?(?:llame|contacte|escriba)\b{_ALIKE}\b(?:para preguntar|sobre)\b{_ALIKE}",
    (
        r"(?:do not|never) send (?:cash|money|gift cards|personal checks|originals|original documents)"
        r"(?: (?:by|in the|through the) mail| unless we ask (?:for them|you to))?"
        r"|no envie (?:dinero(?: en efectivo)?|efectivo)"
        r"(?: por correo)?"
    ),
    (
        rf"(?:our|the) (?:phone lines?|contact center|call center|customer service|offices?|representatives?"
        rf"|help ?line)"
        rf" (?:is|are) (?:open|available)\b{_ALIKE}"
    ),
    (
        r"(?:our|the|uscis|nuestras|las|federal) (?:local )?(?:offices?|oficinas) (?:is|are|will be|estan"
        r"|estaran) (?:closed|cerradas) "
        r"(?:on|during|los|en) (?:dias )?(?:weekends|holidays|(?:all )?federal holidays|sundays"
        r"|saturdays and sundays"
        r"|feriados(?: federales)?|fines de semana)"
    ),
    (
        rf"(?:(?:current|average|our|los) )?(?:(?:wait|waiting|processing|response|hold"
        rf"|call)(?: and \w+)? (?:times?|volumes?)"
        rf"|tiempos de (?:espera|procesamiento|tramite)) (?:may |can |will |pueden )?(?:vary|differ|change"
        rf"|depend|be longer|are long\w*"
        rf"|are high\w*|varian|variar|dependen)\b{_ALIKE}"
    ),
    (
        rf"(?:parking|masks?|face coverings?|street parking|el estacionamiento|las? mascarillas?"
        rf"|los cubrebocas)(?: \w+){{0,2}}"
        rf" (?:is|are|may be|es|son|esta) (?:not |very |currently |muy |no )?(?:limited|optional|required"
        rf"|available|unavailable|free"
        rf"|recommended|allowed|limitad[oa]|opcional(?:es)?|obligatori[oa]s?|recomendad[oa]s?|gratis"
        rf"|gratuito)\b{_ALIKE}"
    ),
    (
        r"(?:(?:filing|application|these|las|our)? ?)(?:fees|tarifas|cuotas) (?:paid )?(?:are|is|will|cannot"
        r"|can|may|no)(?: not)? (?:be |son )?"
        r"(?:non-?refundable|refundable|refunded|reembolsables?|reembolsan)\b"
    ),
    (
        rf"(?:(?:all|our|uscis|los) )*(?:forms|formularios|services|online tools) (?:are|is"
        rf"|son) (?:always )?(?:free|available|gratis|gratuitos"
        rf"|disponibles)\b{_ALIKE}"
    ),
    (
        r"(?:(?:all|any|las) )?(?:translations?|traducciones) (?:must|should|have to|deben) (?:be"
        r"|estar) (?:certified|complete|full|certificadas)\b"
        r"(?: (?:and|y) (?:accurate|complete|signed by the translator|completas))?"
    ),
    (
        rf"(?:cell(?: ?phones?)?|phones?|mobile (?:phones?|devices?)|electronic devices|cameras|weapons|food"
        rf"|children|pets|guests|photos?"
        rf"|visitors|friends|family members?)(?: and (?:\w+ )?\w+)? (?:must|should|may|can|cannot|are"
        rf"|is)(?: not)? (?:be )?"
        rf"(?:turned off|switched off|silenced|allowed|permitted|prohibited|welcome|left at home|kept|stay"
        rf"|wait)\b{_ALIKE}"
    ),
    (
        rf"(?:beware of|watch out for|be aware of|protect yourself from|avoid|report|cuidese de"
        rf"|tenga cuidado con|evite)"
        rf" (?:immigration |any |las |los )*(?:scams?|fraud|scammers|estafas?|estafadores|fraudes?)\b{_ALIKE}"
    ),
    (
        rf"(?:uscis|we|our officers?) (?:will never|do(?:es)? not|never) (?:ask|call|contact)\b{_ALIKE}"
        rf"\b(?:money|gift cards?|password|social media|over the (?:phone|telephone))\b{_ALIKE}"
    ),
    (
        rf"we (?:take|protect|respect|value|appreciate) your (?:privacy|time|patience|feedback"
        rf"|cooperation)\b{_ALIKE}"
    ),
    (
        rf"(?:we )?(?:thank you|appreciate your patience|thanks) (?:for|as)\b{_ALIKE}"
        rf"|agradecemos su paciencia\b{_ALIKE}"
    ),
    (
        rf"you (?:may|can|could) (?:also |always |still )?(?:sign up|create|print|download|track|follow"
        rf"|get (?:help|updates|information)"
        rf"|ask (?:a )?questions?|learn|subscribe|find|chat)\b{_ALIKE}"
    ),
    r"you may (?:be eligible|apply) for a (?:fee waiver|reduced fee|fee reduction)",
    (
        r"you do not need (?:an? (?:attorney|lawyer|translator|interpreter)"
        r"|to (?:call|contact|write to) (?:us|uscis))"
    ),
    (
        rf"your (?:attorney|lawyer|representative|accredited representative) (?:received|receives|gets"
        rf"|will (?:also )?(?:receive|get)"
        rf"|has received|was sent) (?:a copy|copies)\b{_ALIKE}"
    ),
    (
        rf"(?:more )?information (?:about|on) {_ALIKE}\b(?:is|can be found|may be found) (?:available )?(?:on"
        rf"|at|online|in)\b{_ALIKE}"
    ),
    rf"allow (?:extra |more |enough |some |additional )?time (?:for|to)\b{_ALIKE}",
    rf"mail from (?:us|uscis) (?:cannot|can not|will not) be forwarded\b{_ALIKE}",
    (
        rf"check your (?:e-?mail|mail ?box|spam|junk|inbox|account|messages)\b{_ALIKE}|revise su (?:correo"
        rf"|cuenta|buzon)\b{_ALIKE}"
    ),
    (
        rf"(?:report|tell us about|informe) (?:a|any|your|un|su|de un)? ?(?:change of address|address change"
        rf"|new address|cambio de direccion)\b{_ALIKE}"
    ),
    rf"have your (?:receipt number|account number) (?:ready|handy)\b{_ALIKE}|our hours are\b{_ALIKE}",
    rf"(?:our website|interpreters|help|online services) (?:is|are) (?:also )?available\b{_ALIKE}",
    (
        r"(?:standard )?(?:text )?messages?(?: and data)? (?:rates )?may (?:apply"
        r"|be subject to (?:carrier )?charges)"
    ),
    (
        rf"there is (?:no |limited |free |some |little )?(?:public |street )?(?:parking|food|wi-?fi|storage"
        rf"|waiting area)\b{_ALIKE}"
    ),
)
_THERE = (
    (
        rf"(?:(?:you (?:may|can|should|must|will need to)|puede|debe) (?:also )?)?(?:bring|carry|traiga|lleve"
        rf"|traer|llevar)\b{_ALIKE}"
    ),
    rf"(?:do not|no) (?:bring|carry|traiga|lleve)\b{_ALIKE}",
    rf"you do not need to bring\b{_ALIKE}",
    (
        rf"(?:plan to |try to )?(?:arrive|be there|be here|come|get there|llegue)\b{_ALIKE}\b(?:early|on time"
        rf"|{_MINUTES} minut[eo]s|temprano|a tiempo)"
        rf"\b{_ALIKE}"
    ),
    (
        rf"(?:be|llegue) (?:early|on time|a tiempo)|do not (?:arrive|come|enter)\b{_ALIKE}\b(?:early"
        rf"|{_MINUTES} minutes)\b{_ALIKE}"
    ),
    (
        rf"(?:wear|dress|use|vista) (?:comfortable|appropriate|proper|formal|business|a mask"
        rf"|ropa)\w*\b{_ALIKE}|dress\b{_ALIKE}"
    ),
    (
        rf"(?:plan|expect|be prepared|be ready) to (?:spend|wait|stay|be (?:there"
        rf"|here))\b{_ALIKE}\b{_MINUTES} (?:minutes?|hours?)\b{_ALIKE}"
    ),
    (
        rf"(?:the|your|this|la|su) (?:appointment|interview|visit|ceremony|cita|entrevista"
        rf"|ceremonia) (?:usually |normally |typically )?"
        rf"(?:takes?|lasts?|may take|can take|should take|dura|tarda) (?:about |up to |around "
        rf"|unos )?{_MINUTES} (?:minutes?|hours?|minutos|horas)"
    ),
    r"stay (?:at )?home and (?:reschedule your appointment|call us)",
)
_ABOUT_A_VISIT = re.compile(rf"{_PLEASE}(?:{'|'.join((*_ANY, *_THERE))})")
_ADVICE = re.compile(rf"{_PLEASE}(?:{'|'.join(_ANY)})")
_CALLS = re.compile(
    rf"{_PLEASE}{_REACH} {_OURS}\b{_ALIKE}|{_PLEASE}(?:llame|visite|consulte|contacte)\b{_ALIKE}"
)
_CONDITION = re.compile(r"(?:if|when|for|si|cuando|para) [^,]*, ?")
_IF = r"(?:if|when|si|cuando)\b"
_IF_SO = re.compile(rf"{_IF}[^,]*,")
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
    r"|you will receive (?:a|the) notice by mail$|recibira (?:una|la) notificacion por correo$"
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
    r"(?:(?:our |uscis |xplace )(?:[\w.'-]+ ){0,8}?(?:is|has begun) (?:work|review|process)ing"
    r"|uscis ha comenzado)\b"
)
# Whatever is to be done on a move is no news of the case.
_ON_A_MOVE = re.compile(
    r"(?:please )?(?:tell us about|update) (?:a |your )?(?:new )?address(?: (?:at|online|with us)\b[\w ]*)?$"
    r"|(?:informenos de|actualice) (?:una |su )?(?:nueva )?direccion(?: en\b[\w ]*)?$"
    r"|if (?:you (?:have )?(?:move|change)d?\b|your [\w ]*address)|si (?:se (?:ha )?mud\w+|cambia de)\b"
)
DAYS = re.compile(r"\b\d+ (?:\w+ )?(?:days?|dias?)\b")
# A last day, a length of time or another day is named in advice about lost mail only.
_LIMIT = re.compile(rf"\bx(?:date|hour)\b|{DAYS.pattern}|\bnew (?:date|time|day)\b|\bnueva (?:fecha|hora)\b")
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
APPOINTMENTS = frozenset({Bucket.BIOMETRICS, Bucket.INTERVIEW_OATH})
_ASKING = APPOINTMENTS | {Bucket.ACTION_REQUESTED, Bucket.RETURNED_MAIL}
# Something to do, which nothing need have asked for.
TELLS_TO = re.compile(
    r"(?:please |kindly |por favor,? )?(?:mail|send|give|show|file|bring|place|have|reach|use|ask|help|tell"
    r"|begin|finish|move|visit|attend|return|lleve|envie|pida|presente)\b"
)
MEETING = re.compile(r"\b(?:interview|entrevista|appointment|cita|ceremon\w+)\b")
# Nouns of events that advice may name beside a case of their own stage only.
_EVENT_NOUNS = tuple(
    (re.compile(rf"\b(?:{nouns})\b"), buckets)
    for nouns, buckets in (
        (r"court|judge|corte|juez|tribunal|comparec\w+", set()),
        (r"needs?|necesita\w*", _ASKING),
        (MEETING.pattern, APPOINTMENTS),
        (r"evidence|evidencia|documents we|documentos que", {Bucket.ACTION_REQUESTED}),
        (
            r"denial|den[iy]\w*|deneg\w+|revo\w+|reject\w*|rechaz\w+",
            {Bucket.DENIED, Bucket.REJECTED, Bucket.CLOSED, Bucket.ACTION_REQUESTED},
        ),
    )
)
# What is wanted of the reader in the same breath.
_AND_DO = re.compile(
    r"(?:\band|\bthen|[,;]|\by|\bluego) (?:please |por favor,? )?(?:then )?(?:give|provide|furnish|bring"
    r"|attend|appear|respond|answer|reply|pay|return|show|sign|mail us|send us|envie|presente|proporcione"
    r"|responda|conteste|pague|devuelva|traiga|acuda|firme)\b"
)


def is_advice(said: str, code: C | None = None) -> bool:
    """Whether a folded sentence is advice of a known kind, which wants nothing that its event has not told.

    Without a code: beside some event it is.
    """
    is_announced = code is None or code in _ANNOUNCED
    words = VISIT_WORDS if is_announced else SERVICE_WORDS
    if not knows(said, words) or _NO_ADVICE.search(said):
        return False
    said = said.strip(" .")
    bare = _CONDITION.sub("", said, count=1)
    kinds = _ABOUT_A_VISIT if is_announced else _ADVICE
    return bool(kinds.fullmatch(bare) or (bare != said and _CALLS.fullmatch(bare)))


def is_calm(said: str, code: C) -> bool:
    """Whether a sentence is advice that changes nothing and wants nothing new."""
    said = said.lower()
    bare = _SOME_DAY.sub("", _IF_SO.sub("", said, count=1)).strip(" ,")
    bucket = CODES[code].bucket
    if code in REQUESTS and says_when_to_answer(said):
        return True
    if is_advice(said, code) or (_ON_A_MOVE.match(said) and not _AND_DO.search(said)):
        return True
    if _NOTHING_TO_DO.match(said) and not CODES[code].client_action:
        return True
    if _THREAT.search(said) or (_LIMIT.search(said) and not _LOST_MAIL.match(said)):
        return False
    if any(noun.search(bare) and bucket not in buckets for noun, buckets in _EVENT_NOUNS):
        return False
    tells_to = TELLS_TO.match(said) and bucket not in _ASKING
    if knows(said, _harmless(code)) and not tells_to:
        return True
    if _AND_DO.search(said):
        return False
    is_told = _CALM.match(said) or (not is_decided(code) and _AT_WORK.match(said))
    return bool(is_told) and knows(bare, ADVICE_WORDS)


def _harmless(code: C) -> frozenset[str]:
    """The words of which nothing can be said that matters beside what was read."""
    asked = WANTED_WORDS if CODES[code].bucket in _ASKING else frozenset()
    return HARMLESS_WORDS | asked | (frozenset() if is_decided(code) else WORK_WORDS)
