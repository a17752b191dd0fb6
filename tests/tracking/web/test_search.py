"""The search of the top bar: by POST, so that no address and no log holds what was typed."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from html import unescape

import pytest
import time_machine
from django.test import Client

from legist.core.crypto import Sealed
from legist.core.housekeeping import housekeeping
from legist.practice.models import Client as ClientRow
from legist.practice.models import KeptSearch
from legist.practice.search.services import KEPT_FOR, SHOWN
from legist.practice.services import open_matter
from tests.factories.practice import NOW, SYSTEM, Firm, make_client
from tests.factories.tracking import NUMBER, make_receipt
from tracking.models import Receipt
from tracking.states import ReceiptState

Browser = Callable[[str], Client]


def searched(browser: Client, typed: str) -> str:
    """The page that follows when something is typed."""
    return browser.post("/search/", {"q": typed}, follow=True).content.decode()


@pytest.mark.parametrize(
    "typed", ["dana", "DANA  example", "example, dana", "an", "Dána", "exam-ple", "'dana'", "ple dan"]
)
def test_any_part_of_a_name_leads_to_the_matter(typed: str, firm: Firm, browser_of: Browser) -> None:
    response = browser_of("paul").post("/search/", {"q": typed})

    assert response["Location"] == f"/matters/{firm.danas_matter.pk}/"


def test_what_is_found_is_a_page_to_go_back_to_whose_address_does_not_tell_what_was_typed(
    firm: Firm, browser_of: Browser
) -> None:
    alice = browser_of("alice")
    address = alice.post("/search/", {"q": "example"})["Location"]

    assert "example" not in address
    assert [alice.get(address).content.decode().count(name) for name in ("Dana Example", "Eve Example")] == [
        1,
        1,
    ]


def test_a_colleague_who_opens_the_address_finds_what_their_permissions_find(
    firm: Firm, browser_of: Browser
) -> None:
    address = browser_of("alice").post("/search/", {"q": "exampl"})["Location"]

    pages = {name: browser_of(name).get(address).content.decode() for name in ("mary", "paul", "charlie")}

    assert [("Dana Example" in page, "Eve Example" in page) for page in pages.values()] == [
        (True, True),
        (True, False),
        (False, True),
    ]
    assert not any('value="exampl"' in page for page in pages.values()), "what was typed is its owner's"


def test_a_number_that_was_typed_is_its_owners_as_well(firm: Firm, browser_of: Browser) -> None:
    address = browser_of("alice").post("/search/", {"q": "IOE 0912 399 999"})["Location"]

    mine, pauls = (browser_of(name).get(address).content.decode() for name in ("alice", "paul"))

    assert "IOE 091 239 9999" in mine
    assert not any(shown in pauls for shown in ("9999", "receipt-new"))


def test_a_search_is_kept_for_a_day_encrypted_and_then_forgotten(firm: Firm, browser_of: Browser) -> None:
    alice = browser_of("alice")
    address = alice.post("/search/", {"q": "example"})["Location"]

    assert KeptSearch.objects.values_list("text", flat=True).get().startswith("v1.")
    assert 'value="example"' in alice.get(address).content.decode()
    with time_machine.travel(NOW + KEPT_FOR):
        assert "not kept any more" in alice.get(address).content.decode()
        housekeeping()
    assert not KeptSearch.objects.exists()


def test_nothing_typed_stands_in_an_address_or_a_log(
    firm: Firm, browser_of: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        pages = [
            browser_of("alice").post("/search/", {"q": typed}, follow=True)
            for typed in ("example", "Zanzibar")
        ]

    seen = [*caplog.records, *(page.redirect_chain for page in pages)]
    assert len(caplog.records) > 2
    assert not any(
        typed in str(vars(each) if hasattr(each, "msg") else each)
        for typed in ("example", "Zanzibar")
        for each in seen
    )


def test_a_corrected_name_is_found_at_once_and_the_former_one_is_not(firm: Firm, browser_of: Browser) -> None:
    paul, client = browser_of("paul"), firm.danas_matter.client
    assert paul.post("/search/", {"q": "dana"})["Location"].startswith("/matters/")

    client.name = "Zoë O’Neil-Ruiz"
    client.save(update_fields=["name"])

    assert paul.post("/search/", {"q": "ruiz zoe oneil"})["Location"].startswith("/matters/")
    assert "Nothing found" in searched(paul, "dana")


def test_a_name_that_cannot_be_opened_hides_nobody_else(firm: Firm, browser_of: Browser) -> None:
    eves = ClientRow.objects.filter(pk=firm.eves_matter.client_id)
    eves.update(name=Sealed("v1.00000000.AAAA"))

    assert browser_of("alice").post("/search/", {"q": "dana"})["Location"].startswith("/matters/")


def test_more_than_a_page_says_so_and_leads_on(firm: Firm, browser_of: Browser) -> None:
    for number in range(SHOWN):
        open_matter(title=f"{number}", client=firm.danas_matter.client, actor=SYSTEM, now=NOW)

    page = searched(browser_of("mary"), "dana")
    rest = re.search(r'href="(/matters/[^"]+)"', page.partition("These are the first 20.")[2])

    assert rest
    assert browser_of("mary").get(unescape(rest[1])).status_code == 200


@pytest.mark.parametrize("typed", [NUMBER, "ioe 0912-345-678", " 'IOE0912345678' "])
def test_a_number_leads_to_its_receipt(typed: str, danas: Receipt, browser_of: Browser) -> None:
    response = browser_of("paul").post("/search/", {"q": typed})

    assert (response.status_code, response["Location"]) == (302, f"/receipts/{danas.pk}/")


def test_it_finds_a_stopped_receipt_too(firm: Firm, browser_of: Browser) -> None:
    receipt = make_receipt(matter=firm.danas_matter, state=ReceiptState.STOPPED, due=None)

    assert browser_of("paul").post("/search/", {"q": NUMBER})["Location"] == f"/receipts/{receipt.pk}/"


def test_a_stranger_is_not_told_that_it_exists(danas: Receipt, browser_of: Browser) -> None:
    charlie = browser_of("charlie")

    existing = searched(charlie, NUMBER)

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
    page = searched(browser_of("alice"), "M-2026")

    assert "Dana Example" in page
    assert "Eve Example" in page


@pytest.mark.parametrize(
    "typed", ["dana@", "DANA@mail", "555 0143", "(202) 555-0143", "0143", "+1 202 555 0143", "٢٠٢ ٥٥٥"]
)
def test_a_part_of_an_address_or_a_telephone_leads_to_the_matter(
    typed: str, firm: Firm, browser_of: Browser
) -> None:
    client = firm.danas_matter.client
    client.phone = "(202) 555-0143"
    client.save(update_fields=["phone"])

    assert (
        browser_of("paul").post("/search/", {"q": typed})["Location"] == f"/matters/{firm.danas_matter.pk}/"
    )


@pytest.mark.parametrize(
    "typed", ["5678", "345678", "IOE09", "ioe 0912", "ioe", "I-765", "i765", "765", "dana 765"]
)
def test_a_piece_of_a_number_or_a_form_leads_to_the_receipt(
    typed: str, danas: Receipt, browser_of: Browser
) -> None:
    assert browser_of("paul").post("/search/", {"q": typed})["Location"] == f"/receipts/{danas.pk}/"
    assert "Nothing found" in searched(browser_of("charlie"), typed)


@pytest.mark.parametrize("typed", ["m20260001", "2026 0001", "M/2026/0001", "0001"])
def test_a_reference_is_found_whatever_sets_its_parts_apart(
    typed: str, firm: Firm, browser_of: Browser
) -> None:
    assert (
        browser_of("paul").post("/search/", {"q": typed})["Location"] == f"/matters/{firm.danas_matter.pk}/"
    )


@pytest.mark.parametrize("typed", ["dnaa", "exanple dana", "example danna", "exmple"])
def test_a_typing_error_is_forgiven_on_the_page_and_opens_nothing_by_itself(
    typed: str, firm: Firm, browser_of: Browser
) -> None:
    page = searched(browser_of("paul"), typed)

    assert "Spelled nearly so" in page
    assert "Dana Example" in page
    assert "M-2026-0001" in page
    assert "Dana" not in searched(browser_of("charlie"), typed)


def test_every_hit_shows_the_reference_of_its_matter(danas: Receipt, browser_of: Browser) -> None:
    receipt = make_receipt("IOE0912345999", matter=danas.matter, form_type="I-765")

    page = searched(browser_of("paul"), "I-765")

    assert page.count("M-2026-0001") == 2
    assert receipt.masked in page


def test_a_client_without_a_matter_is_found_by_those_who_sort(firm: Firm, browser_of: Browser) -> None:
    make_client("Zuleika", with_user=False)

    assert "Zuleika Example" in searched(browser_of("paul"), "zulei")
    assert "Nothing found" in searched(browser_of("olga"), "zulei")


def test_operations_find_receipts_but_no_matters(danas: Receipt, browser_of: Browser) -> None:
    olga = browser_of("olga")

    assert olga.post("/search/", {"q": NUMBER}).status_code == 302
    assert "Nothing found" in searched(olga, "M-2026-0001")
    assert "Nothing found" in searched(olga, "Dana")


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


def offered(browser: Client, typed: str = "", verb: str = "") -> str:
    """What the palette shows while something is typed."""
    return browser.post("/search/palette/", {"q": typed, "verb": verb}).content.decode()


def test_the_palette_offers_places_and_verbs_of_the_persons_role(browser_of: Browser) -> None:
    paul, olga = offered(browser_of("paul")), offered(browser_of("olga"))

    assert [word in paul for word in ("Log a call", "Add a receipt", "/deadlines/")] == [True] * 3
    assert [word in olga for word in ("Log a call", "Add a receipt", "/deadlines/")] == [False, True, False]


def test_the_palette_shows_the_latest_searches_of_its_person_only(browser_of: Browser) -> None:
    for typed in ("zuleika", "zuleika", "xenia"):
        browser_of("paul").post("/search/", {"q": typed})

    assert offered(browser_of("paul")).count("zuleika") == 1
    assert "xenia" not in offered(browser_of("alice"))


def test_the_palette_finds_as_one_types_and_keeps_nothing(firm: Firm, browser_of: Browser) -> None:
    page = offered(browser_of("paul"), "dána")

    assert f'href="/matters/{firm.danas_matter.pk}/"' in page
    assert "M-2026-0001" in page
    assert "Dana" not in offered(browser_of("charlie"), "dana")
    assert not KeptSearch.objects.exists()


def test_places_and_verbs_are_found_by_their_words(browser_of: Browser) -> None:
    page = offered(browser_of("paul"), "dead")

    assert "/deadlines/" in page
    assert "Log a call" not in page


def test_a_verb_asks_whom_it_is_about_and_leads_to_its_dialog(
    firm: Firm, danas: Receipt, browser_of: Browser
) -> None:
    paul = browser_of("paul")

    assert f'href="/matters/{firm.danas_matter.pk}/#log-contact"' in offered(paul, "dana", "call")
    assert f'href="/receipts/{danas.pk}/#receipt-checked"' in offered(paul, "5678", "checked")
    assert "Nothing found" in offered(paul, "zuleika", "call")
    for path, dialog in (
        (f"/matters/{firm.danas_matter.pk}/", "log-contact"),
        (f"/receipts/{danas.pk}/", "receipt-checked"),
    ):
        assert f'id="{dialog}"' in paul.get(path).content.decode()


def test_two_letters_begin_a_verb_from_any_page(browser_of: Browser) -> None:
    page = browser_of("paul").get("/receipts/").content.decode()

    assert set(re.findall(r'data-chord="(\w+)"', page)) >= {"nr", "lh", "lc", "ln"}
