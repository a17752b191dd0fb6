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
_FORM = re.compile(
    r"\b(?:Form|Formulario)s?\s+[A-Z]{1,4}-?\d{1,4}[A-Z]{0,4}\b"
    rf"(?:,\s*{_CAPITAL}(?:,?\s+(?:{_LINK}\s+){{0,4}}{_CAPITAL})*)?"
    r"|\b(?:[ING]-?\d{2,4}|AR-11)[A-Z]{0,2}\b(?:,? [A-Z][A-Z/()-]+\b)*"
)
# When and why something happened holds other events: "..., after we received your response".
# "Have since revoked" is no aside, nor is "after which we revoked it".
_ASIDE = re.compile(
    r",? (?:after|before|because|once|(?<!have )(?<!has )since|although|while)(?! (?:which|that)\b) [^.]*"
)
_REASON = re.compile(r",? (?:because|after)\b")
_BECAUSE = re.compile(
    r"\b(?:because|since|as|after|although|due to|given that|porque|debido a|ya que|puesto que"
    r"|despues de que|tras|aunque)\b [^.]*"
)
# What became of a verb that was denied: "not received" is no receipt. The verbs that rules read with their
# negation ("not approved", "could not deliver") keep it.
_DENIED = re.compile(
    r"\b((?:not|never|no longer)(?: (?:yet|been|be|ever|fully|have|had|get|got)){0,3}) "
    r"(received?|sent|mailed|emailed|(?:re)?scheduled?|produced?|issued?|taken|took|transferr?(?:ed)?"
    r"|reopen(?:ed)?"
    r"|requested|completed?|withdr[ae]wn?|returned|reviewed|collected|referred|placed|printed|registered)\b"
    r"|\b((?:no|nunca)(?: (?:se|le|lo|la|nos|me|hemos|ha|han|fue|fueron|sido|estan?))*) "
    r"(recib\w+|envi\w+|program\w+|produ\w+|tom(?:ad|amos|aron|o)\w*|transf\w+|emit\w+|acept\w+"
    r"|aprobamos|aprobo"
    r"|otorg\w+|denegamos|denego|rechazamos|revocamos|reab\w+|transfer\w+|complet\w+|entreg(?:amos|o)"
    r"|imprim\w+)\b"
)
# "8 a.m. to 6 p.m." ends no sentence.
_HALF_DAY = re.compile(r"\b([AaPp])\.[Mm]\.(?= [a-z])")
_SENTENCE = re.compile(r"(?<=[.!?:])\s+")
# A notice that is said to tell something tells what happened.
_TELLS = (
    r" (?:says|states|tells you|informs you|notifies you|explains|confirms|dice|informa|indica"
    r"|explica|confirma) (?:that|que)\b"
)
_SENT = r" (?:was|has been)(?: first)? (?:re)?(?:sent|issued|mailed)\b"
_TURNED = r"[^.]* (?:cancel\w*|withdrawn|rescinded|revoked|retirad[oa]|revocad[oa]|sin efecto|error)\b"
_DENOS = r"(?:envie|mande|entregue|presente|proporcione|de)nos"
# What sentences of advice begin with: they say what to do, or what will happen, not what happened.
_ADVICE_OPENINGS = (
    r"if\b",
    r"please\b(?! (?:disregard|ignore|(?:send|mail|give|provide|submit|furnish|show) us))",
    r"you (?:can|may|will|should|must)\b",
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
    r"el (?:numero de seguimiento|sitio web|aviso explica)\b",
    r"uscis ha comenzado\b",
)
_ADVICE = re.compile("|".join(_ADVICE_OPENINGS))

_NUMBER = re.compile(r"\b([A-Z]{1,4})-?(\d{1,4})")
# The attorney's appearance, a faster answer, a fee waived or reduced, ways to pay, papers that support.
_ALONG = {
    "G28": "xappearance",
    "I907": "xpremium",
    "I912": "xfeewaiver",
    "I942": "xfeewaiver",
    **dict.fromkeys(("G1450", "G1650", "G1145", "AR11", "I864", "I693", "I134"), "xalong"),
}


def without_names(plain_text: str, found: list[Dated]) -> str:
    """The text with tokens for forms, receipt numbers and dates: their names hold words of their own."""
    return _FORM.sub(_form_token, RECEIPT.sub("xreceipt", mask(plain_text, found)))


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
    """Write a verb that is denied in capitals, which no rule about what happened matches."""
    return _DENIED.sub(_denied, folded)


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
    return f"{match[1] or match[3]} xnot{(match[2] or match[4]).upper()}"


def _form_token(match: re.Match[str]) -> str:
    """A form that goes along with a case is not the case: its decision is not the case's."""
    number = _NUMBER.search(match[0].upper())
    return _ALONG.get(number[1] + number[2], "xform") if number else "xform"
