"""Any text in, an answer out, and quickly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.normalizer import Normalized, OfficeRole, nearest, normalize
from tracking.normalizer.nearest import corrected
from tracking.normalizer.results import as_record
from tracking.statuses import CODES

VOCABULARY = """
on may 4 2021 05/04/2021 2021-05-04 we received denied approved your form i-485 case notice card was not
returned to by the recibimos su caso fue el de appeal interview is if you do receive request receipt number
IOE0912345678 tracking oficina local &#0; &nbsp; <a << . , : at 9:30 AM 99:99 pm field office
"""
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), max_size=60).map(" ".join)
BYTES = st.binary(max_size=200).map(lambda raw: raw.decode("utf-8", "surrogateescape"))
ODD = st.text(
    st.sampled_from(
        "\x00\x07\x1b\r\n\t\ud800\udfff\u202e\u200f\ufeff\u00ad\u0301ß\u0130١２ªº\U0001f600 a1.,-/<>&"
    )
)
ANY_TEXT = st.text() | WORDS | BYTES | ODD
LANGUAGES = st.none() | st.sampled_from(["en", "es", "xx", ""])
# Shapes that make careless patterns take forever: a beginning many times over, and never the end.
FLOODS = {
    "dates": "On May 4, 2021, ",
    "unfinished sentence": "if you do not receive by by by until ",
    "form name": "Form I-485, Notice of The And Or, ",
    "capitals": "Aa ",
    "nested markup": "<a <b <",
    "entities": "&amp;lt;",
    "links": "http://www.",
    "decided": "denied your not approved the ",
    "spanish": "notificación de la oficina de correos no pudo ",
    "one word": "x",
    "digits": "1 2021 ",
    "hyphens": "card-card-",
    "interview": "interview scheduled interview was ",
    "combining": "e\u0301\u0301",
    "spaces": " \u00a0\t",
}


@given(ANY_TEXT, ANY_TEXT, LANGUAGES)
def test_it_answers_any_text(title: str, description: str, lang: str | None) -> None:
    result = normalize(title, description, lang)

    assert isinstance(result, Normalized)
    assert result.bucket is CODES[result.code].bucket
    assert 0.0 <= result.confidence <= 1.0
    assert (result.facts.office_role is None) or isinstance(result.facts.office_role, OfficeRole)


@given(ANY_TEXT, ANY_TEXT)
def test_it_gives_the_same_answer_twice(title: str, description: str) -> None:
    assert as_record(normalize(title, description)) == as_record(normalize(title, description))


@given(ANY_TEXT, st.booleans())
def test_it_corrects_any_title_once(title: str, spanish: bool) -> None:
    once = corrected(title, spanish=spanish)

    assert corrected(once, spanish=spanish) == once


@given(ANY_TEXT)
def test_it_suggests_for_any_title(title: str) -> None:
    assert len(nearest(title)) <= 3


@pytest.mark.timeout(20)
@pytest.mark.parametrize("shape", FLOODS)
def test_it_does_not_choke_on_a_flood(shape: str) -> None:
    flood = FLOODS[shape] * (200_000 // len(FLOODS[shape]))

    texts = ((flood, flood), ("Case Was Received", flood[:3_999] + "."), (flood, ""))
    assert {normalize(*text).code for text in texts} <= set(CODES)
