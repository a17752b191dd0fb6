"""A number that stands where a person may not look: refused in words that tell nothing more."""

from __future__ import annotations

import pytest

from legist.core.errors import WrongState
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import NUMBER, make_receipt
from tracking import importing, services
from tracking.models import ImportRow, Receipt
from tracking.remarks import Remark
from tracking.states import RowOutcome

pytestmark = pytest.mark.django_db
HIDDEN = "This number cannot be tracked from here. Ask operations."


def refusal(firm: Firm, who: str) -> str:
    with pytest.raises(WrongState) as refused:
        services.track_receipt(NUMBER, actor=firm.actor(who), now=NOW)
    return refused.value.message


def imported(firm: Firm, who: str) -> list[tuple[str, str]]:
    report = importing.import_now(
        f"receipt_number\n{NUMBER}".encode(), filename="x.csv", actor=firm.actor(who), now=NOW
    )
    kept = [(str(outcome), "") for outcome in RowOutcome.values if report.counts[outcome]]
    return [("waiting", row["reason"]) for row in report.waiting] or kept


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    return make_receipt(NUMBER, matter=firm.danas_matter)


def test_whoever_may_see_it_is_told_to_search(firm: Firm, receipt: Receipt) -> None:
    assert refusal(firm, "paul").startswith("This receipt number is tracked already")
    assert imported(firm, "paul") == [("already_tracked", "")]


def test_a_wall_and_the_matter_of_somebody_else_sound_alike(firm: Firm, receipt: Receipt) -> None:
    behind_the_wall = refusal(firm, "charlie"), imported(firm, "charlie")
    ImportRow.objects.all().delete()
    Receipt.objects.all().delete()
    make_receipt(NUMBER, matter=firm.eves_matter)

    assert behind_the_wall == (refusal(firm, "paul"), imported(firm, "paul"))
    assert behind_the_wall == (HIDDEN, [("waiting", Remark("waits"))])


def test_operations_behind_a_wall_hear_the_same(firm: Firm, receipt: Receipt) -> None:
    wall_off(firm.danas_matter, firm.olga, reason="A relative.", actor=SYSTEM, now=NOW)

    assert refusal(firm, "olga") == HIDDEN


def test_two_at_the_same_moment_hear_the_same(
    firm: Firm, receipt: Receipt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "find_receipt", lambda _number: None)

    assert refusal(firm, "charlie") == HIDDEN


def test_the_receipt_stays_as_it_was(firm: Firm, receipt: Receipt) -> None:
    before = Receipt.objects.values().get()
    imported(firm, "charlie")

    assert Receipt.objects.values().get() == before
