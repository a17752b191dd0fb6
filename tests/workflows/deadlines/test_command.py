"""`manage.py deadline`: the day and how it was counted, for people and for programs."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from legist.practice.form_numbers import FORMS, family, read_form
from workflows.law.counting import KINDS
from workflows.law.kinds import PERIODS
from workflows.law.periods import general
from workflows.law.remedies import REMEDIES, why_barred


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("deadline", *arguments, stdout=out)
    return out.getvalue()


def document(*arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run(*arguments, "--json"))
    return answer


def test_it_answers_with_one_json_document() -> None:
    answer = document("rfe", "--issued", "2025-01-06")

    assert {"kind", "due", "rule", "citation", "steps", "status"} <= set(answer)
    assert (answer["kind"], answer["due"], answer["status"]) == ("rfe", "2025-03-31", "provisional")
    assert "8 CFR 103.2(b)(8)(iv)" in answer["citation"]
    assert len(answer["steps"]) >= 4


@pytest.mark.parametrize(
    ("arguments", "due"),
    [
        (["--served", "electronic"], "2025-03-31"),
        (["--served", "personal"], "2025-03-31"),
        (["--served", "mail"], "2025-04-03"),
        (["--from-abroad"], "2025-03-31"),
        (["--served", "mail", "--from-abroad"], "2025-04-14"),
        (["--form", "I-539"], "2025-02-05"),
        (["--form", "I-539", "--served", "mail"], "2025-02-10"),
    ],
)
def test_it_takes_service_place_and_form(arguments: list[str], due: str) -> None:
    assert document("rfe", "--issued", "2025-01-06", *arguments)["due"] == due


@pytest.mark.parametrize(
    ("written", "near"),
    [("I-O539", "I-539"), ("I-l29", "I-129"), ("i-53g", "I-539"), ("N-4O0", "N-400"), ("I-539X", "I-539")],
)
def test_it_refuses_a_form_that_nobody_knows_and_names_the_nearest(written: str, near: str) -> None:
    with pytest.raises(CommandError, match=f"'{written}' names no form .* Did you mean {near}") as caught:
        run("rfe", "--issued", "2025-01-06", "--form", written)

    assert "general rule" in str(caught.value)


@given(st.text(max_size=20))
def test_a_form_is_read_or_refused_but_never_silently_general(written: str) -> None:
    try:
        answer = document("rfe", "--issued", "2025-01-06", f"--form={written}")
    except CommandError:
        assert written
        assert not read_form(written)
    else:
        assert not written or read_form(written)
        assert (
            answer["due"] == document("rfe", "--issued", "2025-01-06", f"--form={read_form(written)}")["due"]
        )


def test_it_has_no_date_for_an_appointment() -> None:
    assert document("biometrics", "--issued", "2025-01-06")["due"] is None


def test_it_tells_a_person_the_day_first() -> None:
    lines = run("noid", "--issued", "2025-01-06").splitlines()

    assert lines[0] == "Due 2025-02-05 (provisional)"
    assert lines[1].startswith("Rule: 30 days")
    assert lines[3].strip().startswith("1. ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tax_return", "--issued", "2025-01-06"], "invalid choice: 'tax_return'"),
        (["rfe", "--issued", "2025-13-01"], "'2025-13-01' is not a date; write it as YYYY-MM-DD"),
        (["rfe", "--issued", "2025-01-06", "--served", "pigeon"], "invalid choice: 'pigeon'"),
        (["rfe", "--issued", "9999-12-31"], "too late for the calendar"),
        (["rfe"], "--issued"),
    ],
)
def test_it_names_what_is_wrong(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*arguments)


def test_it_exits_with_2_on_an_impossible_date() -> None:
    with pytest.raises(CommandError) as caught:
        run("rfe", "--issued", "9999-12-31")

    assert caught.value.returncode == 2


@pytest.mark.parametrize(
    ("kind", "form", "rule"),
    [
        ("i290b_motion", "I-601A", "8 CFR 212.7(e)(11)"),
        ("i290b_appeal", "i601a", "8 CFR 212.7(e)(11)"),
        ("i290b_motion", "I-821D", "8 CFR 236.21(b)"),
        ("i290b_appeal", "I-821D", "8 CFR 236.21(b)"),
        ("i290b_appeal", "I-765V", "8 CFR 274a.13(c)"),
        ("i290b_appeal", "I-130", "EOIR-29"),
        ("eoir29_appeal", "I-485", "only for I-130, I-360"),
        ("revocation_appeal", "I-765", "8 CFR 205.2(d): only for I-130"),
        ("n336_hearing", "I-485", "only for N-400"),
        ("i290b_motion", "N-400", "INA 336(a)"),
        ("n400_reopen", "I-485", "only for N-400"),
    ],
)
def test_it_names_the_rule_that_bars_a_remedy_instead_of_a_date(
    capsys: pytest.CaptureFixture[str], kind: str, form: str, rule: str
) -> None:
    for flag in ((), ("--json",)):
        with pytest.raises(SystemExit) as caught:
            call_command("deadline", kind, "--issued", "2026-11-02", "--form", form, *flag)
        assert caught.value.code == 1
    told, answer = capsys.readouterr().out.strip().rsplit("\n", 1)

    assert rule in told
    assert told.startswith("No date")
    found = json.loads(answer)
    assert (found["due"], found["status"], rule in found["citation"]) == (None, "barred", True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_has_a_date_for_exactly_what_it_may_file(kind: str) -> None:
    of_kind = [each for each in REMEDIES if each.kind == kind]
    only = PERIODS[kind].only
    has = [
        form
        for form in FORMS
        if any(each.is_for([form]) for each in of_kind) or (not of_kind and only in {"", family(form)})
    ]

    assert has
    assert {form for form in FORMS if not why_barred(kind, form)} == set(has)
    assert not why_barred(kind, "")
    for form in has[:3]:
        counted = document(kind, "--issued", "2026-11-02", "--form", form)
        assert counted["due"] or general(kind).days is None


@pytest.mark.parametrize(
    ("kind", "form", "said"),
    [
        ("i290b_motion", "I-130", "I-130 has it after a denial or a revocation only."),
        ("i290b_motion", "I-485", ""),
        ("court_review", "N-400", "N-400 has it after a dismissal only."),
    ],
)
def test_it_says_after_which_decision_alone_a_form_has_a_remedy(kind: str, form: str, said: str) -> None:
    steps = document(kind, "--issued", "2026-11-02", "--form", form)["steps"]

    assert [step for step in steps if " has it after " in step] == ([said] if said else [])
