"""Keyset pagination over any queryset."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.errors import InvalidInput
from legist.core.web.pagination import Page, paginate
from legist.practice.models import User
from legist.practice.roles import Role

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def names(page: Page[Group]) -> list[str]:
    return [group.name for group in page.items]


@pytest.fixture
def groups(db: None) -> list[Group]:
    return [Group.objects.create(name=name) for name in "ABCDE"]


def all_pages(order: tuple[str, ...], size: int) -> list[list[str]]:
    pages, cursor = [], ""
    while True:
        page = paginate(Group.objects.all(), order=order, cursor=cursor, size=size)
        pages.append(names(page))
        cursor = page.next_cursor
        if not page.has_more:
            return pages


def test_it_walks_through_all_rows_once(groups: list[Group]) -> None:
    assert all_pages(("name",), 2) == [["A", "B"], ["C", "D"], ["E"]]
    assert all_pages(("-name",), 2) == [["E", "D"], ["C", "B"], ["A"]]


def test_it_offers_nothing_after_a_full_last_page(groups: list[Group]) -> None:
    assert all_pages(("name",), 5) == [["A", "B", "C", "D", "E"]]


def test_a_new_row_does_not_shift_the_next_page(groups: list[Group]) -> None:
    first = paginate(Group.objects.all(), order=("-name",), size=2)
    Group.objects.create(name="Z")

    assert names(paginate(Group.objects.all(), order=("-name",), cursor=first.next_cursor, size=2)) == [
        "C",
        "B",
    ]


def test_it_breaks_ties_by_the_primary_key(db: None) -> None:
    for n in range(5):
        User.objects.create_user(f"u{n}@firm.example", name="Same", role=Role.PARALEGAL)
    seen, cursor = [], ""
    for _ in range(3):
        page = paginate(User.objects.all(), order=("name",), cursor=cursor, size=2)
        seen += [user.pk for user in page.items]
        cursor = page.next_cursor

    assert len(set(seen)) == 5
    assert seen == sorted(seen)


@pytest.mark.parametrize("order", [("last_login",), ("-last_login",), ("role", "-last_login")])
def test_it_puts_empty_values_last_in_both_directions(db: None, order: tuple[str, ...]) -> None:
    for n in range(5):
        last_login = NOON + timedelta(hours=n) if n % 2 else None
        User.objects.create_user(f"u{n}@firm.example", role=Role.PARALEGAL, last_login=last_login)
    seen: list[User] = []
    cursor = ""
    for _ in range(5):
        page = paginate(User.objects.all(), order=order, cursor=cursor, size=1)
        seen += page.items
        cursor = page.next_cursor

    assert len({user.pk for user in seen}) == 5
    assert [user.last_login is None for user in seen] == [False, False, True, True, True]


@pytest.mark.parametrize(
    "text", ["nonsense!", "é", "e30", "W10", "WzEsMiwzXQ", "WyJ4IiwieCJd", "WyJBIixbXV0"]
)
def test_it_refuses_a_cursor_that_is_not_its_own(groups: list[Group], text: str) -> None:
    with pytest.raises(InvalidInput):
        paginate(Group.objects.all(), order=("name",), cursor=text)


def test_its_cursor_can_stand_in_an_address(groups: list[Group]) -> None:
    cursor = paginate(Group.objects.all(), order=("name",), size=1).next_cursor

    assert cursor.isascii()
    assert not set(cursor) & set("+/=&?#")
    assert base64.urlsafe_b64decode(cursor + "==").startswith(b"[")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda it: st.lists(it, max_size=3),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    values=st.lists(JSON, min_size=2, max_size=2), name=st.sampled_from(["last_login", "is_active", "name"])
)
def test_no_cursor_breaks_a_page(db: None, values: list[object], name: str) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()

    with suppress(InvalidInput):
        assert paginate(User.objects.all(), order=(f"-{name}",), cursor=cursor).items == []


@pytest.mark.parametrize("values", ["[5, 5]", "[1e999, null]", f"[{'[' * 9000}{']' * 9000}, 5]"])
def test_what_no_field_holds_is_refused(db: None, values: str) -> None:
    cursor = base64.urlsafe_b64encode(values.encode()).decode()

    with pytest.raises(InvalidInput):
        paginate(User.objects.all(), order=("-last_login",), cursor=cursor)
