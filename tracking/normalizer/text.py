"""Turning what the API delivers into text that rules can read."""

from __future__ import annotations

import html
import re
import unicodedata

from legist.practice.form_numbers import tidy_forms

_TAG = re.compile(r"<[^<>]{0,2000}>")
_URL = re.compile(r"(?:https?://|www\.)\S*[\w/]")
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff]"
)
_ACCENT = re.compile("[\u0300-\u036f]")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_APOSTROPHE = re.compile(r"['’‘`´]")
# Real texts stay below 1,500 characters; what is longer is no status and must not cost time.
_LONGEST = 4_000
# Headings of the public page, which trackers and the service hand on where a status should stand.
HEADINGS = frozenset(
    {
        "",
        "case status",
        "case status online",
        "check case status online",
        "check status",
        "check case status",
        "check your case status",
        "my case status",
        "your case status",
        "your current case status",
        "loading",
        "n a",
        "null",
        "undefined",
        "cargando",
        "estado de caso",
        "estado de su caso",
        "estado del caso",
        "estatus de caso",
        "estatus de su caso",
        "estatus del caso",
        "verifique el estado de su caso",
        "verifique el estatus de su caso",
        "verificar el estatus de su caso",
    }
)


def plain(text: str) -> str:
    """Drop HTML, links and invisible characters; single spaces, forms as they are printed; accents stay."""
    text = text[:_LONGEST]
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    if "www" in text or "http" in text:
        text = _URL.sub("", text)
    return tidy_forms(" ".join(text.split())).replace(" ,", ",").replace(" .", ".")


def fold(text: str) -> str:
    """Lower case without accents, for matching."""
    if text.isascii():
        return text.lower()
    return _ACCENT.sub("", unicodedata.normalize("NFKD", text.casefold()))


def title_key(title: str) -> str:
    """The form in which two titles are the same: letters and digits of the words only."""
    return _NOT_WORD.sub(" ", _APOSTROPHE.sub("", fold(plain(title)))).strip()


def is_heading(title: str) -> bool:
    """True for a title that is none: empty, or a heading of the page that statuses stand on."""
    return title_key(title) in HEADINGS
