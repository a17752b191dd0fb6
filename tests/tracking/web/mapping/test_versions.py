"""The versions of the vocabulary, going back, and the runs that read history anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_change
from tests.tracking.web.conftest import FRAGMENT
from tracking.mapping.current import current_mapping
from tracking.mapping.edits import Edit, Rename, SetRule, apply
from tracking.mapping_editor import reprocessing
from tracking.mapping_editor.versions import publish
from tracking.models import Receipt, ReprocessingRun
from tracking.states import ReprocessingState

Browser = Callable[[str], Client]
UNKNOWN = "Zebra Crossing Was Repainted"
URL = "/statuses/versions/"


def version(firm: Firm, *edits: Edit, reason: str = "Seen.") -> int:
    return publish(edits, reason=reason, actor=firm.actor("alice"), now=NOW).number


def run_of(firm: Firm) -> ReprocessingRun:
    return reprocessing.reprocess_everything(actor=firm.actor("alice"), now=NOW)


def test_it_begins_with_what_legist_came_with(browser_of: Browser) -> None:
    page = browser_of("alice").get(URL).content.decode()

    assert "Legist's own" in page
    assert "In force" in page
    assert "Go back to it" not in page


def test_it_lists_who_published_what_and_why(firm: Firm, browser_of: Browser) -> None:
    version(firm, Rename("CLOSED", "Shut"), reason="Our word.")
    version(firm, Rename("CLOSED", "Over"), reason="A better word.")

    response = browser_of("mary").get(URL)

    first, second = response.context["rows"]
    assert [step.text for step in first.steps] == ["“Shut” is called “Over”."]
    assert [step.text for step in second.steps] == ["“Closed / archived” is called “Shut”."]
    page = response.content.decode()
    assert "A better word." in page
    assert "Alice" in page


def test_it_says_when_what_ships_has_changed_since(
    firm: Firm, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    version(firm, Rename("CLOSED", "Shut"))
    monkeypatch.setattr(
        "tracking.mapping.current.DEFAULT", apply(Rename("DENIED", "Refused"), to=current_mapping())
    )

    assert "own has changed since" in browser_of("alice").get(URL).content.decode()


def test_going_back_shows_first_what_it_would_change(danas: Receipt, firm: Firm, browser_of: Browser) -> None:
    make_change(danas, UNKNOWN)
    version(firm, SetRule(UNKNOWN, "APPROVED"))
    reprocessing.run_reprocessing(ReprocessingRun.objects.get().pk, actor=firm.actor("alice"), now=NOW)

    page = browser_of("alice").get(f"{URL}0/").content.decode()

    assert "Go back to Legist" in page
    assert "1 past change would read differently" in page


def test_going_back_is_a_version_with_a_reason(firm: Firm, browser_of: Browser) -> None:
    version(firm, Rename("CLOSED", "Shut"))
    alice = browser_of("alice")
    assert alice.post(f"{URL}0/", {"reason": ""}).status_code == 422

    assert alice.post(f"{URL}0/", {"reason": "It confused people."}).status_code == 302

    assert current_mapping().number == 2
    assert current_mapping().bucket("CLOSED").name == "Closed / archived"
    assert "Everything goes back to what Legist came with." in alice.get(URL).content.decode()


def test_the_version_in_force_is_no_way_back(firm: Firm, browser_of: Browser) -> None:
    number = version(firm, Rename("CLOSED", "Shut"))
    alice = browser_of("alice")

    assert "in force already" in alice.get(f"{URL}{number}/").content.decode()
    assert alice.post(f"{URL}{number}/", {"reason": "Again."}).status_code == 409
    assert alice.get(f"{URL}7/").status_code == 404
    assert alice.post(f"{URL}7/", {"reason": "Again."}).status_code == 409


def test_all_of_history_is_read_anew_once_at_a_time(firm: Firm, browser_of: Browser) -> None:
    alice = browser_of("alice")

    assert alice.post("/statuses/reread/").status_code == 302
    assert alice.post("/statuses/reread/").status_code == 409
    assert ReprocessingRun.objects.get().asked_by == firm.alice


def test_a_run_shows_how_far_it_is_and_refreshes_itself(firm: Firm, browser_of: Browser) -> None:
    run, alice = run_of(firm), browser_of("alice")
    begun = {"state": ReprocessingState.RUNNING, "started_at": NOW - timedelta(minutes=2)}
    ReprocessingRun.objects.update(**begun, total=400, position=100)

    response = alice.get(URL)

    page = response.content.decode()
    assert "100 of 400" in page
    assert "about 6 min left" in page
    assert "Read all of history anew" not in page
    since = {"since": response.context["token"]}
    assert alice.get(URL, since, headers=FRAGMENT).status_code == 204
    ReprocessingRun.objects.filter(pk=run.pk).update(position=200)
    part = alice.get(URL, since, headers=FRAGMENT)
    assert "200 of 400" in part.content.decode()
    assert "<html" not in part.content.decode()


def test_a_run_is_stopped(firm: Firm, browser_of: Browser) -> None:
    run, olga = run_of(firm), browser_of("olga")
    url = f"/statuses/reread/{run.pk}/stop/"

    response = olga.post(url, headers=FRAGMENT)

    assert "rereadings-changed" in response["HX-Trigger"]
    assert olga.post(url).status_code == 409
    assert "Stopped after 0 of 0." in olga.get(URL).content.decode()


@pytest.mark.parametrize(("name", "status"), [("paul", 403), ("dana", 404)])
def test_who_may_not(name: str, status: int, firm: Firm, browser_of: Browser) -> None:
    version(firm, Rename("CLOSED", "Shut"))
    client = browser_of(name)

    assert client.get(URL).status_code == status
    assert client.post(f"{URL}0/", {"reason": "Why not."}).status_code == status
    assert client.post("/statuses/reread/").status_code == status
    assert client.post(f"/statuses/reread/{run_of(firm).pk}/stop/").status_code == status
