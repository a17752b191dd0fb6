"""Moving, closing, giving to others, leaving: cut off before any write, nothing is half done or lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from legist.core import outbox
from legist.core.clock import utc_now
from legist.core.models import OutboxDelivery
from legist.core.outbox import LEASE
from legist.practice.models import User
from legist.practice.people.leaving import deactivate_staff
from legist.practice.roles import Role
from legist.practice.services import People, open_matter
from portal.services import leave
from tests.factories.practice import NOW, SYSTEM, Firm, make_user
from tests.factories.workflows import approve, make_deadline, make_draft, make_news, run
from tracking import services as tracking
from tracking.models import StatusChange
from workflows.matters import services as matters
from workflows.models import Draft, Notification

LATER = NOW + timedelta(minutes=5)
AGAIN = LATER + 2 * LEASE


# What an act asks of the database; and what the worker asks to see it through, with what it tells and drafts.
# Closing and reopening put receipts into other tiers; the portal says how fresh a case is. Tasks set by
# hand for whoever has no access any more are nobody's again. What is moved or given is decided anew by the
# rules that ask for teams and parties. Leaving the portal looks for what waited to be read there, and mails
# it. What is drafted anew looks for what it may be told with.
QUERIES = {
    "move": (20, 81),
    "close": (42, 50),
    "reopen": (11, 28),
    # Three of each give back what was given away on the page of one's own work.
    "assign": (69, 24),
    "leave": (32, 21),
    # One is the calls that the day has left: they say when the next check is.
    "end": (39, 3),
}


class Killed(BaseException):
    """Nobody catches it, as nobody catches `kill -9`."""


@pytest.fixture(autouse=True)
def worker_apart(settings: LazySettings) -> None:
    settings.LEGIST_TASK_ENGINE = "djangoq"


@pytest.fixture
def change(firm: Firm) -> StatusChange:
    """A request for evidence with all that follows, an approved message besides, and Nina, who is new."""
    change = make_news(firm.danas_matter, "RFE_ISSUED")
    run(change)
    approve(firm, make_draft(firm))
    make_deadline(firm)
    make_user("Nina", Role.PARALEGAL)
    drain(LATER)
    return change


def move(firm: Firm, change: StatusChange) -> None:
    alice = firm.actor("alice")
    tracking.assign_receipt(change.receipt_id, matter_id=firm.eves_matter.pk, actor=alice, now=LATER)


def close(firm: Firm, change: StatusChange) -> None:
    alice = firm.actor("alice")
    matters.close(firm.danas_matter.pk, actor=alice, now=LATER, reason="Done.", unsent="withdraw")


def reopen(firm: Firm, change: StatusChange) -> None:
    matters.reopen(firm.danas_matter.pk, actor=firm.actor("alice"), now=LATER)


def assign(firm: Firm, change: StatusChange) -> None:
    to = matters.Assignment(paralegal=str(User.objects.get(name="Nina").pk))
    matters.assign(firm.danas_matter.pk, to=to, actor=firm.actor("mary"), now=LATER)


def deactivate(firm: Firm, change: StatusChange) -> None:
    deactivate_staff(User.objects.get(pk=firm.paul.pk), actor=SYSTEM, now=LATER)


def end(firm: Firm, change: StatusChange) -> None:
    leave(firm.danas_matter.client, actor=firm.actor("dana"), now=LATER)


ACTS: dict[str, Callable[[Firm, StatusChange], None]] = {
    "move": move,
    "close": close,
    "reopen": reopen,
    "assign": assign,
    "leave": deactivate,
    "end": end,
}


def drain(now: Any) -> None:
    while outbox.drain(now=now).claimed:
        pass


@contextmanager
def killed_before(place: int) -> Iterator[None]:
    """Cut the process off before the write with this number; let it through when there are fewer."""
    writes = 0

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal writes
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            writes += 1
            if writes == place:
                raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


def everything() -> dict[str, list[str]]:
    """Every row of every table."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


@contextmanager
def undone() -> Iterator[None]:
    """Have the database as it was afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def outcome() -> dict[str, Any]:
    """What became of it all, without what differs from one try to the next."""
    return {
        "drafts": sorted(Draft.objects.values_list("purpose", "state", "matter", "client")),
        "told": sorted(
            (notice.user.name, notice.kind, str(notice.matter_id), repr(sorted(notice.data.items())))
            for notice in Notification.objects.select_related("user")
        ),
        "waiting": OutboxDelivery.objects.exclude(state="delivered").count(),
    }


def cut(act: Callable[[], None], *, at: int) -> bool:
    try:
        with killed_before(at):
            act()
    except Killed:
        return True
    return False


@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_is_cut_off_has_changed_nothing(firm: Firm, change: StatusChange, name: str) -> None:
    if name == "reopen":
        close(firm, change)
    before, place = everything(), 1

    while cut(lambda: ACTS[name](firm, change), at=place):
        assert everything() == before
        place += 1

    assert place > 2
    assert everything() != before


@pytest.mark.parametrize("name", ["move", "assign", "leave"])
def test_what_a_worker_is_cut_off_from_is_done_in_the_end_and_once(
    firm: Firm, change: StatusChange, name: str
) -> None:
    ACTS[name](firm, change)
    place, is_cut, seen = 1, True, []
    while is_cut:
        with undone():
            is_cut = cut(lambda: drain(LATER), at=place)
            drain(AGAIN)
            drain(utc_now())  # what the worker itself told of
            seen.append(outcome())
        place += 2

    assert len(seen) > 2
    assert seen[-1]["waiting"] == 0
    assert [each for each in seen if each != seen[-1]] == []


@pytest.mark.parametrize("name", ACTS)
def test_it_asks_the_database_no_more_than_it_does_today(
    firm: Firm, change: StatusChange, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    if name == "reopen":
        close(firm, change)
        drain(LATER)
    at_once, later = QUERIES[name]

    with django_assert_max_num_queries(at_once):
        ACTS[name](firm, change)
    with django_assert_max_num_queries(later):
        drain(LATER)


# Three of them ask whether a manager works on this matter, as on those that they were given, for its notes,
# and for what its client wrote; two are its parties and its tags; one is the calls that the day has left.
@pytest.mark.parametrize(("section", "queries"), [("", 48), ("?section=people", 46)])
def test_the_page_of_a_closed_matter_asks_the_same_as_of_an_open_one(
    firm: Firm,
    change: StatusChange,
    browser_of: Callable[[str], Client],
    section: str,
    queries: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    close(firm, change)
    browser, url = browser_of("mary"), f"/matters/{firm.danas_matter.pk}/{section}"
    browser.get(url)

    with django_assert_max_num_queries(queries):
        assert browser.get(url).status_code == 200


def test_the_list_of_what_was_left_behind_asks_the_same_however_long_it_is(
    firm: Firm, browser_of: Callable[[str], Client], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        client = firm.danas_matter.client
        people = People(paralegal=firm.paul)
        open_matter(title=f"{number}", client=client, people=people, actor=SYSTEM, now=NOW)
    deactivate_staff(User.objects.get(pk=firm.paul.pk), actor=SYSTEM, now=LATER)
    browser = browser_of("mary")
    browser.get("/matters/?mine=left")

    with django_assert_max_num_queries(21):
        assert browser.get("/matters/?mine=left").context["look"].total == 7
