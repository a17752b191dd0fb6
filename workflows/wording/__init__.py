"""What a status means for a client, in plain words. Pure: English and Spanish texts of our own.

Each text answers the three questions clients ask: what does it mean, what must I do, when do I hear
next. A test keeps every code covered and the English at or below an eighth-grade reading level.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workflows.wording import en, es
from workflows.wording.text import Wording

DEFAULT_LANGUAGE = "en"
TEXTS: Mapping[str, Mapping[str, Wording]] = MappingProxyType({"en": en.TEXTS, "es": es.TEXTS})

__all__ = ["DEFAULT_LANGUAGE", "TEXTS", "Wording", "client_wording"]


def client_wording(code: str, language: str = DEFAULT_LANGUAGE) -> Wording:
    """Return the plain words for a status code; an unknown code gets the words for one we cannot read.

    A language we do not write falls back to English; `es-MX` reads as `es`.
    """
    texts = TEXTS.get(language.split("-", maxsplit=1)[0].lower(), TEXTS[DEFAULT_LANGUAGE])
    return texts.get(code, texts["UNKNOWN"])
