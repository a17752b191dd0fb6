"""A sign-in ends under people's hands, and they lose nothing they typed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from legist.insights.demo import DOMAIN, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SignIn = Callable[..., Page]
WORDS = "Client called: she moved to Tulsa on Monday."


def end_sign_in(page: Page) -> None:
    """As when fourteen days have passed, or somebody signed this person out."""
    page.context.clear_cookies(name="sessionid")


def sign_in_again(page: Page, login: str) -> None:
    page.get_by_label(re.compile("^E-?mail", re.IGNORECASE)).first.fill(f"{login}@{DOMAIN}")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name=re.compile("^Sign in")).first.click()


def open_edit(page: Page) -> str:
    page.goto("/approvals/")
    page.locator("[data-row-link]").first.click()
    page.wait_for_url("**/approvals/*-*/")
    page.goto(page.url + "edit/")
    return page.url


def open_return(page: Page) -> str:
    page.goto("/approvals/")
    page.locator("[data-row-link]").first.click()
    page.wait_for_url("**/approvals/*-*/")
    page.get_by_role("button", name="Return", exact=True).click()
    return page.url
