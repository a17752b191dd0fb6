"""The half of the suite on PostgreSQL leaves what touches no database to the half on SQLite, which has all.

pytest-django refuses the database to a test that has not asked for it, and a test that asks only once it runs
is refused here: whoever is left out behaves alike in both halves.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.conf import settings

OPTION: Final = "--only-database"
ASKS: Final = frozenset({"db", "transactional_db", "django_db_setup"})
# Only the half on PostgreSQL collects what lies here, so nothing of it is left to the other one.
ONLY_HERE: Final = "tests/postgres/"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, action="store_true", help="leave out what touches no database; not on SQLite")


def touches_database(item: pytest.Item) -> bool:
    """Whether the test asks for the database, by a mark or a fixture, its own or that of a fixture."""
    is_marked = item.get_closest_marker("django_db") is not None
    return is_marked or not ASKS.isdisjoint(getattr(item, "fixturenames", ()))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption(OPTION):
        return
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        message = f"{OPTION} is for PostgreSQL: on SQLite everything runs."
        raise pytest.UsageError(message)
    left = [item for item in items if not (touches_database(item) or item.nodeid.startswith(ONLY_HERE))]
    config.hook.pytest_deselected(items=left)
    gone = set(left)
    items[:] = [item for item in items if item not in gone]


def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    if fixturedef.argname in ASKS and isinstance(request.node, pytest.Item):
        assert touches_database(request.node), "Say by a mark django_db that it touches the database."
