"""What may not stand in a wording, which is written once for a status and read by every client. Pure.

What the firm calls its own comes from its settings. Numbers are compared by their digits, links by scheme,
host and path, both as a whole: what only begins like the firm's own is somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflows.plain_language.links import LinkKey, has_foreign_link, has_own_link
from workflows.plain_language.phones import has_foreign_phone, has_own_phone
from workflows.plain_language.signs import folded, strange_signs, without_accents
from workflows.plain_language.text import PARTS, Wording


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


LIMIT = 400  # characters of a part; ours have at most half of it

MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto"
    "|sep?tiembre|octubre|noviembre|diciembre"
)


class Fault(StrEnum):
    """Why a part cannot be published."""

    EMPTY = "empty"
    LONG = "long"
    SHAPE = "shape"
    HTML = "html"
    PLACEHOLDER = "placeholder"
    RECEIPT = "receipt"
    DATE = "date"
    EMAIL = "email"
    PHONE = "phone"
    LINK = "link"
    PAYMENT = "payment"
    SIGNS = "signs"


PATTERNS: Mapping[Fault, re.Pattern[str]] = {
    # The message around it would make a list or a heading of it.
    Fault.SHAPE: re.compile(r"^-\s|:$"),
    Fault.HTML: re.compile(r"</?[a-z!][^<]*>?|&(?:#\d+|#x[0-9a-f]+|[a-z]+);", re.IGNORECASE),
    # No wording has placeholders: the message that holds it greets the client and names the form.
    Fault.PLACEHOLDER: re.compile(r"[{}\[\]]|%\(|%s|\$\w|<<|>>|_{2,}|X{3,}"),
    Fault.RECEIPT: re.compile(r"\b[A-Z]{3}[\s*-]*(?:\d[\s-]*){9,10}\b|\bA[\s#-]*\d{8,9}\b", re.IGNORECASE),
    Fault.DATE: re.compile(
        rf"\b\d{{4}}-\d{{1,2}}-\d{{1,2}}\b|\b\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}\b"
        rf"|\b(?:{MONTHS})\.?\s+\d{{1,2}}\b|\b\d{{1,2}}(?:\s+de)?\s+(?:{MONTHS})\b",
        re.IGNORECASE,
    ),
    Fault.EMAIL: re.compile(r"\S*@\S*"),
}
# Each has an objection of its own; the digits and dots in it are no second one.
NAMED = (Fault.RECEIPT, Fault.DATE, Fault.EMAIL)


def faults(text: str, own: Contacts = NONE) -> list[Fault]:
    """Return what is wrong with one part, in the order of the list above; nothing when it is fine.

    `own` are the firm's telephone numbers and links, the only ones that may stand in it. A sentence that
    names one of them may speak of paying, no other.
    """
    if not text:
        return [Fault.EMPTY]
    found = [Fault.LONG] if len(text) > LIMIT else []
    shown = folded(text)
    found += [each for each, pattern in PATTERNS.items() if pattern.search(text) or pattern.search(shown)]
    found += _reaching(text, own)
    return found or ([Fault.SIGNS] if strange_signs(text) else [])


def _reaching(text: str, own: Contacts) -> list[Fault]:
    """Return whether the text sends the client to somebody else, or asks them to pay."""
    rest = folded(text)
    for fault in NAMED:
        rest = PATTERNS[fault].sub(" … ", rest)
    tests = {
        Fault.PHONE: has_foreign_phone(rest, own.phones),
        Fault.LINK: has_foreign_link(rest, own.links),
        Fault.PAYMENT: has_payment(text, own),
    }
    return [fault for fault, is_found in tests.items() if is_found]


def faults_of(wording: Wording, own: Contacts = NONE) -> dict[str, list[Fault]]:
    """Return the faults of a whole wording by part, only those parts that have some."""
    found = {part: faults(text, own) for part, text in zip(PARTS, wording, strict=True)}
    return {part: each for part, each in found.items() if each}
