"""A status set by hand: for a reason, by who may, and taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories.tracking import RECEIVED, make_change
from tests.tracking.web.conftest import FRAGMENT
from tracking.models import Override, Receipt

Browser = Callable[[str], Client]
GIVEN = {"code": "APPROVED", "reason": "The approval notice came by mail."}


def correct(client: Client, receipt: Receipt, **given: str) -> int:
    return client.post(f"/receipts/{receipt.pk}/override/", GIVEN | given, headers=FRAGMENT).status_code


def test_olga_corrects_and_takes_back(danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, RECEIVED)
    olga = browser_of("olga")
    assert correct(olga, danas) == 204
    danas.refresh_from_db()
    assert danas.current_code == "APPROVED"

    revert = f"/corrections/{Override.objects.get().pk}/revert/"
    assert "<form" in olga.get(revert, headers=FRAGMENT).content.decode()
    assert olga.post(revert, {"reason": ""}, headers=FRAGMENT).status_code == 422
    assert olga.post(revert, {"reason": "Another case."}, headers=FRAGMENT).status_code == 204

    danas.refresh_from_db()
    assert danas.current_code == "RECEIVED"


def test_it_stands_in_the_history_with_who_and_why(danas: Receipt, browser_of: Browser) -> None:
    correct(browser_of("olga"), danas)
    alice = browser_of("alice")

    history = alice.get(f"/receipts/{danas.pk}/").content.decode()
    corrections = alice.get(f"/receipts/{danas.pk}/", {"tab": "corrections"}).content.decode()

    assert "Olga" in history
    assert GIVEN["reason"] in history
    assert "In force" in corrections


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"code": ""}, {"code": "UNKNOWN"}, {"code": "nonsense"}])
def test_it_needs_a_known_status_and_a_reason(
    wrong: dict[str, str], danas: Receipt, browser_of: Browser
) -> None:
    assert correct(browser_of("olga"), danas, **wrong) == 422
    assert not Override.objects.exists()


def test_the_status_it_has_already_is_a_wrong_state(danas: Receipt, browser_of: Browser) -> None:
    olga = browser_of("olga")
    correct(olga, danas)

    assert correct(olga, danas) == 409


def test_what_is_taken_back_cannot_be_taken_back_again(danas: Receipt, browser_of: Browser) -> None:
    olga = browser_of("olga")
    correct(olga, danas)
    revert = f"/corrections/{Override.objects.get().pk}/revert/"
    olga.post(revert, {"reason": "Wrong case."})

    assert olga.post(revert, {"reason": "Wrong case."}).status_code == 409


@pytest.mark.parametrize(("name", "status"), [("paul", 403), ("mary", 403), ("charlie", 404), ("dana", 404)])
def test_who_may_not(name: str, status: int, danas: Receipt, browser_of: Browser) -> None:
    correct(browser_of("olga"), danas)
    client, revert = browser_of(name), f"/corrections/{Override.objects.get().pk}/revert/"

    assert correct(client, danas, code="DENIED") == status
    assert correct(client, danas, reason="") == status
    assert client.get(revert).status_code == status
    assert client.post(revert, {"reason": "No."}).status_code == status
