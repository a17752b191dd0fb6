"""Deadlines by hand: every period, every way of service, weekends, holidays, leap years, year ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legist.practice.form_numbers import family, read_form
from tests.factories.workflows import said
from workflows.law.business_days import add_business_days, is_business_day, roll_forward, why_closed
from workflows.law.counting import GENERAL, KINDS, DeadlineError, Known, compute
from workflows.law.kinds import PERIODS
from workflows.law.periods import CHECKED, EVERY_FORM, RULES, Rule, general, rule_of
from workflows.law.remedies import BARS, REMEDIES, remedies, why_barred

MONDAY = date(2025, 1, 6)


@pytest.mark.parametrize(
    ("kind", "served", "abroad", "due"),
    [
        ("rfe", "electronic", False, date(2025, 3, 31)),
        ("rfe", "mail", False, date(2025, 4, 3)),
        ("rfe", "mail", True, date(2025, 4, 14)),
        ("rfe", "personal", True, date(2025, 3, 31)),
        ("noid", "electronic", False, date(2025, 2, 5)),
        ("noid", "mail", False, date(2025, 2, 10)),
        ("noid", "mail", True, date(2025, 2, 19)),
        ("noir", "personal", False, date(2025, 2, 5)),
        ("noir", "mail", False, date(2025, 2, 10)),
        ("i290b_motion", "mail", False, date(2025, 2, 10)),
        ("i290b_appeal", "mail", False, date(2025, 2, 10)),
        ("i290b_appeal", "personal", False, date(2025, 2, 5)),
        ("revocation_appeal", "mail", False, date(2025, 1, 24)),
        ("revocation_appeal", "personal", False, date(2025, 1, 21)),
        ("eoir29_appeal", "mail", False, date(2025, 2, 10)),
        ("n336_hearing", "mail", False, date(2025, 2, 10)),
        ("returned_mail", "mail", True, date(2025, 4, 2)),
        ("court_review", "mail", False, date(2025, 5, 6)),
        ("court_review", "personal", False, date(2025, 5, 6)),
        ("n400_absence", "mail", False, date(2025, 2, 5)),
        ("n336_hearing", "personal", False, date(2025, 2, 5)),
        ("oath_absence", "mail", True, date(2025, 1, 21)),
        ("n400_reopen", "mail", False, date(2026, 1, 6)),
        ("bia_motion", "mail", False, date(2025, 2, 5)),
        ("court_address", "mail", False, date(2025, 1, 13)),
        ("rfe", "", True, date(2025, 3, 31)),
        ("noid", "", False, date(2025, 2, 5)),
        ("revocation_appeal", "", False, date(2025, 1, 21)),
        ("eoir29_appeal", "electronic", False, date(2025, 2, 5)),
        ("noir", "mail", True, date(2025, 2, 10)),
        ("returned_mail", "electronic", False, date(2025, 4, 2)),
        ("premium_15", "mail", False, date(2025, 1, 28)),
        ("premium_30", "electronic", False, date(2025, 2, 19)),
        ("premium_45", "mail", True, date(2025, 3, 12)),
    ],
)
def test_it_counts_each_period(kind: str, served: str, *, abroad: bool, due: date) -> None:
    assert compute(kind, MONDAY, served, from_abroad=abroad).due == due


@pytest.mark.parametrize("form", ["I-539", "I539", "i-539", "I-539A", "I-601A", "N-400", "n 400"])
def test_it_gives_30_days_for_evidence_on_some_forms(form: str) -> None:
    assert compute("rfe", MONDAY, "electronic", forms=[form]).due == date(2025, 2, 5)
    assert compute("rfe", MONDAY, "mail", forms=[form]).due == date(2025, 2, 10)
    assert compute("rfe", MONDAY, "mail", forms=[form], from_abroad=True).due == date(2025, 2, 19)


@pytest.mark.parametrize("form", ["I-485", "I-765", "I-130", "I-129", "N-600", ""])
def test_it_gives_84_days_for_any_other_form(form: str) -> None:
    assert compute("rfe", MONDAY, forms=[form]).due == compute("rfe", MONDAY).due == date(2025, 3, 31)


@pytest.mark.parametrize(
    ("kind", "form", "served", "due"),
    [
        ("noid", "I-589", "personal", date(2025, 1, 22)),
        ("noid", "I-589", "mail", date(2025, 1, 22)),
        ("noir", "I-765", "personal", date(2025, 1, 21)),
        ("noir", "I-765", "mail", date(2025, 1, 24)),
        ("noir", "I-765V", "", date(2025, 1, 21)),
        ("noir", "I-918", "mail", date(2025, 2, 5)),
        ("noir", "I-485", "mail", date(2025, 2, 10)),
        ("rfe", "I-589", "personal", date(2025, 2, 5)),
        ("i290b_appeal", "I-918A", "mail", date(2025, 2, 5)),
        ("i290b_appeal", "I-129", "mail", date(2025, 2, 10)),
        ("fee_payment", "I-130", "mail", date(2025, 1, 21)),
        ("fee_payment", "I-485", "mail", None),
    ],
)
def test_a_form_has_days_of_its_own(kind: str, form: str, served: str, due: date | None) -> None:
    assert compute(kind, MONDAY, served, forms=[form]).due == due


@pytest.mark.parametrize("forms", [["I-589"], ["I-881"], ["I-589", "I-485"], []])
def test_days_that_only_a_manual_sets_are_not_moved_past_a_weekend(forms: list[str]) -> None:
    result = compute("noid", date(2026, 11, 5), forms=forms)

    assert result.due
    assert result.due <= date(2026, 11, 21)
    assert any("Nothing moves this period" in step for step in said(result)) == (result.due.weekday() > 4)


@pytest.mark.parametrize("form", ["Z-99", "I-O539", "I-485 and I-539"])
def test_a_form_that_cannot_be_read_takes_the_shortest_days_and_is_named(form: str) -> None:
    for kind in KINDS:
        assert compute(kind, MONDAY, forms=[form]).due == compute(kind, MONDAY, forms=()).due
    assert any(form in step for step in said(compute("rfe", MONDAY, forms=[form])))


@pytest.mark.parametrize("served", ["", "mail", "personal", "electronic"])
@pytest.mark.parametrize("kind", ["noir", "noid", "oath_absence"])
def test_what_follows_the_grant_of_naturalization_has_15_days(kind: str, served: str) -> None:
    result = compute(kind, MONDAY, served, forms=["N-400"])

    assert result.due == date(2025, 1, 21)
    assert "335.5" in result.citation


def test_it_names_the_source_of_a_forms_own_days() -> None:
    assert compute("rfe", MONDAY, forms=["N-400"]).citation.startswith("8 CFR 335.7 ")
    assert "8 CFR 335.7" in said(compute("rfe", MONDAY, forms=["N-400"]))[1]


def test_it_gives_no_form_more_than_the_general_rule() -> None:
    for rule in RULES:
        most = general(rule.kind).days
        assert most is None or (rule.days or 0) <= most
    assert general("rfe").days == 84


def test_the_table_has_one_row_a_pair_and_a_general_one_for_each_kind() -> None:
    pairs = [(rule.kind, rule.form) for rule in RULES]

    assert len(set(pairs)) == len(pairs)
    assert {kind for kind, form in pairs if form == EVERY_FORM} == set(PERIODS)
    assert all(read_form(form) == family(form) == form for _kind, form in pairs if form)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.kind}-{rule.form or 'every'}")
def test_every_row_says_where_it_was_read_or_that_it_was_not(rule: Rule) -> None:
    said = rule.citation

    assert ("read in " in said) != ("not verified" in said)
    assert CHECKED.isoformat() in said


def test_what_is_not_known_takes_its_shortest_value_and_is_named() -> None:
    unknown = compute("noir", MONDAY, forms=())

    assert unknown.due == compute("noir", MONDAY, "electronic", forms=["I-765"]).due == date(2025, 1, 21)
    assumed = [step for step in said(unknown) if step.startswith("Assumed")]
    assert "Form I-765" in assumed[0]
    assert "not served by mail" in assumed[1]


def test_of_two_forms_the_shorter_one_counts_and_both_are_named() -> None:
    result = compute("rfe", MONDAY, "mail", forms=["I-485", "I-539"])

    assert result.due == date(2025, 2, 10)
    assert any("Form I-539" in step and "I-485, I-539" in step for step in said(result))


def test_nothing_is_assumed_where_all_is_known() -> None:
    steps = said(compute("rfe", MONDAY, "mail", forms=["I-485"]))

    assert not any(step.startswith("Assumed") for step in steps)


@pytest.mark.parametrize("day", [date(2025, 1, 21), date(2029, 1, 19), date(2021, 1, 20), date(2033, 1, 20)])
def test_it_does_not_close_offices_for_an_inauguration(day: date) -> None:
    assert is_business_day(day)


@pytest.mark.parametrize("day", [date(2026, 7, 4), date(2022, 6, 19), date(2021, 12, 25), date(2027, 7, 4)])
def test_it_names_the_weekend_day_of_a_holiday_as_no_business_day(day: date) -> None:
    assert not is_business_day(day)


def test_it_counts_from_the_earliest_day_where_none_is_stated() -> None:
    result = compute("noid", MONDAY, "electronic", known=Known.AFTER)

    assert result.due == compute("noid", MONDAY, "electronic").due
    assert "cannot be older" in said(result)[0]


def test_it_sets_no_date_where_only_the_latest_day_is_known() -> None:
    result = compute("noid", MONDAY, "electronic", known=Known.SEEN)

    assert result.due is None
    assert any("Wednesday, February 5, 2025 or earlier" in step for step in said(result))


def test_it_keeps_3_mailing_days_for_an_appeal_from_abroad() -> None:
    at_home = compute("i290b_appeal", MONDAY, "mail")
    abroad = compute("i290b_appeal", MONDAY, "mail", from_abroad=True)

    assert abroad.due == at_home.due
    assert any("for evidence only" in step for step in said(abroad))


@pytest.mark.parametrize(
    ("issued", "due"),
    [
        (date(2024, 1, 30), date(2024, 2, 29)),
        (date(2023, 1, 30), date(2023, 3, 1)),
        (date(2024, 2, 28), date(2024, 3, 29)),
        (date(2024, 2, 29), date(2024, 4, 1)),
        (date(2000, 1, 31), date(2000, 3, 1)),
        (date(2100, 1, 29), date(2100, 3, 1)),
        (date(2024, 12, 2), date(2025, 1, 2)),
        (date(2021, 12, 1), date(2022, 1, 3)),
        (date(2022, 12, 2), date(2023, 1, 3)),
    ],
)
def test_it_counts_over_leap_days_and_year_ends(issued: date, due: date) -> None:
    assert compute("noid", issued, "electronic").due == due


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2025, 1, 1), "New Year"),
        (date(2025, 1, 20), "Martin Luther King"),
        (date(2025, 2, 17), "Washington"),
        (date(2025, 5, 26), "Memorial"),
        (date(2025, 6, 19), "Juneteenth"),
        (date(2025, 7, 4), "Independence"),
        (date(2025, 9, 1), "Labor"),
        (date(2025, 10, 13), "Columbus"),
        (date(2025, 11, 11), "Veterans"),
        (date(2025, 11, 27), "Thanksgiving"),
        (date(2025, 12, 25), "Christmas"),
        (date(2021, 12, 31), "New Year"),
        (date(2023, 1, 2), "New Year"),
        (date(2022, 6, 20), "Juneteenth"),
        (date(2021, 6, 18), "Juneteenth"),
        (date(2026, 7, 3), "Independence"),
        (date(2021, 7, 5), "Independence"),
        (date(2023, 11, 10), "Veterans"),
        (date(2021, 12, 24), "Christmas"),
        (date(2022, 12, 26), "Christmas"),
    ],
)
def test_it_moves_past_every_federal_holiday_as_observed(day: date, holiday: str) -> None:
    result = compute("noid", day - timedelta(days=30), "electronic")

    assert holiday in (why_closed(day) or "")
    assert result.due == roll_forward(day) > day
    assert any(holiday in step for step in said(result))


def test_it_has_eleven_holidays_a_year_since_juneteenth() -> None:
    days = [date(2025, 1, 1) + timedelta(days=offset) for offset in range(365)]

    assert sum(day.weekday() < 5 and not is_business_day(day) for day in days) == 11


def test_it_counts_business_days_over_holidays_and_weekends() -> None:
    assert add_business_days(date(2025, 12, 24), 1) == date(2025, 12, 26)
    assert add_business_days(date(2025, 6, 18), 2) == date(2025, 6, 23)
    assert add_business_days(MONDAY, 0) == MONDAY


def test_it_moves_past_days_closed_by_order() -> None:
    closed = {date(2025, 1, 9)}

    result = compute("noid", date(2024, 12, 10), "electronic", closed=closed)

    assert result.due == date(2025, 1, 10)
    assert any("closed by order" in step for step in said(result))


@pytest.mark.parametrize("kind", ["biometrics", "interview", "oath", "court_hearing"])
def test_it_leaves_appointments_to_the_notice(kind: str) -> None:
    result = compute(kind, MONDAY)

    assert result.due is None
    assert "date on the notice" in result.rule
    assert result.status == "provisional"


def test_it_explains_itself_step_by_step() -> None:
    result = compute("noid", MONDAY, "mail")

    assert result.rule == "30 days, answer to a notice of intent to deny"
    assert "Monday, January 6, 2025" in said(result)[0]
    assert "Wednesday, February 5, 2025" in said(result)[1]
    assert "8 CFR 103.8(b)" in said(result)[2]
    assert "February 8 (Saturday), February 9 (Sunday)" in said(result)[3]
    assert "printed on the notice decides" in said(result)[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_it_names_its_source_and_when_it_was_checked(kind: str) -> None:
    result = compute(kind, MONDAY)

    assert result.citation.startswith(general(kind).source)
    assert result.checked.isoformat() in result.citation


def test_it_says_what_it_knows_when_asked_for_something_else() -> None:
    with pytest.raises(DeadlineError, match="Known kinds: rfe, noid"):
        compute("tax_return", MONDAY)
    with pytest.raises(DeadlineError, match="mail, personal, electronic"):
        compute("rfe", MONDAY, "pigeon")
    with pytest.raises(DeadlineError, match="check the year"):
        compute("rfe", date(9999, 12, 1))


COUNTED = st.sampled_from([kind for kind in KINDS if general(kind).days is not None])
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
SERVED = st.sampled_from(["mail", "personal", "electronic"])


@given(kind=COUNTED, issued=DAYS, served=SERVED, abroad=st.booleans())
def test_it_never_ends_on_a_day_offices_are_closed(
    kind: str, issued: date, *, served: str, abroad: bool
) -> None:
    due = compute(kind, issued, served, from_abroad=abroad).due

    assert due is not None
    assert is_business_day(due)


@given(kind=COUNTED, issued=DAYS, served=SERVED, abroad=st.booleans())
def test_it_never_ends_before_the_period_nor_long_after(
    kind: str, issued: date, *, served: str, abroad: bool
) -> None:
    period = general(kind)
    due = compute(kind, issued, served, from_abroad=abroad).due
    mailing = (period.abroad if abroad else period.mailing) if served == "mail" else 0

    assert due is not None
    assert period.days is not None
    earliest = issued + timedelta(days=period.days + mailing)
    latest = earliest + timedelta(days=5 + PERIODS[kind].business_days * period.days)
    assert earliest <= due <= latest


@given(kind=COUNTED, issued=DAYS, served=SERVED, later=st.integers(0, 40))
def test_it_never_ends_earlier_for_a_later_notice(
    kind: str, issued: date, *, served: str, later: int
) -> None:
    first, second = (
        compute(kind, issued, served).due,
        compute(kind, issued + timedelta(days=later), served).due,
    )

    assert first is not None
    assert second is not None
    assert first <= second


UNREAD = [rule for rule in RULES if not rule.read]


@pytest.mark.parametrize("rule", UNREAD, ids=lambda rule: f"{rule.kind}-{rule.form or 'every'}")
def test_a_row_that_nobody_could_read_says_so_and_gives_no_more_than_one_that_was_read(rule: Rule) -> None:
    forms = [rule.form] if rule.form else GENERAL
    counted = compute(rule.kind, MONDAY, forms=forms)
    read = [each for each in RULES if each.kind == rule.kind and each.read]
    general_row = [each for each in read if each.form == EVERY_FORM]

    assert "not verified" in counted.citation
    for each in general_row or read:
        for by_mail, abroad in [(False, False), (True, False), (True, True)]:
            most = each.total(by_mail=by_mail, from_abroad=abroad)
            days = rule.total(by_mail=by_mail, from_abroad=abroad)
            assert most is None or (days is not None and days <= most)


@pytest.mark.parametrize("form", sorted({form for remedy in REMEDIES for form in remedy.never}))
def test_only_a_bar_that_was_read_leaves_a_form_with_a_later_date_or_none(form: str) -> None:
    for barred in (remedy for remedy in REMEDIES if form in remedy.never):
        bar = BARS.get(barred.kind, {}).get(form)
        left = [rule_of(each.kind, form).days or 0 for each in remedies(barred.after, [form])]
        if not (bar and bar.read):
            assert min(left) <= (rule_of(barred.kind, form).days or 0), barred


@pytest.mark.parametrize("kind", sorted(BARS))
def test_a_bar_says_where_it_was_read_or_that_it_was_not(kind: str) -> None:
    for form, bar in BARS[kind].items():
        assert ("not verified" in bar.citation) is (not bar.read)
        assert why_barred(kind, form) in {bar.citation, ""}
