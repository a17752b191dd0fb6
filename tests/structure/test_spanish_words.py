"""One Spanish word for one thing, and forms that include everyone, wherever clients read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polib
import pytest

from tests.support import catalogue
from workflows.documents import letters
from workflows.messages.templates import store as messages
from workflows.messages.templates.packaged import read_texts
from workflows.plain_language import TEXTS
from workflows.plain_language.form_names import NAMES
from workflows.plain_language.glossary import TERMS

# What is not written -> what is.
FORBIDDEN = {
    r"(?<!de)neg(?:ación|aciones|ó|ad[oa]s?|ar)\b|\bnieg|\bnegativa": "denegación, denegó",
    r"tarjetas? verdes?|green card": "tarjeta de residente",
    r"\be-?mails?\b|\bcorreo-e\b": "correo electrónico",
    r"\b(?:su|por|el|este|de) correo\b(?! electrónico| de los Estados)(?! diga)": "correo electrónico",
    r"\w/[oa]s?\b|\w\(as?\)|\w@s?\b|\b\w+[oa]dxs?\b|\btodes\b": "a word for everyone",
    r"(?<!la )\bbienvenid[oa]s?\b|\bciudadano de\b": "a word for everyone",
    r"(?<!abogada o )(?<!o un )\babogados?\b": "abogada o abogado, bufete",
}
# The post, where it is one.
POST = (
    "El correo regresó",
    "Pedir el correo que",
    "cuando el correo diga",
    "está en el correo",
    "salir por correo",
    "envía por correo",
)


def texts() -> Iterator[tuple[str, str]]:
    """Everything Spanish that is written to clients, with where it stands."""
    mails = (catalogue.TEMPLATES / "emails" / "es").iterdir()
    yield from ((path.name, path.read_text()) for path in mails)
    for entry in polib.pofile(str(catalogue.CATALOGUE)):
        yield from ((entry.msgid, said) for said in [entry.msgstr, *entry.msgstr_plural.values()] if said)
    for code, wording in TEXTS["es"].items():
        yield from ((str(code), said) for said in wording)
    for folder in (messages.TEXTS, letters.TEXTS):
        yield from ((each.key, each.body) for each in read_texts(folder) if each.language == "es")
    yield from (names for names in NAMES.values())
    yield from ((term.name, term.ours) for term in TERMS)


@pytest.mark.parametrize("wrong", FORBIDDEN)
def test_one_word_is_used_for_one_thing(wrong: str) -> None:
    found = {
        where: said
        for where, said in texts()
        if re.search(wrong, plain(said), re.IGNORECASE) and not any(post in said for post in POST)
    }

    assert found == {}, f"Say: {FORBIDDEN[wrong]}"


def plain(said: str) -> str:
    """The text without what a template fills in, and on one line."""
    return " ".join(re.sub(r"{[{%].*?[%}]}|%\(\w+\)s|https?://\S+", " ", said).split())


@pytest.mark.parametrize(
    "said",
    [
        "USCIS negó su caso",
        "una negativa",
        "su tarjeta verde",
        "por correo.",
        "un email",
        "cliente/a",
        "amigo(a)",
    ],
)
def test_it_finds_what_is_not_written(said: str) -> None:
    assert any(re.search(wrong, said, re.IGNORECASE) for wrong in FORBIDDEN)
