"""The list of receipts: filters as addresses, freshness on each row, adding one by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from legist.core.models import AuditEntry
from legist.practice.models import Team
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import NUMBER, RECEIVED, RFE, make_change, make_receipt, make_receipts
from tests.tracking.web.conftest import FRAGMENT
from tracking.mapping.edits import Edit, Move, Own, Rename
from tracking.mapping_editor.versions import publish
from tracking.models import Receipt
from tracking.states import ReceiptState

Browser = Callable[[str], Client]


def shown(client: Client, **filters: str) -> list[Receipt]:
    return list(client.get("/receipts/", filters).context["page"].items)


def test_it_shows_status_and_freshness(danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, RECEIVED)

    page = browser_of("paul").get("/receipts/").content.decode()

    assert danas.masked in page
    assert "Dana Example" in page
    assert "USCIS" in page
    assert NUMBER not in page


def test_it_narrows_by_stage_and_by_form(firm: Firm, browser_of: Browser) -> None:
    asked, waiting = make_receipts(2, matter=firm.danas_matter)
    make_change(asked, RFE, form_type="I-485")
    make_change(waiting, RECEIVED)
    paul = browser_of("paul")

    assert shown(paul, bucket="ACTION_REQUESTED") == [asked]
    assert shown(paul, form="i-485") == [asked]


def test_it_shows_and_offers_the_firms_own_stages(firm: Firm, browser_of: Browser) -> None:
    family = Team.objects.create(name="Family", group=Group.objects.create(name="Family"))
    asked, waiting = make_receipts(2, matter=firm.danas_matter)
    make_change(asked, RFE)
    make_change(waiting, RECEIVED)
    steps: list[Edit] = [Rename("ACTION_REQUESTED", "Ball with us"), Own("ACTION_REQUESTED", str(family.pk))]
    publish([*steps, Move("ACTION_REQUESTED", -20)], reason="Ours.", actor=firm.actor("alice"), now=NOW)
    paul = browser_of("paul")

    response = paul.get("/receipts/", {"team": str(family.pk)})

    assert list(response.context["page"].items) == [asked]
    assert response.context["look"].menu[0]["options"][0] == ("ACTION_REQUESTED", "Ball with us")
    assert [chip["value"] for chip in response.context["chips"]] == ["Family"]
    row = response.content.decode()
    assert "Ball with us" in row
    assert "Request for evidence" in row


def test_an_unread_status_keeps_the_stage_and_says_so(danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, RFE)
    make_change(danas, "Zebra Crossing Was Repainted")

    page = browser_of("paul").get("/receipts/").content.decode()

    assert "RFE / action requested</span>" in page
    assert "Not understood yet" in page


def test_it_shows_a_removable_chip_for_each_filter(danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, RFE)

    chips = (
        browser_of("paul")
        .get("/receipts/", {"bucket": "ACTION_REQUESTED", "tier": "standard"})
        .context["chips"]
    )

    assert [chip["remove_url"] for chip in chips] == [
        "/receipts/?tier=standard",
        "/receipts/?bucket=ACTION_REQUESTED",
    ]


def test_the_tray_is_a_view_of_its_own(danas: Receipt, browser_of: Browser) -> None:
    loose = make_receipt("IOE0912345679")

    response = browser_of("paul").get("/receipts/", {"unassigned": "1"})

    assert list(response.context["page"].items) == [loose]
    assert [tab["label"] for tab in response.context["tabs"] if tab["current"]] == ["Without a matter"]


def test_stopped_receipts_are_out_of_the_way(firm: Firm, browser_of: Browser) -> None:
    stopped = make_receipt(matter=firm.danas_matter, state=ReceiptState.STOPPED, due=None)
    paul = browser_of("paul")

    assert shown(paul) == []
    assert shown(paul, state="stopped") == [stopped]


def test_a_stranger_sees_nothing_of_the_matter(danas: Receipt, browser_of: Browser) -> None:
    assert shown(browser_of("charlie")) == []
    assert shown(browser_of("mary")) == [danas]
    assert browser_of("dana").get("/receipts/").status_code == 404


def test_it_goes_on_where_the_page_ended(firm: Firm, browser_of: Browser) -> None:
    make_receipts(60, matter=firm.danas_matter)
    paul = browser_of("paul")
    first = paul.get("/receipts/").context["page"]

    second = shown(paul, cursor=first.next_cursor)

    assert (len(first.items), len(second)) == (50, 10)
    assert not {row.pk for row in first.items} & {row.pk for row in second}


def test_more_rows_cost_no_more_queries(
    firm: Firm, browser_of: Browser, count_queries: Callable[[Client, str], int]
) -> None:
    paul = browser_of("paul")
    receipts = make_receipts(20, matter=firm.danas_matter)
    Receipt.objects.exclude(pk=receipts[0].pk).update(state=ReceiptState.STOPPED, next_poll_at=None)
    few = count_queries(paul, "/receipts/")
    Receipt.objects.update(state=ReceiptState.TRACKED, next_poll_at=NOW)

    assert count_queries(paul, "/receipts/") == few <= 22


def test_it_adds_a_sloppy_number_by_hand(browser_of: Browser) -> None:
    response = browser_of("paul").post(
        "/receipts/new/", {"receipt_number": " ioe-09-123-45678 "}, headers=FRAGMENT
    )

    receipt = Receipt.objects.get()
    assert response["HX-Redirect"] == f"/receipts/{receipt.pk}/"
    assert receipt.number == NUMBER
    assert AuditEntry.objects.filter(action="tracking.receipt_tracked").exists()


def test_it_says_why_a_number_is_none(browser_of: Browser) -> None:
    response = browser_of("paul").post("/receipts/new/", {"receipt_number": "IOE09"}, headers=FRAGMENT)

    assert response.status_code == 422
    assert "too few digits" in response.content.decode()


def test_a_number_that_is_tracked_is_a_wrong_state(danas: Receipt, browser_of: Browser) -> None:
    response = browser_of("paul").post("/receipts/new/", {"receipt_number": NUMBER}, headers=FRAGMENT)

    assert response.status_code == 409
    assert "data-error-message" in response.content.decode()


@pytest.mark.parametrize(("name", "status"), [("mary", 200), ("dana", 404)])
def test_whoever_works_at_the_firm_may_add(name: str, status: int, browser_of: Browser) -> None:
    assert browser_of(name).post("/receipts/new/", {"receipt_number": NUMBER}).status_code == status
