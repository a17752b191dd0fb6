"""Every page of every role: no accessibility violation, nothing wider than the screen, no browser error."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.life import import_case, new_case, reach
from tests.e2e.test_alice_and_dana import code_for
from tests.support.browser import PHONE
from tests.support.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(300)]

STATUSES = (
    "/statuses/",
    "/statuses/titles/new/",
    "/statuses/stages/",
    "/statuses/stages/IN_REVIEW/",
    "/definitions/stages/vocabulary/",
    "/statuses/reread/",
    "/statuses/checkup/",
)
PAGES = {
    "paul": (
        "/",
        "/receipts/",
        "/matters/",
        "/approvals/",
        "/reviews/",
        "/imports/",
        "/imports/new/",
        "/notices/",
        "/paper/",
        "/paper/?tab=missing",
        "/paper/new/",
        "/paper/watch/",
    ),
    "alice": (
        "/",
        "/approvals/",
        "/deadlines/",
        "/deadlines/?view=month",
        "/deadlines/reminders/",
        "/playbooks/",
        "/wording/",
        "/wording/APPROVED/",
        "/wording/glossary/",
        "/wording/upgrade/",
        "/definitions/wording/APPROVED/",
        "/definitions/messages/approval_news/en/",
        "/definitions/messages/approval_news/en/?version=0",
        "/definitions/letters/approval_letter/en/",
        "/definitions/reminders/rfe/",
        "/settings/",
        "/health/",
        *STATUSES,
    ),
    "mary": ("/audit/", "/settings/assistant/", "/health/", "/matters/", "/receipts/"),
}
FIRST_OF = {
    "/statuses/": "a[href^='/statuses/titles/'][data-row-link]",
    "/receipts/": "a[href^='/receipts/0']",
    "/matters/": "a[href^='/matters/0']",
    "/approvals/": "a[href^='/approvals/0']",
}
CLIENT_PAGES = ("/portal/", "/portal/messages/", "/portal/settings/")
# Our style sheets import each other; fetching them again from the test would only fail.
OPTIONS = {"preload": False}


def faults(page: Page) -> list[str]:
    """Return what is wrong with the page as it stands, each with its address."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    problems = [f"{page.url}: {each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        problems.append(f"{page.url}: wider than the screen")
    return problems


def visit(page: Page, addresses: tuple[str, ...]) -> list[str]:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    for address in addresses:
        page.goto(address)
        problems += faults(page)
        link = page.locator(f"main {FIRST_OF[address]}").first if address in FIRST_OF else None
        if link is not None and link.count():
            page.goto(link.get_attribute("href") or address)
            problems += faults(page)
    return problems


@pytest.fixture(scope="module")
def some_work(stack: Stack) -> None:
    case = new_case("40")
    import_case(stack, case)
    reach(stack, case, "received", "rfe_initial")


@pytest.mark.parametrize("person", sorted(PAGES))
@pytest.mark.parametrize("look", ["desktop-light", "phone-dark"])
def test_staff_pages_are_open_to_everybody(
    stack: Stack, some_work: None, sign_in: Callable[..., Page], person: str, look: str
) -> None:
    device = {"viewport": PHONE, "color_scheme": "dark"} if look == "phone-dark" else {}

    assert not visit(sign_in(person, **device), PAGES[person])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_portal_is_open_to_everybody(
    stack: Stack, some_work: None, open_page: Callable[..., Page], scheme: str
) -> None:
    page = open_page(viewport=PHONE, color_scheme=scheme, locale="es-MX")
    signing_in = visit(page, ("/accounts/login/", "/accounts/login/code/"))
    code = code_for(stack, page, "dana@mail.example")
    page.locator("input[name=code]").fill(code)
    page.locator("main form:has(input[name=code]) button[type=submit]").first.click()
    page.wait_for_url("**/portal/**")

    assert not signing_in + visit(page, CLIENT_PAGES)
