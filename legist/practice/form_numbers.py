"""The numbers of the forms that USCIS decides on, and which of them a text names. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType

# Forms that open a case of their own, and the supplements that go by their number. Papers that only go with
# a case (G-28, I-693, I-864, I-907, I-912) name no case and are left out.
_CASES = """
I-90 I-102 I-129 I-129CW I-129F I-129S I-130 I-130A I-131 I-131A I-140 I-191 I-192 I-193 I-212 I-290B I-360
I-485 I-485A I-485J I-508 I-526 I-526E I-539 I-539A I-566 I-589 I-590 I-600 I-600A I-601 I-601A I-602 I-612
I-687 I-690 I-694 I-698 I-730 I-751 I-765 I-765V I-800 I-800A I-817 I-821 I-821D I-824 I-829 I-881 I-905
I-910 I-914 I-914A I-914B I-918 I-918A I-918B I-924 I-924A I-929 I-941 I-956 I-956F I-956G I-956H I-956K
N-300 N-336 N-400 N-470 N-565 N-600 N-600K N-644 N-648 EOIR-29
"""
FORMS = frozenset(_CASES.split())
# Supplements are judged by the rules of the form they belong to.
_FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "I-129CW": "I-129",
        "I-129S": "I-129",
        "I-130A": "I-130",
        "I-485A": "I-485",
        "I-485J": "I-485",
        "I-526E": "I-526",
        "I-539A": "I-539",
        "I-765V": "I-765",
        "I-914A": "I-914",
        "I-914B": "I-914",
        "I-918A": "I-918",
        "I-918B": "I-918",
    }
)
# Forms with rules of their own, of which a source is apt to leave off the letter.
_NARROWER: Mapping[str, str] = MappingProxyType({"I-601A": "I-601", "I-821D": "I-821"})
_NAMED = re.compile(r"(?<![A-Z0-9])(EOIR|[IN])[\s-]?(\d{2,4})([A-Z]{0,2})(?![A-Z0-9])")
_BARE = re.compile(r"(\d{2,4}[A-Z]{0,2})")
# Of a supplement USCIS writes the letter behind the number: the "I-485 Supplement J" is the I-485J.
_SUPPLEMENT = re.compile(r"(\d{2,4})[\s,(-]*SUP(?:P(?:L(?:EMENT)?)?)?\.?[\s-]*([A-Z])(?![A-Z0-9])\)?")
_SPELLED = re.compile(
    r"(?:FORM\s*)?([A-Z]{1,4})[\s-]*(\d{1,4})(?:[\s-]?([A-Z]{1,3})(?=$|[\s,(:;-]))?(?:\s*[,:;(].*|\s+-\s.*)?",
    re.DOTALL,
)
_DASH = "-‐‑‒–—―−﹣－"
_DASHES = dict.fromkeys(map(ord, _DASH), "-")
_APART = re.compile(rf"(?<![A-Za-z0-9])(EOIR|[ING])\s?[{_DASH}]\s?(\d{{2,4}})(?![0-9])")
# Papers of a case that texts name as well.
_PAPERS = frozenset({"G-28", "I-94", "I-693", "I-797", "I-864", "I-907", "I-912"})
_NUMBERS = _PAPERS | {re.sub(r"[A-Z]+$", "", form) for form in FORMS}
_LOOK_LIKE_DIGITS = str.maketrans("OILSB", "01158")
_LONGEST = 300
COLUMN = 16


def spell_form(text: str) -> str:
    """Return a form's number as USCIS prints it, known or not; "" for what is no number of a form.

    `I765`, `i-765` and "Form I 765, Application..." are `I-765`, "I-485 Supplement J" is `I-485J`.
    """
    match = _SPELLED.fullmatch(_SUPPLEMENT.sub(r"\1\2", _plain(text)))
    return f"{match[1]}-{match[2]}{match[3] or ''}" if match else ""


def tidy_forms(text: str) -> str:
    """Write the numbers of known forms in a text as USCIS prints them: "I - 765" and "I–765" are `I-765`."""
    return _APART.sub(_tidied, text)


def _tidied(match: re.Match[str]) -> str:
    form = f"{match[1]}-{match[2]}"
    return form if form in _NUMBERS else match[0]


def numbers_named(text: str) -> frozenset[str]:
    """Return the forms that a text names, known or not, without the letter of a supplement: {"I-918"}."""
    return frozenset(f"{series}-{number}" for series, number, _ in _NAMED.findall(_plain(text)))


def _plain(text: str) -> str:
    """Fold widths, dashes and case."""
    return tidy_forms(unicodedata.normalize("NFKC", text[:_LONGEST]).translate(_DASHES).upper()).strip()


def read_form(text: str | None) -> str:
    """Return the one form that a text names, such as `I-539A`; "" where it names none, or more than one.

    "i539", "*I-539*", "Form I-539, Application to Extend" and a bare "539" all name it.
    """
    said = _plain(text or "")
    named = {f"{series}-{number}{suffix}" for series, number, suffix in _NAMED.findall(said)}
    spelled = spell_form(text or "")
    number = re.sub(r"[A-Z]+$", "", spelled)
    if spelled in FORMS and all(re.sub(r"[A-Z]+$", "", form) == number for form in named & FORMS):
        return spelled
    if bare := _BARE.fullmatch(said):
        named = {f"{series}-{bare[1]}" for series in "IN"}
    known = named & FORMS
    if len({family(form) for form in known}) != 1:
        return ""
    return family(next(iter(known))) if len(known) > 1 else next(iter(known))


def nearest_form(text: str) -> str:
    """Return the known form that a text which names none looks most like, or ""."""
    said = _plain(text)
    digits = said[:1] + said[1:].translate(_LOOK_LIKE_DIGITS)
    return next(iter(get_close_matches(digits, sorted(FORMS), n=1)), "")


def family(form: str) -> str:
    """Return the form whose rules a form or supplement is under."""
    return _FAMILIES.get(form, form)


def narrowed(forms: Iterable[str]) -> list[str]:
    """Leave out a form beside which another with the same number and a letter of its own is named."""
    named = list(forms)
    return [form for form in named if form not in {_NARROWER.get(each) for each in named}]


def contradicts(new: str, known: str) -> bool:
    """True where both values can be read and name forms with rules of their own."""
    named = {family(read_form(new)), family(read_form(known))}
    return "" not in named and len(named) > 1


def _worth(text: str) -> tuple[bool, bool]:
    """How good a readable value is: the case's own form before its supplement, then as USCIS prints it."""
    form = read_form(text)
    return family(form) == form, form == text


def better_form(new: str, *, than: str) -> str:
    """Return which of two values of a receipt's form to keep: one that can be read is never lost.

    Neither to one that cannot be read nor to another form, which is a question for a person, nor to its own
    supplement or a worse spelling of itself. Where neither can be read, the newer one wins. Fits the column.
    """
    if not read_form(new) and (read_form(than) or not new):
        return than
    if read_form(than) and (contradicts(new, than) or _worth(new) <= _worth(than)):
        return than
    fitting = new[:COLUMN]
    return fitting if read_form(fitting) == read_form(new) else read_form(new)
