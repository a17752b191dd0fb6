"""The half of the suite on PostgreSQL leaves to the one on SQLite, which has all, what behaves alike in both.

That is what touches no database: pytest-django refuses it to a test that has not asked for it, and a test
that asks only once it runs is refused here. And it is all cases of a test but the first: they send the same
statements with other values. What a fixture names (an engine, a table) is no such case, and what commits,
dies or stands for all of its kind is tried in every case. And it is two thirds of the rest, each day others:
statements of one module are much alike. `make soak` tries every case of every test on PostgreSQL.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.conf import settings

from tests.support.soak import DAY, IS_SOAK, of_today, share

OPTION: Final = "--only-database"
ASKS: Final = frozenset({"db", "transactional_db", "django_db_setup"})
# Only the half on PostgreSQL collects what lies here, so nothing of it is left to the other one.
ONLY_HERE: Final = "tests/postgres/"
DAYS: Final = 3
IN_EVERY_CASE: Final = (ONLY_HERE, "tests/contracts/", "tests/crash/", "tests/core/test_worker.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, action="store_true", help="leave out what touches no database; not on SQLite")


def touches_database(item: pytest.Item) -> bool:
    """Whether the test asks for the database, by a mark or a fixture, its own or that of a fixture."""
    is_marked = item.get_closest_marker("django_db") is not None
    return is_marked or not ASKS.isdisjoint(getattr(item, "fixturenames", ()))


def commits(item: pytest.Item) -> bool:
    """Whether the test works without a transaction around it: locks, commits and processes are real."""
    mark = item.get_closest_marker("django_db")
    is_said = mark is not None and bool(mark.kwargs.get("transaction"))
    return is_said or "transactional_db" in getattr(item, "fixturenames", ())


def further_cases(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return what sends the same statements as a case before it."""
    further, seen = list[pytest.Item](), set[tuple[object, ...]]()
    for item in items:
        given: dict[str, Any] = getattr(getattr(item, "callspec", None), "indices", {})
        if not given or item.nodeid.startswith(IN_EVERY_CASE) or commits(item):
            continue
        values = {name for mark in item.iter_markers("parametrize") for name in _names(mark)}
        test = (item.nodeid.partition("[")[0], *((name, given[name]) for name in given if name not in values))
        (further.append(item) if test in seen else seen.add(test))
    return further


def of_other_days(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return what is asked on another day: every test but each third, and none that commits."""
    alike = [item for item in items if not item.nodeid.startswith(IN_EVERY_CASE) and not commits(item)]
    # By name: whatever puts them into another order, on three days it is all of them.
    today = set(of_today(sorted(alike, key=lambda item: item.nodeid), days=DAYS))
    return [item for item in alike if item not in today]


def _names(mark: pytest.Mark) -> list[str]:
    """Return the arguments that a mark gives values to."""
    names = mark.args[0] if mark.args else mark.kwargs["argnames"]
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption(OPTION):
        return
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        message = f"{OPTION} is for PostgreSQL: on SQLite everything runs."
        raise pytest.UsageError(message)
    asked = [item for item in items if touches_database(item) or item.nodeid.startswith(ONLY_HERE)]
    further = further_cases(asked)
    left = set(further) - set(share(further) if IS_SOAK else ())
    kept = set(asked) - left
    if not IS_SOAK:
        kept -= set(of_other_days([item for item in asked if item in kept]))
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which share was walked, so that it can be walked again."""
    terminalreporter.write_line(f"Shares of the day: make test DAY={DAY}")


def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    if fixturedef.argname in ASKS and isinstance(request.node, pytest.Item):
        assert touches_database(request.node), "Say by a mark django_db that it touches the database."
