"""One page for every kind of definition: what a newer version of ours offers, tried, taken, or left."""

from __future__ import annotations

import re
from typing import Any

import pytest

from legist.core.definitions import kinds
from legist.core.definitions.kinds import name_of
from legist.core.definitions.services import OURS, restore
from legist.core.definitions.standing import State
from legist.core.models import AuditEntry
from tests.factories.definitions import CASES, Case
from tests.factories.practice import Firm
from tests.factories.wording import approve_words
from tests.workflows.test_definitions import decided, write
from tests.workflows.web.asking import Browser, said, statuses, text
from workflows.models import WordingProposal

PAGES = {
    "firm-contact": "/settings/",
    "stages": "/statuses/",
    "wording": "/wording/",
    "messages": "/wording/",
    "letters": "/playbooks/",
    "playbooks": "/playbooks/",
    "reminders": "/deadlines/reminders/",
    "polling": "/health/",
}
Patch = pytest.MonkeyPatch


@pytest.fixture(params=CASES)
def offered(request: pytest.FixtureRequest, firm: Firm, monkeypatch: Patch) -> str:
    """A definition of each kind that the firm wrote, and of which a newer one shipped."""
    case = CASES[request.param]
    ours = case.held
    write(case, firm)
    case.ship(monkeypatch, case.key, ours | {case.other: case.newer})
    return str(request.param)


def url_of(kind: str) -> str:
    return f"/definitions/{kind}/{name_of(CASES[kind].key)}/"


def hidden(page: str) -> dict[str, str]:
    return {name: re.findall(rf'name="{name}" value="(\w*)"', page)[0] for name in ("seen", "merges")}


def parts(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'name="(part-\w+)"', page)))


def state_of(kind: str) -> State | None:
    return CASES[kind].topic.read(CASES[kind].key).state


def test_whoever_edits_it_is_told_where_it_is_edited(browser_of: Browser, offered: str) -> None:
    page = text(browser_of("alice").get(PAGES[offered]))

    assert "A newer shipped version is offered" in page
    assert url_of(offered) in page
    assert "A newer shipped version" not in text(browser_of("paul").get(PAGES[offered]))


def test_it_is_for_those_who_edit_it(browser_of: Browser, offered: str) -> None:
    people, reader = ("alice", "mary", "paul", "dana"), 403 if offered == "stages" else 200
    assert statuses(browser_of, url_of(offered), people) == [200, 200, reader, 404]
    assert statuses(browser_of, url_of(offered), people[2:], "post", act="take") == [403, 404]
    assert browser_of("alice").get(f"/definitions/{offered}/nothing/").status_code == 404


def take(browser_of: Browser, kind: str, side: str, **sent: str) -> Any:
    page = text(browser_of("mary").get(url_of(kind)))
    chosen = dict.fromkeys(parts(page), side)
    return browser_of("mary").post(
        url_of(kind), hidden(page) | {"reason": "Better.", "act": "take"} | chosen | sent
    )


def test_it_is_tried_before_anything_is_published(browser_of: Browser, offered: str) -> None:
    before = CASES[offered].topic.read(CASES[offered].key)

    page = text(take(browser_of, offered, "theirs", act="try"))

    assert "What this choice would do" in page
    assert CASES[offered].topic.read(CASES[offered].key) == before


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_what_was_chosen_holds(firm: Firm, browser_of: Browser, offered: str, side: str) -> None:
    case = CASES[offered]
    merged = case.held if side == "ours" else None

    response = take(browser_of, offered, side)

    assert response.status_code == 302, text(response)
    if offered == "wording":
        assert said(response) == ["Clients read nothing of it yet: it waits for an attorney's approval."]
        assert state_of(offered) == State.OUTDATED
        approve_words(firm, WordingProposal.objects.get(state="proposed"))
    assert state_of(offered) == State.CURRENT
    assert merged is None or case.held == merged
    entry = AuditEntry.objects.filter(action=case.published).latest("sequence")
    assert entry.actor_id == str(firm.alice.pk if offered == "wording" else firm.mary.pk)


def test_it_asks_why_and_keeps_what_was_chosen(browser_of: Browser, offered: str) -> None:
    response = take(browser_of, offered, "ours", reason=" ")

    page = text(response)
    assert response.status_code == 422
    assert "Say why" in page
    assert len(re.findall(r'value="ours"[^>]*checked', page)) == len(parts(page))
    assert state_of(offered) == State.OUTDATED


def test_the_second_of_two_is_told_and_keeps_the_reason(
    firm: Firm, browser_of: Browser, offered: str
) -> None:
    case = CASES[offered]
    page = text(browser_of("mary").get(url_of(offered)))
    write(case, firm, **{case.part: case.later})

    response = browser_of("mary").post(
        url_of(offered), hidden(page) | {"reason": "Mine is kept.", "act": "take"}
    )

    assert response.status_code == 409
    told = "Somebody else wrote new words" if offered == "wording" else "This has changed since you looked"
    assert told in text(response)
    assert "Mine is kept." in text(response)
    assert case.held[case.part] == case.later


def test_without_an_offer_it_says_so(firm: Firm, browser_of: Browser, offered: str) -> None:
    case: Case = CASES[offered]
    restore(case.topic, case.key, OURS, decision=decided(firm))

    assert "No newer version is offered here" in text(browser_of("alice").get(url_of(offered)))
    gone = browser_of("alice").post(url_of(offered), {"reason": "x", "seen": "", "merges": "", "act": "take"})
    assert gone.status_code == 409


def test_words_that_wait_already_are_decided_first(
    firm: Firm, browser_of: Browser, monkeypatch: Patch
) -> None:
    case = CASES["wording"]
    ours = case.held
    write(case, firm)
    case.ship(monkeypatch, case.key, ours | {case.other: case.newer})
    take(browser_of, "wording", "ours")

    again = take(browser_of, "wording", "theirs")

    assert again.status_code == 409
    assert "wait for an attorney" in text(again)
    assert WordingProposal.objects.filter(state="proposed").count() == 1


def test_what_both_changed_is_said(firm: Firm, browser_of: Browser, monkeypatch: Patch) -> None:
    case = CASES["reminders"]
    ours = case.held
    write(case, firm)
    case.ship(monkeypatch, case.key, ours | {case.part: case.rival})

    page = text(browser_of("alice").get(url_of("reminders")))

    assert "Both changed this" in page
    assert "30, 14, 7, 3, 1" in page  # what both began with


def test_every_kind_has_words_and_a_page() -> None:
    assert set(PAGES) == set(kinds._KINDS)
