"""A sign-in ends under people's hands, and they lose nothing they typed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from legist.sample_firm.firm import DOMAIN, PASSWORD
from tests.e2e.life import Case, import_case, new_case, reach
from tests.e2e.test_alice_and_dana import open_draft
from tests.support.browser import sign_in_staff
from tests.support.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(240)]
SignIn = Callable[..., Page]
WORDS = "Client called: she moved to Tulsa on Monday."


def end_sign_in(page: Page) -> None:
    """As when fourteen days have passed, or somebody signed this person out."""
    page.context.clear_cookies(name="sessionid")


def sign_in_again(page: Page, login: str) -> None:
    page.get_by_label(re.compile("^E-?mail", re.IGNORECASE)).first.fill(f"{login}@{DOMAIN}")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name=re.compile("^Sign in")).first.click()


def kept(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(sessionStorage)"))


@pytest.fixture
def case(stack: Stack) -> Case:
    """A case whose draft waits for Alice."""
    made = new_case("31")
    stack.simulator.set_status(made.number, "received", form="I-765")
    import_case(stack, made)
    reach(stack, made, "received", "biometrics")
    return made


def test_a_long_edit_is_there_again_after_signing_in(sign_in: SignIn, case: Case) -> None:
    alice = sign_in("alice")
    open_draft(alice, case)
    alice.get_by_role("link", name="Edit", exact=True).click()
    alice.wait_for_url("**/edit/")
    edit = alice.url
    alice.locator("textarea").first.fill(WORDS)
    end_sign_in(alice)

    alice.get_by_role("button", name="Save the message").click()
    alice.wait_for_url("**/accounts/login/**")
    sign_in_again(alice, "alice")
    alice.wait_for_url(edit)

    expect(alice.locator("textarea").first).to_have_value(WORDS)
    expect(alice.get_by_text("What you had typed is back")).to_be_visible()
    alice.get_by_role("button", name="Save the message").click()
    alice.wait_for_url(lambda url: not url.endswith("/edit/"))
    expect(alice.get_by_text(WORDS).first).to_be_visible()
    assert WORDS not in kept(alice)


def test_a_dialog_leads_to_the_door_and_back_and_nobody_else_reads_it(sign_in: SignIn, case: Case) -> None:
    alice = sign_in("alice")
    open_draft(alice, case)
    draft = alice.url
    alice.get_by_role("button", name="Return", exact=True).click()
    alice.get_by_role("dialog").locator("textarea").fill(WORDS)
    end_sign_in(alice)

    alice.get_by_role("dialog").get_by_role("button", name="Return the message").click()
    alice.wait_for_url("**/accounts/login/**")
    expect(alice.locator("form[action='/accounts/login/']")).to_have_count(1)
    sign_in_again(alice, "alice")
    alice.wait_for_url(draft)
    expect(alice.get_by_role("dialog").locator("textarea")).to_have_value(WORDS)

    end_sign_in(alice)
    alice.goto(draft)
    sign_in_again(alice, "paul")
    alice.wait_for_url(draft)
    alice.wait_for_load_state("networkidle")
    assert WORDS not in kept(alice)
    assert WORDS not in alice.content()


def test_signing_out_forgets_what_was_typed(open_page: SignIn, case: Case) -> None:
    alice = open_page()
    sign_in_staff(alice, "alice")
    open_draft(alice, case)
    alice.get_by_role("button", name="Return", exact=True).click()
    alice.get_by_role("dialog").locator("textarea").fill(WORDS)
    assert WORDS in kept(alice)

    alice.evaluate("document.querySelector(\"form[action='/accounts/logout/']\").requestSubmit()")
    alice.wait_for_url(lambda url: "/approvals/" not in url)

    assert WORDS not in kept(alice)
