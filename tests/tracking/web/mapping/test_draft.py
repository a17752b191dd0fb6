"""The draft: steps in sentences, the dry run, publishing what was seen, and throwing it away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_change
from tracking.mapping.content import DEFAULT
from tracking.mapping.current import current_mapping
from tracking.mapping.edits import (
    DropRule,
    Edit,
    Merge,
    Move,
    Own,
    Recolour,
    Regroup,
    Rename,
    SetRule,
    Split,
    restore,
)
from tracking.mapping_editor.versions import add_edits, publish, view_draft
from tracking.models import MappingDraft, MappingVersion, Receipt
from tracking.web.mapping.labels import describe

Browser = Callable[[str], Client]
UNKNOWN = "Zebra Crossing Was Repainted"
URL = "/definitions/stages/vocabulary/"
UNDO = "/statuses/draft/undo/"


def draft(firm: Firm, *edits: Edit) -> int:
    """Add steps as Alice and return the revision they lead to."""
    return add_edits(edits, actor=firm.actor("alice"), now=NOW).revision


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (Rename("CLOSED", "Shut"), "“Closed / archived” is called “Shut”."),
        (Rename("CLOSED", "Shut", "Cerrado"), "in Spanish “Cerrado”."),
        (Recolour("CLOSED", "bad"), "“Closed / archived” gets the colour “Red: bad news”."),
        (Own("CLOSED", ""), "“Closed / archived” belongs to no team in particular."),
        (Own("CLOSED", "7"), "“Closed / archived” belongs to the team Family."),
        (Own("CLOSED", "8"), "belongs to the team a team that is gone."),
        (Move("CLOSED", -1), "“Closed / archived” moves up."),
        (Move("CLOSED", 2), "“Closed / archived” moves down 2 places."),
        (Merge("CLOSED", "DENIED"), "“Closed / archived” is merged into “Denied”."),
        (Split("IN_REVIEW", ("ON_HOLD",), "Held"), "On hold: out of “In Review” into a new stage “Held”."),
        (Regroup("ON_HOLD", "CLOSED"), "On hold: out of “In Review” into “Closed / archived”."),
        (SetRule("X Was Y", "APPROVED"), "“X Was Y” means: Approved."),
        (
            SetRule("X Was Y", "APPROVED", client_action=True, terminal=False),
            "It needs an action. It does not end the case.",
        ),
        (DropRule("X Was Y"), "“X Was Y” is read as Legist reads it; the firm's rule goes."),
        (restore(DEFAULT), "Everything goes back to what Legist came with."),
    ],
)
def test_every_step_is_a_sentence(edit: Edit, said: str) -> None:
    (step,) = describe([edit], on=DEFAULT, teams={"7": "Family"})

    assert said in step.text


def test_a_sentence_uses_the_names_of_the_steps_before_it() -> None:
    steps = describe([Rename("CLOSED", "Shut"), Merge("CLOSED", "DENIED")], on=DEFAULT, teams={})

    assert [step.text for step in steps][1] == "“Shut” is merged into “Denied”."


def test_it_says_what_to_do_when_there_is_none(browser_of: Browser) -> None:
    page = browser_of("alice").get(URL).content.decode()

    assert "Open its editor" in page
    assert 'value="publish"' not in page


def test_it_tries_the_draft_on_the_firms_own_history(danas: Receipt, firm: Firm, browser_of: Browser) -> None:
    make_change(danas, UNKNOWN)
    draft(firm, SetRule(UNKNOWN, "APPROVED"), Merge("APPROVED", "DOCUMENT"))

    page = browser_of("olga").get(URL).content.decode()

    assert "1 past change would read differently" in page
    assert "1 case would stand on another status at once." in page
    assert "Statuses that would belong to another stage" in page
    assert danas.masked in page
    assert danas.number not in page


def test_it_says_when_only_a_part_was_tried(
    danas: Receipt, firm: Firm, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracking.mapping_editor.dry_run.READ_AT_MOST", 1)
    make_change(danas, UNKNOWN, "One.")
    make_change(danas, UNKNOWN, "Two.")
    draft(firm, SetRule(UNKNOWN, "APPROVED"))

    assert "Tried on the newest 1 of 2" in browser_of("alice").get(URL).content.decode()


def test_one_step_is_taken_out(firm: Firm, browser_of: Browser) -> None:
    revision = draft(firm, Rename("CLOSED", "Shut"), Recolour("DENIED", "neutral"))

    response = browser_of("olga").post(UNDO, {"position": "0", "revision": str(revision)})

    assert response.status_code == 302
    assert view_draft(firm.actor("alice")).edits == (Recolour("DENIED", "neutral"),)


@pytest.mark.parametrize(
    "given", [{}, {"position": "0"}, {"position": "x", "revision": "y"}, {"position": "7"}]
)
def test_a_step_of_a_draft_that_has_changed_stays(
    given: dict[str, str], firm: Firm, browser_of: Browser
) -> None:
    revision = draft(firm, Rename("CLOSED", "Shut"))
    given = {"revision": str(revision - (given != {"position": "7"}))} | given

    assert browser_of("alice").post(UNDO, given).status_code == 409
    assert len(view_draft(firm.actor("alice")).edits) == 1


def test_a_step_that_others_need_is_undone_after_them(firm: Firm, browser_of: Browser) -> None:
    revision = draft(firm, SetRule(UNKNOWN, "APPROVED"), DropRule(UNKNOWN))

    response = browser_of("alice").post(UNDO, {"position": "0", "revision": str(revision)})

    assert response.status_code == 409
    assert "Undo that one first" in response.content.decode()


def test_it_marks_the_step_that_makes_no_sense_any_more(firm: Firm, browser_of: Browser) -> None:
    draft(firm, Rename("CLOSED", "Shut"), Rename("DENIED", "Refused"))
    publish([Merge("CLOSED", "DENIED")], reason="Fewer.", actor=firm.actor("mary"), now=NOW)

    response = browser_of("alice").get(URL)

    assert [step.is_stuck for step in response.context["steps"]] == [True, False]
    assert "Makes no sense any more." in response.content.decode()
    assert 'value="publish"' not in response.content.decode()
    assert 'value="discard"' in response.content.decode()


def test_it_is_published_with_a_reason(danas: Receipt, firm: Firm, browser_of: Browser) -> None:
    make_change(danas, UNKNOWN)
    revision = draft(firm, SetRule(UNKNOWN, "APPROVED"))

    response = browser_of("olga").post(URL, {"act": "publish", "token": revision, "reason": "Seen it."})

    assert response["Location"] == URL
    assert current_mapping().number == 1
    assert MappingVersion.objects.get().reason == "Seen it."
    assert not MappingDraft.objects.exists()


def test_it_is_not_published_without_a_reason(firm: Firm, browser_of: Browser) -> None:
    revision = draft(firm, Rename("CLOSED", "Shut"))

    response = browser_of("alice").post(URL, {"act": "publish", "token": revision, "reason": " "})

    assert response.status_code == 422
    assert "Say why" in response.content.decode()
    assert current_mapping().number == 0


def test_only_what_was_seen_is_published(firm: Firm, browser_of: Browser) -> None:
    seen = draft(firm, Rename("CLOSED", "Shut"))
    draft(firm, Rename("DENIED", "Refused"))

    response = browser_of("alice").post(URL, {"act": "publish", "token": seen, "reason": "Seen it."})

    assert response.status_code == 409
    assert current_mapping().number == 0


def test_it_is_thrown_away(firm: Firm, browser_of: Browser) -> None:
    draft(firm, Rename("CLOSED", "Shut"))
    alice = browser_of("alice")

    revision = alice.get(URL).content.decode().partition('name="token" value="')[2].partition('"')[0]
    assert alice.post(URL, {"act": "discard", "token": revision}).status_code == 302
    assert not MappingDraft.objects.exists()
    assert alice.post(URL, {"act": "discard"}).status_code == 409


@pytest.mark.parametrize(("name", "status"), [("paul", 403), ("dana", 404)])
@pytest.mark.parametrize("act", ["publish", "discard"])
def test_who_may_not(name: str, status: int, act: str, firm: Firm, browser_of: Browser) -> None:
    draft(firm, Rename("CLOSED", "Shut"))

    assert browser_of(name).get(URL).status_code == status
    assert browser_of(name).post(URL, {"act": act, "reason": ""}).status_code == status
    assert browser_of(name).post(UNDO).status_code == status
