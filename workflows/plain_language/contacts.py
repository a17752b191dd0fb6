"""Payment in a text for all clients, and the telephone numbers and links that are the firm's own. Pure.

What the firm calls its own comes from its settings. Numbers are compared by their digits, links by scheme,
host and path, both as a whole: what only begins like the firm's own is somebody else's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflows.plain_language.links import LinkKey, has_own_link
from workflows.plain_language.phones import has_own_phone
from workflows.plain_language.signs import folded, without_accents


@dataclass(frozen=True, slots=True)
class Contacts:
    """The firm's own telephone numbers, as `phone_key` gives them, and links, as `link_key` does."""

    phones: frozenset[str] = frozenset()
    links: frozenset[LinkKey] = frozenset()


NONE = Contacts()

PAYMENT = re.compile(
    r"\b(?:"
    r"(?:pre|re)?pa(?:y|ys|ying|id|yment|yments|yable|yer|yee)|money|cash(?:ier)?s?|wir(?:e|es|ed|ing)|zelle"
    r"|venmo|pay ?pal|cash ?app|(?:apple|google|samsung|amazon) ?pay|moneygram|western ?union|remitly|xoom"
    r"|oxxo"
    r"|gift ?(?:card|certificate|voucher)s?|(?:credit|debit|prepaid|visa|itunes|steam) ?cards?"
    r"|bit ?coins?|btc|usdt|ethereum|crypto\w*|cripto\w*|stablecoins?|deposit\w*"
    r"|bank (?:account|transfer|wire)s?|remit\w*|routing|checks? payable|dollars?|dolar(?:es)?|usd"
    r"|pag(?!es?\b|ers?\b|in)\w+|prepag\w+|transferencias?|transfier\w+"
    r"|tarjetas? (?:de )?(?:regalo|credito|debito|prepago|apple|google|amazon|itunes|steam|visa)"
    r"|efectivo|dinero|plata|giros?|cheques?|remesas?|cobr(?:o|os|ar|e|en|amos|aremos)"
    r"|abon(?:os?|an?|en?|ar|ad[ao]s?)(?:[mts]e|nos)?(?:l[aeo]s?)?"
    r"|cuentas? (?:bancarias?|\d+)|(?:a|en) (?:esta|mi|nuestra) cuenta|to (?:my|our|this)(?: new)? account"
    r"|facturas?|invoices?|deudas?|sald(?:ar|en?|os?)|donar|donacion(?:es)?|donat(?:e|es|ed|ing|ions?)"
    r"|pesos|quetzales|lempiras|cordobas|bolivares|bucks|nequi|yape|daviplata|bizum|mercado ?pago|clabe"
    r"|(?:mand|envi|send|transfer)\w* (?:us |me )?\d{3,}"
    r")\b"
)
SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
SPACED = re.compile(r"(?<![^\W_])[^\W_](?:[\s.*_-]{1,3}[^\W_]){2,}(?![^\W_])")
LEET = tuple(str.maketrans("013457", f"o{one}east") for one in "il")


def has_payment(text: str, own: Contacts = NONE) -> bool:
    """Return whether a sentence speaks of paying without naming a telephone number or link of the firm."""
    return any(
        _pays(sentence) and not has_own_phone(sentence, own.phones) and not has_own_link(sentence, own.links)
        for sentence in SENTENCE_END.split(folded(text))
    )


def _pays(sentence: str) -> bool:
    plain = " ".join(re.split(r"[\W_]+", without_accents(sentence)))
    closed = SPACED.sub(lambda found: re.sub(r"[\W_]", "", found[0]), without_accents(sentence))
    joined = re.sub(r"(?<=[^\W\d_])[*_.-](?=[^\W\d_])", "", without_accents(sentence))
    spelled = (plain.translate(letters) for letters in LEET)
    return any(PAYMENT.search(each) for each in (plain, closed, joined, *spelled))
