"""The page where a paralegal's day begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories.practice import NOW, Firm
from tests.factories.workflows import make_change, make_deadline, make_draft, make_news, run
from tests.workflows.web.asking import HTMX, Browser, address, said, statuses, text
from workflows.matters.tasks_by_hand import NewTask, add_task
from workflows.models import ChecklistItem

WORK = "/my-work/"
MONDAY = NOW.date()


def set_task(firm: Firm) -> str:
    task = NewTask(uuid4(), "Call Dana <b>", str(firm.paul.pk))
    item = add_task(firm.danas_matter.pk, task, actor=firm.actor("alice"), now=NOW)
    return f"item:{item.pk}"


def test_it_is_for_those_who_read_matters(browser_of: Browser) -> None:
    people = ("alice", "paul", "mary", "charlie", "olga", "dana")

    assert statuses(browser_of, WORK, people) == [200, 200, 200, 200, 403, 404]


@pytest.mark.parametrize(("person", "place"), [("paul", WORK), ("alice", "/"), ("mary", "/")])
def test_a_paralegal_begins_there(signed_in: Callable[[str], Client], person: str, place: str) -> None:
    client = signed_in(person)

    assert client.get("/accounts/login/").headers["Location"] == place


def test_it_says_whom_what_and_by_when(firm: Firm, browser_of: Browser) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    set_task(firm)

    page = text(browser_of("paul").get(WORK))

    for words in ("Dana Example", "Request for evidence", "Call Dana &lt;b&gt;", "This week"):
        assert words in page
    assert "IOE09" not in page, "numbers are masked"


def test_it_leads_an_attorney_to_what_waits_for_their_name(firm: Firm, browser_of: Browser) -> None:
    make_draft(firm)

    assert "1 message waits for your approval" in text(browser_of("alice").get(WORK))
    assert "waits for your approval" not in text(browser_of("paul").get(WORK))


def test_it_says_when_nothing_waits(browser_of: Browser) -> None:
    assert "Nothing waits for you" in text(browser_of("paul").get(WORK))


def test_done_with_a_key_offers_undo(firm: Firm, browser_of: Browser) -> None:
    key, browser = set_task(firm), browser_of("paul")

    answer = browser.post(address("work_done"), {"only": key}, headers=HTMX)
    assert ChecklistItem.objects.get().done_at is not None
    assert answer.headers["HX-Retarget"] == "#my-work"
    assert key in answer.headers["HX-Trigger"]

    browser.post(address("work_undo"), {"lines": key}, headers=HTMX)
    assert ChecklistItem.objects.get().done_at is None


def test_it_is_put_off_given_and_taken_back(firm: Firm, browser_of: Browser) -> None:
    key, browser = set_task(firm), browser_of("paul")
    until = (MONDAY + timedelta(days=2)).isoformat()

    answer = browser.post(address("work_put_off"), {"line": [key], "until": until})
    assert said(answer) == ["1 thing comes back on its day."]
    assert "Mar 4, 2026" in text(browser.get(WORK))

    answer = browser.post(address("work_give"), {"line": [key], "to": str(firm.alice.pk)})
    assert said(answer) == ["Alice has it now and was told."]
    assert "A colleague has given you something to do" in text(browser_of("alice").get("/notices/"))

    answer = browser.post(address("work_take_back"), {"only": key})
    assert said(answer)[-1] == "1 thing is back in your work."


@pytest.mark.parametrize(
    ("act", "data", "words"),
    [
        ("work_done", {}, "Choose at least one line"),
        ("work_put_off", {"until": "2026-03-09"}, "Choose at least one line"),
        ("work_put_off", {"until": "soon"}, "Enter a valid date"),
        ("work_give", {"to": "nobody"}, "Enter a valid UUID"),
    ],
)
def test_it_says_what_is_missing(browser_of: Browser, act: str, data: dict[str, str], words: str) -> None:
    answer = browser_of("paul").post(address(act), data)

    assert answer.status_code == 422
    assert words in text(answer)


def test_it_says_which_date_something_would_be_put_off_past(firm: Firm, browser_of: Browser) -> None:
    key, browser = set_task(firm), browser_of("paul")
    make_deadline(firm, MONDAY + timedelta(days=1))
    late = {"line": key, "until": "2026-03-20"}

    refused = browser.post(address("work_put_off"), late, headers=HTMX)
    assert refused.status_code == 422
    assert text(refused).count("Mar 3, 2026") == 1, "what is wrong is said once"
    told = browser.post(address("work_put_off"), late | {"is_past_told": "on"}, headers=HTMX)
    assert told.status_code == 200


def test_it_is_asked_again_for_nothing_when_nothing_changed(firm: Firm, browser_of: Browser) -> None:
    set_task(firm)
    browser = browser_of("paul")
    token = browser.get(WORK).context["token"]

    assert browser.get(WORK, {"since": token}, headers=HTMX).status_code == 204
    set_task(firm)
    assert browser.get(WORK, {"since": token}, headers=HTMX).status_code == 200


def test_the_pages_offer_it_and_one_press_settles_it(firm: Firm, browser_of: Browser) -> None:
    change = make_news(firm.danas_matter, "RFE_ISSUED", at=NOW - timedelta(hours=2))
    run(change)
    make_change(change.receipt, "RESPONSE_RECEIVED", at=NOW - timedelta(hours=1))
    paul = browser_of("paul")
    places = [
        f"/receipts/{change.receipt_id}/",
        address("matter", firm.danas_matter.pk),
        address("my_work"),
        "/?scope=all",
    ]
    for place in places:
        assert "withdraw 1 message, close 7 to-dos, mark 1 date as met" in text(paul.get(place)), place

    shown = paul.get(places[0]).content.decode().partition('name="shown" value="')[2].partition('"')[0]
    answer = paul.post(address("overtaken_settle", change.receipt_id), {"shown": shown}, headers=HTMX)

    assert "9 earlier things are settled" in answer.headers["HX-Trigger"]
    for place in places:
        assert "Settle all of it" not in text(paul.get(place)), place


def test_it_pins_what_it_asks_of_the_database(
    firm: Firm, browser_of: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for code in ("RFE_ISSUED", "NOID_ISSUED", "APPROVED", "BIOMETRICS_SCHEDULED"):
        run(make_news(firm.danas_matter, code))
        set_task(firm)
    browser = browser_of("paul")

    with django_assert_max_num_queries(23):  # three: columns, views and with whom they are shared
        browser.get(WORK)
