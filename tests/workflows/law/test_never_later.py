"""No date is later than the law: whatever is known of a case, and whatever turns out to be true of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, timedelta

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from legist.practice.form_numbers import FORMS, family
from tests.factories.workflows import said
from workflows.labels import COUNT_STEP, count_step
from workflows.law.business_days import add_business_days, roll_forward
from workflows.law.counting import KINDS, Known, compute
from workflows.law.kinds import PERIODS
from workflows.law.periods import RULES, general, rules_for

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
SERVED = st.sampled_from(["mail", "personal", "electronic"])
CASES = st.sampled_from(sorted(FORMS))
SOME_FORMS = st.sets(CASES, max_size=4).map(sorted)
ANY_KIND = st.sampled_from(KINDS)
MAYBE_SERVED = st.sampled_from(["", "mail", "personal", "electronic"])


def allowed(kind: str, form: str, issued: date, *, served: str, abroad: bool) -> date | None:
    """The last day that the row of one form allows, counted apart from the product."""
    rule = next((each for each in RULES if (each.kind, each.form) == (kind, family(form))), general(kind))
    if rule.days is None:
        return None
    if PERIODS[kind].business_days:
        return add_business_days(issued, rule.days)
    mail = (rule.abroad if abroad else rule.mailing) if served == "mail" else 0
    last = issued + timedelta(days=rule.days + mail)
    return roll_forward(last) if rule.runs_on else last


@given(
    kind=ANY_KIND, issued=DAYS, known=SOME_FORMS, served=MAYBE_SERVED, abroad=st.booleans(), data=st.data()
)
def test_no_date_is_later_than_the_shortest_period_for_what_is_known(
    kind: str, issued: date, known: list[str], *, served: str, abroad: bool, data: st.DataObject
) -> None:
    due = compute(kind, issued, served, from_abroad=abroad, forms=known).due
    form = data.draw(st.sampled_from(known) if known else CASES)
    service = served or data.draw(SERVED)

    limit = allowed(kind, form, issued, served=service, abroad=abroad)

    assert limit is None or (due is not None and due <= limit)


@given(
    kind=ANY_KIND,
    issued=DAYS,
    few=SOME_FORMS,
    more=SOME_FORMS,
    served=MAYBE_SERVED,
    abroad=st.booleans(),
)
def test_another_form_named_never_makes_a_date_later(
    kind: str, issued: date, few: list[str], more: list[str], *, served: str, abroad: bool
) -> None:
    if not few:
        return
    before = compute(kind, issued, served, from_abroad=abroad, forms=few).due
    after = compute(kind, issued, served, from_abroad=abroad, forms=[*few, *more]).due

    assert before is None or (after is not None and after <= before)


@given(kind=ANY_KIND, issued=DAYS, form=CASES, served=MAYBE_SERVED)
def test_knowing_less_never_gives_a_later_date(kind: str, issued: date, form: str, served: str) -> None:
    known = compute(kind, issued, served, forms=[form]).due
    unknown = compute(kind, issued, served, forms=()).due

    assert known is None or (unknown is not None and unknown <= known)


@given(kind=ANY_KIND, issued=DAYS, known=SOME_FORMS, served=MAYBE_SERVED)
def test_a_date_that_rests_on_something_unknown_says_so(
    kind: str, issued: date, known: list[str], served: str
) -> None:
    result = compute(kind, issued, served, forms=known)
    rows = rules_for(kind, known)
    assumed = " ".join(step for step in said(result) if step.startswith("Assumed"))

    if result.due is None:
        return
    if len({row.total(by_mail=True) for row in rows}) > 1:
        assert "Form" in assumed or "general rule" in assumed
    if not served and any(row.mailing for row in rows if row.citation == result.citation):
        assert "not served by mail" in assumed


@given(
    kind=ANY_KIND,
    issued=DAYS,
    forms=st.lists(st.sampled_from(["", "I-765", "I-539", "N-400", "I-360", "I-999"]), max_size=3),
    served=MAYBE_SERVED,
    abroad=st.booleans(),
    known=st.sampled_from(Known),
)
def test_every_step_is_a_code_that_is_kept_as_json_and_said_in_full(
    kind: str, issued: date, *, forms: list[str], served: str, abroad: bool, known: Known
) -> None:
    counted = compute(kind, issued, served, from_abroad=abroad, forms=forms, known=known)

    kept = json.loads(json.dumps([asdict(step) for step in counted.steps]))

    assert {step["code"] for step in kept} <= set(COUNT_STEP.sentences)
    assert [count_step(step) for step in kept] == said(counted)
    assert not [text for text in said(counted) if "%(" in text or "…" in text or not text.strip()]


def test_the_days_of_a_step_are_said_in_the_readers_language() -> None:
    step = asdict(compute("rfe", date(2026, 2, 27)).steps[1])

    with translation.override("es"):
        assert "mayo" in count_step(step)


def test_the_words_of_an_earlier_release_are_read_as_they_were_written() -> None:
    assert count_step("84 days: Friday, May 22, 2026.") == "84 days: Friday, May 22, 2026."


@given(
    kind=ANY_KIND,
    issued=DAYS,
    known=SOME_FORMS,
    served=MAYBE_SERVED,
    within=st.integers(1, 400),
)
def test_no_date_is_later_than_the_days_that_the_text_itself_gives(
    kind: str, issued: date, known: list[str], *, served: str, within: int
) -> None:
    law = compute(kind, issued, served, forms=known)
    counted = compute(kind, issued, served, forms=known, within=within)

    assert counted.due is not None
    assert counted.due == min(filter(None, (law.due, issued + timedelta(days=within))))
    assert ("text_period" in {step.code for step in counted.steps}) == (counted.due != law.due)
