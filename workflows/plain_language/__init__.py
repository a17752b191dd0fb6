"""What a status means for a client, in plain words. Pure: English and Spanish texts of our own.

Each text answers the three questions clients ask: what does it mean, what must I do, when do I hear
next. Tests keep every code covered, both languages easy to read, and both within the glossary. What a firm
wrote over them is read by `workflows.plain_language.selectors.read_book`.
"""

from __future__ import annotations

from workflows.plain_language.catalog import SHIPPED, TEXTS, Catalog
from workflows.plain_language.text import LANGUAGES, PARTS, Wording, clean

__all__ = ["LANGUAGES", "PARTS", "SHIPPED", "TEXTS", "Catalog", "Wording", "clean"]
