"""What an open page says holds: advice leads somewhere, dialogs begin in a field, counts are of now."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.life import Case, import_case, new_case, reach
from tests.support.browser import sign_in_staff
from tests.support.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(240)]
SignIn = Callable[..., Page]
REASON = "The interview has overtaken it."


@pytest.fixture(scope="module")
def case(stack: Stack) -> Case:
    """A case whose first message was overtaken before anybody approved it."""
    return lived(stack, "51", "biometrics", "fingerprints", "interview")


def lived(stack: Stack, prefix: str, *statuses: str) -> Case:
    made = new_case(prefix)
    stack.simulator.set_status(made.number, "received", form="I-765")
    import_case(stack, made)
    reach(stack, made, *statuses)
    return made


def focused(dialog: Locator) -> Locator:
    return dialog.locator("textarea:focus, input:focus")


def asked_about(page: Page) -> int:
    """Open the question of *Mark this view done*, read how many it speaks of, and close it again."""
    page.get_by_role("button", name="Mark this view done").click()
    words = page.locator("#confirm-text").inner_text()
    page.locator("[data-confirm-no]").first.click()
    return int(words.split()[0])


def test_the_advice_to_withdraw_opens_its_dialog_in_the_first_field(
    stack: Stack, case: Case, sign_in: SignIn
) -> None:
    alice = sign_in("alice")
    alice.goto("/approvals/")
    row = alice.get_by_role("row").filter(has_text=case.reference)
    row.filter(has_text="fingerprints").locator("a[href^='/approvals/']").first.click()
    banner = alice.locator(".alert").filter(has_text="A newer status has overtaken this message")

    banner.get_by_role("button", name="Withdraw").click()

    dialog = alice.get_by_role("dialog")
    expect(focused(dialog)).to_have_count(1)
    alice.keyboard.type(REASON)
    expect(dialog.locator("textarea")).to_have_value(REASON)
    before = stack.stats()["drafts"].get("void", 0)
    dialog.get_by_role("button", name="Withdraw the message").click()
    expect(alice.locator("[data-toast]").first).to_be_visible()
    assert stack.stats()["drafts"]["void"] == before + 1


def test_the_inbox_counts_what_is_there_now_and_takes_done_back(
    stack: Stack, case: Case, sign_in: SignIn
) -> None:
    paul = sign_in("paul")
    shown = paul.get_by_role("row").filter(has_text=case.reference)
    expect(shown.first).to_be_visible()
    before, rows = asked_about(paul), shown.count()

    reach(stack, case, "rfe_initial")
    expect(shown.filter(has_text="evidence")).to_have_count(1)
    assert (asked_about(paul), shown.count()) == (before, rows)

    shown.filter(has_text="evidence").get_by_role("button", name=re.compile("^Mark .* done")).click()
    expect(shown).to_have_count(rows - 1)
    paul.keyboard.press("u")
    expect(shown).to_have_count(rows)
    question = paul.locator("#inbox-all form")
    expect(question).to_have_attribute("data-confirm", re.compile(rf"^{before} change"))
    assert asked_about(paul) == before


def test_the_menu_of_a_row_is_fetched_when_it_is_opened(case: Case, sign_in: SignIn) -> None:
    paul = sign_in("paul")
    row = paul.get_by_role("row").filter(has_text=case.reference).first

    row.get_by_label("More").press("Enter")
    expect(row.get_by_role("link", name="Open the matter")).to_be_visible()
    paul.keyboard.press("ArrowDown")
    expect(row.get_by_role("link", name="Open the receipt")).to_be_focused()
    row.get_by_role("link", name="Show only this kind").click()
    paul.wait_for_url("**/?code=*")


def test_without_script_one_signs_in_and_a_row_is_ticked_and_done(stack: Stack, open_page: SignIn) -> None:
    case = lived(stack, "52", "received")
    paul = open_page(java_script_enabled=False)
    sign_in_staff(paul, "paul")
    paul.goto("/")
    row = paul.get_by_role("row").filter(has_text=case.reference)
    before = row.count()

    row.get_by_role("checkbox").first.check()
    paul.locator("noscript button, #changes button").filter(visible=True).click()

    expect(row).to_have_count(before - 1)


def test_the_dot_of_an_open_page_does_not_stay_green(sign_in: SignIn) -> None:
    page = sign_in("paul")
    page.clock.install()
    page.reload()
    dot = page.locator("#health-dot")
    expect(dot.get_by_text("Not up to date")).to_be_hidden()

    page.context.set_offline(True)
    page.clock.run_for(70_000)
    expect(dot.get_by_text("Not up to date")).to_be_visible()
    expect(dot).to_have_attribute("data-tone", "bad")

    page.context.set_offline(False)
    page.clock.run_for(16_000)
    expect(dot.get_by_text("Not up to date")).to_be_hidden()


def test_a_number_is_masked_on_the_page_and_in_print_until_somebody_asks(case: Case, sign_in: SignIn) -> None:
    paul = sign_in("paul")
    paul.goto("/receipts/")
    row = paul.get_by_role("row").filter(has_text=case.reference)
    paul.goto(row.locator("a[href^='/receipts/0']").first.get_attribute("href") or "")
    heading = paul.locator("#receipt-number")
    digits = case.number[3:]

    for medium in ("screen", "print"):
        paul.emulate_media(media=medium)
        expect(heading).to_be_visible()
        assert digits not in re.sub(r"\s", "", paul.locator("body").inner_text())
    paul.emulate_media(media="screen")
    heading.get_by_role("button", name="Show number").click()

    expect(heading).to_contain_text(re.compile(r"\s*".join(digits)))
