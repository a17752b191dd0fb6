"""Status texts by key, read from the two wording files beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Text:
    """Title and description of a status; the description has slots."""

    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One language: its texts and the two sentences most of them close with."""

    texts: dict[str, Text]
    copy: str
    move: str

    def of(self, status: str) -> Text:
        """The text of a status; both parts are empty where the language has none."""
        return self.texts.get(status, Text("", ""))


def _load(language: str) -> Wording:
    path = Path(__file__).with_name(f"wording_{language}.toml")
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    texts = {key: Text(entry["title"], entry["text"]) for key, entry in document["status"].items()}
    return Wording(texts, **document["closing"])


ENGLISH: Final = _load("en")
SPANISH: Final = _load("es")
