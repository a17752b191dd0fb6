"""Links in a text, however they are written or spelled. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from urllib.parse import urlsplit

from workflows.plain_language.signs import folded

LinkKey = tuple[str, str, str]

SURE_ENDINGS = (
    "com|net|org|info|biz|gov|edu|mil|xyz|shop|app|dev|click|online|top|club|vip|icu|io|ly|ru|cn|tk|mx"
)
ENDINGS = (
    rf"{SURE_ENDINGS}|gt|hn|sv|me|us|co|gg|to|in|es|site|store|link|live|pay|cc|tv|ai|uk|br|ar|pe|ve|cu|do"
)
LINK = re.compile(
    r"[a-z][a-z0-9+.-]*:\s*/+\s*\S"  # a scheme
    r"|\b(?:https?|hxxps?|ftp|mailto|javascript|data|file|skype|signal|tg)\s*:"
    r"|\bwww\d?\s*\."
    r"|(?:[^\W_]|-)+(?:\.(?:[^\W_]|-)+)*\.(?:xn--[a-z0-9-]+|[^\W\d_]{2,})(?![\w])"  # a name with a dot in it
    r"|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"  # an IPv4 address
    r"|\[?[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}\]?|[0-9a-f]{1,4}::[0-9a-f]{0,4}"  # an IPv6 address
    r"|\bxn--",
    re.IGNORECASE,
)
SPELLED = re.compile(
    rf"\b[^\W_]+\s*[(\[<]?\s*(?:dot|d0t)\s*[)\]>]?\s*(?:{ENDINGS})\b"
    rf"|\b[^\W_]+\s*[(\[<]?\s*(?:point|punto)\s*[)\]>]?\s*(?:{SURE_ENDINGS})\b"
    rf"|\b[^\W_]+\s*[(\[<]\s*\.\s*[)\]>]\s*(?:{ENDINGS})\b"
    r"|\b[^\W_]+(?:\s+\.\s*|\.\s+)(?:com|net|org|biz|gov|xyz|ly)\b"
    r"|\bwww\b|\b(?:https?|hxxps?)\b",
    re.IGNORECASE,
)
ABBREVIATIONS = frozenset({"u.s.a", "e.g", "i.e", "a.m", "p.m", "ee.uu", "no", "vs"})
AROUND = "\"'“”«»‘’()[]<>,.;:!?¡¿…"


def has_foreign_link(text: str, own: Collection[LinkKey] = ()) -> bool:
    """Return whether the text points to a place on the net that is not the firm's."""
    found = list(_links(text))
    rest = folded(text)
    for link in found:
        if link_key(link) in own:
            rest = rest.replace(link, " ")
    return any(link_key(link) not in own for link in found) or bool(SPELLED.search(rest))


def has_own_link(text: str, own: Collection[LinkKey]) -> bool:
    """Return whether one of the firm's own links stands in the text."""
    return any(link_key(link) in own for link in _links(text))


def link_key(link: str) -> LinkKey | None:
    """Return scheme, host and path of a link, https where none is written; None for one with more in it."""
    if not link.isascii() or "\\" in link:
        return None
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if not host or port or parts.username is not None or "@" in parts.netloc or parts.query or parts.fragment:
        return None
    return parts.scheme.lower(), host, parts.path.rstrip("/")


def _links(text: str) -> Iterator[str]:
    """Yield every link as written, with all that stands up against it."""
    plain = folded(text)
    for word in plain.split():
        bare = word.strip(AROUND)
        if bare.casefold() not in ABBREVIATIONS and LINK.search(bare):
            yield bare
    for left, right in pairwise(plain.split()):  # "https: //host", "www .host"
        if re.fullmatch(r"\W*(?:https?|ftp|www\d?)\s*[:.]?", left, re.IGNORECASE) and not LINK.search(
            left.strip(AROUND)
        ):
            yield f"{left} {right}"
