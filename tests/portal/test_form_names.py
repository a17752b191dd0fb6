"""Forms by what they are for."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from portal.form_names import FORM_NAMES, describe_form


@pytest.mark.parametrize(
    ("form", "language", "words"),
    [
        ("I-765", "en", "Work permit (I-765)"),
        ("I-765", "es", "Permiso de trabajo (I-765)"),
        ("I-485", "es", "Solicitud de la tarjeta de residente (I-485)"),
        ("I-999", "en", "I-999"),
        ("", "en", "Your case"),
        ("", "es", "Su caso"),
    ],
)
def test_it_says_what_a_form_is_for(form: str, language: str, words: str) -> None:
    with override(language):
        assert describe_form(form) == words


@pytest.mark.parametrize("form", sorted(FORM_NAMES))
def test_every_name_is_spanish_in_spanish(form: str) -> None:
    english = str(FORM_NAMES[form])
    with override("es"):
        assert str(FORM_NAMES[form]) != english
