"""One receipt: who and what, status with freshness, history, calls, the raw answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from legist.core.models import AuditEntry
from tests.factories.practice import NOW, SYSTEM
from tests.factories.tracking import NUMBER, RECEIVED, RFE, later, make_change, read
from tests.tracking.web.conftest import FRAGMENT
from tracking import reviews
from tracking.models import Payload, Receipt, StatusQuery
from tracking.states import ReviewKind

Browser = Callable[[str], Client]
TEXT = f'On March 1, 2026, we sent a request, Receipt Number {NUMBER}. See <a href="x">y</a>.'


def viewed(action: str) -> int:
    return AuditEntry.objects.filter(action=action).count()


def test_it_says_who_what_and_how_fresh_in_one_look(danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, RFE)

    page = browser_of("paul").get(f"/receipts/{danas.pk}/").content.decode()

    assert "I-765 of Dana Example" in " ".join(page.split())
    assert "Request for evidence" in page
    assert "just now" in page


@pytest.mark.parametrize("has_question", [True, False])
def test_what_uscis_said_about_a_failed_call_is_shown(
    *, has_question: bool, danas: Receipt, browser_of: Browser
) -> None:
    read(danas, RECEIVED)
    StatusQuery.objects.update(outcome="permanent", error_code="forbidden")
    query = StatusQuery.objects.get()
    query.words = "This case is handled by another office."
    query.save(update_fields=["words"])
    Receipt.objects.update(last_error="forbidden")
    if has_question:
        make_question(danas)

    paul = browser_of("paul")
    assert re.search(
        r'<q\s+lang="en"\s*>This case is handled', paul.get(f"/receipts/{danas.pk}/").content.decode()
    )
    assert "This case is handled" in paul.get(f"/receipts/{danas.pk}/?tab=calls").content.decode()


def make_question(receipt: Receipt) -> None:
    reviews.open_item(
        ReviewKind.NOT_ANSWERED,
        receipt=receipt,
        source="uscis",
        code="forbidden",
        detail="",
        now=NOW,
        actor=SYSTEM,
    )


def test_the_number_is_masked_in_the_official_text_too(danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, RFE, TEXT)

    page = browser_of("paul").get(f"/receipts/{danas.pk}/").content.decode()

    assert "we sent a request" in page
    assert NUMBER not in page
    assert "See y." in page


def test_words_without_a_title_are_shown_and_called_that(danas: Receipt, browser_of: Browser) -> None:
    change = make_change(danas, "", "On March 1, 2026, we approved your case.")
    alice = browser_of("alice")

    for page in (
        f"/receipts/{danas.pk}/",
        f"/matters/{danas.matter_id}/",
        f"/receipts/{danas.pk}/?change={change.pk}",
    ):
        told = alice.get(page).content.decode()
        assert "we approved your case" in told, page
        assert "Words without a title" in told, page


def test_a_look_is_on_the_record_and_a_refresh_is_not(danas: Receipt, browser_of: Browser) -> None:
    paul = browser_of("paul")
    token = paul.get(f"/receipts/{danas.pk}/").context["token"]
    assert viewed("tracking.receipt_viewed") == 1

    unchanged = paul.get(f"/receipts/{danas.pk}/", {"since": token}, headers=FRAGMENT)
    make_change(danas, RECEIVED)
    changed = paul.get(f"/receipts/{danas.pk}/", {"since": token}, headers=FRAGMENT)

    assert (unchanged.status_code, changed.status_code) == (204, 200)
    assert "<html" not in changed.content.decode()
    assert viewed("tracking.receipt_viewed") == 1


def test_it_opens_in_the_side_panel_at_the_change_that_was_meant(danas: Receipt, browser_of: Browser) -> None:
    first = make_change(danas, RECEIVED)
    make_change(danas, RFE, at=later())
    headers = FRAGMENT | {"HX-Target": "side-panel-body"}

    response = browser_of("paul").get(f"/receipts/{danas.pk}/", {"change": str(first.pk)}, headers=headers)

    assert response.context["line"].change == first
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize("tab", ["history", "calls", "corrections", "reviews", "nonsense"])
def test_every_part_can_be_opened_empty(tab: str, danas: Receipt, browser_of: Browser) -> None:
    response = browser_of("paul").get(f"/receipts/{danas.pk}/", {"tab": tab})

    assert response.status_code == 200


def test_it_lists_the_calls_with_what_was_decided(danas: Receipt, browser_of: Browser) -> None:
    read(danas, RECEIVED)
    StatusQuery.objects.update(outcome="transient", error_code="timeout", decision="retry")

    page = browser_of("paul").get(f"/receipts/{danas.pk}/", {"tab": "calls"}).content.decode()

    assert "no answer in time" in page
    assert "Try again later" in page


def test_the_full_number_is_shown_on_the_record(danas: Receipt, browser_of: Browser) -> None:
    response = browser_of("paul").post(f"/receipts/{danas.pk}/number/", headers=FRAGMENT)

    assert "IOE 091 234 5678" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert viewed("tracking.number_revealed") == 1


@pytest.mark.parametrize(("name", "status"), [("charlie", 404), ("dana", 404), ("mary", 200), ("olga", 200)])
def test_who_may_look(name: str, status: int, danas: Receipt, browser_of: Browser) -> None:
    assert browser_of(name).get(f"/receipts/{danas.pk}/").status_code == status
    assert browser_of(name).post(f"/receipts/{danas.pk}/number/").status_code == status


@pytest.mark.parametrize(
    ("name", "status"), [("paul", 200), ("olga", 200), ("mary", 403), ("charlie", 404), ("dana", 404)]
)
def test_who_may_read_the_raw_answer(
    name: str, status: int, danas: Receipt, browser_of: Browser, now: object
) -> None:
    read(danas, RECEIVED)
    payload = Payload(digest="d" * 64, body='{"case_status": {}}', size=19, first_seen_at=later())
    payload.save(force_insert=True)
    StatusQuery.objects.update(payload=payload)

    response = browser_of(name).get(f"/calls/{StatusQuery.objects.get().pk}/")

    assert response.status_code == status
    assert viewed("tracking.payload_viewed") == (status == 200)


def test_a_call_without_an_answer_has_nothing_to_show(danas: Receipt, browser_of: Browser) -> None:
    read(danas, RECEIVED)

    assert browser_of("paul").get(f"/calls/{StatusQuery.objects.get().pk}/").status_code == 404


def test_a_long_history_costs_no_more_queries(
    danas: Receipt, browser_of: Browser, count_queries: Callable[[Client, str], int]
) -> None:
    paul, url = browser_of("paul"), f"/receipts/{danas.pk}/"
    make_change(danas, RECEIVED)
    few = count_queries(paul, url)
    for minute in range(1, 9):
        make_change(danas, RFE if minute % 2 else RECEIVED, at=later(minute))

    assert count_queries(paul, url) == few <= 34
