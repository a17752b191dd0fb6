"""The normalizer against real texts: everything a person could agree on is right."""

from __future__ import annotations

from typing import Any

from tests.tracking.normalizer.corpus import Record, body, load
from tests.tracking.normalizer.scoring import score
from tracking.normalizer import Facts, normalize


def test_it_reads_every_known_title() -> None:
    total = score(load("status_titles"))

    assert not total.wrong
    assert total.code_volume_share == 1.0


def test_it_reads_every_text() -> None:
    total = score(load("status_texts"))

    assert not total.wrong
    assert total.bucket_volume_share == 1.0


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
            stated = as_record(normalize(record["title"], text, record["lang"]).facts)
            wrong += [
                f"{record['template_id']} {name}: {value!r}, not {record[name]!r}"
                for name, value in stated.items()
                if value != record[name]
            ]

    assert not wrong


def as_record(facts: Facts) -> dict[str, Any]:
    return {
        "event_date": facts.event_date and facts.event_date.isoformat(),
        "form": facts.form,
        "other_forms": list(facts.other_forms),
        "receipt_number": facts.receipt_number,
        "followup_date": facts.followup_date and facts.followup_date.isoformat(),
        "deadline": facts.deadline and facts.deadline.isoformat(),
        "office": facts.office,
        "office_role": facts.office_role and facts.office_role.value,
        "appointment": facts.appointment,
        "tracking_number": facts.tracking_number,
    }
