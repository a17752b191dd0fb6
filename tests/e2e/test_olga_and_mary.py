"""Olga keeps the source healthy and corrects a status; Mary reads the record and proves it whole."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.life import import_case, new_case, reach
from tests.support.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(240)]


def test_she_sees_the_source_and_corrects_a_status(stack: Stack, sign_in: Callable[..., Page]) -> None:
    case = new_case("30")
    import_case(stack, case)
    reach(stack, case, "received")
    page = sign_in("olga")
    page.goto("/health/")
    for words in ("calls", "overdue", "error"):
        expect(page.get_by_text(re.compile(words, re.IGNORECASE)).first).to_be_visible()

    page.locator("[data-search]").first.fill(case.number)
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipts/**")
    assert case.number not in page.url
    page.get_by_role("button", name="Correct the status").first.click()
    dialog = page.get_by_role("dialog")
    dialog.locator("select").first.select_option("APPROVED")
    dialog.locator("textarea").fill("The approval notice came by mail.")
    dialog.locator("button[type=submit]").click()

    expect(page.get_by_text("Approved").first).to_be_visible()
    assert json.loads(stack.manage("verify_audit", "--json"))["ok"]


def test_the_matter_tells_its_whole_story_and_the_record_is_whole(
    stack: Stack, sign_in: Callable[..., Page]
) -> None:
    case = new_case("31")
    import_case(stack, case)
    reach(stack, case, "received", "rfe_initial")
    page = sign_in("mary")
    page.goto("/matters/")

    page.get_by_role("row").filter(has_text=case.reference).locator("a[href^='/matters/']").first.click()
    page.wait_for_url("**/matters/*/**")
    expect(page.get_by_text(case.reference).first).to_be_visible()
    expect(page.locator(".timeline, [data-timeline]").first).to_be_visible()

    page.goto("/audit/")
    page.get_by_role("button", name="Verify the record").click()
    expect(page.get_by_text("The record is whole")).to_be_visible()
