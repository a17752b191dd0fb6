"""How long the firm gives each paper."""

from __future__ import annotations

from datetime import date

import pytest

from legist.core.errors import Forbidden, InvalidInput, NotFound
from legist.core.models import AuditEntry
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_news
from workflows.notices import grace_periods, watch
from workflows.notices.expected import EXPECTED


def set_wait(firm: Firm, days: int = 20, who: str = "mary", *, is_on: bool = True) -> grace_periods.Wait:
    return grace_periods.set_wait("DENIED", days=days, is_on=is_on, actor=firm.actor(who), now=NOW)


def test_what_the_firm_sets_holds_from_then_on(firm: Firm) -> None:
    set_wait(firm)
    found = watch.begin(
        make_news(firm.danas_matter, "DENIED", event_date=date(2026, 2, 27)).pk, actor=SYSTEM, now=NOW
    )

    assert found is not None
    assert found.due_at is not None
    assert f"{found.due_at:%Y-%m-%d}" == "2026-03-19"
    assert AuditEntry.objects.get(action="workflows.paper_wait_set").data["before"] == 10


def test_nobody_waits_for_a_paper_that_is_switched_off(firm: Firm) -> None:
    set_wait(firm, is_on=False)

    assert watch.begin(make_news(firm.danas_matter, "DENIED").pk, actor=SYSTEM, now=NOW) is None


def test_setting_the_same_again_is_no_news(firm: Firm) -> None:
    set_wait(firm, EXPECTED["DENIED"].days)

    assert not AuditEntry.objects.filter(action="workflows.paper_wait_set").exists()


def test_it_lists_every_status_that_promises_paper(firm: Firm) -> None:
    set_wait(firm)
    found = {wait.code: wait for wait in grace_periods.list_waits()}

    assert set(found) == set(EXPECTED)
    assert (found["DENIED"].days, found["DENIED"].default) == (20, 10)


@pytest.mark.parametrize("days", [-1, 121])
def test_it_refuses_days_out_of_range(firm: Firm, days: int) -> None:
    with pytest.raises(InvalidInput):
        set_wait(firm, days)


@pytest.mark.parametrize(("who", "error"), [("paul", Forbidden), ("olga", Forbidden), ("dana", NotFound)])
def test_it_is_set_by_those_who_answer_for_the_firm(firm: Firm, who: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        set_wait(firm, who=who)
