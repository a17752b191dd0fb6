"""A playbook of the firm's own reaches no further than who published it, and says what it did and why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_news, run
from tests.workflows.playbooks.test_copies import write
from tests.workflows.web.asking import address, text
from tests.workflows.web.test_definition_pages import send
from workflows.models import Deadline, Notification, PlaybookRun
from workflows.playbooks.rehearsal import rehearse
from workflows.playbooks.store import MOST_STEPS, TOPIC

Browser = Any
pytestmark = pytest.mark.django_db


def test_it_never_reaches_through_a_wall_and_people_are_told(firm: Firm, browser_of: Browser) -> None:
    write(firm, "rfe", name="As Mary wants it")
    wall_off(firm.danas_matter, firm.mary, reason="She knows them.", actor=SYSTEM, now=NOW)

    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    left = PlaybookRun.objects.get(playbook_key="rfe")
    assert (left.state, left.reason) == ("skipped", "walled")
    assert not Deadline.objects.exists()
    told = Notification.objects.filter(kind="step", data__kind="walled")
    assert sorted(told.values_list("user__name", flat=True)) == ["Alice", "Paul"]
    page = text(browser_of("paul").get(address("playbook", "rfe")))
    assert "Start its steps all the same" in page

    browser_of("paul").post(address("run_repeat", left.pk))

    assert Deadline.objects.count() == 1


def test_what_ships_is_nobodys_and_runs(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    assert Deadline.objects.count() == 1


def test_a_run_does_only_so_many_steps(firm: Firm) -> None:
    held = TOPIC.read(("rfe",)).held
    assert held is not None
    steps = [{"key": f"s{n}", "kind": "assign"} for n in range(MOST_STEPS + 1)]

    assert "a run does no more" in " ".join(TOPIC.faults(("rfe",), held.content | {"actions": steps}))


def test_a_run_says_what_matched_was_done_and_left(firm: Firm, browser_of: Browser) -> None:
    held = TOPIC.read(("rfe",)).held
    assert held is not None
    steps = [
        {**step, "when": {"language": "en"}} if step["key"] == "message" else step
        for step in held.content["actions"]
    ]
    write(firm, "rfe", actions=steps)
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    page = text(browser_of("paul").get(address("playbook", "rfe")))

    assert "The status became “Request for evidence”." in page
    assert "Not done: Draft “Request for evidence: what happens now”" in page
    assert "Only if: The client reads English." in page


def test_the_dry_run_looks_at_any_period_and_compares_it_with_what_happened(firm: Firm) -> None:
    mary = firm.actor("mary")
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    make_news(firm.danas_matter, "RFE_ISSUED", form="I-539")
    content = dict(TOPIC.read(("rfe",)).held.content)  # type: ignore[union-attr]  # it ships

    found = rehearse(
        mary, "rfe", content, now=NOW + timedelta(days=400), period=(NOW - timedelta(days=1), NOW)
    )
    elsewhere = rehearse(
        mary, "rfe", content, now=NOW, period=(NOW - timedelta(days=9), NOW - timedelta(days=8))
    )

    assert (found.started, found.really) == (2, 1)
    assert (found.messages, found.tasks, found.dates) == (2, 14, 2)
    assert elsewhere.found == 0


def test_the_dry_run_names_who_writes_to_the_client_too(firm: Firm) -> None:
    mary = firm.actor("mary")
    make_news(firm.danas_matter, "RFE_ISSUED")
    content = dict(TOPIC.read(("rfe",)).held.content)  # type: ignore[union-attr]  # it ships
    write(
        firm,
        "noid",
        codes=["RFE_ISSUED"],
        actions=[{"key": "m", "kind": "message", "params": {"template": "rfe_received"}}],
    )

    assert rehearse(mary, "rfe", content, now=NOW).rivals == {"noid": 1}


def test_the_page_takes_the_period(firm: Firm, browser_of: Browser) -> None:
    mary = browser_of("mary")
    make_news(firm.danas_matter, "RFE_ISSUED")
    day = str(date(2026, 3, 1))

    assert "From March 1, 2026 to" in text(send(mary, "playbooks", "check", since=day))
    assert "It ends before it begins." in text(
        send(mary, "playbooks", "check", since=day, until="2026-02-01")
    )
    for day in ("0001-01-01", "9999-12-31"):
        for name in ("since", "until"):
            assert "between 2000 and 2100" in text(send(mary, "playbooks", "check", **{name: day}))
