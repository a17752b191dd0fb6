"""Words about wordings for templates: `{% load wording_ui %}`."""

from __future__ import annotations

from django import template

from workflows.labels import LANGUAGES
from workflows.web.plain_language.labels import reading_words, whole

register = template.Library()

register.filter("reading_words", reading_words)
register.filter("whole_wording", whole)


@register.filter
def language_words(codes: list[str]) -> str:
    """`{{ version.changed|language_words }}`: "English, Spanish"."""
    return ", ".join(str(LANGUAGES.get(code, code)) for code in codes)
