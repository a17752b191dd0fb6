"""Paul, a paralegal: a sloppy file becomes watched receipts, and news comes to his inbox by itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.life import new_case, reach
from tests.support.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(240)]


def test_he_uploads_a_file_and_sees_news_without_reloading(
    stack: Stack, sign_in: Callable[..., Page]
) -> None:
    case = new_case("10")
    stack.simulator.set_status(case.number, "received", form="I-765")
    sloppy = f" {case.number[:3].lower()}-{case.number[3:5]}-{case.number[5:]} "
    path = stack.write_csv("upload", case.row.replace(case.number, sloppy), case.row, "IOE12,I-765,,,,,,")
    page = sign_in("paul")

    page.goto("/imports/new/")
    page.locator("input[type=file]").set_input_files(path)
    page.locator("form:has(input[type=file]) button[type=submit]").first.click()
    expect(page.get_by_text("too few digits")).to_be_visible()
    expect(page.get_by_role("cell", name=re.compile("Repeated in this file"))).to_be_visible()
    page.get_by_role("button", name=re.compile("^Import 1 receipt")).click()
    expect(page.get_by_text("1 receipt is watched now")).to_be_visible()

    page.goto("/")
    row = page.get_by_role("row").filter(has_text=case.reference)
    expect(row).to_contain_text("Received")
    reach(stack, case, "rfe_initial")
    expect(row.filter(has_text=re.compile("evidence", re.IGNORECASE))).to_be_visible()


def test_he_cannot_approve_what_goes_to_a_client(stack: Stack, sign_in: Callable[..., Page]) -> None:
    page = sign_in("paul")

    page.goto("/approvals/")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Approve"))).to_have_count(0)
