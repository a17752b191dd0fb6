"""Turning what the API delivers into text that rules can read."""

from __future__ import annotations

import html
import re
import unicodedata

_TAG = re.compile(r"<[^<>]{0,2000}>")
_SPACE = re.compile(r"\s+")
_URL = re.compile(r"(?:https?://|www\.)\S*[\w/]", re.IGNORECASE)
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_APOSTROPHE = re.compile(r"['’‘`´]")
_LONGEST = 20_000


def plain(text: str) -> str:
    """Drop HTML, links and invisible characters; single spaces; accents stay."""
    text = text[:_LONGEST]
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if not text.isascii():
        text = _printable(text)
    if "www" in text or "http" in text:
        text = _URL.sub("", text)
    return _SPACE.sub(" ", text).replace(" ,", ",").replace(" .", ".").strip()


def _printable(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    return "".join(char for char in folded if unicodedata.category(char) not in {"Cf", "Cs", "Cn"})


def fold(text: str) -> str:
    """Lower case without accents, for matching."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def title_key(title: str) -> str:
    """The form in which two titles are the same: letters and digits of the words only."""
    return _NOT_WORD.sub(" ", _APOSTROPHE.sub("", fold(plain(title)))).strip()
