"""How few keys and taps a day takes: each is counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.life import Case, new_case, reach
from tests.e2e.test_dana_on_the_phone import enter
from tests.support.browser import PHONE
from tests.support.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(240)]
MOST_TABS = 60


class Keys:
    """Counts the keys that are no letters of a name, a number or a note."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def tab_to(self, wanted: Locator) -> None:
        for _tab in range(MOST_TABS):
            if wanted.evaluate("each => each === document.activeElement"):
                return
            self.press("Tab")
        pytest.fail("The field cannot be reached by Tab.")


def watch(stack: Stack, cases: list[Case], *statuses: str) -> None:
    for case in cases:
        stack.simulator.set_status(case.number, "received", form="I-765")
    stack.manage("import_receipts", str(stack.write_csv(cases[0].reference, *(each.row for each in cases))))
    for case in cases:
        reach(stack, case, *statuses)


def test_a_client_is_found_and_a_call_logged_with_six_keys(
    stack: Stack, sign_in: Callable[..., Page]
) -> None:
    case = new_case("71")
    watch(stack, [case])
    page = sign_in("paul")
    keys = Keys(page)

    keys.press("l", "q")
    keys.type(case.reference)
    expect(page.locator("[data-palette] [aria-selected=true]")).to_contain_text(case.reference)
    keys.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Question")).to_be_checked()
    keys.type("7")
    keys.press("Enter")

    expect(page.get_by_text("Noted, with the minutes it took.")).to_be_visible()
    assert keys.count <= 6


def test_a_clean_approval_takes_two_keys_and_a_held_key_counts_once(
    stack: Stack, sign_in: Callable[..., Page]
) -> None:
    cases = [new_case("72") for _each in range(3)]
    watch(stack, cases, "received", "biometrics")
    page = sign_in("alice")
    page.goto("/approvals/")
    page.locator("a[href^='/approvals/'][data-row-link], main a[href*='/approvals/0']").first.click()
    expect(page.get_by_role("button", name=re.compile("^Approve"))).to_be_visible()
    keys, waiting = Keys(page), stack.stats()["drafts"]["in_review"]

    first = path_of(page.url)
    keys.press("a", "Enter")
    page.wait_for_url(lambda url: path_of(url) != first)
    page.wait_for_load_state("networkidle")
    second = path_of(page.url)
    keys.press("a")
    for _repeat in range(4):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    keys.count += 1
    page.wait_for_url(lambda url: path_of(url) != second)
    page.wait_for_load_state("networkidle")

    assert stack.stats()["drafts"]["in_review"] == waiting - 2
    assert keys.count <= 2 * 2, "ten take twenty"


def test_a_matter_with_three_receipts_needs_no_pointer(stack: Stack, sign_in: Callable[..., Page]) -> None:
    numbers = [new_case("73").number for _each in range(3)]
    page = sign_in("paul")
    keys = Keys(page)

    before = stack.stats()["receipts"]
    keys.press("n", "r")
    expect(page.get_by_label("Receipt numbers")).to_be_focused()
    keys.type(" ".join(numbers))
    keys.tab_to(page.get_by_label("Client's name"))
    keys.type("Keyboard Person")
    keys.press("Enter")

    expect(page.get_by_role("link", name=re.compile("^Open the matter"))).to_be_visible()
    assert stack.stats()["receipts"] == before + len(numbers)


def test_three_photos_leave_a_phone_with_six_taps(stack: Stack, open_page: Callable[..., Page]) -> None:
    watch(stack, [new_case("74")])
    page = open_page(viewport=PHONE, has_touch=True)
    enter(stack, page, "dana@mail.example")
    taps = 0

    for place in ("/portal/messages/", "/portal/messages/write/"):
        page.locator(f"a[href='{place}']:visible").first.tap()
        taps += 1
        page.wait_for_url(f"**{place}")
    with page.expect_file_chooser() as chooser:
        page.locator("input[type=file]").tap()
        taps += 1
    chooser.value.set_files([photo(f"page-{n}.png") for n in range(3)])
    taps += 1  # the phone's own "Add"
    page.locator("main form button[type=submit]").tap()
    taps += 1

    expect(page.get_by_text("3 archivos")).to_be_visible()
    assert taps <= 6


def photo(name: str) -> FilePayload:
    content = BytesIO()
    Image.new("RGB", (320, 240), "white").save(content, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": content.getvalue()}


def path_of(url: str) -> str:
    return urlsplit(url).path
