"""What may not stand in a wording: it is written once for a status and read by every client. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from workflows.plain_language.contacts import NONE, Contacts, has_payment
from workflows.plain_language.links import has_foreign_link
from workflows.plain_language.phones import has_foreign_phone
from workflows.plain_language.signs import folded, strange_signs
from workflows.plain_language.text import PARTS, Wording

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
