"""What every test may ask for."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as examples

from legist.practice.search.finders import clients, references
from tests.factories.practice import NOW, Firm, make_firm
from tracking.selectors.receipts import numbers

pytest_plugins = [
    "tests.support.halves",
    "tests.support.migrated",
    "tests.support.simulator",
    "tests.support.statements",
    "tests.support.brokers",  # after what it uses
]
# The browser tests leave an event loop open in their process; the tests after them are not async for that.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# No test judges the clock: a machine with other work to do is slow, not wrong.
examples.register_profile("legist", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("legist")
# While thousands of tests are collected nearly nothing becomes waste.
gc.set_threshold(200_000, 20, 20)


# Debian has a package for it; where it is absent, tests/structure still reads what it is told.
HAS_CADDY = shutil.which("caddy") is not None
collect_ignore = [] if HAS_CADDY else ["deploy/test_caddy.py"]


# One running product with its browser, one image with its containers: dear to start, and dear while idle.
TOGETHER = ("tests/e2e/", "tests/deploy/")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first, and side by side, what shares one: a worker of the suite begins with one long share."""
    items.sort(key=lambda item: [not item.nodeid.startswith(folder) for folder in TOGETHER])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was not tried for want of a program."""
    if not HAS_CADDY:
        terminalreporter.write_line("Not tried, for want of the program caddy: tests/deploy/test_caddy.py")


def pytest_collection_finish() -> None:
    """What is collected stays until the end: keep Python from looking through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _test_settings() -> Iterator[None]:
    """Tasks run at once, mail stays in memory, passwords are cheap to hash, files are looked for late."""
    found_late = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(
        LEGIST_TASK_ENGINE="immediate",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES=settings.STORAGES | found_late,
        # A client has middleware of its own, which else lists all files: a quarter of the time of one page.
        WHITENOISE_AUTOREFRESH=True,
    ):
        yield


@pytest.fixture(autouse=True)
def _nothing_cached() -> None:
    """Every test starts as a process does: no sign-in of an earlier test counts against its limits."""
    cache.clear()
    for shelf in (clients, references, numbers):
        shelf.forget()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Every test starts in English, whatever language the one before it left active."""
    with translation.override("en"):
        yield


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def firm(db: None) -> Firm:
    return make_firm()


@pytest.fixture
def browser_of(firm: Firm) -> Callable[[str], Client]:
    """Return a signed-in test client for a person of the firm: `browser_of("paul")`."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(firm, name), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
