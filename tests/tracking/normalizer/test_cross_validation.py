"""The grammar alone, on titles hidden from it: nobody learned the list by heart.

A third of the known titles is hidden at a time; the hidden ones must be read by grammar.
"""

from __future__ import annotations

import pytest

from tests.tracking.normalizer.corpus import load
from tracking.normalizer.scoring import (
    PARTS,
    Score,
    Volumes,
    hides_own_family,
    hides_own_title,
    hiding,
    part_of,
    score,
)
from tracking.statuses import StatusCode, older


def volumes() -> Volumes:
    return Volumes.of(load("status_titles"))


def hidden_score(name: str, part: int) -> Score:
    records = [record for record in load(name) if part_of(record) == part]
    return score(records, volumes(), hiding(part, load("status_titles")))


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", ["status_titles", "status_texts"])
def test_it_is_never_wrong_in_silence(name: str, part: int) -> None:
    assert not hidden_score(name, part).silent


@pytest.mark.parametrize("part", range(PARTS))
def test_it_reads_hidden_titles_without_their_texts(part: int) -> None:
    total = hidden_score("status_titles", part)

    assert total.bucket.by_count >= 0.95
    assert total.code.by_count >= 0.95
    assert total.bucket.by_volume >= 0.99


def test_it_reads_97_of_100_hidden_titles_over_all_parts() -> None:
    titles = load("status_titles")
    total = score(titles, volumes(), hides_own_title(titles))

    assert total.bucket.by_count >= 0.97
    assert total.code.by_count >= 0.97
    assert total.asked.by_count <= 0.2


@pytest.mark.parametrize("part", range(PARTS))
def test_it_reads_hidden_titles_with_their_texts(part: int) -> None:
    total = hidden_score("status_texts", part)

    assert total.bucket.by_count >= 0.99
    assert total.code.by_count >= 0.99
    assert total.code.by_volume >= 0.99
    assert total.asked.by_count <= 0.02


@pytest.mark.parametrize(
    ("name", "right", "asked"), [("status_titles", 0.97, 0.35), ("status_texts", 0.99, 0.08)]
)
def test_it_reads_by_grammar_alone_when_no_title_of_the_event_is_known(
    name: str, right: float, asked: float
) -> None:
    records = load(name)
    total = score(records, volumes(), hides_own_family())

    assert total.code.by_count >= right
    assert total.looked_at <= asked * len(records)
    assert not total.silent


def test_hiding_families_hides_every_title_of_the_event_and_a_third_of_all_families() -> None:
    hidden = hides_own_family()
    for record in load("status_titles"):
        left = {reading.code for reading in hidden(record).values()}
        assert StatusCode(record["code"]) not in left
        assert not {code for code in left if older(code) == record["code"]}
        assert len(left) < len(StatusCode)


def test_it_reads_texts_without_any_title() -> None:
    untitled = [record | {"title": ""} for record in load("status_texts")]
    total = score(untitled, volumes(), lambda _record: {})

    assert total.code.by_count >= 0.99
    assert not total.silent
