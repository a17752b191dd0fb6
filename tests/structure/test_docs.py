"""The documents speak of what is there: links lead somewhere, paths exist, every command is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SHOWN_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([^`\n]+)`")
FOLDERS = "legist|tracking|workflows|portal|templates|static|tests|docs|demo|locale"
PATH = re.compile(rf"(?:{FOLDERS})/[\w.*/-]*")
NAMED_FILE = re.compile(r"[\w.-]+\.(?:toml|txt|yaml|md)|Makefile|Dockerfile|manage\.py")
OURS = ("legist.", "tracking", "workflows", "portal")


def prose(document: Path) -> str:
    return SHOWN_CODE.sub("", document.read_text(encoding="utf-8"))


def paths(document: Path) -> Iterator[str]:
    for quoted in QUOTED.findall(prose(document)):
        if PATH.fullmatch(quoted) or NAMED_FILE.fullmatch(quoted):
            yield quoted


def exists(path: str) -> bool:
    """Templates are also named as Django names them."""
    bases = (ROOT, ROOT / "templates")
    return any(next(base.glob(path.rstrip("/")), None) for base in bases)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_links_to_what_exists(document: Path) -> None:
    links = [link for link in LINK.findall(prose(document)) if not re.match(r"[a-z]+:|#", link)]

    assert not [link for link in links if not (document.parent / link.partition("#")[0]).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_names_paths_that_exist(document: Path) -> None:
    assert not [path for path in paths(document) if not exists(path)]


def test_it_looks_at_the_documents() -> None:
    assert len(DOCUMENTS) > 10
    assert sum(1 for document in DOCUMENTS for _ in paths(document)) > 50


def test_it_documents_every_command() -> None:
    commands = {name for name, app in get_commands().items() if app.startswith(OURS)}
    reference = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")

    assert commands == set(re.findall(r"^## `(\w+)", reference, re.MULTILINE))
