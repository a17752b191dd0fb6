"""What the editor says about a text while it is written: measure, glossary, differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracking.states import code_label
from workflows.labels import LANGUAGES as LANGUAGE_NAMES
from workflows.labels import Words, purpose_label
from workflows.plain_language import LANGUAGES, TEXTS, Wording
from workflows.plain_language.avoided import Avoided, avoided_in
from workflows.plain_language.faults import faults_in
from workflows.plain_language.glossary import Term, terms_in, untranslated
from workflows.plain_language.reading import Reading, measure

LEVELS: Mapping[str, Words] = {
    "very_easy": gettext_lazy("very easy"),
    "fairly_easy": gettext_lazy("fairly easy"),
    "normal": gettext_lazy("normal"),
    "rather_hard": gettext_lazy("rather hard"),
    "very_hard": gettext_lazy("very hard"),
}


@dataclass(frozen=True, slots=True)
class LanguageCheck:
    """One language of the text in the editor, as whole texts for the differences."""

    language: str
    name: Words
    reading: Reading | None
    faults: Sequence[str]
    terms: Sequence[Term]
    avoided: Sequence[Avoided]
    parts: Wording
    text: str
    in_force: str
    ours: str

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The parts by the names of the editor's fields, such as `todo_es`."""
        return [(f"{part}_{self.language}", text) for part, text in self.parts._asdict().items()]

    @property
    def is_changed(self) -> bool:
        return self.text != self.in_force

    @property
    def is_too_hard(self) -> bool:
        """True when publishing it needs a reason of its own."""
        return self.is_changed and self.reading is not None and self.reading.is_hard


@dataclass(frozen=True, slots=True)
class Check:
    """Both languages of the text in the editor; `missing` are terms the Spanish has other words for."""

    languages: Sequence[LanguageCheck]
    missing: Sequence[Term]

    @property
    def is_too_hard(self) -> bool:
        return any(each.is_too_hard for each in self.languages)

    @property
    def only_changed(self) -> LanguageCheck | None:
        """The one language that was changed while the other stays as it is."""
        changed = [each for each in self.languages if each.is_changed]
        return changed[0] if len(changed) == 1 else None

    @property
    def other(self) -> LanguageCheck | None:
        """The language that stays as it is while the other changes."""
        return next((each for each in self.languages if self.only_changed and not each.is_changed), None)


def examine(code: str, texts: Mapping[str, Wording], in_force: Mapping[str, Wording]) -> Check:
    """Look at the words in the editor, beside those in force and ours."""
    languages = [_language(code, each, text=texts[each], in_force=in_force[each]) for each in LANGUAGES]
    return Check(languages, untranslated(texts["en"], texts["es"]))


def _language(code: str, language: str, *, text: Wording, in_force: Wording) -> LanguageCheck:
    found = faults_in({language: text})
    return LanguageCheck(
        language=language,
        name=LANGUAGE_NAMES[language],
        reading=measure(text, language),
        faults=list(dict.fromkeys(line for lines in found.values() for line in lines)),
        terms=terms_in(text, language),
        avoided=avoided_in(text, language),
        parts=text,
        text="\n\n".join(text),
        in_force="\n\n".join(in_force),
        ours="\n\n".join(TEXTS[language][code]),
    )


def shipped_words(key: str) -> tuple[Words, Words]:
    """Return what a text of ours is about, and its language, from its key `kind/name/language`."""
    kind, name, language = key.split("/")
    if kind == "wording":
        about = _("Words for “%(name)s”") % {"name": code_label(name)}
    elif kind == "message":
        about = _("The message “%(name)s”") % {"name": purpose_label(name)}
    else:
        about = _("What stands around every e-mail to a client")
    return about, LANGUAGE_NAMES.get(language, language)


def reading_words(reading: Reading | None) -> str:
    """Return a measure in words: "Grade 5.2", or "72 of 100, fairly easy" in Spanish."""
    if reading is None:
        return _("Nothing to measure")
    if reading.language == "es":
        values = {"score": f"{reading.score:.0f}", "level": LEVELS[reading.level]}
        return _("%(score)s of 100, %(level)s") % values
    return _("Grade %(score)s") % {"score": f"{max(reading.score, 0.0):.1f}"}
