"""The deadline board, its month, and one deadline that explains itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.factories.practice import NOW, Firm
from tests.factories.workflows import make_deadline, make_news, run
from tests.workflows.web.asking import HTMX, Browser, address, statuses, text, unknown
from workflows.deadlines.services import confirm_deadline, move_deadline, waive_deadline
from workflows.models import Deadline

BOARD = "/deadlines/"
PEOPLE = ("alice", "paul", "mary", "charlie", "olga", "dana")
TODAY = date(2026, 3, 2)


def test_it_is_for_those_who_read_matters(browser_of: Browser) -> None:
    assert statuses(browser_of, BOARD, PEOPLE) == [200, 200, 200, 200, 403, 404]
    assert statuses(browser_of, BOARD + "?view=month", PEOPLE) == [200, 200, 200, 200, 403, 404]


def test_it_shows_a_deadline_to_those_who_may_see_the_matter(firm: Firm, browser_of: Browser) -> None:
    url = address("deadline", make_deadline(firm).pk)

    assert statuses(browser_of, url, PEOPLE) == [200, 200, 200, 404, 404, 404]
    assert browser_of("alice").get(unknown("deadline")).status_code == 404


@pytest.mark.parametrize(
    ("days", "group"),
    [
        (-1, "Overdue"),
        (14, "Next 14 days"),
        (60, "Next 60 days"),
        (61, "Later"),
        (None, "Date not known yet"),
    ],
)
def test_it_groups_by_how_near_they_are(
    firm: Firm, browser_of: Browser, days: int | None, group: str
) -> None:
    make_deadline(firm, None if days is None else TODAY + timedelta(days=days))

    page = browser_of("paul").get(BOARD)

    assert [str(each.label) for each in page.context["groups"] if each.rows] == [group]
    assert group in text(page)


def test_it_begins_with_what_is_overdue_or_near_and_tells_unknown_dates_after_in_a_line_each(
    firm: Firm, browser_of: Browser
) -> None:
    for days in (None, 61, 14, -1):
        make_deadline(firm, None if days is None else TODAY + timedelta(days=days))

    page = browser_of("paul").get(BOARD)

    assert [each.key for each in page.context["groups"] if each.rows] == ["overdue", "soon", "unknown", "far"]
    assert text(page).count("Enter the date") == 1
    assert "the notice tells the date" not in text(page)


def test_what_runs_although_its_day_is_not_known_is_seen_where_dates_are_seen_first(
    firm: Firm, browser_of: Browser
) -> None:
    make_deadline(firm, TODAY + timedelta(days=2))
    fee = make_deadline(firm, None, issued_on=TODAY, issued_known="stated")

    board = browser_of("paul").get(BOARD)
    matters = browser_of("paul").get("/matters/")
    matter = browser_of("paul").get(f"/matters/{fee.matter_id}/")

    assert [each.key for each in board.context["groups"] if each.rows] == ["running", "soon"]
    for page in (board, matters, matter):
        assert "runs already" in text(page)


@pytest.mark.parametrize(
    ("person", "query", "count"),
    [
        ("paul", "", 1),
        ("paul", "?whose=all&status=confirmed", 0),
        ("mary", "", 0),
        ("mary", "?whose=all", 1),
        ("charlie", "?whose=all", 0),
        ("alice", "?whose=team&status=provisional", 1),
    ],
)
def test_it_shows_mine_my_teams_or_all(
    firm: Firm, browser_of: Browser, person: str, query: str, count: int
) -> None:
    make_deadline(firm)

    assert browser_of(person).get(BOARD + query).context["total"] == count


def test_it_tells_provisional_from_confirmed_and_by_how_much(firm: Firm, browser_of: Browser) -> None:
    deadline, browser = make_deadline(firm, date(2026, 5, 1)), browser_of("paul")
    before = text(browser.get(BOARD))
    confirm_deadline(deadline.pk, due=date(2026, 4, 28), actor=firm.actor("paul"), now=NOW)
    after = text(browser.get(BOARD))

    assert "confirm/" in before
    assert "confirm/" not in after
    assert "3 days earlier than counted" in after


def test_it_lets_readers_only_read(firm: Firm, browser_of: Browser) -> None:
    deadline = make_deadline(firm)

    board = text(browser_of("mary").get(BOARD + "?whose=all"))
    page = text(browser_of("mary").get(address("deadline", deadline.pk)))

    assert 'data-dialog-open="confirm-date"' not in board
    assert "Mark as met" not in page


def test_it_answers_a_poll_only_when_something_changed(firm: Firm, browser_of: Browser) -> None:
    browser = browser_of("paul")
    token = browser.get(BOARD).context["token"]

    quiet = browser.get(BOARD, {"since": token}, headers=HTMX)
    make_deadline(firm)

    assert quiet.status_code == 204
    assert browser.get(BOARD, {"since": token}, headers=HTMX).status_code == 200


def test_it_explains_how_the_date_was_counted(firm: Firm, browser_of: Browser) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    page = text(browser_of("paul").get(address("deadline", Deadline.objects.get().pk)))

    assert "How the date was counted" in page
    assert "that day is not counted" in page
    assert "8 CFR 103.2(b)(8)(iv)" in page
    assert "30 days before" in page
    assert "this is an estimate" in page


def test_it_opens_beside_the_board(firm: Firm, browser_of: Browser) -> None:
    url = address("deadline", make_deadline(firm).pk)

    panel = text(browser_of("paul").get(url, headers=HTMX | {"HX-Target": "side-panel-body"}))

    assert "Confirm the date" in panel
    assert "<html" not in panel


def test_it_keeps_what_was_before_it_was_moved(firm: Firm, browser_of: Browser) -> None:
    old = make_deadline(firm, date(2026, 5, 1))
    paul = firm.actor("paul")
    new = move_deadline(old.pk, due=date(2026, 5, 20), reason="Extended.", actor=paul, now=NOW)
    browser = browser_of("paul")

    assert "Extended." in text(browser.get(address("deadline", new.pk)))
    assert "See the deadline that replaced it" in text(browser.get(address("deadline", old.pk)))


def test_it_offers_nothing_on_a_closed_one(firm: Firm, browser_of: Browser) -> None:
    deadline = make_deadline(firm)
    waive_deadline(deadline.pk, reason="Withdrawn.", actor=firm.actor("alice"), now=NOW)

    page = text(browser_of("alice").get(address("deadline", deadline.pk)))

    assert "Withdrawn." in page
    assert "Mark as met" not in page


def test_it_shows_a_month(firm: Firm, browser_of: Browser) -> None:
    make_deadline(firm, date(2026, 5, 1))
    browser = browser_of("paul")

    may, now = browser.get(BOARD + "?view=month&month=2026-05"), browser.get(BOARD + "?view=month")

    assert (may.context["month"].total, now.context["month"].total) == (1, 0)
    assert (may.context["month"].previous, may.context["month"].next) == ("2026-04", "2026-06")
    assert now.context["month"].first == date(2026, 3, 1)
    for odd in ("odd", "0001-01", "9999-12"):
        assert browser.get(BOARD + f"?view=month&month={odd}").status_code == 422


@pytest.mark.parametrize("query", ["", "?whose=all", "?status=confirmed"])
def test_it_says_what_an_empty_board_means(browser_of: Browser, query: str) -> None:
    assert "empty" in text(browser_of("paul").get(BOARD + query))


def test_it_pins_what_it_asks_of_the_database(
    firm: Firm, browser_of: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        make_deadline(firm)
    browser = browser_of("paul")

    with django_assert_max_num_queries(14):
        browser.get(BOARD)
