"""From a description to its statements: names out of the way, advice dropped.

A description says what happened in one or two sentences; the rest tells the reader what to do if a
letter is late or they move house. Names of forms hold verbs of their own ("Action on an Approved
Application"), so they are replaced by a token before any rule looks at the text.
"""

from __future__ import annotations

import re

from tracking.normalizer.advice import is_advice
from tracking.normalizer.dates import Dated, mask
from tracking.normalizer.text import fold

RECEIPT = re.compile(r"\b[A-Z]{3}[ -]?(?:\*\d{9}|\d{2}[ -]?\d{3}[ -]?\d{5}|\d{10})\b")
_LINK = (
    r"\(?(?:a|an|the|of|to|or|for|on|in|by|and|from|as|under|with|into|be|after|before|during"
    r"|para|la|el|las|los|de|del|al|y|o|e|un|una|en|por|con|sobre|sin|después|su)"
)
_CAPITAL = r"[A-ZÁÉÍÓÚÑ\d][\w/()'’-]*"
_FORM_NUMBER = r"\b(?:(?:Form|Formulario)s?\s+)?[A-Z]{1,4}-?\d{1,4}[A-Z]{0,4}"
_SUPP = r"(?:[Ss]upplement|SUPPLEMENT|Supp?\.?|[Ss]uplemento)"
_FORM = re.compile(
    r"\b(?:Form|Formulario)s?\s+[A-Z]{1,4}-?\d{1,4}[A-Z]{0,4}\b"
    rf"(?:,\s*{_CAPITAL}(?:,?\s+(?:{_LINK}\s+){{0,4}}{_CAPITAL})*)?"
    r"|\b(?:[ING]-?\d{2,4}|AR-11)[A-Z]{0,2}\b(?:,? [A-Z][A-Z/()-]+\b)*"
)
# A supplement is filed with a case and is none: its decision is not the case's.
_SUPPLEMENT = re.compile(
    rf"(?:{_FORM_NUMBER},? (?:\()?{_SUPP} [A-Z]\b\)?|\b{_SUPP} [A-Z]\b(?:,? (?:to|of|for|with|de|del|al|para)"
    rf"(?: (?:your|the|my|su|el))? {_FORM_NUMBER})?)(?:, "
    rf"{_CAPITAL}(?:,?\s+(?:{_LINK}\s+){{0,4}}{_CAPITAL})*)?"
)
# When and why something happened holds other events: "..., after we received your response".
# "Have since revoked" is no aside, nor is "after which we revoked it".
_ASIDE = re.compile(
    r",? (?:after(?! (?:[\w-]+ ){0,3}?(?:re)?(?:view|consideration),? (?:we|uscis)\b)|before(?! "
    r"(?:an? |the |your )?(?:immigration )?(?:judge|court)\b)|because|once"
    r"|(?<!have )(?<!has )since|although|while)(?! (?:which|that)\b) [^.]*"
)
_REASON = re.compile(r",? (?:because|after)\b")
_BECAUSE = re.compile(
    r"\b(?:because|since|as|after|although|due to|given that|porque|debido a|ya que|puesto que"
    r"|despues de que|tras|aunque)\b [^.]*"
)
# What did not happen: "not received" is no receipt, "not yet approved" no approval. A verb in the scope of a
# denial is written so that no rule about what happened matches it; rules about the denial read its mark.
# What is undone or could not be done ("not cancelled", "cannot deliver") has rules of its own.
_HAPPENED = (
    r"(?:received?|sent|mailed|emailed|(?:re)?scheduled?|produced?|issued?|taken|took|transferr?(?:ed)?"
    r"|reopen(?:ed)?|requested|completed?|withdr[ae]wn?|returned|reviewed|collected|referred|placed|printed"
    r"|registered|accept(?:ed)?|approved?|grant(?:ed)?|den(?:y|ied|ying)|reject(?:ed|ing)?|revok(?:ed?|ing)|terminat(?:ed?|ing)|clos(?:ed?|ing)"
    r"|dismiss(?:ed)?)\b"
)
_OCURRIO = (
    r"(?:recib|envi|program|produ|transf|emit|acept|aprob|otorg|conced|rechaz|complet|imprim|desestim|remit"
    r"|refer|reab|cerr)\w+|(?:entreg|deneg|revoc)(?:amos|o|ando|ad[oa]s?)\b|(?:neg|termin)(?:amos|ando|ad[oa]s?)\b"
    r"|tom(?:ad|amos|aron|o)\w*"
)
_NO = (
    r"(?:no|nunca|tampoco)"
    r"(?: (?:se|le|lo|la|nos|me|hemos|ha|han|fue|fueron|sido|esta|estan|estamos|es|todavia|aun|ya))*"
)
_DENIED = re.compile(
    r"\b((?:not|never|no longer|neither)"
    r"(?: (?:yet|been|be|ever|fully|automatically|formally|have|had|get|got)){0,3})"
    rf" ({_HAPPENED})|\b({_NO}) ({_OCURRIO})"
    # "No interview was scheduled", "it is not true that we denied".
    r"|\b(no (?!later|longer|more)(?:[\w-]+ ){1,3}?(?:(?:was|were|is|has been|have been) )?)"
    rf"({_HAPPENED})"
    r"|\b((?:not|no)(?: (?!and\b|but\b)[\w-]+){0,4} that(?: [\w-]+){1,4}?) "
    rf"({_HAPPENED})"
    r"|\b((?:not|no)(?: [\w-]+){0,4} decision(?: [\w-]+){0,3} to) (approve|deny|reject|revoke)\b"
)
# What only may happen, might have or would.
_POSSIBLE = re.compile(
    r"\b((?:may|might|could|would|should)(?: not)?(?: \w+)? (?:be|have|have been)(?: \w+)?) "
    r"(received|(?:re)?scheduled|transferred|reopened|approved|granted|denied|rejected|revoked|terminated"
    r"|closed|dismissed)\b"
    r"|\b((?:pued[ae]n?|podria[ns]?|podriamos|pudiera|debe) (?:ser|haber sido|haber)(?: \w+)?) "
    r"((?:recib|program|transf|reab|aprob|otorg|conced|deneg|neg|rechaz|revoc|termin|cerr|desestim)\w*[ai]?d[oa]s?"
    r"|reabiert[oa])\b"
    r"|\b((?:si|a menos que)) ((?:aprob|deneg|neg|rechaz|revoc|termin|cerr|transfer|desestim)[ai]mos)\b"
)
# Of a letter that was not sent, or only may be, the noun tells nothing either.
_UNSENT = re.compile(
    r"\b(xnot(?:SENT|MAILED|ISSUED?|EMAILED|(?:RE)?SCHEDULED?|ENVI\w+|EMIT\w+|PROGRAM\w+)"
    r"|(?:not|may|might|could|would|decide whether to) (?:send|mail|issue|schedule)"
    r"|(?:pod(?:emos|riamos)|no vamos a|puede que) (?:enviar(?:le)?|emitir(?:le)?|programar(?:le)?))"
    r"((?: (?!(?:and|but|so|because|since|until|y|pero|porque|hasta)\b)[\w-]+)+)"
)
# "8 a.m. to 6 p.m." ends no sentence.
_HALF_DAY = re.compile(r"\b([AaPp])\.[Mm]\.(?= [a-z])")
_SENTENCE = re.compile(r"(?<=[.!?:])\s+")
# A notice that is said to tell something tells what happened.
_TELLS = (
    r" (?:says|states|tells you|informs you|notifies you|explains|confirms|dice"
    r"|(?:le )?(?:informa|indica|explica|confirma)) (?:that|que)\b"
)
_SENT = r" (?:was|has been)(?: first)? (?:re)?(?:sent|issued|mailed)\b"
_TURNED = r"[^.]* (?:cancel\w*|withdrawn|rescinded|revoked|retirad[oa]|revocad[oa]|sin efecto|error)\b"
_DENOS = r"(?:envie|mande|entregue|presente|proporcione|de)nos"
# What sentences of advice begin with: they say what to do, or what will happen, not what happened.
_ADVICE_OPENINGS = (
    r"if\b",
    r"please\b(?! (?:disregard|ignore|(?:send|mail|give|provide|submit|furnish|show) us))",
    # Whoever must come before a judge is told what happened.
    r"you (?:can|may|will|should|must)\b(?![^.]*\bimmigration (?:judge|court)\b)",
    r"for more\b",
    r"to request\b",
    r"we (?:will(?! need (?:you|more|additional|further|initial))|may|might|can)\b",
    r"(?:that (?:uscis )?|this )office (?:will|now)\b",
    rf"the (?:(?:notice|request for evidence)\b(?!{_TELLS}|{_TURNED}|{_SENT})|website|tracking)",
    r"it (?:explains(?! that)|is being processed)\b",
    r"your (?:refund|premium.processing receipt notice|case is located|fingerprints? will)\b",
    r"this (?:refund|could)\b",
    r"any previously\b",
    r"additional documentation\b",
    r"we do not currently\b",
    r"our [\w .'-]{3,60}(?:location|office) is\b",
    r"we mailed your card to the address\b",
    r"uscis has begun\b",
    r"(?:si|siga|visite|puede|programaremos)\b",
    rf"por favor\b(?!,? (?:ignore|haga caso omiso|descarte|{_DENOS}|no (?:responda|conteste|haga caso)))",
    rf"la notificacion\b(?!{_TELLS}|{_TURNED})",
    r"(?:esa oficina|actualmente no|esto podria|no tiene que (?:enviarnos|hacer) nada por ahora)\b",
    r"le (?:enviaremos|notificaremos|informaremos)\b",
    r"le enviamos por correo su tarjeta a la direccion\b",
    r"el (?:numero de seguimiento|sitio web|aviso explica(?! que\b))\b",
    r"uscis ha comenzado\b",
)
_ADVICE = re.compile("|".join(_ADVICE_OPENINGS))

_NUMBER = re.compile(r"\b([A-Z]{1,4})-?(\d{1,4})")
# The attorney's appearance, a faster answer, a fee waived or reduced, ways to pay, papers that support.
_ALONG = {
    "G28": "xappearance",
    "I907": "xpremium",
    "I862": "xsummons",
    "I912": "xfeewaiver",
    "I942": "xfeewaiver",
    **dict.fromkeys(("G1450", "G1650", "G1145", "AR11", "I864", "I693", "I134"), "xalong"),
}


def without_names(plain_text: str, found: list[Dated]) -> str:
    """The text with tokens for forms, receipt numbers and dates: their names hold words of their own."""
    said = _SUPPLEMENT.sub("xalong", RECEIPT.sub("xreceipt", mask(plain_text, found)))
    return _FORM.sub(_form_token, said)


def sentences_of(nameless: str) -> list[str]:
    """All sentences of a text without names, folded."""
    return _SENTENCE.split(fold(_HALF_DAY.sub(r"\1m", nameless)))


def statements(nameless: str) -> str:
    """The sentences of a text without names that say what happened, folded."""
    kept = [without_asides(sentence) for sentence in sentences_of(nameless) if not _advises(sentence)]
    return with_denials(" ".join(kept) or fold(nameless))


def _advises(sentence: str) -> bool:
    return bool(_ADVICE.match(sentence)) or is_advice(sentence)


def without_asides(folded: str) -> str:
    """Drop when and why something happened, which may name other events."""
    return _ASIDE.sub("", folded)


def with_denials(folded: str) -> str:
    """Write what did not happen, or only may, in capitals, which no rule about what happened matches."""
    said = _POSSIBLE.sub(lambda match: _marked(match, "xmay"), _DENIED.sub(_denied, folded))
    return _UNSENT.sub(lambda match: f"{match[1]}{match[2].upper()}", said)


def asides(nameless: str) -> str:
    """What is said beside the statements and gives no reason: "... although we cancelled it"."""
    said = [sentence for sentence in sentences_of(nameless) if not _advises(sentence)]
    beside = (match[0] for sentence in said for match in _ASIDE.finditer(sentence))
    return " ".join(each for each in beside if not _REASON.match(each))


def reasons(nameless: str) -> str:
    """What the statements give as their reason: "... because we rejected your case"."""
    said = [sentence for sentence in sentences_of(nameless) if not _advises(sentence)]
    beside = (match[0] for sentence in said for match in _BECAUSE.finditer(sentence))
    return " ".join(beside)


def _denied(match: re.Match[str]) -> str:
    return _marked(match, "xnot")


def _marked(match: re.Match[str], mark: str) -> str:
    lead, verb = filter(None, match.groups())
    return f"{lead.rstrip()} {mark}{verb.upper()}"


def _form_token(match: re.Match[str]) -> str:
    """A form that goes along with a case is not the case: its decision is not the case's."""
    number = _NUMBER.search(match[0].upper())
    return _ALONG.get(number[1] + number[2], "xform") if number else "xform"
