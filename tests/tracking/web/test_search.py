"""The search of the top bar: by POST, so that no address and no log holds what was typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories.practice import Firm
from tests.factories.tracking import NUMBER, make_receipt
from tracking.models import Receipt, ReceiptState

Browser = Callable[[str], Client]


@pytest.mark.parametrize("typed", [NUMBER, "ioe 0912-345-678", " 'IOE0912345678' "])
def test_a_number_leads_to_its_receipt(typed: str, danas: Receipt, browser_of: Browser) -> None:
    response = browser_of("paul").post("/search/", {"q": typed})

    assert (response.status_code, response["Location"]) == (302, f"/receipts/{danas.pk}/")


def test_it_finds_a_stopped_receipt_too(firm: Firm, browser_of: Browser) -> None:
    receipt = make_receipt(matter=firm.danas_matter, state=ReceiptState.STOPPED, due=None)

    assert browser_of("paul").post("/search/", {"q": NUMBER})["Location"] == f"/receipts/{receipt.pk}/"


def test_a_stranger_is_not_told_that_it_exists(danas: Receipt, browser_of: Browser) -> None:
    charlie = browser_of("charlie")

    existing = charlie.post("/search/", {"q": NUMBER}).content.decode()

    assert "is not among the receipts shared with you" in existing
    assert danas.masked in existing
    assert str(danas.pk) not in existing


@pytest.mark.parametrize("typed", ["M-2026-0001", "dana@mail.example", "DANA@mail.example "])
def test_a_reference_or_an_exact_address_leads_to_the_matter(
    typed: str, firm: Firm, browser_of: Browser
) -> None:
    response = browser_of("paul").post("/search/", {"q": typed})

    assert response["Location"] == f"/matters/{firm.danas_matter.pk}/"


def test_several_matters_are_listed(firm: Firm, browser_of: Browser) -> None:
    page = browser_of("alice").post("/search/", {"q": "M-2026"}).content.decode()

    assert "Dana Example" in page
    assert "Eve Example" in page


def test_a_part_of_an_address_finds_nobody(firm: Firm, browser_of: Browser) -> None:
    assert "Nothing found" in browser_of("paul").post("/search/", {"q": "dana@"}).content.decode()


def test_operations_find_receipts_but_no_matters(danas: Receipt, browser_of: Browser) -> None:
    olga = browser_of("olga")

    assert olga.post("/search/", {"q": NUMBER}).status_code == 302
    assert "Nothing found" in olga.post("/search/", {"q": "M-2026-0001"}).content.decode()


def test_nothing_typed_says_what_can_be(browser_of: Browser) -> None:
    assert "What are you looking for?" in browser_of("paul").get("/search/").content.decode()


def test_a_query_string_is_not_searched(danas: Receipt, browser_of: Browser) -> None:
    assert browser_of("paul").get("/search/", {"q": NUMBER}).status_code == 200


def test_a_client_finds_no_search(browser_of: Browser) -> None:
    assert browser_of("dana").post("/search/", {"q": NUMBER}).status_code == 404


def test_the_field_of_the_top_bar_posts(browser_of: Browser) -> None:
    page = browser_of("paul").get("/receipts/").content.decode()

    assert '<form class="topbar-search" method="post" action="/search/"' in page
    assert "csrfmiddlewaretoken" in page
