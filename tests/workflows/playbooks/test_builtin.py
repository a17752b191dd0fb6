"""Definitions are checked when they are installed and when they are read; an invalid one stops no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from legist.core.errors import WrongState
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import ENGINE, make_news, run
from tests.workflows.playbooks.test_rules import facts
from tracking.models import Receipt
from workflows.models import Deadline, Notification, Playbook, PlaybookRun
from workflows.playbooks import engine, resuming
from workflows.playbooks.builtin import DEFINITIONS
from workflows.playbooks.builtin.mail import RETURNED_CARD, RETURNED_NOTICE
from workflows.playbooks.rules import CONDITIONS, decide
from workflows.playbooks.store import find_faults, install_definitions, read
from workflows.playbooks.withheld import may_call_for
from workflows.web.playbooks.words import explain

Browser = Callable[[str], Client]
CARD: Any = RETURNED_CARD
STEP: dict[str, Any] = {"key": "d", "kind": "deadline", "params": {"kind": "rfe", "title": "Answer"}}


def with_step(**changed: Any) -> Any:
    return replace(CARD, actions=({**STEP, **changed},))


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.key)
def test_what_ships_is_valid(definition: Any) -> None:
    assert find_faults(definition) == []


@pytest.mark.parametrize(
    ("definition", "fault"),
    [
        (replace(CARD, codes=("RFE_ISUED",)), "perhaps 'RFE_ISSUED'"),
        (replace(CARD, codes=()), "no status starts it"),
        (replace(CARD, codes="RFE_ISSUED"), "has to be a list"),
        (replace(CARD, conditions={"previus_known": True}), "perhaps 'previous_known'"),
        (replace(CARD, conditions={"previous_known": "yes"}), "has to be true or false"),
        (replace(CARD, conditions={"previous_bucket_in": ["APROVED"]}), "perhaps 'APPROVED'"),
        (replace(CARD, conditions=["previous_known"]), "has to be a mapping"),
        (with_step(kind="deadlin"), "perhaps 'deadline'"),
        (with_step(params={"title": "Answer"}), "kind is missing"),
        (with_step(params={"kind": "rfe", "titel": "Answer"}), "perhaps 'title'"),
        (with_step(params={"kind": "rfe", "title": 7}), "title has to be a text"),
        (with_step(params={"kind": "rfe", "title": "x" * 161}), "longer than 160"),
        (with_step(when={"returned": "card", "form": "I-765"}), "is not known here"),
        (with_step(params={**STEP["params"], "in": "matter"}), "no earlier step"),
        (replace(CARD, actions=(STEP, STEP)), "key used before"),
        (replace(CARD, actions=("deadline",)), "has to be a mapping"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_says_what_is_wrong(definition: Any, fault: str) -> None:
    assert fault in " ".join(find_faults(definition))


def test_a_step_works_in_a_matter_that_an_earlier_step_opens() -> None:
    opens = {"key": "matter", "kind": "matter", "params": {"kind": "rfe", "title": "Answer"}}
    inside = {**STEP, "params": {**STEP["params"], "in": "matter"}}

    assert find_faults(replace(CARD, actions=(opens, inside))) == []
    assert find_faults(replace(CARD, actions=(inside, opens))) != []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
CONDITION = st.dictionaries(st.sampled_from(sorted(CONDITIONS)), JSON, max_size=2)
KEYED = st.fixed_dictionaries(
    {"key": st.just("d"), "kind": st.sampled_from(["deadline", "message", "matter", "x"])},
    optional={"params": st.just(STEP["params"]) | JSON, "when": CONDITION | JSON},
)


@given(
    codes=st.just(["RFE_ISSUED"]) | JSON,
    buckets=st.just([]) | JSON,
    conditions=CONDITION | JSON,
    actions=st.lists(KEYED, max_size=2) | JSON,
)
def test_whatever_is_written_is_read_without_an_error(**parts: Any) -> None:
    playbook = Playbook(key="x", name="X", **parts)

    reading = read(playbook)

    words = explain(playbook)
    assert bool(reading.faults) == bool(words.faults) == (reading.rule is None)
    assert words.triggers is not None
    assert may_call_for(playbook, facts("RFE_ISSUED")) in {True, False}
    if reading.rule:
        decide(facts("RFE_ISSUED"), [reading.rule])


def test_a_valid_one_still_runs_beside_one_that_is_invalid(firm: Firm) -> None:
    Playbook.objects.filter(key="denial").update(conditions={"first_reading_max_age": 60})

    run(make_news(firm.danas_matter, "DENIED"))

    states = dict(PlaybookRun.objects.values_list("playbook_key", "state"))
    assert states == {"denial": "invalid", "status_update": "done"}


def break_noid() -> None:
    Playbook.objects.filter(key="noid").update(conditions={"first_reading_max_age": 60})


def mend_noid() -> None:
    Playbook.objects.filter(key="noid").update(conditions={"first_reading_max_age_days": 60})


def test_operations_and_managers_are_told_once(firm: Firm) -> None:
    break_noid()

    for _ in range(2):
        run(make_news(firm.danas_matter, "NOID_ISSUED"))

    told = Notification.objects.filter(kind="playbook").values_list("user__name", flat=True)
    assert sorted(told) == ["Mary", "Olga"]


def test_what_it_would_have_started_starts_when_it_can_be_read_again(firm: Firm) -> None:
    break_noid()
    run(make_news(firm.danas_matter, "NOID_ISSUED"))
    assert resuming.resume_ready(now=NOW, actor=ENGINE) == 0

    mend_noid()

    assert resuming.resume_ready(now=NOW, actor=ENGINE) == 1
    assert PlaybookRun.objects.get(playbook_key="noid").state == "done"
    assert Deadline.objects.get().kind == "noid"


def test_a_person_starts_it_when_it_can_be_read_again(firm: Firm) -> None:
    break_noid()
    run(make_news(firm.danas_matter, "NOID_ISSUED"))
    kept = PlaybookRun.objects.get(playbook_key="noid")
    with pytest.raises(WrongState, match="still invalid"):
        resuming.repeat_run(kept.pk, now=NOW, actor=firm.actor("paul"))

    mend_noid()
    resuming.repeat_run(kept.pk, now=NOW, actor=firm.actor("paul"))

    assert Deadline.objects.get().kind == "noid"


def test_a_receipt_without_a_matter_waits_for_both(firm: Firm) -> None:
    break_noid()
    change = make_news(None, "NOID_ISSUED")
    run(change)
    mend_noid()
    resuming.resume_ready(now=NOW, actor=ENGINE)
    assert PlaybookRun.objects.get(playbook_key="noid").state == "parked"

    Receipt.objects.filter(pk=change.receipt_id).update(matter=firm.danas_matter)
    resuming.resume_ready(now=NOW, actor=ENGINE)

    assert Deadline.objects.get().kind == "noid"


def test_a_misspelled_status_keeps_what_it_may_have_meant(firm: Firm) -> None:
    Playbook.objects.filter(key="noid").update(codes=["NOID_ISUED"])
    run(make_news(firm.danas_matter, "NOID_ISSUED"))
    run(make_news(firm.danas_matter, "APPROVED"))
    assert PlaybookRun.objects.filter(state="invalid").count() == 2

    Playbook.objects.filter(key="noid").update(codes=["NOID_ISSUED"])
    resuming.resume_ready(now=NOW, actor=ENGINE)

    assert Deadline.objects.get().kind == "noid"
    assert PlaybookRun.objects.get(playbook_key="noid", state="skipped").reason == "not_called_for"


def test_what_is_kept_is_put_aside_when_the_playbook_is_switched_off(firm: Firm) -> None:
    break_noid()
    run(make_news(firm.danas_matter, "NOID_ISSUED"))

    Playbook.objects.filter(key="noid").update(enabled=False)
    resuming.resume_ready(now=NOW, actor=ENGINE)

    assert PlaybookRun.objects.get(playbook_key="noid").state == "skipped"


def test_an_invalid_version_replaces_none_that_is_in_force(firm: Firm) -> None:
    faulty = replace(RETURNED_NOTICE, version=9, conditions={"returnd": "notice"})
    fine = replace(RETURNED_CARD, version=9)

    assert install_definitions([faulty, fine]) == 2

    enabled = Playbook.objects.filter(enabled=True, key__startswith="returned")
    assert dict(enabled.values_list("key", "version")) == {"returned_card": 9, "returned_notice": 1}


@pytest.mark.parametrize("address", ["/playbooks/", "/playbooks/noid/", "/health/"])
def test_the_pages_say_what_is_wrong_with_it(firm: Firm, browser_of: Browser, address: str) -> None:
    break_noid()
    run(make_news(firm.danas_matter, "NOID_ISSUED"))

    page = browser_of("mary").get(address).content.decode()

    assert ("first_reading_max_age" in page) == (address != "/health/")
    assert "noid" in page.lower()


def test_a_period_may_still_run_where_its_playbook_cannot_be_read(firm: Firm) -> None:
    break_noid()
    run(make_news(firm.danas_matter, "NOID_ISSUED"))

    assert engine.may_still_run(PlaybookRun.objects.get(playbook_key="noid"))
