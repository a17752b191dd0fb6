"""Checking items off on a page."""

from __future__ import annotations

import pytest

from tests.factories.practice import Firm
from tests.factories.workflows import make_news, run
from tests.workflows.web.asking import HTMX, Browser, address, statuses, text
from workflows.models import ChecklistItem


@pytest.fixture
def item(firm: Firm) -> ChecklistItem:
    run(make_news(firm.danas_matter, "BIOMETRICS_SCHEDULED"))
    return ChecklistItem.objects.get(key="log_notice")


def test_it_is_for_those_who_work_on_the_matter(item: ChecklistItem, browser_of: Browser) -> None:
    url = address("item", item.pk) + "?done=1"

    found = statuses(browser_of, url, ("mary", "charlie", "olga", "dana", "paul"), "post")

    item.refresh_from_db()
    assert found == [403, 404, 404, 404, 302]
    assert item.done_by is not None


def test_it_does_what_the_button_said_not_its_opposite(item: ChecklistItem, browser_of: Browser) -> None:
    url, browser = address("item", item.pk), browser_of("paul")

    codes = [browser.post(f"{url}?done={done}").status_code for done in (1, 1, 0, 0)]

    assert codes == [302, 409, 302, 409]


def test_it_tells_the_page_that_work_changed(item: ChecklistItem, browser_of: Browser) -> None:
    response = browser_of("paul").post(address("item", item.pk) + "?done=1", headers=HTMX)

    assert response.status_code == 204
    assert "work-changed" in response.headers["HX-Trigger"]


def test_it_changes_nothing_by_looking(item: ChecklistItem, browser_of: Browser) -> None:
    assert browser_of("paul").get(address("item", item.pk)).status_code == 405


def test_it_shows_boxes_only_to_those_who_may_tick_them(
    firm: Firm, item: ChecklistItem, browser_of: Browser
) -> None:
    url = address("matter", firm.danas_matter.pk) + "?section=work"
    toggle = address("item", item.pk)

    assert toggle in text(browser_of("paul").get(url))
    assert toggle not in text(browser_of("mary").get(url))
