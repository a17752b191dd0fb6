"""No receipt number, name or address of a client in any URL of a page, nor in the log."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories.practice import Firm
from tests.factories.tracking import NUMBER, RFE, make_change, make_receipt
from tests.tracking.web.conftest import FRAGMENT
from tracking.models import Receipt

Browser = Callable[[str], Client]
ADDRESS = re.compile(r'(?:href|action|hx-get|hx-post|data-panel)="([^"]*)"')
PAGES = (
    "/",
    "/?view=done",
    "/receipts/",
    "/receipts/?unassigned=1",
    "/receipts/{pk}/",
    "/receipts/{pk}/?tab=calls",
    "/reviews/",
    "/health/",
    "/imports/",
)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_shows_or_links_a_whole_number(path: str, danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, RFE, f"We sent a request about {NUMBER}.")
    make_receipt("IOE0912345679")

    page = browser_of("paul").get(path.format(pk=danas.pk)).content.decode()

    assert not re.search(r"IOE\W?09\d", page)
    assert not [address for address in ADDRESS.findall(page) if "dana" in address.lower()]


def test_no_number_and_no_address_reaches_the_log(
    danas: Receipt,
    firm: Firm,
    browser_of: Browser,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    paul = browser_of("paul")
    paul.post("/search/", {"q": NUMBER})
    paul.post("/search/", {"q": "dana@mail.example"})
    paul.post("/receipts/new/", {"receipt_number": NUMBER}, headers=FRAGMENT)
    paul.post(f"/receipts/{danas.pk}/number/", headers=FRAGMENT)
    paul.get(f"/receipts/?form={NUMBER}")

    written = caplog.text + "".join(capfd.readouterr())
    assert "request_finished" in written
    assert NUMBER not in written
    assert "dana@" not in written
