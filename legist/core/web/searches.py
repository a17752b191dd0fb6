"""What people typed into a search, kept in their session: the address of what was found holds a key to it.

A name or a number that is searched for is personal data and stands in no address and no log. Sessions are
sealed and end with the sign-in. Since what was found is a page with an address of its own, a browser can go
back to it, load it again, narrow it and go on to its next rows.
"""

from __future__ import annotations

import secrets

from django.http import HttpRequest

LONGEST = 200
MOST = 20
_PLACE = "searches"


def keep(request: HttpRequest, text: str) -> str:
    """Remember a text and return its key, the same for the same text; empty for an empty text.

    A session keeps the latest `MOST` texts.
    """
    text = " ".join(text.split())[:LONGEST]
    if not text:
        return ""
    kept: dict[str, str] = request.session.get(_PLACE, {})
    key = next((key for key, known in kept.items() if known == text), "") or secrets.token_urlsafe(9)
    others = [(other, known) for other, known in kept.items() if other != key]
    request.session[_PLACE] = dict([*others, (key, text)][-MOST:])
    return key


def find(request: HttpRequest, key: str) -> str | None:
    """Return the text that was kept under the key; None when this session has none (any more)."""
    kept: dict[str, str] = request.session.get(_PLACE, {})
    return kept.get(key)
