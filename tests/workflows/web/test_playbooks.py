"""Playbooks in plain words, and what their runs did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.factories.practice import NOW, Firm
from tests.factories.workflows import make_change, make_news, run
from tests.workflows.web.asking import Browser, address, said, statuses, text
from workflows.models import ChecklistRun, MessageTemplate, Playbook, PlaybookRun
from workflows.playbooks.builtin import DEFINITIONS
from workflows.states import RunState

LIST = "/playbooks/"


def test_it_is_for_the_firm(browser_of: Browser) -> None:
    people = ("alice", "paul", "olga", "mary", "charlie", "dana")

    assert statuses(browser_of, LIST, people) == [200, 200, 200, 200, 200, 404]
    assert statuses(browser_of, f"{LIST}rfe/", people) == [200, 200, 200, 200, 200, 404]


@pytest.mark.parametrize("key", [definition.key for definition in DEFINITIONS])
def test_it_explains_every_playbook_that_ships(browser_of: Browser, key: str) -> None:
    words = browser_of("paul").get(f"{LIST}{key}/").context["words"]

    assert words.triggers
    assert all(step.text and step.text != step.key and step.icon != "circle-dot" for step in words.steps)
    assert not [line for line in words.conditions if "_" in line]


def test_it_opens_a_version_by_its_id_too(browser_of: Browser) -> None:
    playbook = Playbook.objects.get(key="rfe")

    assert browser_of("paul").get(f"{LIST}{playbook.pk}/").status_code == 200
    assert browser_of("paul").get(f"{LIST}nonsense/").status_code == 404


def test_it_says_what_starts_it_and_what_it_does(browser_of: Browser) -> None:
    page = text(browser_of("paul").get(f"{LIST}rfe/"))

    assert "Request for evidence" in page
    assert "Open a matter of its own under the case: Answer to USCIS." in page
    assert "only after an attorney approves it" in page


def test_it_shows_runs_on_ones_own_matters_only(firm: Firm, browser_of: Browser) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    assert "M-2026-0001" in text(browser_of("paul").get(f"{LIST}rfe/"))
    assert "It has not run on a matter of yours yet." in text(browser_of("charlie").get(f"{LIST}rfe/"))


def test_it_repeats_what_failed_once_the_cause_is_gone(firm: Firm, browser_of: Browser) -> None:
    MessageTemplate.objects.filter(key="rfe_received").update(active=False)
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    stuck = PlaybookRun.objects.get(state=RunState.PARTIAL)
    page = text(browser_of("paul").get(f"{LIST}rfe/"))
    MessageTemplate.objects.filter(key="rfe_received").update(active=True)

    response = browser_of("paul").post(address("run_repeat", stuck.pk))

    stuck.refresh_from_db()
    assert "There is no active message template" in page
    assert said(response) == ["Every step of the run is done now."]
    assert stuck.state == RunState.DONE


def test_what_something_newer_overtook_is_started_by_hand(firm: Firm, browser_of: Browser) -> None:
    request = make_news(firm.danas_matter, "RFE_ISSUED", needs_review=True)
    run(request)
    run(make_change(request.receipt, "RESPONSE_RECEIVED", at=NOW + timedelta(days=1)))
    page = text(browser_of("paul").get(f"{LIST}rfe/"))

    browser_of("paul").post(address("run_repeat", PlaybookRun.objects.get(playbook_key="rfe").pk))

    assert "a newer status has overtaken it" in page
    assert "Start its steps all the same" in page
    assert PlaybookRun.objects.get(playbook_key="rfe").state == RunState.DONE
    assert ChecklistRun.objects.filter(key="rfe").exists()


def test_it_is_repeated_by_those_who_work_on_the_matter(firm: Firm, browser_of: Browser) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    url = address("run_repeat", PlaybookRun.objects.get().pk)

    found = statuses(browser_of, url, ("mary", "charlie", "olga", "dana", "paul"), "post")

    assert found == [403, 404, 404, 404, 409]


def test_it_pins_what_it_asks_of_the_database(
    firm: Firm, browser_of: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(4):
        run(make_news(firm.danas_matter, "RFE_ISSUED"))
    browser = browser_of("paul")

    with django_assert_max_num_queries(14):  # two tell how the firm's stand beside ours
        browser.get(LIST)
    with django_assert_max_num_queries(16):
        browser.get(f"{LIST}rfe/")
