"""Dana's side on a phone: no barrier on any page, and sign-in by the phone itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.life import import_case, new_case, reach
from tests.e2e.test_accessible import LOOKS, Looks, visit
from tests.e2e.test_alice_and_dana import code_for, open_draft
from tests.support.browser import PHONE
from tests.support.soak import IS_SOAK, keep
from tests.support.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(3600 if IS_SOAK else 240)]

PAGES = (
    "/portal/",
    "/portal/messages/",
    "/portal/messages/write/",
    "/portal/settings/",
    "/portal/settings/passkey/",
    "/portal/nowhere/",
)
ENTRANCE = ("/accounts/login/code/", "/accounts/login/", "/portal/welcome/?key=cut-off")
# `make soak` looks at the portal as at every other page: in every look and language, a message with it.
ON_THE_PHONE: Looks = LOOKS if IS_SOAK else ((PHONE, "light"), (PHONE, "dark"))
LANGUAGES = ("es", "en") if IS_SOAK else ("es",)
BUILT_IN = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def enter(stack: Stack, page: Page, address: str) -> None:
    """Sign a client in by the code in their mail."""
    code = code_for(stack, page, address)
    page.locator("input[name=code]").fill(code)
    page.locator("main form:has(input[name=code]) button[type=submit]").first.click()
    page.wait_for_url("**/portal/**")


def speak(page: Page, language: str) -> None:
    """Choose a language, as the switch in the menu does."""
    if page.locator("html").get_attribute("lang") != language:
        page.locator(f"button[name=language][value={language}]").first.evaluate("each => each.click()")
        page.wait_for_selector(f"html[lang={language}]")


def visit_in_each_language(page: Page, addresses: tuple[str, ...]) -> list[str]:
    found = []
    for language in LANGUAGES:
        page.goto(addresses[0])
        speak(page, language)
        found += visit(page, addresses, ON_THE_PHONE)
    return found


def test_no_page_has_a_barrier(
    stack: Stack, open_page: Callable[..., Page], sign_in: Callable[..., Page]
) -> None:
    case = new_case("31")
    import_case(stack, case)
    reach(stack, case, "received", "rfe_initial")
    if IS_SOAK:
        alice = sign_in("alice")
        open_draft(alice, case)
        alice.get_by_role("button", name=re.compile("^Approve and send")).click()
        expect(alice.locator("[data-toast], .toast").first).to_be_visible()
        stack.manage("deliver", "--once")
    page = open_page(viewport=PHONE, locale="es-MX")
    found = visit_in_each_language(page, ENTRANCE)
    enter(stack, page, "dana@mail.example")

    found += visit_in_each_language(page, PAGES)

    keep(axe="dana", pages=(*ENTRANCE, *PAGES), looks=len(ON_THE_PHONE), languages=LANGUAGES, faults=found)
    assert found == []


def test_the_phone_signs_her_in_without_a_code(stack: Stack, open_page: Callable[..., Page]) -> None:
    page = open_page(viewport=PHONE)
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": BUILT_IN})
    enter(stack, page, "eve@mail.example")

    page.goto("/portal/settings/passkey/")
    page.locator("#passkey-add").click()
    page.wait_for_url("**/portal/settings/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/code/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/portal/")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Eve")
    page.goto("/portal/settings/")
    page.get_by_role("button", name="Remove").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator("main #passkey-add, main a[href='/portal/settings/passkey/']").first).to_be_visible()


def test_a_phone_that_does_not_finish_is_answered(stack: Stack, open_page: Callable[..., Page]) -> None:
    page = open_page(viewport=PHONE)
    enter(stack, page, "eve@mail.example")
    page.goto("/portal/settings/passkey/")
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('cancelled')); }")

    page.locator("#passkey-add").click()

    expect(page.locator("[data-passkey-failed]")).to_be_visible()
    expect(page.locator("[data-passkey-missing]")).to_be_hidden()
