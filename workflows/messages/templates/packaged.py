"""Reading the texts that ship with the product: a head of `Name: value` lines, a blank line, the body."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PackagedText:
    """One shipped text; its file is called `key.language.txt`."""

    key: str
    language: str
    version: int
    title: str
    body: str


def read_texts(folder: Path) -> list[PackagedText]:
    """Return every text of the folder, in the order of their names."""
    return [_read(path) for path in sorted(folder.glob("*.txt"))]


def _read(path: Path) -> PackagedText:
    head, body = path.read_text(encoding="utf-8").split("\n\n", 1)
    values = dict(line.split(": ", 1) for line in head.splitlines())
    key, language = path.stem.split(".")
    return PackagedText(key, language, int(values["Version"]), values["Title"], body.strip() + "\n")
