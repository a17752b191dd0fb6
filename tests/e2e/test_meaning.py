"""Alice, an attorney: one decision reads every case under a title nobody knew; a notice confirms a date."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from legist.core.clock import utc_now
from tests.e2e.life import import_case, new_case, reach
from tests.support.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(240)]
TITLE = "Adjudication Milestone Was Recorded"


def test_one_decision_reads_every_case_that_waits(stack: Stack, sign_in: Callable[..., Page]) -> None:
    cases = [new_case("31"), new_case("31")]
    for case in cases:
        import_case(stack, case)
        stack.simulator.set_title(case.number, TITLE, "A milestone was recorded.")
        stack.manage("poll", "--receipt", case.number)
    page = sign_in("alice")

    page.goto("/reviews/")
    page.get_by_role("row").filter(has_text=cases[0].reference).filter(has_text=TITLE).get_by_role(
        "link"
    ).first.click()
    page.get_by_label("Or another status").select_option(label="Request for evidence")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.locator("[data-toast], .toast").first).to_be_visible()

    page.goto("/statuses/reread/")
    expect(page.get_by_text(re.compile("1 change reads differently, 1 case moved"))).to_be_visible()

    page.goto("/receipts/")
    for case in cases:
        row = page.get_by_role("row").filter(has_text=case.reference)
        expect(row).to_contain_text("Request for evidence")


def test_a_logged_notice_confirms_the_counted_date(stack: Stack, sign_in: Callable[..., Page]) -> None:
    case, today = new_case("32"), timezone.localdate(utc_now())
    import_case(stack, case)
    reach(stack, case, "received", "rfe_initial")
    page = sign_in("paul")

    page.goto("/paper/new/")
    page.get_by_label("What is it").select_option(label="Request for evidence")
    page.get_by_label("Receipt number").fill(f"{case.number[:3].lower()}-{case.number[3:]}")
    page.get_by_label("Date of the notice").fill(today.isoformat())
    page.locator("[name=response_due]").fill((today + timedelta(days=60)).isoformat())
    page.get_by_role("button", name="Log the notice").click()
    expect(page.get_by_text(re.compile("earlier than counted")).first).to_be_visible()

    page.goto("/deadlines/")
    row = page.get_by_role("row").filter(has_text=f"{case.reference}/1")
    expect(row).to_contain_text("(in 60 days)")
    expect(row).to_contain_text("Confirmed")
