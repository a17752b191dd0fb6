"""The pictures of the README, made anew by `make screenshots`.

A demo firm of its own on free ports, the sample file of the demo, and each role signed in as the README says.
Dates in the pictures are those of the day; names, people and places are the same each time.
"""

from __future__ import annotations

import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.test_alice_and_dana import code_for
from tests.support.browser import PHONE, launch_options, sign_in_staff
from tests.support.simulator import ROOT
from tests.support.stack import Stack, running_stack

FOLDER: Final = ROOT / "docs" / "screenshots"
SCREEN: Final = {"width": 1280, "height": 800}
DANA, EVE, FRANK, GADGETS = "IOE9900000018", "IOE9900000034", "IOE9900000042", "LIN9990100057"
HANA, IVAN, JO, KIM, UNASSIGNED = (
    "MSC9990200062",
    "IOE9900000075",
    "EAC9990400094",
    "IOE9900000109",
    "IOE9900000125",
)
# What USCIS says in turn: everybody is received, then most cases move.
FIRST: Final = dict.fromkeys((DANA, EVE, FRANK, GADGETS, HANA, IVAN, JO, KIM, UNASSIGNED), "received")
THEN: Final = {
    DANA: "rfe_initial",
    EVE: "biometrics",
    FRANK: "rfe_initial",
    GADGETS: "approved",
    HANA: "transferred",
    KIM: "biometrics",
}
UNKNOWN: Final = "Adjudication Milestone Was Recorded"
# Looking every two seconds, as tests do, would fill the record and the day's calls.
CALM: Final = "near_real_time=15m,standard=6h,low=1d"
Open = Callable[..., Page]


def main(folder: Path = FOLDER) -> None:
    """Write every picture and say how large it is."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as directory,
        running_stack(Path(directory), intervals=CALM) as stack,
        sync_playwright() as play,
    ):
        give_work(stack)
        browser = play.chromium.launch(**launch_options())
        for take in (paul, alice, olga, mary, dana):
            take(stack, opener(browser, stack), folder)
        browser.close()
    for path in sorted(folder.glob("*.webp")):
        sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB\n")


def give_work(stack: Stack) -> None:
    """Upload the sample file as Paul does, and let USCIS move the cases."""
    sample = stack.directory / "sample.csv"
    stack.manage("demo_data", "--csv", str(sample))
    for number, status in FIRST.items():
        stack.simulator.set_status(number, status)
    stack.manage("import_receipts", str(sample), "--as", "paul@lantern.example")
    move(stack, FIRST)
    for number, status in THEN.items():
        stack.simulator.set_status(number, status)
    stack.simulator.set_title(IVAN, UNKNOWN, "A milestone was recorded. You need to do nothing now.")
    move(stack, [*THEN, IVAN])


def move(stack: Stack, numbers: Any) -> None:
    """Have each number read, whatever the worker does meanwhile, and everything that follows be done."""
    for number in numbers:
        stack.manage("poll", "--receipt", number)
    stack.manage("deliver", "--once")


def opener(browser: Browser, stack: Stack) -> Open:
    """Return what opens a page of the firm, on a device of its own."""

    def opened(**options: Any) -> Page:
        given = {
            "viewport": SCREEN,
            "base_url": stack.url,
            "locale": "en-US",
            "reduced_motion": "reduce",
        } | options
        page = browser.new_context(**given).new_page()
        page.set_default_timeout(60_000)
        return page

    return opened


def take_picture(page: Page, path: Path) -> None:
    """Take what the screen shows, once everything has arrived and nothing is being written."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement?.blur()")
    page.evaluate("document.fonts.ready.then(() => null)")
    shot = page.context.new_cdp_session(page).send(
        "Page.captureScreenshot", {"format": "webp", "quality": 80}
    )
    path.write_bytes(b64decode(shot["data"]))


def paul(_stack: Stack, open_page: Open, folder: Path) -> None:
    for look, device in (("desktop", {}), ("phone", {"viewport": PHONE})):
        page = open_page(**device)
        sign_in_staff(page, "paul")
        page.goto("/")
        expect(page.get_by_text("M-2026-0101").first).to_be_visible()
        take_picture(page, folder / f"inbox-{look}.webp")


def alice(_stack: Stack, open_page: Open, folder: Path) -> None:
    page = open_page()
    sign_in_staff(page, "alice")
    page.goto("/approvals/")
    page.get_by_role("row").filter(has_text="M-2026-0101").locator("a[href^='/approvals/']").first.click()
    take_picture(page, folder / "approval-desktop.webp")
    page.goto("/statuses/")
    page.get_by_role("link", name="Request for Initial Evidence Was Sent").first.click()
    page.locator("select[name=code]").first.select_option(label="Notice mailed, read it")
    page.get_by_role("button", name="Add the rule to the draft").click()
    expect(page.locator("[data-toast]").first).to_be_visible()
    page.goto("/definitions/stages/vocabulary/")
    expect(page.get_by_text("would read differently").first).to_be_visible()
    take_picture(page, folder / "dry-run-desktop.webp")
    dark = open_page(color_scheme="dark")
    sign_in_staff(dark, "alice")
    dark.goto("/deadlines/")
    take_picture(dark, folder / "deadlines-dark.webp")


def olga(_stack: Stack, open_page: Open, folder: Path) -> None:
    page = open_page()
    sign_in_staff(page, "olga")
    page.goto("/health/")
    take_picture(page, folder / "health-desktop.webp")


def mary(_stack: Stack, open_page: Open, folder: Path) -> None:
    page = open_page(color_scheme="dark")
    sign_in_staff(page, "mary")
    page.goto("/audit/")
    take_picture(page, folder / "audit-dark.webp")


def dana(stack: Stack, open_page: Open, folder: Path) -> None:
    page = open_page(viewport=PHONE, locale="es-MX", has_touch=True)
    page.goto("/accounts/login/code/")
    page.locator("input[name=code]").or_(page.locator("input[type=email]")).first.wait_for()
    code = code_for(stack, page, "dana@mail.example")
    page.locator("input[name=code]").fill(code)
    page.locator("main form:has(input[name=code]) button[type=submit]").first.click()
    page.wait_for_url("**/portal/**")
    take_picture(page, folder / "portal-phone.webp")
