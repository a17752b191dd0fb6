"""The languages of the firm's clients are one list, and every table of words has each of them."""

from __future__ import annotations

from django.conf import settings

from tracking.importing.rows import _LANGUAGES as READ
from workflows import plain_language
from workflows.labels import LANGUAGES as NAMED
from workflows.messages.facts import DATE_FORMATS
from workflows.messages.templates.store import LANGUAGES as FILLED


def test_every_table_of_words_has_the_languages_of_the_settings() -> None:
    listed = {code for code, _name in settings.LANGUAGES}

    for table in (plain_language.LANGUAGES, plain_language.TEXTS, NAMED, DATE_FORMATS, FILLED, READ.values()):
        assert set(table) == listed
