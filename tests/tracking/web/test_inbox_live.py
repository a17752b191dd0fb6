"""New rows come by themselves, and nothing is sent while nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from tests.factories.practice import Firm
from tests.factories.tracking import RECEIVED, later, make_change, make_receipts
from tests.tracking.web.conftest import FRAGMENT
from tracking.models import Receipt

Browser = Callable[[str], Client]


def poll(client: Client, shown: Any) -> Any:
    """Ask as the open page does."""
    given = {"since": shown["token"], "newest": shown["newest"]}
    return client.get("/", given, headers=FRAGMENT)


def test_nothing_is_sent_while_nothing_changes(danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, RECEIVED)
    paul = browser_of("paul")

    assert poll(paul, paul.get("/").context).status_code == 204


def test_a_new_row_arrives_on_top_without_the_old_ones(firm: Firm, browser_of: Browser) -> None:
    old, shown_last, new = make_receipts(3, matter=firm.danas_matter)
    long_ago = make_change(old, RECEIVED, at=later(-60))
    make_change(shown_last, RECEIVED, at=later(-30))
    paul = browser_of("paul")
    shown = paul.get("/").context
    change = make_change(new, RECEIVED)

    response = poll(paul, shown)

    body = response.content.decode()
    assert 'hx-swap-oob="afterbegin:#change-rows"' in body
    assert f'id="row-{change.pk}"' in body
    assert f'id="row-{long_ago.pk}"' not in body
    assert poll(paul, response.context).status_code == 204


def test_a_row_that_was_committed_late_arrives_too(firm: Firm, browser_of: Browser) -> None:
    first, late = make_receipts(2, matter=firm.danas_matter)
    make_change(first, RECEIVED)
    paul = browser_of("paul")
    shown = paul.get("/").context
    change = make_change(late, RECEIVED, at=later(-1))

    assert f'id="row-{change.pk}"' in poll(paul, shown).content.decode()


def test_the_first_row_replaces_the_empty_state(danas: Receipt, browser_of: Browser) -> None:
    paul = browser_of("paul")
    shown = paul.get("/").context
    make_change(danas, RECEIVED)

    response = poll(paul, shown)

    assert response["HX-Retarget"] == "#inbox"
    assert "Dana Example" in response.content.decode()


def test_a_colleague_taking_note_changes_the_counts(danas: Receipt, browser_of: Browser) -> None:
    change = make_change(danas, RECEIVED)
    mary = browser_of("mary")
    shown = mary.get("/").context
    browser_of("paul").post(f"/changes/{change.pk}/acknowledge/")

    response = poll(mary, shown)

    assert response.status_code == 200
    assert response.context["counts"].total == 0


def test_a_stranger_is_told_nothing(danas: Receipt, browser_of: Browser) -> None:
    charlie = browser_of("charlie")
    shown = charlie.get("/").context
    make_change(danas, RECEIVED)

    assert poll(charlie, shown).status_code == 204
