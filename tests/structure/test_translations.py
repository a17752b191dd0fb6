"""Whatever a client can read has a Spanish text, and what is compiled is what is written."""

from __future__ import annotations

import re

import polib
import pytest

from tests.support import catalogue
from tracking.statuses import BUCKETS, CODES
from tracking.web.status_labels import LABELS
from workflows.messages.templates import store as templates
from workflows.messages.templates.packaged import PackagedText, read_texts

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|(?<!{){\w*}(?!})")
RECIPE = "Run `make messages`, put the missing texts into locale/es/LC_MESSAGES/django.po, run it again."


@pytest.fixture(scope="module")
def written() -> polib.POFile:
    return polib.pofile(str(catalogue.CATALOGUE))


@pytest.fixture(scope="module")
def texts() -> dict[str, set[str]]:
    return catalogue.client_texts()


def spanish(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def english(entry: polib.POEntry) -> list[str]:
    return [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]


def test_a_client_reads_no_english_in_spanish(written: polib.POFile, texts: dict[str, set[str]]) -> None:
    translated = {text for entry in written.translated_entries() for text in english(entry)}

    missing = {text: sorted(files) for text, files in texts.items() if text not in translated}

    assert missing == {}, RECIPE


def test_the_labels_of_statuses_are_collected_and_translated(written: polib.POFile) -> None:
    labels = {info.label for info in BUCKETS.values()} | {info.label for info in CODES.values()}

    assert set(LABELS) == labels
    assert labels - {entry.msgid for entry in written.translated_entries()} == set()


def test_it_looks_at_the_pages_a_client_sees(texts: dict[str, set[str]]) -> None:
    for text in (
        "What you need to do",
        "Send the code",
        "There is nothing here",
        "you are here",
        "%(n)d days",
    ):
        assert text in texts


def test_no_translation_is_a_guess(written: polib.POFile) -> None:
    assert [entry.msgid for entry in written.fuzzy_entries()] == []
    assert [entry.msgid for entry in written.obsolete_entries()] == []


def test_placeholders_are_the_same_in_both_languages(written: polib.POFile) -> None:
    wrong = []
    for entry in written.translated_entries():
        given = [set(PLACEHOLDER.findall(text)) for text in english(entry)]
        told = [set(PLACEHOLDER.findall(text)) for text in spanish(entry)]
        if any(found != given[-1] for found in told):
            wrong.append(entry.msgid)

    assert wrong == []


def test_every_plural_has_both_forms_and_no_others(written: polib.POFile) -> None:
    plurals = [entry for entry in written if entry.msgid_plural]

    assert "nplurals=2;" in written.metadata["Plural-Forms"]
    assert [entry.msgid for entry in plurals if set(entry.msgstr_plural) != {0, 1}] == []
    assert [entry.msgid for entry in plurals if len({bool(text) for text in spanish(entry)}) > 1] == []


@pytest.mark.parametrize("folder", ["emails", "portal/mail"])
def test_the_mails_to_clients_are_looked_at_too(folder: str) -> None:
    looked_at = catalogue.client_templates()

    assert set((catalogue.TEMPLATES / folder).rglob("*.*")) <= looked_at


def test_a_mail_that_is_written_per_language_says_the_same_in_each() -> None:
    english, spanish = (catalogue.TEMPLATES / "emails" / language for language in ("en", "es"))

    assert {path.name for path in english.iterdir()} == {path.name for path in spanish.iterdir()}
    for path in english.iterdir():
        assert slots(path.read_text()) == slots((spanish / path.name).read_text()), path.name


def test_every_message_to_clients_is_written_in_both_languages() -> None:
    by_key: dict[str, dict[str, PackagedText]] = {}
    for text in read_texts(templates.TEXTS):
        by_key.setdefault(text.key, {})[text.language] = text

    for key, texts in by_key.items():
        assert set(texts) == set(templates.LANGUAGES), key
        assert len({(text.version, *slots(text.title + text.body)) for text in texts.values()}) == 1, key


def slots(source: str) -> list[tuple[str, str]]:
    """What is filled into a text, and the parts of another that it replaces."""
    return sorted(re.findall(r"{{\s*(\w+)|{%\s*block (\w+)", source))


def test_the_compiled_catalogue_is_what_is_written(written: polib.POFile) -> None:
    compiled = polib.mofile(str(catalogue.COMPILED))

    def content(entries: list[polib.POEntry]) -> dict[tuple[str | None, str], list[str]]:
        return {(entry.msgctxt, entry.msgid): spanish(entry) for entry in entries}

    assert content(list(compiled)) == content(written.translated_entries()), RECIPE


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% load i18n %}{% translate "One" %}', ["One"]),
        ('{% load i18n %}{% translate "One" context "of two" %}', ["One"]),
        ("{% load i18n %}{% blocktranslate %}Hi {{ name }}{% endblocktranslate %}", ["Hi %(name)s"]),
        (
            "{% blocktranslate count n=n %}{{ n }} d{% plural %}{{ n }} e{% endblocktranslate %}",
            ["%(n)s d", "%(n)s e"],
        ),
        ('{% button _("Go") look="x" %}', ["Go"]),
        ("<p>Never translated</p>", []),
    ],
)
def test_it_finds_the_texts_of_a_template(source: str, expected: list[str]) -> None:
    assert list(catalogue.template_texts(source)) == expected


def test_it_finds_the_texts_of_a_module() -> None:
    source = '_("One"); ngettext("%(n)d day", "%(n)d days", n); pgettext("format", "M j"); other("No")'

    assert list(catalogue.python_texts(source)) == ["One", "%(n)d day", "%(n)d days", "M j"]
