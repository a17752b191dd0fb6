"""What an error answer says in words, whatever shape it has (pure).

Seen or documented: a flat `{"message"}`, `{"error": {...}}`, `{"errors": [...]}`, a problem document after
RFC 9457, the gateway's `{"fault": {"faultstring", "detail": {"errorcode"}}}`, the token endpoint's
`{"ErrorCode", "Error"}` and OAuth's `{"error", "error_description"}`, web pages and plain text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

_SPEAKING: Final = (
    *("message", "detail", "description", "errordescription", "faultstring", "errormessage", "msg"),
    *("title", "reason", "error"),
)
_NESTED: Final = ("errors", "error", "fault", "detail", "details", "problem")
_DEEPEST: Final = 6
_MOST: Final = 50
_LONGEST: Final = 4_000
_UNSEEN: Final = re.compile(r"<(script|style|head|title)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_HEADLINE: Final = re.compile(r"<h[1-3]\b[^<>]*>(.*?)</h[1-3]\s*>", re.IGNORECASE | re.DOTALL)
_TITLE: Final = re.compile(r"<title\b[^<>]*>(.*?)</title\s*>", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(r"<[^<>]*>")


def load(text: str) -> object | None:
    """The JSON document in a text; None where it holds none."""
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document


def is_page(text: str) -> bool:
    """Whether a body is a web page, or other markup."""
    return text.lstrip("\ufeff \t\r\n").startswith("<")


def own_words(text: str) -> str:
    """What the answer says to people; empty where it says nothing."""
    text = text.lstrip("\ufeff")
    document = load(text)
    if document is not None:
        said = list(_sentences(document, depth=0))
        # In a shape that nobody has seen, whatever is a sentence.
        said = said or [each.strip() for each in _strings(document, depth=0) if each.strip().count(" ") > 1]
        return " ".join(dict.fromkeys(said[:_MOST]))[:_LONGEST]
    return _page_words(text) if is_page(text) else text.strip()[:_LONGEST]


def headline(text: str) -> str:
    """What the answer says above all: of a page its headline or title; the rest may speak of anything."""
    text = text.lstrip("\ufeff")
    if load(text) is not None or not is_page(text):
        return own_words(text)
    page = text[: 16 * _LONGEST]
    return (_found(_HEADLINE, page) or _found(_TITLE, page) or own_words(text))[:_LONGEST]


def everything(text: str) -> str:
    """All texts and names of an answer, to look for a sign in them: sentences and codes, at any depth."""
    text = text.lstrip("\ufeff")
    document = load(text)
    if document is None:
        return _TAG.sub(" ", text[: 4 * _LONGEST])
    found = []
    for number, each in enumerate(_strings(document, depth=0)):
        if number == _MOST:
            break
        found.append(each[:_LONGEST])
    return " ".join(found)


def has_fault(text: str) -> bool:
    """Whether the gateway in front of the API speaks, not the API."""
    document = load(text.lstrip("\ufeff"))
    return isinstance(document, dict) and isinstance(document.get("fault"), dict)


def _sentences(value: object, *, depth: int) -> Iterator[str]:
    """The sentence of each object, its own before those of what lies within."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        if value.strip():
            yield value.strip()
    elif isinstance(value, list):
        for item in value[:_MOST]:
            yield from _sentences(item, depth=depth + 1)
    elif isinstance(value, dict):
        yield from _sentences_of(value, depth=depth)


def _sentences_of(given: Mapping[str, object], *, depth: int) -> Iterator[str]:
    fields = {re.sub(r"[^a-z]", "", str(name).lower()): value for name, value in given.items()}
    given_words = (value for name in _SPEAKING if isinstance(value := fields.get(name), str))
    said = [words.strip() for words in given_words if words.strip()]
    if said:
        yield said[0]
        # What else is a sentence is said too; a word or two is the name of the error.
        yield from (words for words in said[1:] if words.count(" ") > 1 and words not in said[0])
        if "errors" not in fields:
            return
    for name in _NESTED:
        if isinstance(fields.get(name), dict | list):
            yield from _sentences(fields[name], depth=depth + 1)


def _strings(value: object, *, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value[:_MOST]:
            yield from _strings(item, depth=depth + 1)
    elif isinstance(value, dict):
        for item in list(value.values())[:_MOST]:
            yield from _strings(item, depth=depth + 1)


def _page_words(page: str) -> str:
    """What is seen on a page, its headline among it; else its title."""
    page = page[: 16 * _LONGEST]
    seen = " ".join(_TAG.sub(" ", _UNSEEN.sub(" ", page)).split())
    return (seen or _found(_TITLE, page))[:_LONGEST]


def _found(pattern: re.Pattern[str], page: str) -> str:
    match = pattern.search(page)
    return _TAG.sub(" ", match[1]).strip() if match else ""
