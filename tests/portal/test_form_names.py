"""Forms by what they are for: one name each, whoever writes of them."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from portal.cases import describe_form
from workflows.plain_language.form_names import NAMES, name_form


@pytest.mark.parametrize(
    ("form", "language", "words"),
    [
        ("I-765", "en", "Work permit application (I-765)"),
        ("I765", "es", "Solicitud de permiso de trabajo (I-765)"),
        ("I-485", "es", "Solicitud de la tarjeta de residente (I-485)"),
        ("I-999", "en", "I-999"),
        ("", "en", "Your case"),
        ("", "es", "Su caso"),
    ],
)
def test_it_says_what_a_form_is_for(form: str, language: str, words: str) -> None:
    with override(language):
        assert describe_form(form) == words


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("form", sorted(NAMES))
def test_a_message_and_the_portal_call_a_form_alike(form: str, language: str) -> None:
    with override(language):
        name = describe_form(form).rpartition(" (")[0]

    assert name
    assert name.lower() in name_form(form, language).lower()


def test_no_two_forms_have_one_name_but_waivers_and_their_kin() -> None:
    for language in (0, 1):
        named = [names[language] for form, names in NAMES.items() if form != "I601A"]
        assert len(named) == len(set(named))
