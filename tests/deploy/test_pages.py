"""The pages as a firm gets them: a browser, Caddy with TLS, and the image in production."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page, Playwright, Response

from tests.core.tasks.processes import eventually
from tests.deploy.conftest import Containers, start_caddy
from tests.support.browser import launch_options
from tests.support.commands import free_port

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(600)]
HOST = "legist.firm.example"
EMAIL, PASSWORD = "alice@firm.example", "correct-horse-battery-staple"
REQUESTS = 12
PAGES = (
    "/", "/receipts/", "/matters/", "/approvals/", "/deadlines/", "/deadlines/?view=month", "/paper/",
    "/reviews/", "/notices/", "/imports/", "/imports/new/", "/imports/waiting/", "/health/", "/statuses/",
    "/definitions/stages/vocabulary/", "/statuses/reread/",
    "/wording/", "/playbooks/", "/walls/", "/settings/",
)  # fmt: skip


@pytest.fixture(scope="module")
def web(started: Containers) -> Containers:
    """The running containers of a firm in which one person works."""
    add = ["python", "manage.py", "staff", "add", EMAIL, "--name", "Alice", "--role", "attorney"]
    added = started.run("web", [*add, "--ask-password"], input=f"{PASSWORD}\n{PASSWORD}\n")
    assert added.returncode == 0, added.stdout[-3000:]
    return started


@pytest.fixture
def page(web: Containers, playwright: Playwright, tmp_path: Path) -> Iterator[Page]:
    """A browser that finds the firm's address where Caddy listens here."""
    https = free_port()
    caddy = start_caddy(tmp_path, HOST, web.port, http=free_port(), https=https)
    options = launch_options()
    options["args"] = [*options["args"], f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{https}"]
    browser = playwright.chromium.launch(**options)
    context = browser.new_context(base_url=f"https://{HOST}", ignore_https_errors=True, locale="en-US")
    assert eventually(lambda: "serving initial configuration" in (tmp_path / "log").read_text())
    yield context.new_page()
    browser.close()
    caddy.terminate()
    caddy.wait(timeout=30)


def sign_in(page: Page) -> None:
    """Sign in and set up the second factor that production asks for."""
    opened = page.goto("/accounts/login/")
    assert (opened and opened.status) == 200, page.content()
    page.get_by_label(re.compile("^E-?mail")).first.fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name=re.compile("^Sign in")).first.click()
    page.wait_for_url("**/accounts/2fa/")
    page.goto("/accounts/2fa/totp/activate/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.locator("details summary").first.click()
    secret = page.locator("details code").text_content() or ""
    counter = next(iter(yield_hotp_counters_from_time()))
    page.locator("input[name=code]").fill(format_hotp_value(hotp_value(secret, counter)))
    page.get_by_role("button", name="Turn on").click()
    page.wait_for_url(lambda url: "activate" not in url)


def is_kept(response: Response) -> bool:
    """Say whether a file is named by its content, kept for good, and sent compressed if it is a text."""
    headers = response.headers
    is_text = (
        headers["content-type"].startswith(("text/", "image/svg")) or "font" not in headers["content-type"]
    )
    return "immutable" in headers.get("cache-control", "") and (
        not is_text or headers.get("content-encoding") in {"br", "gzip"}
    )


def test_twenty_pages_are_few_requests_kept_files_and_no_error(page: Page) -> None:
    sign_in(page)
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    faults: list[str] = []
    answers: list[Response] = []
    page.on("console", lambda each: faults.append(each.text) if each.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfailed", lambda request: faults.append(request.url))
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  playwright marks its handlers

    for path in PAGES:
        answers.clear()
        opened = page.goto(path, wait_until="networkidle")

        assert (opened and opened.status, path) == (200, path)
        shown = [each for each in answers if "hx-request" not in each.request.headers]
        assert len(shown) <= REQUESTS, (path, [each.url for each in shown])
        assert [each.url for each in shown if "/static/" in each.url and not is_kept(each)] == []
    assert set(faults) == set()
