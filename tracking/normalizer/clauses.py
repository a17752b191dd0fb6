"""From a description to its statements: names out of the way, advice dropped.

A description says what happened in one or two sentences; the rest tells the reader what to do if a
letter is late or they move house. Names of forms hold verbs of their own ("Action on an Approved
Application"), so they are replaced by a token before any rule looks at the text.
"""

from __future__ import annotations

import re

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
    r"|\b[IN]-?\d{2,4}[A-Z]{0,2}\b(?:,? [A-Z][A-Z/()-]+\b)*"
)
# When and why something happened holds other events: "..., after we received your response".
_ASIDE = re.compile(r",? (?:after|before|because|once|since|although|while) [^.]*")
_SENTENCE = re.compile(r"(?<=[.!?:])\s+")
# What sentences of advice begin with: they say what to do, or what will happen, not what happened.
_ADVICE_OPENINGS = (
    r"if\b",
    r"please\b",
    r"you (?:can|may|will|should|must)\b",
    r"for more\b",
    r"to request\b",
    r"we (?:will|may|might|can)\b",
    r"(?:that (?:uscis )?|this )office (?:will|now)\b",
    r"the (?:notice|request for evidence|website|tracking)\b",
    r"it (?:explains|is being processed)\b",
    r"your (?:refund|premium.processing receipt notice|case is located|fingerprints? will)\b",
    r"this (?:refund|could)\b",
    r"any previously\b",
    r"additional documentation\b",
    r"we do not currently\b",
    r"our [\w .'-]{3,60}(?:location|office) is\b",
    r"we mailed your card to the address\b",
    r"uscis has begun\b",
    r"(?:si|por favor|siga|visite|puede|programaremos)\b",
    r"(?:la notificacion|esa oficina|actualmente no|esto podria)\b",
    r"le (?:enviaremos|notificaremos|informaremos)\b",
    r"le enviamos por correo su tarjeta a la direccion\b",
    r"el (?:numero de seguimiento|sitio web|aviso explica)\b",
    r"uscis ha comenzado\b",
)
_ADVICE = re.compile("|".join(_ADVICE_OPENINGS))


def without_names(plain_text: str, found: list[Dated]) -> str:
    """The text with tokens for forms, receipt numbers and dates: their names hold words of their own."""
    return _FORM.sub(_form_token, RECEIPT.sub("xreceipt", mask(plain_text, found)))


def statements(nameless: str) -> str:
    """The sentences of a text without names that say what happened, folded."""
    text = fold(nameless)
    kept = [_ASIDE.sub("", sentence) for sentence in _SENTENCE.split(text) if not _ADVICE.match(sentence)]
    return " ".join(kept) or text


def _form_token(match: re.Match[str]) -> str:
    # The G-28 is the attorney's appearance and the I-907 asks for speed: neither is the case itself.
    return "xappearance" if "G-28" in match[0] else "xform907" if "I-907" in match[0] else "xform"
