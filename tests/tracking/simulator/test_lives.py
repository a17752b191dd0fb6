"""Lives derive from seed and receipt and run in a plausible order."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tracking.simulator.lives import life_of
from tracking.simulator.scenarios import SANDBOX, SCRIPTS
from tracking.simulator.wording import ENGLISH

RECEIPTS = [f"IOE91{number:08d}" for number in range(2000)]
LIVES = [life_of(receipt, seed=1) for receipt in RECEIPTS]
BEFORE = [
    ("biometrics", "fingerprints"),
    ("rfe_initial", "rfe_response"),
    ("interview", "interview_done"),
    ("approved", "card_produced"),
    ("card_produced", "card_picked_up"),
    ("card_picked_up", "card_delivered"),
    ("approved", "oath"),
]


def test_it_gives_a_receipt_the_same_life_every_time() -> None:
    assert LIVES[:50] == [life_of(receipt, seed=1) for receipt in RECEIPTS[:50]]


def test_it_gives_another_seed_other_lives() -> None:
    assert LIVES[:50] != [life_of(receipt, seed=2) for receipt in RECEIPTS[:50]]


@pytest.mark.parametrize(("earlier", "later"), BEFORE)
def test_it_keeps_the_order_of_things(earlier: str, later: str) -> None:
    for life in LIVES:
        statuses = [step.status for step in life.steps]
        if {earlier, later} <= set(statuses):
            assert statuses.index(earlier) < statuses.index(later)


def test_it_lets_days_only_pass() -> None:
    for life in [*LIVES, *SCRIPTS.values(), *SANDBOX.values()]:
        assert life.steps[0].day == 0
        assert all(first.day < second.day for first, second in pairwise(life.steps))


def test_it_has_texts_for_every_status() -> None:
    used = {step.status for life in [*LIVES, *SCRIPTS.values(), *SANDBOX.values()] for step in life.steps}
    assert used <= set(ENGLISH.texts)


def test_it_mixes_forms_and_outcomes() -> None:
    assert len({life.form for life in LIVES}) == 12
    approved = sum(any(step.status == "approved" for step in life.steps) for life in LIVES)
    assert 0.75 < approved / len(LIVES) < 0.95


def test_it_shows_cases_at_different_ages() -> None:
    begun = sum(life.age > life.steps[1].day for life in LIVES)
    assert 0.3 < begun / len(LIVES) < 0.9


def test_it_keeps_a_form_that_is_given() -> None:
    assert life_of("IOE9100000001", seed=1, form="N-400").form == "N-400"
