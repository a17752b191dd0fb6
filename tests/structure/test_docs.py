"""The documents speak of what is there: links lead somewhere, paths exist, every command is named."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from argparse import _SubParsersAction as Parts
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import BaseCommand, get_commands, load_command_class

from legist.core.tasks import schedules

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SHOWN_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([^`\n]+)`")
FOLDERS = "legist|tracking|workflows|portal|templates|static|tests|docs|demo|locale"
PATH = re.compile(rf"(?:{FOLDERS})/[\w.*/-]*")
NAMED_FILE = re.compile(r"[\w.-]+\.(?:toml|txt|yaml|md)|Makefile|Dockerfile|manage\.py")
OURS = ("legist.", "tracking", "workflows", "portal")
# What people are told to type, in sentences and in shown code.
MANAGE = re.compile(r"manage\.py (\w+)([^`\n#|]*)")
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*)")
MODULE = re.compile(r"python3? (?:-W ignore )?-m ((?:legist|tests|demo|tracking)[\w.]+)")
SETTING = re.compile(r"\b((?:LEGIST|USCIS)_[A-Z][A-Z_]+)\b")


def options_in(parser: ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from action.option_strings
        for part in action.choices.values() if isinstance(action, Parts) else ():
            yield from options_in(part)


def options_of(name: str) -> set[str]:
    """Return every option a command takes, those that every command takes too."""
    app = get_commands()[name]
    command = load_command_class(app, name) if isinstance(app, str) else app
    return set(options_in(command.create_parser("manage.py", name)))


def prose(document: Path) -> str:
    return SHOWN_CODE.sub("", document.read_text(encoding="utf-8"))


def headings(document: Path) -> set[str]:
    """Return the anchors of a page, as its headings make them."""
    found = re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


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
def test_it_links_to_headings_that_exist(document: Path) -> None:
    parts = [link.partition("#") for link in LINK.findall(prose(document)) if not re.match(r"[a-z]+:", link)]
    pages = [(document.parent / path if path else document, anchor) for path, _, anchor in parts if anchor]

    assert not [anchor for page, anchor in pages if anchor not in headings(page)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_calls_a_decision_by_its_number(document: Path) -> None:
    called = re.findall(r"\[(?:decision )?(\d+)\]\((?:[./]*adr/)?(\d{4})-", prose(document))
    listed = re.findall(r"^(\d+)\. \[.*\]\((\d{4})-", prose(document), re.MULTILINE)

    assert not [pair for pair in called + listed if int(pair[0]) != int(pair[1])]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_names_paths_that_exist(document: Path) -> None:
    assert not [path for path in paths(document) if not exists(path)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_it_says_to_type_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    commands = [(name, OPTION.findall(rest)) for name, rest in MANAGE.findall(text)]
    modules = [Path(*name.split(".")) for name in MODULE.findall(text)]
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert not [name for name, _options in commands if name not in get_commands()]
    assert not [(name, given) for name, given in commands if set(given) - options_of(name)]
    assert not [path for path in modules if not exists(f"{path}.py") and not exists(f"{path}/__main__.py")]
    assert (
        not set(re.findall(r"`make ([\w-]+)|^make ([\w-]+)", text))
        - {("", name) for name in targets}
        - {(name, "") for name in targets}
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_names_settings_that_exist(document: Path) -> None:
    reference = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    known = set(SETTING.findall(reference))
    named = {name.removesuffix("_FILE") for name in SETTING.findall(document.read_text(encoding="utf-8"))}

    assert not named - known


@pytest.mark.parametrize("name", sorted(name for name, app in get_commands().items() if app.startswith(OURS)))
def test_the_reference_names_every_option_and_no_other(name: str) -> None:
    reference = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    section = reference.partition(f"\n## `{name}")[2].partition("\n## ")[0]
    own = options_of(name) - set(options_in(BaseCommand().create_parser("manage.py", name)))
    if name == "makemessages":
        own = set()

    assert not own - set(OPTION.findall(section))
    assert not set(OPTION.findall(section.partition("`")[0])) - own


def test_it_lists_every_periodic_task() -> None:
    architecture = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(\w+\.\w+)` \|", architecture, re.MULTILINE))

    assert not {schedule.task.name for schedule in schedules.list_schedules()} - listed


def test_it_looks_at_the_documents() -> None:
    assert len(DOCUMENTS) > 10
    assert sum(1 for document in DOCUMENTS for _ in paths(document)) > 50


def test_it_documents_every_command() -> None:
    commands = {name for name, app in get_commands().items() if app.startswith(OURS)}
    reference = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")

    assert commands == set(re.findall(r"^## `(\w+)", reference, re.MULTILINE))
