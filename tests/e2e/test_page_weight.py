"""How much a browser fetches to show a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(240)]
REQUESTS = 12


@pytest.mark.parametrize("path", ["/", "/matters/", "/paper/", "/statuses/"])
def test_a_page_is_few_requests_and_no_error(path: str, sign_in: Callable[..., Page]) -> None:
    page = sign_in("alice")
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))

    page.goto(path)
    page.wait_for_load_state("networkidle")

    assert errors == []
    assert len(asked) <= REQUESTS, asked
