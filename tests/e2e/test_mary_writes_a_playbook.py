"""Mary copies a playbook, changes a condition, tries it, publishes it, and sees exactly those steps done."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.life import import_case, new_case, reach
from tests.support.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.timeout(240)]


def publish(page: Page, *, because: str) -> None:
    page.get_by_label("Reason").fill(because)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published.")).to_be_visible()


def test_she_copies_changes_tries_and_publishes_it_and_it_runs_alone(
    stack: Stack, sign_in: Callable[..., Page], screenshots: Path
) -> None:
    page = sign_in("mary")
    page.goto("/playbooks/rfe/")
    page.get_by_role("button", name="Copy", exact=True).click()
    page.wait_for_url("**/definitions/playbooks/rfe-*/")
    editor = page.url
    page.get_by_label("Name").fill("Evidence, our way")
    page.get_by_label("On", exact=True).check()

    page.get_by_label("Add a condition").first.select_option("language")
    page.get_by_role("button", name="Add a condition").first.click()
    language = page.get_by_label("Language of the client", exact=True)
    language.select_option("es")
    expect(page.locator("#definition-preview")).to_contain_text("The client reads Spanish.")
    message = page.locator("fieldset.entry").filter(has_text="Draft a message").last
    message.get_by_role("button", name=re.compile("^Take out")).click()
    named = page.locator("fieldset.entry strong").filter(has_text="Draft a message")
    expect(named).to_have_count(0)
    expect(page.locator("#definition-preview")).not_to_contain_text("Draft “")
    page.screenshot(path=screenshots / "playbook-editor.png", full_page=True)

    page.locator("button[value=check]:visible").click()
    expect(page.get_by_text("What this choice would do")).to_be_visible()
    publish(page, because="We write to them ourselves.")
    expect(page.get_by_text("Published. The firm's version holds")).to_be_visible()

    case = new_case("77")
    import_case(stack, case)
    reach(stack, case, "received", "rfe_initial")
    page.goto("/playbooks/")
    page.get_by_role("link", name="Evidence, our way").click()
    run = page.locator(".run").first
    run.get_by_text("Why it ran, and what it did").click()
    expect(run).to_contain_text("Open the checklist “Answer the request”")
    expect(run).not_to_contain_text("Draft “")
    page.screenshot(path=screenshots / "playbook-run.png", full_page=True)
    # Others share this firm: its own playbook runs for them again.
    page.goto(editor)
    page.get_by_label("Off", exact=True).check()
    publish(page, because="It was tried.")
