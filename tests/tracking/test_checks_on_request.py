"""Checks that people ask for: one, a list, a matter; out of a reserve of their own."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import LazySettings

from legist.core.clock import utc_now
from legist.core.errors import NotFound, WrongState
from legist.core.ids import uuid7
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
    assert len(services.request_checks(of_dana, actor=firm.actor("paul"), now=NOW)) == 3
    assert asked() == 3


def test_only_what_a_person_works_on_is_asked_about(firm: Firm, theirs: list[Receipt]) -> None:
    of_dana = ReceiptFilters(matter_id=firm.danas_matter.pk)
    for name in ("charlie", "mary"):
        with pytest.raises(WrongState, match="None of these"):
            services.request_checks(of_dana, actor=firm.actor(name), now=NOW)
    with pytest.raises(NotFound):
        services.request_checks(of_dana, actor=firm.actor("dana"), now=NOW)
    assert asked() == 0


def test_the_list_offers_to_check_what_it_shows(
    firm: Firm, theirs: list[Receipt], browser_of: Browser
) -> None:
    paul = browser_of("paul")
    matter = str(firm.danas_matter.pk)
    page = text(paul.get("/receipts/", {"matter": matter}))
    assert "All rows" in page
    assert "Check now" in page
    refused = paul.post("/receipts/check/", {"matter": matter})
    assert refused.status_code == 409
    assert "checks a day" in text(refused)


def test_a_list_whose_filter_is_not_known_any_more_is_not_checked_without_it(
    theirs: list[Receipt], browser_of: Browser, settings: LazySettings
) -> None:
    settings.USCIS_DAILY_QUOTA = 100
    sent = {"query": "mine=1&bucket=merged-away", "all": "1", "sure": "1"}

    assert browser_of("paul").post("/receipts/check/", {"matter": "none"}).status_code == 422
    assert browser_of("paul").post("/lists/receipts/check/", sent).status_code == 422
    assert browser_of("dana").post("/receipts/check/", {"matter": "none"}).status_code == 404
    assert not Receipt.objects.filter(next_poll_reason="person_asked").exists()


def test_a_selection_is_told_what_becomes_of_each_and_the_counts_add_up(
    firm: Firm, theirs: list[Receipt], settings: LazySettings
) -> None:
    theirs.append(make_receipt("IOE0912340001", matter=firm.danas_matter, due=NOW + DAY))
    theirs.append(make_receipt("IOE0912340002", matter=firm.danas_matter, due=NOW + DAY))
    theirs.append(make_receipt("IOE0912340003", matter=firm.danas_matter, due=NOW + DAY))
    paused = make_receipt("IOE0912340004", matter=firm.danas_matter, tier="paused", due=None)
    ticked = [receipt.pk for receipt in (*theirs, paused)]
    found = services.request_selected(ticked, actor=firm.actor("paul"), now=NOW)
    assert (found.asked, found.waiting) == (2, 2)
    assert found.asked + found.waiting + found.beyond + found.left_out == len(ticked)
    assert asked() == 2
    midnight = NOW.replace(hour=0) + DAY
    assert Receipt.objects.filter(next_poll_reason="person_asked", next_poll_at=midnight).count() == 2
    assert Receipt.objects.get(pk=paused.pk).next_poll_at is None


def test_what_waits_for_tomorrow_is_charged_to_tomorrow(firm: Firm, theirs: list[Receipt]) -> None:
    paul, of_dana = firm.actor("paul"), [receipt.pk for receipt in theirs[:3]]
    assert services.request_selected(of_dana, actor=paul, now=NOW).waiting == 1
    again = services.request_selected(of_dana, actor=paul, now=NOW)
    assert (again.asked, again.waiting, again.beyond) == (2, 1, 0)
    more = make_receipt("IOE0912340001", matter=firm.danas_matter, due=NOW + 3 * DAY)
    services.request_check(more.pk, actor=paul, now=NOW + DAY)
    last = make_receipt("IOE0912340002", matter=firm.danas_matter, due=NOW + 3 * DAY)
    with pytest.raises(WrongState, match="0 of the 2 checks a day"):
        services.request_check(last.pk, actor=paul, now=NOW + DAY)
    services.request_check(last.pk, actor=paul, now=NOW + 2 * DAY)


def test_what_is_planned_before_tomorrow_does_not_wait_for_its_reserve(
    firm: Firm, theirs: list[Receipt]
) -> None:
    Receipt.objects.update(next_poll_at=NOW + timedelta(minutes=59))
    for _twice in range(2):
        found = services.request_selected([each.pk for each in theirs[:3]], actor=firm.actor("paul"), now=NOW)
        assert (found.asked, found.waiting, found.beyond) == (2, 0, 1)
    assert PollingPlan.objects.get().asked_ahead == 0


@pytest.mark.parametrize("ticked", [[], [uuid7() for _ in range(201)]])
def test_a_selection_of_none_or_too_many_changes_nothing(firm: Firm, ticked: list[UUID]) -> None:
    with pytest.raises(WrongState):
        services.request_selected(ticked, actor=firm.actor("paul"), now=NOW)


def test_danas_receipt_is_left_out_for_who_does_not_see_it(firm: Firm, theirs: list[Receipt]) -> None:
    found = services.request_selected([theirs[0].pk, uuid7()], actor=firm.actor("charlie"), now=NOW)
    assert (found.asked, found.left_out) == (0, 2)
    assert asked() == 0


def test_the_list_has_boxes_and_says_what_became_of_the_ticked(
    firm: Firm, theirs: list[Receipt], browser_of: Browser
) -> None:
    paul = browser_of("paul")
    page = paul.get("/receipts/").content.decode()
    assert f'data-row-select value="{theirs[0].pk}"' in " ".join(page.split())
    ids = [str(receipt.pk) for receipt in theirs[:3]]
    Receipt.objects.update(next_poll_at=utc_now() + 3 * DAY)
    said = text(paul.post("/lists/receipts/check/", {"ids": ids, "sure": "1"}, follow=True))
    assert "2 are asked about now; 1 waits for tomorrow" in said
    assert paul.post("/lists/receipts/check/", {"ids": []}).status_code == 422
