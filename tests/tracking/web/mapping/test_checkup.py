"""The look through the statuses now and then: what is unclear or new, and who has looked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from tests.factories.practice import NOW, SYSTEM
from tests.factories.tracking import RECEIVED, make_change
from tracking.mapping_editor.checkup import remind
from tracking.models import MappingReview, Receipt, ReviewItem
from tracking.states import ReviewKind, ReviewState

Browser = Callable[[str], Client]
UNKNOWN = "Zebra Crossing Was Repainted"
URL = "/statuses/checkup/"
LONG_AGO = NOW - timedelta(days=settings.LEGIST_VOCABULARY_REVIEW_DAYS)


@pytest.fixture
def reminder(danas: Receipt) -> ReviewItem:
    """A quarter after the first status, the firm is asked to look."""
    make_change(danas, RECEIVED, at=LONG_AGO)
    make_change(danas, UNKNOWN, at=LONG_AGO)
    assert remind(now=NOW, actor=SYSTEM)
    return ReviewItem.objects.get(kind=ReviewKind.VOCABULARY)


def test_it_shows_what_is_unclear_or_new_and_when_it_is_due(
    reminder: ReviewItem, browser_of: Browser
) -> None:
    response = browser_of("alice").get(URL)

    assert [len(rows) for _label, rows in response.context["parts"]] == [1, 0, 1]
    page = response.content.decode()
    assert "A look is due now." in page
    assert "Nobody has looked through the statuses yet." in page
    assert UNKNOWN in page


def test_it_says_when_there_is_nothing_to_look_at(browser_of: Browser) -> None:
    assert "Nothing to look at" in browser_of("alice").get(URL).content.decode()


def test_looking_through_is_noted_and_settles_the_question(reminder: ReviewItem, browser_of: Browser) -> None:
    assert browser_of("mary").post(URL).status_code == 302

    reminder.refresh_from_db()
    assert reminder.state == ReviewState.RESOLVED
    assert MappingReview.objects.get().unmapped == 1
    page = browser_of("alice").get(URL).content.decode()
    assert "Looked through by Mary" in page
    assert "The next look is due on" in page


def test_the_question_in_the_queue_leads_there(reminder: ReviewItem, browser_of: Browser) -> None:
    page = browser_of("olga").get(f"/reviews/{reminder.pk}/").content.decode()

    assert 'href="/statuses/checkup/"' in page
    assert "1 not understood, 0 ambiguous, 2 new" in page
    assert "Settle the question" not in page


def test_who_may_not_look_is_told_who_does(reminder: ReviewItem, browser_of: Browser) -> None:
    page = browser_of("paul").get(f"/reviews/{reminder.pk}/").content.decode()

    assert 'href="/statuses/checkup/"' not in page
    assert "Alice, Mary and Olga" in page


@pytest.mark.parametrize(("name", "status"), [("paul", 403), ("dana", 404)])
def test_who_may_not(name: str, status: int, browser_of: Browser) -> None:
    assert browser_of(name).get(URL).status_code == status
    assert browser_of(name).post(URL).status_code == status
