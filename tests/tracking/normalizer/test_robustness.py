"""Any text in, an answer out, and quickly."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.normalizer.corpus import load
from tracking.normalizer import Normalized, nearest, normalize
from tracking.normalizer.scoring import body
from tracking.statuses import CODES

VOCABULARY = """
on may 4 2021 we received denied your form i-485 case notice card was not returned to by the
recibimos su caso fue el de appeal interview if you do receive request receipt number &#0; <a <<
"""
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), max_size=60).map(" ".join)
BYTES = st.binary(max_size=200).map(lambda raw: raw.decode("utf-8", "surrogateescape"))
ANY_TEXT = st.text() | WORDS | BYTES


@given(ANY_TEXT, ANY_TEXT, st.none() | st.sampled_from(["en", "es", "xx"]))
def test_it_answers_any_text(title: str, description: str, lang: str | None) -> None:
    result = normalize(title, description, lang)

    assert isinstance(result, Normalized)
    assert result.bucket is CODES[result.code].bucket
    assert 0.0 <= result.confidence <= 1.0


@given(ANY_TEXT)
def test_it_suggests_for_any_title(title: str) -> None:
    assert len(nearest(title)) <= 3


def test_it_does_not_choke_on_a_flood() -> None:
    flood = (
        "On May 4, 2021, we destroyed your Form I-485, Notice of The And Or, if not by by by 2021 " * 20_000
    )
    started = time.process_time()

    normalize(flood, flood)

    assert time.process_time() - started < 1.0


def test_it_reads_5000_texts_a_second_on_one_core() -> None:
    texts = [(record["title"], body(record)) for record in load("status_texts")] * 4

    assert max(speed(texts) for _ in range(3)) >= 5_000


def speed(texts: list[tuple[str, str]]) -> float:
    started = time.process_time()
    for title, description in texts:
        normalize(title, description)
    return len(texts) / (time.process_time() - started)
