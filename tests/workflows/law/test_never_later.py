"""No date is later than the law: whatever is known of a case, and whatever turns out to be true of it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from legist.practice.form_numbers import FORMS, family
from workflows.law.business_days import add_business_days, roll_forward
from workflows.law.counting import KINDS, compute
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
    return roll_forward(issued + timedelta(days=rule.days + mail))


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
    said = " ".join(step for step in result.steps if step.startswith("Assumed"))

    if result.due is None:
        return
    if len({row.total(by_mail=True) for row in rows}) > 1:
        assert "Form" in said or "general rule" in said
    if not served and any(row.mailing for row in rows if row.citation == result.citation):
        assert "not served by mail" in said
