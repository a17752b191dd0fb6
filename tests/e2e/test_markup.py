"""A real browser on every page whose every field holds markup: nothing of it runs, loads or asks."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Browser, Dialog, Page, Request
from pytest_django.live_server_helper import LiveServer

from tests.factories.practice import NOW, Firm
from tests.security.matrix import PEOPLE, TABLE
from tests.security.test_markup import BACKEND, addresses
from tests.support import hostile

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

ELEMENTS = (
    f"document.querySelectorAll('[{hostile.MARK}], [data-h], img[src=x], a[href^=javascript]').length"
    " + [...document.querySelectorAll('template')].filter("
    f"(each) => each.content.querySelector('[{hostile.MARK}], [data-h]')).length"
)
DOWNLOADS = {"workflows:document", "workflows:paper_scan", "tracking:import_template"}


class Watch:
    """What a page did that it should not have."""

    def __init__(self, page: Page, origin: str) -> None:
        self.faults: list[str] = []
        self.origin = origin
        page.add_init_script("window.hit = () => { window.wasHit = true; };")
        page.on("request", self._asked)
        page.on("dialog", self._spoke)

    def _asked(self, request: Request) -> None:
        is_ours = request.url.startswith((self.origin, "data:", "blob:"))
        if not is_ours or "/hostile/" in request.url or request.url.endswith("/x"):
            self.faults.append(f"asked {request.method} {request.url}")

    def _spoke(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message[:40]}")
        dialog.dismiss()

    def look(self, page: Page, url: str) -> None:
        if page.evaluate("window.wasHit === true"):
            self.faults.append(f"{url}: a handler ran")
        if count := page.evaluate(ELEMENTS):
            self.faults.append(f"{url}: {count} elements")


def sign_in(browser: Browser, live_server: LiveServer, person: Any) -> Page:
    client = Client()
    client.force_login(person, backend=BACKEND)
    context = browser.new_context(base_url=live_server.url)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return context.new_page()


def pages(known: dict[str, Any], who: str) -> list[str]:
    place = PEOPLE.index(who)
    return [
        url for name, url in addresses(known) if TABLE[name, "get"][place] in "yp" and name not in DOWNLOADS
    ]


def test_markup_does_nothing_in_a_browser(
    firm: Firm, live_server: LiveServer, settings: LazySettings, browser: Browser
) -> None:
    """Each page is opened by the first of them who may; tests/security reads it for each role."""
    settings.LEGIST_FIRM_NAME = hostile.SHORT
    with time_machine.travel(NOW):
        known = hostile.spoiled_world(firm)
    visited: set[str] = set()
    faults = {}

    for who in ("alice", "mary", "olga", "dana"):
        page = sign_in(browser, live_server, getattr(firm, who))
        watch = Watch(page, live_server.url)
        urls = [url for url in pages(known, who) if url not in visited]
        for url in urls:
            answer = page.goto(url, wait_until="load")
            assert answer is not None
            assert answer.status < 400 or answer.status == 409, url
            watch.look(page, url)
        page.context.close()
        assert urls
        visited.update(urls)
        faults[who] = watch.faults

    assert not any(faults.values()), faults
