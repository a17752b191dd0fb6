"""Every page of every role: no accessibility violation, nothing wider than the screen, no browser error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.e2e.life import import_case, new_case, reach
from tests.support.browser import DESKTOP, PHONE
from tests.support.soak import DAY, IS_SOAK, keep
from tests.support.stack import Stack

# `make soak` looks at every page in every look; the suite at each in two, and has axe judge one of them: the
# other one on the next day.
pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(3600 if IS_SOAK else 300)]

Looks = tuple[tuple[ViewportSize, Literal["light", "dark"]], ...]
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
        "/my-work/",
        "/clients/",
        "/clients/new/",
        "/matters/new/",
        "/receipts/new/",
        "/lists/views/",
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
        "/my-work/",
        "/approvals/",
        "/approvals/?view=sent",
        "/approvals/deliveries/",
        "/clients/",
        "/matters/",
        "/matters/names/",
        "/lists/views/",
        "/notices/",
        "/paper/",
        "/deadlines/",
        "/deadlines/?sort=sure",
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
        "/definitions/playbooks/rfe/",
        "/definitions/firm-contact/firm/",
        "/settings/",
        "/health/",
        *STATUSES,
    ),
    "mary": (
        "/reports/",
        "/incidents/",
        "/teams/",
        "/teams/new/",
        "/matters/tags/",
        "/clients/conflicts/",
        "/audit/",
        "/settings/assistant/",
        "/health/",
        "/matters/",
        "/receipts/",
    ),
}
FIRST_OF = {
    "/statuses/": "a[href^='/statuses/titles/'][data-row-link]",
    "/receipts/": "a[href^='/receipts/0']",
    "/matters/": "a[href^='/matters/0']",
    "/approvals/": "a[href^='/approvals/0']",
    "/portal/": "a[href^='/portal/cases/']",
    "/portal/messages/": "li a[href^='/portal/messages/']",
}
LOOKS: Looks = ((DESKTOP, "light"), (PHONE, "dark"))
if IS_SOAK:
    LOOKS = (*LOOKS, (DESKTOP, "dark"), (PHONE, "light"))
# Our style sheets import each other; fetching them again from the test would only fail.
CHECK = """() => axe.run({preload: false, resultTypes: ["violations"]}).then((result) =>
  result.violations.map((each) => `${each.id}: ${each.nodes[0].html.slice(0, 120)}`))"""


def faults(page: Page) -> list[str]:
    """Return what is wrong with the page as it stands, each with its address."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    return [f"{page.url}: {each}" for each in page.evaluate(CHECK)] + too_wide(page)


def too_wide(page: Page) -> list[str]:
    is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [f"{page.url}: wider than the screen"] if is_wide else []


def visit(page: Page, addresses: tuple[str, ...], looks: Looks = LOOKS) -> list[str]:
    """Return what is wrong with each of the pages, and with the first that it leads to, in each of the looks.

    A page is loaded in one look, in which axe judges it, and changed over to the other; the next page is
    loaded in that one.
    """
    problems: list[str] = []
    looks = looks if DAY % 2 else looks[::-1]
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    left = list(addresses)[::-1]
    while left:
        address = left.pop()
        page.goto(address)
        for number, (size, scheme) in enumerate(looks):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = faults(page) if IS_SOAK or number == 0 else too_wide(page)
            problems += [f"{scheme}: {fault}" for fault in found]
        looks = looks[::-1]
        link = page.locator(f"main {FIRST_OF[address]}").first if address in FIRST_OF else None
        if link is not None and link.count():
            left.append(link.get_attribute("href") or address)
    return problems


@pytest.fixture(scope="module")
def some_work(stack: Stack) -> None:
    case = new_case("40")
    import_case(stack, case)
    reach(stack, case, "received", "rfe_initial")


@pytest.mark.parametrize("person", sorted(PAGES))
def test_staff_pages_are_open_to_everybody(
    stack: Stack, some_work: None, sign_in: Callable[..., Page], person: str
) -> None:
    found = visit(sign_in(person), PAGES[person])  # in English: staff pages are written in no other language
    keep(axe=person, pages=PAGES[person], looks=len(LOOKS), languages=["en"], faults=found)
    assert not found
