"""The editor's form: three parts in each language, and why they are published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workflows.labels import LANGUAGES as LANGUAGE_NAMES
from workflows.labels import Words
from workflows.plain_language import LANGUAGES, PARTS, Wording, clean
from workflows.plain_language.publishing import Publication
from workflows.plain_language.selectors import WordingDetail

LABELS: Mapping[str, Words] = {
    "meaning": _("What it means"),
    "todo": _("What you need to do"),
    "next": _("When you will hear from us"),
}


class WordingForm(forms.Form):
    """Shape only; what may be published is decided by the use case, which names the same fields."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput())
    over = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput())
    reason = forms.CharField(
        label=_("Why are you changing it?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The attorney reads it beside your words, colleagues in the history."),
    )
    agree = forms.BooleanField(
        label=_("English and Spanish say the same now"),
        required=False,
        help_text=_("Without it, the list shows that one language is behind the other."),
    )
    anyway = forms.BooleanField(label=_("Ask for it although it is hard to read"), required=False)
    hard_because = forms.CharField(label=_("Because"), required=False, max_length=2000)

    def __init__(
        self,
        data: Any = None,
        *,
        texts: Mapping[str, Wording],
        upon: WordingDetail,
        readonly: bool = False,
    ) -> None:
        initial: dict[str, Any] = {
            "seen": upon.standing.hash,
            "over": upon.waiting.content_hash if upon.waiting else "",
        }
        for language, wording in texts.items():
            initial |= {f"{part}_{language}": text for part, text in wording._asdict().items()}
        super().__init__(data, initial=initial)
        for language in LANGUAGES:
            for part in PARTS:
                self.fields[f"{part}_{language}"] = _part(part, language, readonly=readonly)

    @property
    def languages(self) -> list[tuple[str, Words, list[forms.BoundField]]]:
        """Return code, name and fields of each language."""
        return [
            (language, LANGUAGE_NAMES[language], [self[f"{part}_{language}"] for part in PARTS])
            for language in LANGUAGES
        ]

    def publication(self, code: str) -> Publication:
        """Return what is to be published."""
        given = self.cleaned_data
        return Publication(
            code=code,
            texts={language: _parts(given, language) for language in LANGUAGES},
            seen=given["seen"],
            over=given["over"],
            reason=given["reason"],
            agree=given["agree"],
            hard_because=given["hard_because"] if given["anyway"] else "",
        )

    def name_faults(self, errors: Mapping[str, list[str]]) -> None:
        """Put the use case's objections beside the fields they are about."""
        for name, lines in errors.items():
            for line in lines:
                self.add_error(name if name in self.fields else None, line)


def posted_texts(data: Mapping[str, str]) -> dict[str, Wording]:
    """Return the words as they stand in the editor, for what is shown while somebody types."""
    return {language: clean(_parts(data, language)) for language in LANGUAGES}


def _parts(data: Mapping[str, Any], language: str) -> dict[str, str]:
    return {part: str(data.get(f"{part}_{language}", "")) for part in PARTS}


def _part(part: str, language: str, *, readonly: bool) -> forms.CharField:
    attrs: dict[str, Any] = {"rows": 3, "lang": language}
    if readonly:
        attrs["readonly"] = True
    return forms.CharField(
        label=str(LABELS[part]), required=False, strip=False, widget=forms.Textarea(attrs=attrs)
    )
