"""How easily a text reads, by one established measure for each language. Pure.

English: the Flesch-Kincaid grade, 0.39 words/sentence + 11.8 syllables/word - 15.59 (Kincaid and others,
1975): the school year somebody needs. Spanish: Szigriszt-Pazos' perspicuity, 206.835 - 62.3
syllables/word - words/sentence (1993), read on the INFLESZ scale (Barrio-Cantalejo and others, 2008), which
was validated on texts for patients: from 55 "normal", from 65 "fairly easy", from 80 "very easy".
A name in capitals such as USCIS counts as one word and as many syllables as letters are spelled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

GRADE_LIMIT = 8.0
EASE_LIMIT = 55.0
INFLESZ = ((80.0, "very_easy"), (65.0, "fairly_easy"), (55.0, "normal"), (40.0, "rather_hard"))

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SENTENCE_END = re.compile(r"[.!?:…]+(?=\s|$)")
ABBREVIATION = re.compile(r"\b(?:[A-Z]\.){2,}")
SPELLED = re.compile(r"[A-Z]{2,}")

ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
# An e that is not heard: last (but in -le it is), in -ed and -es after most sounds, before -ly and others.
ENGLISH_MUTE = re.compile(r"(?<=[^aeiouyl])e$|(?<=[aeiouyl]l)e$|(?<=[^aeioutdy])ed$|(?<=[^aeiouycgszxl])es$")
ENGLISH_INNER_MUTE = re.compile(r"(?<=[^aeiouyl])e(?=ly$|ful$|ment$|less$|ness$)")
# Neighbours that are heard apart.
ENGLISH_HIATUS = re.compile(
    r"ia(?!l$|n$)|io(?!n|us)|eo(?!n$|pl)|ua(?!r)|iu|ying|eing|(?<=[aeiou][^aeiou])ea$|crea(?=t)|quie|scien|clien"
)

STRONG, WEAK, STRESSED_WEAK = "aeoáéó", "iuü", "íú"
SPANISH_VOWELS = re.compile(rf"[{STRONG}{WEAK}{STRESSED_WEAK}]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was measured of one text: `score` is a grade in English and an ease in Spanish."""

    language: str
    score: float
    level: str
    words: int
    sentences: int
    longest: int

    @property
    def is_hard(self) -> bool:
        """True beyond the limit at which somebody has to say why the text is published all the same."""
        return self.score > GRADE_LIMIT if self.language == "en" else self.score < EASE_LIMIT


def measure(texts: Iterable[str], language: str) -> Reading | None:
    """Measure a text given in parts, each of which ends a sentence; None where there is no word."""
    sentences = [words for text in texts for words in _sentences(text)]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return None
    count, formula = COUNTERS.get(language, COUNTERS["en"])
    syllables = sum(_spelled(word) or count(word.lower()) for word in words)
    score = round(formula(len(words) / len(sentences), syllables / len(words)), 1)
    level = inflesz(score) if language == "es" else "grade"
    return Reading(language, score, level, len(words), len(sentences), max(map(len, sentences)))


def inflesz(ease: float) -> str:
    """Return the band of the INFLESZ scale that a perspicuity falls into."""
    return next((name for least, name in INFLESZ if ease >= least), "very_hard")


def english_syllables(word: str) -> int:
    """Count the syllables of a lower-case English word by its vowel groups: right for most words."""
    plain = ENGLISH_INNER_MUTE.sub("", ENGLISH_MUTE.sub("", word.removesuffix("'s")))
    return max(1, len(ENGLISH_VOWELS.findall(plain)) + len(ENGLISH_HIATUS.findall(plain)))


def spanish_syllables(word: str) -> int:
    """Count the syllables of a Spanish word, as its spelling rules them.

    Strong vowels and accented weak ones each make a syllable, a weak vowel leans on its neighbour; the u
    of que, qui, gue, gui is mute, an h between vowels does not part them, a final y is a vowel.
    """
    plain = re.sub(r"qu(?=[eiéí])|gu(?=[eiéí])", "k", word.lower())
    plain = re.sub(rf"(?<=[{STRONG}{WEAK}{STRESSED_WEAK}])h(?=[{STRONG}{WEAK}{STRESSED_WEAK}])", "", plain)
    plain = re.sub(r"y(?![aeiouáéíóúü])", "i", plain)
    return max(1, sum(map(_nuclei, SPANISH_VOWELS.findall(plain))))


def _nuclei(vowels: str) -> int:
    """A run of vowels has a syllable for each strong or accented one, and one when it has none."""
    return max(1, sum(vowel in STRONG or vowel in STRESSED_WEAK for vowel in vowels))


def _sentences(text: str) -> list[list[str]]:
    flat = ABBREVIATION.sub(lambda found: found[0].replace(".", ""), text)
    parts = (WORD.findall(part) for part in SENTENCE_END.split(flat))
    return [words for words in parts if words]


def _spelled(word: str) -> int:
    return len(word) if SPELLED.fullmatch(word) else 0


def _grade(words_per_sentence: float, syllables_per_word: float) -> float:
    return 0.39 * words_per_sentence + 11.8 * syllables_per_word - 15.59


def _perspicuity(words_per_sentence: float, syllables_per_word: float) -> float:
    return 206.835 - 62.3 * syllables_per_word - words_per_sentence


Count = Callable[[str], int]
Formula = Callable[[float, float], float]
COUNTERS: dict[str, tuple[Count, Formula]] = {
    "en": (english_syllables, _grade),
    "es": (spanish_syllables, _perspicuity),
}
