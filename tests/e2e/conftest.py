"""A real browser in front of the running product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import DESKTOP, launch_options, sign_in_staff
from tests.support.stack import Stack, running_stack

expect.set_options(timeout=20_000)


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | launch_options()


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


@pytest.fixture(scope="package")
def signed_in_before(stack: Stack) -> dict[str, Any]:
    """The cookies of whom the form has let in, by login."""
    return {}


@pytest.fixture
def sign_in(open_page: Callable[..., Page], signed_in_before: dict[str, Any]) -> Callable[..., Page]:
    """Have a member of staff signed in and at the inbox: first by the form, then on one more device."""

    def signed_in(login: str, **options: Any) -> Page:
        page = open_page(**options)
        if login in signed_in_before:
            page.context.add_cookies(signed_in_before[login])
        else:
            sign_in_staff(page, login)
            signed_in_before[login] = page.context.cookies()
        page.goto("/")
        page.wait_for_load_state("networkidle")
        return page

    return signed_in


@pytest.fixture
def screenshots(request: pytest.FixtureRequest) -> Path:
    """Where a test leaves pictures for people to look at."""
    directory = Path(request.config.rootpath) / "var" / "screenshots"
    directory.mkdir(parents=True, exist_ok=True)
    return directory
