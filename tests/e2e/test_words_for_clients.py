"""Mary proposes words for every client with a status; Alice reads exactly those and approves them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_accessible import faults
from tests.support.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(240)]
EDITOR = "/wording/TRANSFERRED/"
WORDS = "USCIS sent your case to a new office. This is common and is not a bad sign."


def picture(page: Page, folder: Path, name: str) -> list[str]:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / f"words-{name}.png", full_page=True)
    return faults(page)


def test_words_go_from_mary_over_alice_to_the_clients(
    sign_in: Callable[..., Page], screenshots: Path
) -> None:
    mary = sign_in("mary")
    mary.goto(EDITOR)
    mary.locator("#id_meaning_en").fill(WORDS)
    mary.locator("#id_reason").fill("Clients asked what “moved” means.")
    expect(mary.get_by_text("You changed the English only")).to_be_visible()
    problems = picture(mary, screenshots, "editor")
    mary.get_by_role("button", name="Ask an attorney to approve").click()
    expect(mary.get_by_role("heading", name="Proposed words")).to_be_visible()
    problems += picture(mary, screenshots, "asked")

    alice = sign_in("alice", viewport=PHONE, color_scheme="dark")
    alice.goto("/wording/")
    problems += picture(alice, screenshots, "list-phone-dark")
    alice.get_by_role("link", name="Transferred").first.click()
    expect(alice.locator("#wording-preview").get_by_text(WORDS).first).to_be_visible()
    problems += picture(alice, screenshots, "proposal-phone-dark")
    alice.get_by_role("button", name="Approve and publish").click()
    expect(alice.get_by_text("Published as version 1")).to_be_visible()
    problems += picture(alice, screenshots, "published-phone-dark")

    assert problems == []
