"""Checks that people ask for: one, a list, a matter; out of a reserve of their own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings

from legist.core.errors import Forbidden, WrongState
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_receipt, numbers
from tests.workflows.web.asking import Browser, text
from tracking import services
from tracking.models import PollingPlan, Receipt
from tracking.selectors import ReceiptFilters

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def theirs(firm: Firm, settings: LazySettings) -> list[Receipt]:
    """Three receipts of Dana and one of Eve, while two checks a day may be asked for."""
    settings.USCIS_DAILY_QUOTA = 20
    made = [make_receipt(number, matter=firm.danas_matter, due=NOW + DAY) for number in numbers(3)]
    return [*made, make_receipt(matter=firm.eves_matter, due=NOW + DAY)]


def asked() -> int:
    return Receipt.objects.filter(next_poll_reason="person_asked", next_poll_at__lte=NOW).count()


def test_a_check_is_refused_with_words_when_the_reserve_is_spent(firm: Firm, theirs: list[Receipt]) -> None:
    paul = firm.actor("paul")
    for receipt in theirs[:2]:
        services.request_check(receipt.pk, actor=paul, now=NOW)
    with pytest.raises(WrongState, match="0 of the 2 checks a day"):
        services.request_check(theirs[2].pk, actor=paul, now=NOW)
    services.request_check(theirs[0].pk, actor=paul, now=NOW)  # it waits already
    assert asked() == 2
    services.request_check(theirs[2].pk, actor=paul, now=NOW + DAY)


def test_more_than_is_left_changes_nothing(firm: Firm, theirs: list[Receipt]) -> None:
    of_dana = ReceiptFilters(matter_id=firm.danas_matter.pk)
    with pytest.raises(WrongState, match="this would take 3"):
        services.request_checks(of_dana, actor=firm.actor("paul"), now=NOW)
    assert asked() == 0
    assert not PollingPlan.objects.filter(asked__gt=0).exists()


def test_a_matter_is_checked_whole(firm: Firm, theirs: list[Receipt], settings: LazySettings) -> None:
    settings.USCIS_DAILY_QUOTA = 100
    of_dana = ReceiptFilters(matter_id=firm.danas_matter.pk)
    assert services.request_checks(of_dana, actor=firm.actor("paul"), now=NOW) == 3
    assert asked() == 3


def test_only_what_a_person_works_on_is_asked_about(firm: Firm, theirs: list[Receipt]) -> None:
    of_dana = ReceiptFilters(matter_id=firm.danas_matter.pk)
    with pytest.raises(WrongState, match="None of these"):
        services.request_checks(of_dana, actor=firm.actor("charlie"), now=NOW)
    with pytest.raises(Forbidden):
        services.request_checks(of_dana, actor=firm.actor("mary"), now=NOW)
    assert asked() == 0


def test_the_list_offers_to_check_what_it_shows(
    firm: Firm, theirs: list[Receipt], browser_of: Browser
) -> None:
    paul = browser_of("paul")
    matter = str(firm.danas_matter.pk)
    assert "Check these now" in text(paul.get("/receipts/", {"matter": matter}))
    refused = paul.post("/receipts/check/", {"matter": matter})
    assert refused.status_code == 409
    assert "checks a day" in text(refused)
