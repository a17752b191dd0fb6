"""Alice approves the exact words; only then does Dana get the mail and read it in her portal."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import message_from_string, policy
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.life import Case, import_case, new_case, reach
from tests.support.browser import PHONE
from tests.support.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(240)]


def open_draft(page: Page, case: Case) -> None:
    """Find the draft of a case in the queue."""
    page.goto("/approvals/")
    page.locator("a[href^='/approvals/']").filter(has_text=re.compile(case.reference)).or_(
        page.get_by_role("row").filter(has_text=case.reference).locator("a[href^='/approvals/']")
    ).first.click()
    expect(page.get_by_role("button", name=re.compile("^Approve and send"))).to_be_visible()


def body_of(raw: str) -> tuple[str, str]:
    """Return the recipient and the plain text of a message in the mailbox."""
    message = message_from_string(raw, EmailMessage, policy=policy.default)
    part = message.get_body(("plain",))
    return str(message["to"]), str(part.get_content()) if part else ""


def mail_to(stack: Stack, address: str, containing: str) -> list[str]:
    bodies = [body for to, body in map(body_of, stack.mail()) if to == address]
    return [body for body in bodies if containing in body]


def code_for(stack: Stack, page: Page, address: str) -> str:
    """Ask for a sign-in code and read it in the mailbox."""
    before = len(stack.mail())
    page.goto("/accounts/login/code/")
    page.locator("input[type=email]").fill(address)
    page.locator("main form:has(input[type=email]) button[type=submit]").click()
    page.wait_for_url("**/code/confirm/**")
    _, body = body_of(stack.mail_after(before)[-1])
    found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", body, re.MULTILINE)
    assert found
    return found[1]


def test_what_she_approves_reaches_dana_and_nothing_else_does(
    stack: Stack, sign_in: Callable[..., Page], open_page: Callable[..., Page]
) -> None:
    case = new_case("20")
    stack.simulator.set_status(case.number, "received", form="I-765")
    import_case(stack, case)
    before = mail_to(stack, "dana@mail.example", "huellas")  # of other cases of hers
    reach(stack, case, "received", "biometrics")
    assert mail_to(stack, "dana@mail.example", "huellas") == before
    alice = sign_in("alice")
    open_draft(alice, case)
    expect(alice.get_by_text("dana@mail.example").first).to_be_visible()

    alice.get_by_role("button", name=re.compile("^Approve and send")).click()
    expect(alice.locator("[data-toast], .toast").first).to_be_visible()
    stack.manage("deliver", "--once")

    assert len(mail_to(stack, "dana@mail.example", "huellas")) == len(before) + 1
    dana = open_page(viewport=PHONE, locale="es-MX", has_touch=True)
    code = code_for(stack, dana, "dana@mail.example")
    dana.locator("input[name=code]").fill(code)
    dana.locator("main form:has(input[name=code]) button[type=submit]").first.click()
    dana.wait_for_url("**/portal/**")
    expect(dana.locator("html")).to_have_attribute("lang", "es")
    expect(dana.get_by_text("Huellas").first).to_be_visible()
    dana.goto("/portal/messages/")
    dana.locator("main li a[href^='/portal/messages/']").first.click()
    expect(dana.get_by_text("huellas").first).to_be_visible()
    assert dana.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_she_returns_a_draft_with_a_reason(stack: Stack, sign_in: Callable[..., Page]) -> None:
    case = new_case("21")
    import_case(stack, case)
    reach(stack, case, "received", "rfe_initial")
    before = len(stack.mail())
    alice = sign_in("alice")
    open_draft(alice, case)

    alice.get_by_role("button", name=re.compile("^Return")).first.click()
    dialog = alice.get_by_role("dialog")
    dialog.locator("textarea").fill("Please name the papers we already have.")
    dialog.locator("button[type=submit]").click()

    expect(alice.locator("[data-toast], .toast").first).to_be_visible()
    stack.manage("deliver", "--once")
    assert stack.stats()["drafts"].get("returned", 0) >= 1
    assert len(stack.mail()) == before
