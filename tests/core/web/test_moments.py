"""Instants and days in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from legist.core.web import moments

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=4), "4 min ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=30), "30 days ago"),
        (timedelta(days=31), "Jan 30, 2026"),
        (timedelta(seconds=-59), "within a minute"),
        (timedelta(minutes=-26), "in 26 min"),
        (timedelta(days=-3), "in 3 days"),
    ],
)
def test_it_says_how_long_ago_something_was(distance: timedelta, said: str) -> None:
    assert moments.relative_words(NOW - distance, NOW) == said


@pytest.mark.parametrize(
    ("days", "said", "tone"),
    [
        (-3, "3 days overdue", "bad"),
        (-1, "1 day overdue", "bad"),
        (0, "today", "action"),
        (1, "tomorrow", "action"),
        (7, "in 7 days", "action"),
        (8, "in 8 days", "neutral"),
    ],
)
def test_it_says_how_far_a_due_day_is(days: int, said: str, tone: str) -> None:
    day = TODAY + timedelta(days=days)

    assert (moments.due_words(day, TODAY), moments.due_tone(day, TODAY)) == (said, tone)


def test_it_takes_the_day_of_an_instant_in_the_firms_zone() -> None:
    assert moments.day_words(datetime(2026, 3, 3, 2, 0, tzinfo=UTC)) == "Mar 2, 2026"


def test_it_writes_an_instant_in_the_firms_zone() -> None:
    assert moments.time_words(NOW) == "Mar 2, 2026, 10:00 AM"


def test_it_names_months_in_the_readers_language() -> None:
    with translation.override("es"):
        assert "mar" in moments.day_words(TODAY).lower()


@pytest.mark.parametrize(("seconds", "said"), [(12, "12 s"), (125, "2 min"), (7300, "2 hours"), (-4, "0 s")])
def test_it_says_how_long_something_takes(seconds: int, said: str) -> None:
    assert moments.span_words(timedelta(seconds=seconds)) == said
