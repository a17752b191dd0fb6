"""The changes inbox: what moved, urgent first, and taking note of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from legist.core import flags
from legist.core.models import AuditEntry
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import APPROVED, RECEIVED, REVIEW, RFE, later, make_change, make_receipts
from tests.support.forgery import alter
from tests.tracking.web.conftest import FRAGMENT
from tests.workflows.web.asking import text
from tracking.models import Acknowledgement, Receipt

Browser = Callable[[str], Client]


def test_it_shows_a_change_with_client_status_and_what_it_asks(danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, RECEIVED)
    make_change(danas, RFE, at=later())

    page = browser_of("paul").get("/").content.decode()

    assert "Dana Example" in page
    assert "Request for evidence" in page
    assert "known title" not in page, "the rule shows where a person should doubt it"
    assert "Act today" in page
    assert danas.masked in page


def test_it_shows_the_rule_where_a_person_should_doubt_it(danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, "The Case Went Somewhere Odd")

    assert "a person must check" in browser_of("paul").get("/?scope=all").content.decode()


def test_it_puts_what_is_urgent_first(firm: Firm, browser_of: Browser) -> None:
    first, second = make_receipts(2, matter=firm.danas_matter)
    make_change(first, RECEIVED)
    make_change(first, RFE, at=later(1))
    make_change(second, RECEIVED, at=later(2))

    rows = browser_of("paul").get("/").context["rows"]

    assert [row.attention for row in rows] == ["act", "note"]


def test_it_counts_each_view(danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, RECEIVED)
    make_change(danas, RFE, at=later())

    tabs = browser_of("paul").get("/").context["tabs"]

    assert [tab["count"] for tab in tabs] == [1, 1, 0, 0, None]


def test_the_heading_counts_what_the_navigation_counts_and_says_what_the_rest_is(
    danas: Receipt, browser_of: Browser
) -> None:
    make_change(danas, RECEIVED)
    make_change(danas, RFE, at=later())

    page = browser_of("paul").get("/").content.decode()

    assert "1 to act on or tell, 0 to note" in page
    assert '<span class="rail-count">1<' in page


@pytest.mark.parametrize(("view", "expected"), [("act", 1), ("note", 0), ("tell", 0)])
def test_it_narrows_to_a_view(view: str, expected: int, danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, RECEIVED)
    make_change(danas, RFE, at=later())

    assert len(browser_of("paul").get("/", {"view": view}).context["rows"]) == expected


def test_a_stranger_to_the_matter_sees_nothing_of_it(danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, RECEIVED)

    page = browser_of("charlie").get("/", {"scope": "all"}).content.decode()

    assert "Dana" not in page
    assert "You have seen every change" in page


def test_operations_see_the_matter_but_not_the_name(danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, RECEIVED)

    page = browser_of("olga").get("/").content.decode()

    assert "M-2026-0001" in page
    assert "Dana" not in page


def test_a_client_is_taken_to_the_portal(browser_of: Browser) -> None:
    response = browser_of("dana").get("/")

    assert (response.status_code, response["Location"]) == (302, "/portal/")


def test_somebody_not_signed_in_is_asked_to(client: Client) -> None:
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_taking_note_takes_the_row_away(danas: Receipt, browser_of: Browser) -> None:
    change = make_change(danas, RECEIVED)
    make_change(danas, REVIEW, at=later())
    headers = FRAGMENT | {"HX-Target": f"row-{change.pk}"}

    response = browser_of("paul").post(f"/changes/{change.pk}/acknowledge/", headers=headers)

    assert Acknowledgement.objects.filter(change=change).exists()
    assert "<tr" not in response.content.decode()
    assert 'id="inbox-tabs" hx-swap-oob="true"' in response.content.decode()


def test_the_last_row_leaves_the_empty_state(danas: Receipt, browser_of: Browser) -> None:
    change = make_change(danas, RECEIVED)
    headers = FRAGMENT | {"HX-Target": f"row-{change.pk}"}

    response = browser_of("paul").post(f"/changes/{change.pk}/acknowledge/", headers=headers)

    assert response["HX-Retarget"] == "#inbox"
    assert "You have seen every change" in response.content.decode()


def test_what_is_done_stays_under_done(danas: Receipt, browser_of: Browser) -> None:
    paul = browser_of("paul")
    change = make_change(danas, RECEIVED)
    paul.post(f"/changes/{change.pk}/acknowledge/")

    assert not paul.get("/").context["rows"]
    assert [row.pk for row in paul.get("/", {"view": "done"}).context["rows"]] == [change.pk]


def test_a_stranger_cannot_take_note(danas: Receipt, browser_of: Browser) -> None:
    change = make_change(danas, RECEIVED)

    for name in ("charlie", "dana"):
        assert browser_of(name).post(f"/changes/{change.pk}/acknowledge/").status_code == 404
    assert not Acknowledgement.objects.exists()


def test_it_takes_note_of_the_selected(firm: Firm, browser_of: Browser) -> None:
    changes = [make_change(receipt, RECEIVED) for receipt in make_receipts(3, matter=firm.danas_matter)]
    ids = [str(change.pk) for change in changes[:2]]

    response = browser_of("paul").post("/changes/acknowledge/", {"ids": ids}, headers=FRAGMENT)

    assert Acknowledgement.objects.count() == 2
    assert "2 changes are done." in response["HX-Trigger"]
    assert [row.pk for row in response.context["rows"]] == [changes[2].pk]


def undo_in(response: Any) -> dict[str, str]:
    """What the button in the toast posts."""
    undo = json.loads(response["HX-Trigger"])["toast"]["undo"]
    assert undo["url"] == "/changes/put-back/"
    return dict(undo["values"])


def test_done_can_be_undone(danas: Receipt, browser_of: Browser) -> None:
    paul, change = browser_of("paul"), make_change(danas, RECEIVED)
    undo = undo_in(paul.post(f"/changes/{change.pk}/acknowledge/", headers=FRAGMENT))

    response = paul.post("/changes/put-back/", undo, headers=FRAGMENT)

    assert [row.pk for row in response.context["rows"]] == [change.pk]
    assert "1 change waits again." in response["HX-Trigger"]
    assert AuditEntry.objects.filter(action="tracking.change_put_back").count() == 1
    assert "0 changes wait again." in paul.post("/changes/put-back/", undo, headers=FRAGMENT)["HX-Trigger"]


def test_undoing_takes_back_one_act_of_ones_own(firm: Firm, browser_of: Browser) -> None:
    first, second, third = (
        make_change(receipt, RECEIVED) for receipt in make_receipts(3, matter=firm.danas_matter)
    )
    paul, alice = browser_of("paul"), browser_of("alice")
    paul.post(f"/changes/{first.pk}/acknowledge/", headers=FRAGMENT)
    with time_machine.travel(later(), tick=False):
        alice.post(f"/changes/{third.pk}/acknowledge/", headers=FRAGMENT)
        ids = [str(second.pk), str(third.pk)]
        undo = undo_in(paul.post("/changes/acknowledge/", {"ids": ids}, headers=FRAGMENT))

    paul.post("/changes/put-back/", undo, headers=FRAGMENT)

    left = Acknowledgement.objects.values_list("change", "user")
    assert set(left) == {(first.pk, firm.paul.pk), (third.pk, firm.alice.pk)}


@pytest.mark.parametrize("at", ["", "yesterday", "2026-03-02T15:00:00", "9999-12-31T23:59:59+00:00"])
def test_what_names_no_act_undoes_nothing(at: str, danas: Receipt, browser_of: Browser) -> None:
    paul, change = browser_of("paul"), make_change(danas, RECEIVED)
    with time_machine.travel(later(), tick=False):
        paul.post(f"/changes/{change.pk}/acknowledge/", headers=FRAGMENT)

    assert paul.post("/changes/put-back/", {"at": at}, headers=FRAGMENT).status_code == 200
    assert Acknowledgement.objects.count() == 1


def test_doing_nothing_offers_no_undo(danas: Receipt, browser_of: Browser) -> None:
    response = browser_of("paul").post("/changes/acknowledge/", {"ids": []}, headers=FRAGMENT)

    assert "undo" not in json.loads(response["HX-Trigger"])["toast"]


def test_the_selected_must_be_visible(danas: Receipt, browser_of: Browser) -> None:
    change = make_change(danas, RECEIVED)

    browser_of("charlie").post("/changes/acknowledge/", {"ids": [str(change.pk), "x"]}, headers=FRAGMENT)

    assert not Acknowledgement.objects.exists()


def test_it_takes_note_of_a_whole_kind(firm: Firm, browser_of: Browser) -> None:
    receipts = make_receipts(3, matter=firm.danas_matter)
    make_change(receipts[0], RECEIVED)
    make_change(receipts[1], RECEIVED)
    make_change(receipts[2], APPROVED)
    given = {"scope": "mine", "code": "RECEIVED", "newest": NOW.isoformat()}

    browser_of("paul").post("/changes/acknowledge-all/", given, headers=FRAGMENT)

    assert set(Acknowledgement.objects.values_list("change__to_code", flat=True)) == {"RECEIVED"}
    assert Acknowledgement.objects.count() == 2


def test_what_came_after_the_page_was_drawn_stays(firm: Firm, browser_of: Browser) -> None:
    seen, unseen = make_receipts(2, matter=firm.danas_matter)
    newest = make_change(seen, RECEIVED)
    late = make_change(unseen, RECEIVED, at=later())

    browser_of("paul").post("/changes/acknowledge-all/", {"newest": NOW.isoformat()}, headers=FRAGMENT)

    assert not Acknowledgement.objects.filter(change=late).exists()
    assert Acknowledgement.objects.filter(change=newest).exists()


def test_what_appeared_late_among_the_seen_stops_the_act(firm: Firm, browser_of: Browser) -> None:
    for receipt in make_receipts(2, matter=firm.danas_matter):
        make_change(receipt, RECEIVED)
    given = {"newest": NOW.isoformat(), "count": "1"}

    assert browser_of("paul").post("/changes/acknowledge-all/", given, headers=FRAGMENT).status_code == 409
    assert not Acknowledgement.objects.exists()


@pytest.mark.parametrize(
    "newest", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00", "x", "2026-03-02"]
)
def test_an_instant_that_no_page_has_drawn_breaks_none(firm: Firm, browser_of: Browser, newest: str) -> None:
    make_change(make_receipts(1, matter=firm.danas_matter)[0], RECEIVED)
    paul, given = browser_of("paul"), {"newest": newest, "since": "1", "count": "9" * 5000}

    assert paul.get("/", given, headers=FRAGMENT).status_code == 200
    assert paul.post("/changes/put-back/", {"at": newest}, headers=FRAGMENT).status_code == 200
    assert paul.post("/changes/acknowledge-all/", given, headers=FRAGMENT).status_code == 200
    assert not Acknowledgement.objects.exists()


@pytest.mark.parametrize("path", ["/changes/acknowledge/", "/changes/acknowledge-all/"])
def test_a_client_finds_nothing_there(path: str, browser_of: Browser) -> None:
    assert browser_of("dana").post(path).status_code == 404


def test_a_row_says_where_its_status_is_old_or_nobody_asks(firm: Firm, browser_of: Browser) -> None:
    late, fresh = make_receipts(2, matter=firm.danas_matter)
    for receipt, age in ((late, timedelta(days=9)), (fresh, timedelta(minutes=5))):
        make_change(receipt, RECEIVED)
        alter(receipt, last_good_at=NOW - age, next_poll_at=NOW + timedelta(hours=1))
    paul = browser_of("paul")
    page = text(paul.get("/"))
    assert page.count("its check is overdue, next check in 1 hour") == 1
    assert page.count('class="freshness"') == 1, "one that is well says only when the change came"
    flags.set_flag(flags.POLLING, on=False, actor=firm.actor("olga"), now=NOW)
    assert text(paul.get("/")).count("polling is switched off") == 2


def test_more_rows_cost_no_more_queries(
    firm: Firm, browser_of: Browser, count_queries: Callable[[Client, str], int]
) -> None:
    receipts, paul = make_receipts(22, matter=firm.danas_matter), browser_of("paul")
    for receipt in receipts[:2]:
        make_change(receipt, RECEIVED)
    few = count_queries(paul, "/")
    for receipt in receipts[2:]:
        make_change(receipt, RECEIVED)

    assert count_queries(paul, "/") == few <= 24


def test_fifty_rows_and_what_is_chosen_of_them_weigh_little(firm: Firm, browser_of: Browser) -> None:
    receipts = make_receipts(50, matter=firm.danas_matter, form_type="I-765")
    for receipt in receipts:
        make_change(receipt, RECEIVED)
        make_change(receipt, RFE, "You must send us what we asked for by March 3, 2026.", at=later())

    page = browser_of("paul").get("/?view=act").content

    assert page.count(b"data-row-link") == 50
    assert len(page) < 105_000  # five of them: order, columns and views


def test_the_menu_of_a_row_offers_what_the_reader_may_do(danas: Receipt, browser_of: Browser) -> None:
    change = make_change(danas, RFE)
    headers = FRAGMENT | {"HX-Current-URL": "http://testserver/?view=act&scope=all"}

    menu = browser_of("paul").get(f"/changes/{change.pk}/menu/", headers=headers).content.decode()

    assert f'href="/receipts/{danas.pk}/"' in menu
    assert f'href="/matters/{danas.matter_id}/"' in menu
    assert 'href="/?view=act&amp;scope=all&amp;code=RFE_ISSUED"' in menu
    assert "Mark all “Request for evidence” done" in menu
    assert "/matters/" not in browser_of("olga").get(f"/changes/{change.pk}/menu/").content.decode()


def test_a_receipt_is_one_row_and_what_was_overtaken_is_no_act_of_today(
    danas: Receipt, browser_of: Browser
) -> None:
    make_change(danas, RECEIVED)
    make_change(danas, RFE, at=later())
    latest = make_change(danas, REVIEW, at=later(2))
    paul = browser_of("paul")

    page = paul.get("/")

    assert [(row.pk, row.attention, row.earlier) for row in page.context["rows"]] == [(latest.pk, "tell", 2)]
    assert page.context["counts"].act == 0
    assert "2 earlier changes" in page.content.decode()


def test_done_takes_what_was_overtaken_along_and_undo_brings_the_row_back(
    danas: Receipt, browser_of: Browser
) -> None:
    make_change(danas, RECEIVED)
    latest = make_change(danas, RFE, at=later())
    paul = browser_of("paul")

    with time_machine.travel(later(5), tick=False):
        done = paul.post(f"/changes/{latest.pk}/acknowledge/", headers=FRAGMENT)
        assert "1 change is done." in done["HX-Trigger"]
        assert (Acknowledgement.objects.count(), len(paul.get("/").context["rows"])) == (2, 0)
        back = paul.post("/changes/put-back/", undo_in(done), headers=FRAGMENT)

    assert "1 change waits again." in back["HX-Trigger"]
    assert [row.pk for row in back.context["rows"]] == [latest.pk]
    assert not Acknowledgement.objects.exists()


def test_what_comes_for_a_receipt_that_has_a_row_takes_its_place(danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, RECEIVED)
    paul = browser_of("paul")
    shown = paul.get("/").context
    latest = make_change(danas, RFE, at=later())

    polled = paul.get("/", {"since": shown["token"], "newest": shown["newest"]}, headers=FRAGMENT)

    assert polled["HX-Retarget"] == "#inbox"
    assert [row.pk for row in polled.context["rows"]] == [latest.pk]
