"""What people do with a receipt: check, assign, tier, stop and watch again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories.practice import Firm
from tests.factories.tracking import later, make_receipt
from tests.tracking.web.conftest import FRAGMENT
from tracking.models import Receipt
from tracking.states import ReceiptState, Tier

Browser = Callable[[str], Client]
ACTIONS = {
    "check": {},
    "tier": {"tier": "low"},
    "stop": {"reason": "Closed."},
    "matter": {"reference": "M-2026-0001"},
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(("name", "status"), [("charlie", 404), ("dana", 404), ("mary", 403)])
def test_who_may_not(action: str, name: str, status: int, danas: Receipt, browser_of: Browser) -> None:
    client, url = browser_of(name), f"/receipts/{danas.pk}/{action}/"

    assert client.post(url, ACTIONS[action]).status_code == status
    assert client.post(url).status_code == status, "input is not judged before the person is"


@pytest.mark.parametrize("name", ["paul", "alice", "olga"])
def test_a_check_makes_it_due(name: str, firm: Firm, browser_of: Browser) -> None:
    receipt = make_receipt(matter=firm.danas_matter, due=later(600))

    response = browser_of(name).post(f"/receipts/{receipt.pk}/check/", headers=FRAGMENT)

    receipt.refresh_from_db()
    assert receipt.next_poll_at is not None
    assert receipt.next_poll_at < later(1)
    assert (response.status_code, "receipt-changed" in response["HX-Trigger"]) == (204, True)


def test_a_plain_form_comes_back_to_the_page(danas: Receipt, browser_of: Browser) -> None:
    response = browser_of("paul").post(f"/receipts/{danas.pk}/check/", follow=True)

    assert "The check is next in line" in response.content.decode()


def test_what_is_not_watched_cannot_be_checked(firm: Firm, browser_of: Browser) -> None:
    receipt = make_receipt(matter=firm.danas_matter, state=ReceiptState.STOPPED, due=None)

    assert browser_of("paul").post(f"/receipts/{receipt.pk}/check/").status_code == 409


def test_it_sets_the_tier(danas: Receipt, browser_of: Browser) -> None:
    paul, url = browser_of("paul"), f"/receipts/{danas.pk}/tier/"

    assert paul.post(url, {"tier": "paused"}, headers=FRAGMENT).status_code == 204
    assert paul.post(url, {"tier": "hourly"}, headers=FRAGMENT).status_code == 422

    danas.refresh_from_db()
    assert danas.tier == Tier.PAUSED


def test_it_stops_for_a_reason_and_watches_again(danas: Receipt, browser_of: Browser) -> None:
    paul = browser_of("paul")
    assert paul.post(f"/receipts/{danas.pk}/stop/", {"reason": " "}, headers=FRAGMENT).status_code == 422
    assert paul.post(f"/receipts/{danas.pk}/stop/", {"reason": "Filed elsewhere."}).status_code == 302
    assert "Filed elsewhere." in paul.get(f"/receipts/{danas.pk}/").content.decode()

    assert paul.post(f"/receipts/{danas.pk}/resume/").status_code == 302
    assert paul.post(f"/receipts/{danas.pk}/resume/").status_code == 409


def test_it_offers_the_matters_one_works_on(firm: Firm, browser_of: Browser) -> None:
    receipt = make_receipt()

    offered = browser_of("charlie").get(f"/receipts/{receipt.pk}/matter/", headers=FRAGMENT)

    assert offered.context["matters"] == [("M-2026-0002", "Eve Example")]


def test_it_takes_a_receipt_out_of_the_tray(firm: Firm, browser_of: Browser) -> None:
    receipt = make_receipt()

    browser_of("paul").post(f"/receipts/{receipt.pk}/matter/", {"reference": "m-2026-0001"}, headers=FRAGMENT)

    receipt.refresh_from_db()
    assert receipt.matter == firm.danas_matter


def test_a_matter_of_others_is_not_known(firm: Firm, browser_of: Browser) -> None:
    receipt = make_receipt()
    given = {"reference": "M-2026-0002"}

    response = browser_of("paul").post(f"/receipts/{receipt.pk}/matter/", given, headers=FRAGMENT)

    assert response.status_code == 422
    assert "no such matter" in response.content.decode()


def test_it_is_in_this_matter_already(danas: Receipt, browser_of: Browser) -> None:
    response = browser_of("paul").post(f"/receipts/{danas.pk}/matter/", {"reference": "M-2026-0001"})

    assert response.status_code == 409


def test_operations_are_offered_references_without_names(danas: Receipt, browser_of: Browser) -> None:
    offered = browser_of("olga").get(f"/receipts/{danas.pk}/matter/", headers=FRAGMENT).context["matters"]

    assert {name for _reference, name in offered} == {""}


def test_readers_are_shown_no_buttons(danas: Receipt, browser_of: Browser) -> None:
    page = browser_of("mary").get(f"/receipts/{danas.pk}/").content.decode()

    assert "Check now" not in page
    assert "Correct the status" not in page
