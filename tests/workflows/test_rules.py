"""Which changes start which playbooks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest

from tracking.statuses import CODES, StatusCode
from workflows.actions import KINDS
from workflows.definitions import DEFINITIONS, Definition
from workflows.rules import CONDITIONS, ActionSpec, Hold, PlaybookRule, all_hold, decide


@dataclass(frozen=True)
class Facts:
    code: str = "RFE_ISSUED"
    bucket: str = "ACTION_REQUESTED"
    previous_code: str = "IN_REVIEW"
    previous_bucket: str = "IN_REVIEW"
    event_date: date | None = date(2026, 2, 27)
    detected_at: datetime = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    form: str = "I-765"
    client_action: bool = True
    needs_review: bool = False
    is_restored: bool = False


def facts(code: str, **changed: object) -> Facts:
    info = CODES[StatusCode(code)]
    base = Facts(code=code, bucket=str(info.bucket), client_action=info.client_action)
    return replace(base, **changed)  # type: ignore[arg-type]  # named fields of any type


def rule(definition: Definition) -> PlaybookRule:
    actions = tuple(
        ActionSpec(row["key"], row["kind"], row.get("params", {}), row.get("when", {}))
        for row in definition.actions
    )
    return PlaybookRule(
        definition.key, frozenset(definition.codes), frozenset(), definition.conditions, actions
    )


BUILTIN = [rule(definition) for definition in DEFINITIONS]


def started(given: Facts) -> list[str]:
    return list(dict.fromkeys(step.playbook_key for step in decide(given, BUILTIN)))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("BIOMETRICS_SCHEDULED", ["biometrics"]),
        ("RFE_ISSUED", ["rfe"]),
        ("APPROVED", ["approval"]),
        ("SENT_TO_DOS", ["approval"]),
        ("DOC_MAILED", ["approval"]),
        ("DENIED", ["status_update"]),
        ("INTERVIEW_SCHEDULED", ["status_update"]),
        ("RECEIVED", []),
        ("IN_REVIEW", []),
        ("FEE_PAYMENT", []),
        ("ADMIN_UPDATE", []),
        ("UNKNOWN", []),
    ],
)
def test_it_starts_what_the_code_calls_for(code: str, expected: list[str]) -> None:
    assert started(facts(code)) == expected


def test_it_tells_of_a_card_after_an_approval_without_approving_again() -> None:
    card = facts("DOC_MAILED", previous_code="APPROVED", previous_bucket="APPROVED")

    assert started(card) == ["card_update"]


def test_it_takes_a_card_as_the_first_sign_of_an_approval() -> None:
    assert started(facts("DOC_PRODUCTION")) == ["approval"]


@pytest.mark.parametrize("code", ["APPROVED", "BIOMETRICS_SCHEDULED"])
def test_it_leaves_old_history_found_at_the_first_reading_alone(code: str) -> None:
    first = facts(code, previous_code="", previous_bucket="", event_date=date(2025, 6, 1))

    assert started(first) == []


def test_it_does_not_miss_a_request_found_at_the_first_reading() -> None:
    first = facts("RFE_ISSUED", previous_code="", previous_bucket="")

    assert started(replace(first, event_date=date(2026, 1, 2))) == ["rfe"]
    assert started(replace(first, event_date=None)) == ["rfe"]


def test_it_sends_no_general_news_at_the_first_reading() -> None:
    assert started(facts("TRANSFERRED", previous_code="", previous_bucket="")) == []


def test_it_holds_every_step_of_a_reading_that_needs_review() -> None:
    planned = decide(facts("RFE_ISSUED", needs_review=True), BUILTIN)

    assert {step.hold for step in planned} == {Hold.NEEDS_REVIEW}


def test_it_goes_on_once_a_person_has_confirmed_the_reading() -> None:
    planned = decide(facts("RFE_ISSUED", needs_review=True), BUILTIN, confirmed=True)

    assert {step.hold for step in planned} == {None}


def test_it_writes_nothing_to_the_client_about_news_that_was_overtaken() -> None:
    planned = decide(facts("RFE_ISSUED"), BUILTIN, superseded=True)

    assert {step.action_key for step in planned if step.hold} == {"message"}


def test_it_starts_nothing_when_a_correction_is_taken_back() -> None:
    assert decide(facts("APPROVED", is_restored=True), BUILTIN) == []


@pytest.mark.parametrize(("form", "step"), [("I485", "await_card"), ("I-130", "ready_to_close")])
def test_it_chooses_what_follows_an_approval_by_the_form(form: str, step: str) -> None:
    planned = decide(facts("APPROVED", form=form), BUILTIN)

    assert [each.action_key for each in planned if each.kind == "stage"] == [step]


def test_it_urges_staff_only_when_somebody_must_act() -> None:
    denied, moved = decide(facts("DENIED"), BUILTIN), decide(facts("TRANSFERRED"), BUILTIN)

    assert [step.kind for step in denied] == ["message", "notice"]
    assert [step.kind for step in moved] == ["message"]


def test_it_refuses_a_condition_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="moon_phase"):
        all_hold(facts("APPROVED"), {"moon_phase": "full"})


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.key)
def test_it_ships_definitions_that_only_use_what_exists(definition: Definition) -> None:
    conditions = {
        *definition.conditions,
        *(name for row in definition.actions for name in row.get("when", {})),
    }

    assert {row["kind"] for row in definition.actions} <= KINDS.keys()
    assert conditions <= CONDITIONS.keys()
    assert set(definition.codes) <= set(StatusCode)
    assert len({row["key"] for row in definition.actions}) == len(definition.actions)
