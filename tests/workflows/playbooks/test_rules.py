"""Which changes start which playbooks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest

from tracking.observations.standing import CLOCKS
from tracking.statuses import CODES, StatusCode, is_called_off, older
from workflows.playbooks.builtin import DEFINITIONS, Definition
from workflows.playbooks.rules import CONDITIONS, ActionSpec, Hold, PlaybookRule, all_hold, decide
from workflows.playbooks.steps import KINDS


@dataclass(frozen=True)
class Facts:
    code: str = "RFE_ISSUED"
    bucket: str = "ACTION_REQUESTED"
    previous_code: str = "IN_REVIEW"
    previous_bucket: str = "IN_REVIEW"
    event_date: date | None = date(2026, 2, 27)
    modified_on: date | None = None
    appointment_on: date | None = None
    detected_at: datetime = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    forms: tuple[str, ...] = ("I-765",)
    client_action: bool = True
    needs_review: bool = False
    is_restored: bool = False
    is_new: bool = True
    title_en: str = ""
    title_es: str = ""
    matter_kind: str = "case"
    teams: frozenset[str] = frozenset()
    priority: str = "normal"
    language: str = "en"
    filed_on: date | None = None

    @property
    def read_at(self) -> datetime:
        return self.detected_at


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
NOTE = ActionSpec("note", "notice", {"level": "info"})


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
        ("DENIED", ["denial", "status_update"]),
        ("NOID_ISSUED", ["noid"]),
        ("NOIR_ISSUED", ["noir"]),
        ("REVOKED_TERMINATED", ["revocation", "status_update"]),
        ("REJECTED", ["rejection", "status_update"]),
        ("INTERVIEW_SCHEDULED", ["interview", "status_update"]),
        ("INTERVIEW_CANCELLED", ["interview_cancelled", "status_update"]),
        ("OATH_CEREMONY", ["oath", "status_update"]),
        ("NO_SHOW", ["missed_appointment", "status_update"]),
        ("MAIL_RETURNED", ["returned_card", "returned_notice", "status_update"]),
        ("DOC_DESTROYED", ["destroyed_card", "status_update"]),
        ("NOTICE_MAILED", ["notice_to_read", "status_update"]),
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


@pytest.mark.parametrize("code", [code for code in CODES if code != "UNKNOWN"])
def test_it_holds_every_step_of_a_reading_that_needs_review_but_a_clock(code: str) -> None:
    planned = decide(facts(code, needs_review=True, forms=("I-130",)), BUILTIN)
    going_on = {step.kind for step in planned if step.hold is None}

    assert {step.hold for step in planned if step.hold} <= {Hold.NEEDS_REVIEW}
    assert going_on == ({"deadline"} if code in CLOCKS and counted(code, "I-130") else set())


def test_it_goes_on_once_a_person_has_confirmed_the_reading() -> None:
    planned = decide(facts("RFE_ISSUED", needs_review=True), BUILTIN, confirmed=True)

    assert {step.hold for step in planned} == {None}


def test_it_writes_nothing_to_the_client_about_news_that_was_overtaken() -> None:
    planned = decide(facts("RFE_ISSUED"), BUILTIN, superseded=True)

    assert {step.action_key for step in planned if step.hold} == {"message"}


def test_it_starts_nothing_when_a_correction_is_taken_back() -> None:
    assert decide(facts("APPROVED", is_restored=True), BUILTIN) == []


@pytest.mark.parametrize(
    ("forms", "step", "message"),
    [
        ("I-485 I-765 I-751", "await_card", "approval_news"),
        ("I-129F I-130 I-140 I-360 I-601A", "await_card", "petition_approved"),
        ("I-589 I-730 I-918", "await_card", "approval_news"),
        ("N-400", "await_card", "naturalization_approved"),
        ("I-129 I-539 I-824", "ready_to_close", "approval_news"),
    ],
)
def test_it_chooses_what_follows_an_approval_by_the_form(forms: str, step: str, message: str) -> None:
    for form in forms.split():
        planned = decide(facts("APPROVED", forms=(form,)), BUILTIN)

        assert [each.action_key for each in planned if each.kind == "stage"] == [step], form
        assert [each.params["template"] for each in planned if each.kind == "message"] == [message], form


def test_it_urges_staff_only_when_somebody_must_act() -> None:
    denied, moved = decide(facts("DENIED"), BUILTIN), decide(facts("TRANSFERRED"), BUILTIN)

    assert {"message", "notice"} <= {step.kind for step in denied}
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


def counted(code: str, *forms: str, **changed: object) -> set[str]:
    """Return the kinds of deadline that a change of a case on these forms counts."""
    given = facts(code, forms=tuple(filter(None, forms)), **changed)
    return {step.params["kind"] for step in decide(given, BUILTIN) if step.kind == "deadline"}


@pytest.mark.parametrize(
    ("form", "remedies"),
    [
        ("I-140", {"i290b_motion", "i290b_appeal"}),
        ("I-129CW", {"i290b_motion", "i290b_appeal"}),
        ("", {"i290b_motion", "i290b_appeal"}),
        ("I-130", {"i290b_motion", "eoir29_appeal"}),
        ("I-130A", {"i290b_motion", "eoir29_appeal"}),
        ("I-360", {"i290b_motion", "i290b_appeal", "eoir29_appeal"}),
        ("I-485", {"i290b_motion", "i290b_appeal"}),
        ("I-485J", {"i290b_motion", "i290b_appeal"}),
        ("I-601A", set()),
        ("I-821D", set()),
        ("I-918", {"i290b_motion", "i290b_appeal"}),
        ("I-765", {"i290b_motion"}),
        ("I-290B", {"i290b_motion"}),
        ("N-400", {"n336_hearing"}),
        ("N-336", {"court_review", "i290b_motion"}),
    ],
)
def test_it_counts_every_remedy_that_a_denial_of_this_form_may_have(form: str, remedies: set[str]) -> None:
    assert counted("DENIED", form) == remedies


@pytest.mark.parametrize(
    ("form", "remedies"),
    [
        ("I-130", {"revocation_appeal", "i290b_motion"}),
        ("I-360", {"revocation_appeal", "i290b_motion"}),
        ("I-526E", {"revocation_appeal", "i290b_motion"}),
        ("I-918", {"i290b_appeal", "i290b_motion"}),
        ("I-914", {"i290b_appeal", "i290b_motion"}),
        ("I-821D", set()),
        ("I-601A", set()),
        ("", {"revocation_appeal", "i290b_motion"}),
        ("I-129", {"i290b_appeal", "i290b_motion"}),
        ("I-765", {"i290b_motion"}),
        ("N-400", {"n336_hearing"}),
    ],
)
def test_it_counts_the_short_appeal_of_a_revoked_petition(form: str, remedies: set[str]) -> None:
    assert counted("REVOKED_TERMINATED", form) == remedies


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        (
            "Case Was Updated To Show No One Appeared for In-Person Processing",
            {"n400_absence", "oath_absence"},
        ),
        ("You Missed Your Interview", {"n400_absence"}),
        ("No Se Presentó A Su Entrevista", {"n400_absence"}),
        ("You Did Not Appear For Your Oath Ceremony", {"oath_absence"}),
        ("No Se Presentó A La Ceremonia De Juramentación", {"oath_absence"}),
    ],
)
def test_it_counts_what_was_missed_for_naturalization_only(title: str, kinds: set[str]) -> None:
    assert counted("NO_SHOW", "N-400", title_en=title) == kinds
    assert counted("NO_SHOW", "", title_en=title) == kinds
    assert counted("NO_SHOW", "I-485", title_en=title) == set()


@pytest.mark.parametrize(
    ("forms", "remedies"),
    [
        (("I-140",), {"i290b_motion"}),
        ((), {"bia_motion", "i290b_motion"}),
        (("I-290B",), {"i290b_motion"}),
        (("I-130",), {"bia_motion"}),
        (("I-360",), {"bia_motion", "i290b_motion"}),
        (("N-400",), {"n336_hearing", "court_review"}),
        (("N-336",), {"court_review", "i290b_motion"}),
    ],
)
def test_it_counts_the_motion_that_a_lost_appeal_leaves(forms: tuple[str, ...], remedies: set[str]) -> None:
    assert counted("APPEAL_MOTION", *forms, client_action=True) == remedies
    assert counted("APPEAL_MOTION", *forms, client_action=False) == set()


def test_it_counts_the_days_to_pay_a_fee_that_was_returned_and_none_for_a_refund() -> None:
    assert counted("FEE_PAYMENT", "I-130", client_action=True) == {"fee_payment"}
    assert counted("FEE_PAYMENT", "I-130", client_action=False) == set()


def test_it_counts_the_year_to_reopen_a_closed_naturalization_application() -> None:
    assert counted("CLOSED", "N-400") == {"n400_reopen"}
    assert counted("CLOSED", "") == counted("CLOSED") == {"n400_reopen"}
    assert counted("CLOSED", "I-485") == set()


def test_a_case_that_may_be_about_two_forms_has_the_remedies_of_both() -> None:
    assert counted("REVOKED_TERMINATED", "I-765", "I-140") == {"revocation_appeal", "i290b_motion"}
    assert counted("DENIED", "I-601A", "I-485") == {"i290b_motion", "i290b_appeal"}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Card Was Returned To USCIS", ["returned_card"]),
        ("Document Was Returned As Undeliverable", ["returned_card"]),
        ("Notice Was Returned To USCIS Because The Post Office Could Not Deliver It", ["returned_notice"]),
        ("Se devolvió la tarjeta a USCIS", ["returned_card"]),
        ("La notificación fue devuelta", ["returned_notice"]),
        ("Determined As Undeliverable", ["returned_card", "returned_notice"]),
    ],
)
def test_it_tells_a_returned_card_from_a_returned_notice(title: str, expected: list[str]) -> None:
    assert started(facts("MAIL_RETURNED", title_en=title))[:-1] == expected


@pytest.mark.parametrize("code", ["NOID_ISSUED", "NOIR_ISSUED", "DENIED", "REVOKED_TERMINATED"])
def test_it_does_not_miss_a_running_period_at_the_first_reading(code: str) -> None:
    first = facts(code, previous_code="", previous_bucket="")

    assert len(started(first)) == 1
    assert started(replace(first, event_date=date(2025, 6, 1))) == []


REFINING = [code for code, info in CODES.items() if info.refines]


HAVE_OWN = {code for definition in DEFINITIONS for code in definition.codes}


@pytest.mark.parametrize("code", [code for code in REFINING if code not in HAVE_OWN])
def test_a_refining_code_starts_what_the_older_one_starts(code: str) -> None:
    def steps(of: str) -> list[tuple[str, str]]:
        flags = {"client_action": False, "title_en": "A notice"}
        return [(step.playbook_key, step.action_key) for step in decide(facts(of, **flags), BUILTIN)]

    assert steps(code) == ([] if is_called_off(code) else steps(older(code)))


@pytest.mark.parametrize("code", REFINING)
def test_what_was_called_off_starts_nothing_of_its_stage_either(code: str) -> None:
    of_stage = PlaybookRule(
        "stage", frozenset(), frozenset({str(CODES[StatusCode(code)].bucket)}), {}, (NOTE,)
    )

    assert bool(decide(facts(code), [of_stage])) is not is_called_off(code)


@pytest.mark.parametrize("code", REFINING)
def test_a_playbook_of_its_own_takes_the_place_of_the_older_codes(code: str) -> None:
    own = PlaybookRule("own", frozenset({code}), frozenset(), {}, (NOTE,))

    others = [each for each in BUILTIN if code not in each.codes]

    def keys(of: str) -> set[str]:
        return {step.playbook_key for step in decide(facts(of), [*others, own])}

    assert keys(code) == {"own"}
    assert "own" not in keys(older(code))


@pytest.mark.parametrize("code", ["COURT_REFERRAL", "NTA_ISSUED"])
@pytest.mark.parametrize("form", ["I-589", "N-400", ""])
def test_a_referral_and_a_notice_to_appear_start_the_clocks_of_the_court(code: str, form: str) -> None:
    planned = decide(facts(code, forms=tuple(filter(None, [form]))), BUILTIN)

    assert counted(code, form) == {"court_address"}
    assert [step.params["kind"] for step in planned if step.kind == "appointment"] == ["court_hearing"]
    assert {"court", "status_update"} == {step.playbook_key for step in planned}


def test_a_returned_payment_counts_the_days_to_pay() -> None:
    assert counted("PAYMENT_DISHONORED", "I-130") == {"fee_payment"}
