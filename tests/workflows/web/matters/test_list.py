"""The list of matters."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.test import Client as Visitor
from pytest_django import DjangoAssertNumQueries

from legist.core.clock import utc_now
from legist.practice.search.services import KEPT_FOR
from legist.practice.services import open_matter
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_deadline, make_draft, make_news, run
from tests.workflows.web.asking import Browser, address, statuses, text

LIST = "/matters/"


def test_it_asks_a_visitor_to_sign_in(client: Visitor) -> None:
    assert client.get(LIST).headers["Location"] == "/accounts/login/?next=/matters/"


def test_it_is_for_those_who_read_matters(browser_of: Browser) -> None:
    people = ("alice", "paul", "mary", "olga", "dana")

    assert statuses(browser_of, LIST, people) == [200, 200, 200, 403, 404]


def test_it_shows_each_person_their_own(firm: Firm, browser_of: Browser) -> None:
    pauls, charlies = text(browser_of("paul").get(LIST)), text(browser_of("charlie").get(LIST))

    assert "M-2026-0001" in pauls
    assert "M-2026-0002" not in pauls
    assert "M-2026-0001" not in charlies


def test_it_keeps_the_firms_stage_and_the_governments_status_apart(firm: Firm, browser_of: Browser) -> None:
    make_news(firm.danas_matter, "RFE_ISSUED")

    page = text(browser_of("paul").get(LIST))

    assert "Firm stage" in page
    assert "Filed" in page
    assert "Request for evidence" in page


def test_it_says_what_is_due_next_and_on_whom_it_waits(firm: Firm, browser_of: Browser) -> None:
    make_deadline(firm, date(2026, 5, 1))
    make_draft(firm)

    page = text(browser_of("paul").get(LIST))

    assert "May 1, 2026" in page
    assert "provisional" in page
    assert "to approve a message" in page


def test_it_counts_work_below_a_matter_as_its_own(firm: Firm, browser_of: Browser) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    page = browser_of("paul").get(LIST)

    assert {row.deadline.kind for row in page.context["rows"]} == {"rfe"}


def test_it_leaves_out_a_matter_below_that_is_walled_off(firm: Firm, browser_of: Browser) -> None:
    child = open_matter(
        title="Below", client=firm.danas_matter.client, parent=firm.danas_matter, actor=SYSTEM, now=NOW
    )
    make_deadline(firm)
    firm.danas_matter.deadlines.update(matter=child)
    wall_off(child, firm.paul, reason="Conflict.", actor=SYSTEM, now=NOW)

    rows = browser_of("paul").get(LIST).context["rows"]

    assert [(row.matter.reference, row.deadline) for row in rows] == [("M-2026-0001", None)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("mine=1", 2),
        ("state=closed", 0),
        ("stage=intake", 0),
        ("kind=case", 2),
        ("state=any", 2),
    ],
)
def test_it_filters_by_the_address(browser_of: Browser, query: str, found: int) -> None:
    assert browser_of("alice").get(f"{LIST}?{query}").context["look"].total == found


@pytest.mark.parametrize("typed", ["Dana@mail.example", "dana", "Ana", "example dána", "M-2026-0001", "0001"])
def test_it_finds_a_matter_without_putting_what_was_typed_into_the_address(
    browser_of: Browser, typed: str
) -> None:
    browser = browser_of("alice")

    address = browser.post(LIST, {"q": typed}).headers["Location"]
    page = browser.get(address)

    assert typed.lower() not in address.lower()
    assert [row.matter.reference for row in page.context["rows"]] == ["M-2026-0001"]


def test_it_narrows_what_was_found_and_finds_it_again(browser_of: Browser) -> None:
    browser = browser_of("alice")
    address = browser.post(LIST, {"q": "example"}).headers["Location"]

    totals = [
        browser.get(address + more).context["look"].total for more in ("", "&stage=intake", "&mine=1", "")
    ]

    assert totals == [2, 0, 2, 2]


def test_it_says_that_a_search_is_over(browser_of: Browser) -> None:
    address = browser_of("alice").post(LIST, {"q": "dana"}).headers["Location"]

    with time_machine.travel(utc_now() + KEPT_FOR):
        assert "not kept any more" in text(browser_of("alice").get(address))
    assert "not kept any more" in text(browser_of("alice").get(f"{LIST}?find={uuid4()}"))


def test_a_colleague_finds_what_is_open_to_them_and_is_not_told_what_was_typed(browser_of: Browser) -> None:
    address = browser_of("alice").post(LIST, {"q": "dana exa"}).headers["Location"]

    mary, charlie = browser_of("mary").get(address), browser_of("charlie").get(address)

    assert [row.matter.reference for row in mary.context["rows"]] == ["M-2026-0001"]
    assert "No matter is found by this" in text(charlie)
    assert not any("dana exa" in text(page) for page in (mary, charlie))


def test_it_searches_no_query_string(browser_of: Browser) -> None:
    assert browser_of("alice").get(f"{LIST}?q=dana").status_code == 422


def test_it_shows_all_when_nothing_was_typed(browser_of: Browser) -> None:
    assert browser_of("alice").post(LIST, {"q": "  "}).headers["Location"] == LIST


def test_it_finds_nobody_elses_client(browser_of: Browser) -> None:
    for typed in ("dana@mail.example", "dana", "M-2026-0001"):
        page = browser_of("charlie").post(LIST, {"q": typed}, follow=True)

        assert "No matter is found by this" in text(page)


def test_it_says_what_to_do_when_nothing_matches(browser_of: Browser) -> None:
    assert "Clear filters" in text(browser_of("alice").get(f"{LIST}?stage=intake"))


def test_it_refuses_a_cursor_that_is_not_ours(browser_of: Browser) -> None:
    assert browser_of("alice").get(f"{LIST}?cursor=abc").status_code == 422


def test_it_asks_the_database_the_same_however_long_the_list(
    firm: Firm, browser_of: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of("alice")
    for number in range(12):
        matter = open_matter(
            title=f"Case {number}",
            client=firm.danas_matter.client,
            parent=firm.danas_matter,
            actor=SYSTEM,
            now=NOW,
        )
        make_news(matter, "IN_REVIEW")

    with django_assert_max_num_queries(30):
        assert browser.get(LIST).context["look"].total == 14


def test_it_stands_in_the_rail(browser_of: Browser) -> None:
    assert f'href="{address("matters")}"' in text(browser_of("paul").get(LIST))
