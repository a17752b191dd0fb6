"""What people do with a receipt: check, assign, tier, stop and watch again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from legist.core import heartbeat
from legist.core.clock import utc_now
from legist.core.resilience import breaker, quota
from legist.practice.services import NOBODY
from tests.factories.practice import SYSTEM, Firm, make_client, make_matter
from tests.factories.tracking import later, make_policy, make_receipt
from tests.tracking.web.conftest import FRAGMENT
from tests.workflows.web.asking import text
from tracking.models import Receipt
from tracking.polling import dials
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


def switched_off() -> str:
    dials.switch_polling(on=False, actor=SYSTEM, now=utc_now(), reason="maintenance")
    return "because polling is switched off."


def turned_down() -> str:
    dials.turn(0, scope=dials.Scope(), actor=SYSTEM, now=utc_now(), reason="budget")
    return "because polling is turned down."


def not_answered() -> str:
    breaker.trip("uscis", reason="http_503", now=utc_now(), retry_at=utc_now() + breaker.PAUSE_CAP)
    return "because calls to USCIS are held back until it answers again."


def asked_to_wait() -> str:
    quota.configure("uscis", per_second=10, per_day=1_000)
    quota.block_until("uscis", utc_now() + breaker.PAUSE_CAP)
    return "because calls to USCIS are held back until it answers again."


def left_by_its_worker() -> str:
    heartbeat.beat(heartbeat.POLLING_WORKER, now=utc_now() - timedelta(minutes=5))
    return "because no worker gives a sign of life."


@pytest.mark.parametrize(
    "hinder", [left_by_its_worker, switched_off, turned_down, not_answered, asked_to_wait]
)
def test_no_act_promises_a_check_that_does_not_go_out(
    hinder: Callable[[], str], danas: Receipt, browser_of: Browser
) -> None:
    paul, own = browser_of("paul"), f"/receipts/{danas.pk}"
    stopped = make_receipt("IOE0912340001", matter=danas.matter, state=ReceiptState.STOPPED, due=None)
    acts: list[tuple[str, dict[str, str]]] = [
        (f"{own}/check/", {}),
        ("/receipts/check/", {"matter": str(danas.matter_id)}),
        ("/lists/receipts/check/", {"ids": str(danas.pk), "sure": "1"}),
        (f"/receipts/{stopped.pk}/resume/", {}),
    ]
    for address, sent in acts[:3]:
        assert "because" not in text(paul.post(address, sent, follow=True)), address
    why = hinder()
    for address, sent in acts:
        assert why in text(paul.post(address, sent, follow=True)), address


def test_only_those_that_wait_for_a_dial_are_said_to(danas: Receipt, browser_of: Browser) -> None:
    other = make_receipt("IOE0912340001", matter=danas.matter, tier=Tier.LOW)
    dials.turn(0, scope=dials.Scope(tier=Tier.LOW), actor=SYSTEM, now=utc_now(), reason="budget")
    sent = {"ids": [str(danas.pk), str(other.pk)], "sure": "1"}
    said = text(browser_of("paul").post("/lists/receipts/check/", sent, follow=True))
    assert "2 are asked about now. 1 check waits, because polling is turned down." in said


def test_many_are_put_into_the_matter_of_exactly_that_reference(
    firm: Firm, danas: Receipt, browser_of: Browser
) -> None:
    called = (("Quinn", "ACME-1"), ("Rosa", "acme-1"))
    upper, lower = (make_matter(make_client(name), reference, NOBODY) for name, reference in called)
    olga, sent = browser_of("olga"), {"ids": str(danas.pk), "sure": "1"}
    for value, matter in (("acme-1", lower), ("ACME-1", upper), ("Acme-1", upper)):
        said = text(olga.post("/lists/receipts/assign/", sent | {"value": value}, follow=True))
        danas.refresh_from_db()
        assert danas.matter == matter
        assert (f"1 is in {value} now." in said) == (value != "Acme-1")


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({}, "Tier: Near real time (lifted until"),
        ({"state": "off"}, "Tier: Standard (as it was: the polling policy is off)"),
        ({"promotions": {}}, "Tier: Standard (no rule says otherwise)"),
    ],
)
def test_who_notes_a_letter_is_told_the_tier_it_gives_and_no_more(
    policy: dict[str, Any], said: str, danas: Receipt, browser_of: Browser
) -> None:
    make_policy(**policy)
    assert said in text(browser_of("paul").post(f"/receipts/{danas.pk}/letter/", follow=True))
