"""A browser in the hands of a person of the demo firm."""

from __future__ import annotations

import re
import shutil
from typing import Any, Final

from playwright.sync_api import Page, ViewportSize, expect

from legist.sample_firm.firm import DOMAIN, PASSWORD

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PHONE: Final[ViewportSize] = {"width": 375, "height": 812}
DESKTOP: Final[ViewportSize] = {"width": 1440, "height": 900}


def launch_options() -> dict[str, Any]:
    """Take the browser of the machine; without one Playwright's own is tried, and says how to get it."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return {"args": arguments} | ({"executable_path": found} if found else {})


def sign_in_staff(page: Page, login: str) -> None:
    """Sign a member of staff in, as people do: by the form."""
    page.goto("/accounts/login/")
    page.get_by_label(re.compile("^E-?mail", re.IGNORECASE)).first.fill(f"{login}@{DOMAIN}")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name=re.compile("^Sign in")).first.click()
    expect(page.get_by_role("main")).to_be_visible()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.wait_for_load_state("networkidle")
