"""A real browser in front of the running product."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from legist.insights.demo import DOMAIN, PASSWORD
from tests.support.stack import Stack, running_stack

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PHONE = {"width": 375, "height": 812}
DESKTOP = {"width": 1440, "height": 900}
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Take the browser of the machine; without one Playwright's own is tried, and says how to get it."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return browser_type_launch_args | {"args": arguments} | ({"executable_path": found} if found else {})


@pytest.fixture
def open_page(browser: Browser, stack: Stack) -> Iterator[Callable[..., Page]]:
    """Open pages in contexts of their own, as different people on different devices."""
    contexts = []

    def opened(**options: Any) -> Page:
        options = {"viewport": DESKTOP, "base_url": stack.url, "locale": "en-US"} | options
        context = browser.new_context(**options)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Sign a member of staff in, as people do: by the form."""

    def signed_in(login: str, **options: Any) -> Page:
        page = open_page(**options)
        page.goto("/accounts/login/")
        page.get_by_label(re.compile("^E-?mail", re.IGNORECASE)).first.fill(f"{login}@{DOMAIN}")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name=re.compile("^Sign in")).first.click()
        expect(page.get_by_role("main")).to_be_visible()
        page.wait_for_url(lambda url: "/accounts/" not in url)
        page.wait_for_load_state("networkidle")
        return page

    return signed_in


@pytest.fixture
def screenshots(request: pytest.FixtureRequest) -> Path:
    """Where a test leaves pictures for people to look at."""
    directory = Path(request.config.rootpath) / "var" / "screenshots"
    directory.mkdir(parents=True, exist_ok=True)
    return directory
