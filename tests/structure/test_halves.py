"""The halves of the suite leave nothing out: SQLite runs everything, PostgreSQL what touches a database."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.factories.practice import Firm
from tests.support import soak
from tests.support.commands import ROOT
from tests.support.halves import (
    ASKS,
    DAYS,
    IN_EVERY_CASE,
    OPTION,
    commits,
    further_cases,
    of_other_days,
    touches_database,
)

OF_THE_DATABASE = re.compile(r"atomic|select_for_update|on_commit|IntegrityError|DatabaseError|core\.leases")


def recipe(target: str) -> str:
    """Return what `make` runs for it."""
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("target", ["test", "all"])
def test_the_suite_is_both_halves_side_by_side(target: str) -> None:
    assert recipe(target).splitlines()[-1].endswith("test-postgres test-sqlite")


def test_what_lands_was_checked_and_tested() -> None:
    run = {word for line in recipe("all").splitlines() for word in line.split()}

    assert set(recipe("check").split()) >= {"check-types", "check-style", "check-django"}
    assert run >= {"check-types", "check-style", "check-django", "test-postgres", "test-sqlite"}
    assert (ROOT / ".ci/run").read_text().endswith("\nmake all\n")


def test_the_half_on_sqlite_leaves_nothing_out() -> None:
    (_says, command) = recipe("test-sqlite").splitlines()

    assert command.strip() == "$(BIN)/pytest -n $(PYTEST_WORKERS) -q"


def test_only_the_half_on_postgresql_leaves_out_what_touches_no_database() -> None:
    assert OPTION in recipe("test-postgres")
    assert (ROOT / "Makefile").read_text().count(OPTION) == 1


@pytest.fixture(params=["one", "other"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("value", [1, 2, 3])
def test_postgresql_is_asked_one_case_of_each_kind(
    kind: str, value: int, request: pytest.FixtureRequest
) -> None:
    module = request.node.getparent(pytest.Module)
    assert module is not None
    of_this = [
        item
        for item in module.collect()
        if item.nodeid.startswith(f"{request.node.nodeid.partition('[')[0]}[")
    ]
    further = {
        item.name for item in further_cases([item for item in of_this if isinstance(item, pytest.Item)])
    }

    assert (request.node.name in further) == (value > 1)
    assert len(of_this) - len(further) == 2


def test_in_a_few_days_postgresql_is_asked_everything(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What commits, every day; each of the others on one day of them."""
    items = list(request.session.items)
    asked = Counter[pytest.Item]()
    for day in range(700_000, 700_000 + DAYS):
        monkeypatch.setattr(soak, "DAY", day)
        asked.update(set(items) - set(of_other_days(items)))

    assert set(asked) == set(items)
    assert {asked[item] for item in items if commits(item)} <= {DAYS}
    assert {asked[item] for item in items if not commits(item)} <= {1, DAYS}
    assert asked[request.node] == 1


def test_what_postgresql_is_not_asked_every_day_it_is_asked_in_the_soak() -> None:
    assert all((ROOT / place).exists() for place in IN_EVERY_CASE)
    assert OPTION in soak.PARTS["postgres"]


@pytest.mark.parametrize("rooms", ["tracking/web", "workflows/web"])
def test_pages_that_are_tried_once_leave_locks_and_transactions_to_what_they_call(rooms: str) -> None:
    found = [path for path in (ROOT / rooms).rglob("*.py") if OF_THE_DATABASE.search(path.read_text())]
    tests = [
        path for path in (ROOT / "tests" / rooms).rglob("*.py") if "transaction=True" in path.read_text()
    ]

    assert found + tests == []


def test_a_test_that_asks_for_nothing_touches_no_database(request: pytest.FixtureRequest) -> None:
    assert not touches_database(request.node)


@pytest.mark.django_db
def test_a_mark_asks_for_the_database(request: pytest.FixtureRequest) -> None:
    assert touches_database(request.node)


def test_so_does_a_fixture_that_needs_one(firm: Firm, request: pytest.FixtureRequest) -> None:
    assert touches_database(request.node)


@pytest.mark.parametrize("name", sorted(ASKS - {"django_db_setup"}))
def test_whoever_asks_only_while_it_runs_is_refused(name: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(AssertionError, match="mark django_db"):
        request.getfixturevalue(name)
