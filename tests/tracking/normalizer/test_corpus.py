"""The normalizer against real texts: everything a person could agree on is right."""

from __future__ import annotations

from tests.tracking.normalizer.corpus import load
from tracking.normalizer import normalize
from tracking.normalizer.results import facts_as_record
from tracking.normalizer.scoring import Record, Volumes, body, score


def test_it_reads_every_known_title() -> None:
    titles = load("status_titles")
    total = score(titles, Volumes.of(titles))

    assert not total.wrong
    assert total.code.by_volume == 1.0


def test_it_reads_every_text() -> None:
    total = score(load("status_texts"), Volumes.of(load("status_titles")))

    assert not total.wrong
    assert total.bucket.by_volume == 1.0


def test_it_knows_who_must_act_and_what_is_over() -> None:
    records = load("status_titles") + load("status_texts")
    results = [(record, normalize(record["title"], body(record), record["lang"])) for record in records]

    assert not [
        record["title"]
        for record, result in results
        if (result.client_action, result.terminal) != (record["client_action"], record["terminal"])
    ]


def test_it_leaves_clear_texts_to_nobody() -> None:
    clear = [record for record in load("status_texts") if not record["ambiguous"]]

    assert not [record["title"] for record in clear if normalize(record["title"], body(record)).needs_review]


def test_it_reads_spanish_as_its_english_twin() -> None:
    pairs: dict[str, list[Record]] = {}
    for record in load("status_texts"):
        pairs.setdefault(record.get("pair") or record["template_id"], []).append(record)

    for twins in pairs.values():
        assert len({normalize(twin["title"], body(twin), twin["lang"]).code for twin in twins}) == 1


def test_it_states_every_fact() -> None:
    texts = {record["description"]: body(record) for record in load("status_texts")}
    wrong = []
    for record in load("extractions"):
        for text in {record["description"], texts.get(record["description"], record["description"])}:
            stated = facts_as_record(normalize(record["title"], text, record["lang"]).facts)
            wrong += [
                f"{record['template_id']} {name}: {value!r}, not {record[name]!r}"
                for name, value in stated.items()
                if value != record[name]
            ]

    assert not wrong
