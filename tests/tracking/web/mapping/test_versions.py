"""The versions of the vocabulary, going back, and the runs that read history anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_change
from tests.tracking.web.conftest import FRAGMENT
from tracking.mapping.current import current_mapping
from tracking.mapping.edits import Edit, Rename, SetRule, apply
from tracking.mapping_editor import reprocessing
from tracking.mapping_editor.versions import EVERYTHING, MappingTopic, publish
from tracking.models import Receipt, ReprocessingRun
from tracking.states import ReprocessingState

Browser = Callable[[str], Client]
UNKNOWN = "Zebra Crossing Was Repainted"
URL = "/definitions/stages/vocabulary/"
RUNS = "/statuses/reread/"


def version(firm: Firm, *edits: Edit, reason: str = "Seen.") -> int:
    return publish(edits, reason=reason, actor=firm.actor("alice"), now=NOW).number


def go_back(browser: Client, number: int, reason: str) -> Any:
    page = browser.get(URL, {"version": number}).content.decode()
    seen = page.partition('name="seen" value="')[2].partition('"')[0] or current_hash()
    return browser.post(URL, {"act": "restore", "version": number, "reason": reason, "seen": seen})


def current_hash() -> str:
    return MappingTopic().read(EVERYTHING).hash


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

    first, second = response.context["versions"]
    assert first["note"] == ["“Shut” is called “Over”."]
    assert second["note"] == ["“Closed / archived” is called “Shut”."]
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

    assert "Newer version of ours" in browser_of("alice").get(URL).content.decode()


def test_going_back_shows_first_what_it_would_change(danas: Receipt, firm: Firm, browser_of: Browser) -> None:
    make_change(danas, UNKNOWN)
    version(firm, SetRule(UNKNOWN, "APPROVED"))
    reprocessing.run_reprocessing(ReprocessingRun.objects.get().pk, actor=firm.actor("alice"), now=NOW)

    page = browser_of("alice").get(f"{URL}?version=0").content.decode()

    assert "Go back to it" in page
    assert "1 past change would read differently" in page


def test_going_back_is_a_version_with_a_reason(firm: Firm, browser_of: Browser) -> None:
    version(firm, Rename("CLOSED", "Shut"))
    alice = browser_of("alice")
    assert go_back(alice, 0, "").status_code == 422

    assert go_back(alice, 0, "It confused people.").status_code == 302

    assert current_mapping().number == 2
    assert current_mapping().bucket("CLOSED").name == "Closed / archived"
    assert "Everything goes back to what Legist came with." in alice.get(URL).content.decode()


def test_the_version_in_force_is_no_way_back(firm: Firm, browser_of: Browser) -> None:
    number = version(firm, Rename("CLOSED", "Shut"))
    alice = browser_of("alice")

    assert "in force already" in alice.get(f"{URL}?version={number}").content.decode()
    assert go_back(alice, number, "Again.").status_code == 302  # and says that nothing was published
    assert alice.get(f"{URL}?version=7").status_code == 404
    assert go_back(alice, 7, "Again.").status_code == 404


def test_all_of_history_is_read_anew_once_at_a_time(firm: Firm, browser_of: Browser) -> None:
    alice = browser_of("alice")

    assert alice.post(RUNS).status_code == 302
    assert alice.post(RUNS).status_code == 409
    assert ReprocessingRun.objects.get().asked_by == firm.alice


def test_a_run_shows_how_far_it_is_and_refreshes_itself(firm: Firm, browser_of: Browser) -> None:
    run, alice = run_of(firm), browser_of("alice")
    begun = {"state": ReprocessingState.RUNNING, "started_at": NOW - timedelta(minutes=2)}
    ReprocessingRun.objects.update(**begun, total=400, position=100)

    response = alice.get(RUNS)

    page = response.content.decode()
    assert "100 of 400" in page
    assert "about 6 min left" in page
    assert "Read all of history anew" not in page
    since = {"since": response.context["token"]}
    assert alice.get(RUNS, since, headers=FRAGMENT).status_code == 204
    ReprocessingRun.objects.filter(pk=run.pk).update(position=200)
    part = alice.get(RUNS, since, headers=FRAGMENT)
    assert "200 of 400" in part.content.decode()
    assert "<html" not in part.content.decode()


def test_a_run_is_stopped(firm: Firm, browser_of: Browser) -> None:
    run, olga = run_of(firm), browser_of("olga")
    url = f"/statuses/reread/{run.pk}/stop/"

    response = olga.post(url, headers=FRAGMENT)

    assert "rereadings-changed" in response["HX-Trigger"]
    assert olga.post(url).status_code == 409
    assert "Stopped after 0 of 0." in olga.get(RUNS).content.decode()


@pytest.mark.parametrize(("name", "status"), [("paul", 403), ("dana", 404)])
def test_who_may_not(name: str, status: int, firm: Firm, browser_of: Browser) -> None:
    version(firm, Rename("CLOSED", "Shut"))
    client = browser_of(name)

    assert client.get(URL).status_code == client.get(RUNS).status_code == status
    assert go_back(client, 0, "Why not.").status_code == status
    assert client.post(RUNS).status_code == status
    assert client.post(f"/statuses/reread/{run_of(firm).pk}/stop/").status_code == status
