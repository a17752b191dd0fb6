"""What the product tells a member of staff."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_deadline, make_draft, make_news, run
from tests.workflows.web.asking import HTMX, Browser, address, statuses, text
from workflows.deadlines import reminders
from workflows.models import Notification
from workflows.states import NotificationKind, NotificationLevel
from workflows.web.notifications.labels import WORDS, explain

LIST = "/notices/"


def make_notice(
    firm: Firm, kind: NotificationKind = NotificationKind.CHANGE, subject: str = "playbookrun"
) -> Notification:
    """Tell Paul something about Dana's matter."""
    return Notification.objects.create(
        user=firm.paul,
        key=f"{kind}:{Notification.objects.count()}",
        kind=kind,
        level=NotificationLevel.URGENT,
        matter=firm.danas_matter,
        subject_kind=subject,
        subject_id=UUID(int=7),
        data={"code": "DENIED", "kind": "rfe", "due": "2026-03-09", "status": "provisional"},
        created_at=NOW,
    )


def test_it_is_for_the_firm(browser_of: Browser) -> None:
    assert statuses(browser_of, LIST, ("alice", "paul", "olga", "mary", "dana")) == [200, 200, 200, 200, 404]


def test_it_tells_each_their_own(firm: Firm, browser_of: Browser) -> None:
    make_notice(firm)

    assert "New status: Denied." in text(browser_of("paul").get(LIST + "?view=all"))
    assert "New status: Denied." not in text(browser_of("paul").get(LIST)), "it stands in his inbox"
    assert "You have read everything" in text(browser_of("alice").get(LIST))


@pytest.mark.parametrize("kind", NotificationKind.values)
@pytest.mark.parametrize("subject", ["deadline", "draft", "delivery", "playbookrun"])
def test_it_has_words_and_an_address_for_every_kind(firm: Firm, kind: str, subject: str) -> None:
    line = explain([make_notice(firm, NotificationKind(kind), subject)])[0]

    assert line.text
    assert line.url.startswith("/")
    assert set(WORDS) == set(NotificationKind)


def test_it_reminds_of_a_deadline(firm: Firm, browser_of: Browser) -> None:
    make_deadline(firm, date(2026, 3, 9))
    reminders.run_due(now=NOW, actor=SYSTEM)

    page = text(browser_of("paul").get(LIST))

    assert "Answer to a request for evidence: due Mar 9, 2026 (provisional)" in page


def test_it_leaves_approvals_to_their_queue(firm: Firm, browser_of: Browser) -> None:
    make_draft(firm)

    assert Notification.objects.filter(user=firm.alice, kind=NotificationKind.APPROVAL).exists()
    assert not browser_of("alice").get(LIST).context["rows"]


def test_it_forgets_matters_that_were_closed_to_the_person(firm: Firm, browser_of: Browser) -> None:
    make_notice(firm)
    wall_off(firm.danas_matter, firm.paul, reason="Conflict.", actor=SYSTEM, now=NOW)

    assert not browser_of("paul").get(LIST).context["rows"]


def test_it_puts_one_away_for_good(firm: Firm, browser_of: Browser) -> None:
    notice = make_notice(firm)
    url = address("notice", notice.pk)

    assert statuses(browser_of, url, ("alice", "dana", "paul", "paul"), "post") == [404, 404, 302, 302]
    assert not browser_of("paul").get(LIST).context["rows"]
    assert browser_of("paul").get(LIST, {"view": "all"}).context["rows"]


def test_it_tells_the_list_when_one_was_put_away(firm: Firm, browser_of: Browser) -> None:
    response = browser_of("paul").post(address("notice", make_notice(firm).pk), headers=HTMX)

    assert response.status_code == 204
    assert "work-changed" in response.headers["HX-Trigger"]


def test_it_puts_all_away(firm: Firm, browser_of: Browser) -> None:
    make_notice(firm)
    make_notice(firm)

    assert statuses(browser_of, address("notices_read"), ("dana", "paul"), "post") == [404, 302]
    assert not Notification.objects.filter(user=firm.paul, read_at=None).exists()


def test_it_changes_nothing_by_looking(firm: Firm, browser_of: Browser) -> None:
    assert browser_of("paul").get(address("notices_read")).status_code == 405
    assert browser_of("paul").get(address("notice", make_notice(firm).pk)).status_code == 405


def test_it_pins_what_it_asks_of_the_database(
    firm: Firm, browser_of: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for days in range(4):
        run(make_news(firm.danas_matter, "RFE_ISSUED", at=NOW + timedelta(days=days)))
    browser = browser_of("paul")

    # Two of them read the saved views and the columns of the list.
    with django_assert_max_num_queries(13):
        browser.get(LIST)
