"""The firm's stages: each act adds a step to the draft, and none touches a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import translation

from legist.practice.models import Team
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import RFE, make_change
from tests.tracking.web.conftest import FRAGMENT
from tracking.mapping.content import DEFAULT
from tracking.mapping.edits import Edit, Merge, Move, Own, Recolour, Regroup, Rename, Split
from tracking.mapping_editor.versions import add_edits, view_draft
from tracking.models import MappingDraft, Receipt
from tracking.statuses import StatusCode
from tracking.web.mapping.labels import stage_name

Browser = Callable[[str], Client]
STAGE = {"name": "In Review", "name_es": "En revisión", "tone": "waiting", "team": ""}
PANEL = FRAGMENT | {"HX-Target": "side-panel-body"}
ACTS = (
    ("", STAGE | {"name": "With USCIS"}, Rename("IN_REVIEW", "With USCIS", "En revisión")),
    ("", STAGE | {"tone": "neutral"}, Recolour("IN_REVIEW", "neutral")),
    ("move/", {"to": "up"}, Move("IN_REVIEW", -1)),
    ("move/", {"to": "down"}, Move("IN_REVIEW", 1)),
    ("merge/", {"into": "RECEIVED"}, Merge("IN_REVIEW", "RECEIVED")),
    ("split/", {"codes": ["ON_HOLD"], "name": "Held"}, Split("IN_REVIEW", ("ON_HOLD",), "Held")),
    ("regroup/", {"code": "ON_HOLD", "into": "CLOSED"}, Regroup("ON_HOLD", "CLOSED")),
)


def test_it_lists_the_stages_in_the_firms_order_with_their_cases(danas: Receipt, browser_of: Browser) -> None:
    make_change(danas, RFE)

    response = browser_of("alice").get("/statuses/stages/")

    rows = {row.stage.key: row for row in response.context["rows"]}
    assert list(rows)[:3] == ["RECEIVED", "INITIAL_REVIEW", "BIOMETRICS"]
    assert rows["ACTION_REQUESTED"].cases == 1
    assert rows["ACTION_REQUESTED"].url == "/receipts/?bucket=ACTION_REQUESTED"
    assert "Request for evidence" in response.content.decode()


@pytest.mark.parametrize(("act", "given", "step"), ACTS)
def test_every_act_adds_a_step_to_the_draft(
    act: str, given: dict[str, str], step: Edit, firm: Firm, browser_of: Browser
) -> None:
    response = browser_of("mary").post(f"/statuses/stages/IN_REVIEW/{act}", given)

    assert response.status_code == 302
    assert view_draft(firm.actor("mary")).edits == (step,)
    assert browser_of("mary").get("/statuses/stages/").status_code == 200


def test_a_team_owns_a_stage(firm: Firm, browser_of: Browser) -> None:
    team = Team.objects.create(name="Family", group=Group.objects.create(name="Family"))

    browser_of("alice").post("/statuses/stages/IN_REVIEW/", STAGE | {"team": str(team.pk)})

    assert view_draft(firm.actor("alice")).edits == (Own("IN_REVIEW", str(team.pk)),)
    assert "Family" in browser_of("alice").get("/statuses/stages/").content.decode()


def test_a_stage_that_is_only_in_the_draft_has_no_list_yet(firm: Firm, browser_of: Browser) -> None:
    add_edits([Split("IN_REVIEW", ("ON_HOLD",), "Held")], actor=firm.actor("alice"), now=NOW)

    rows = {row.stage.key: row for row in browser_of("alice").get("/statuses/stages/").context["rows"]}

    assert rows["ON_HOLD"].url == ""


def test_moving_says_what_happened_and_keeps_the_page(browser_of: Browser) -> None:
    response = browser_of("alice").post("/statuses/stages/IN_REVIEW/move/", {"to": "up"}, headers=FRAGMENT)

    assert response.status_code == 204
    assert "vocabulary-changed" in response["HX-Trigger"]


def test_a_stage_opens_in_the_side_panel(browser_of: Browser) -> None:
    panel = browser_of("alice").get("/statuses/stages/IN_REVIEW/", headers=PANEL).content.decode()

    assert "<html" not in panel
    assert "Split off a new stage" in panel


def test_a_stage_of_one_status_cannot_be_split(browser_of: Browser) -> None:
    page = browser_of("alice").get("/statuses/stages/INITIAL_REVIEW/").content.decode()

    assert "Split off a new stage" not in page
    assert "Merge the stages" in page


@pytest.mark.parametrize(
    ("act", "given", "said"),
    [
        ("", STAGE, "Nothing is different yet"),
        ("", STAGE | {"name": "Approved"}, "Two stages are called"),
        ("", STAGE | {"name": ""}, "required"),
        ("", STAGE | {"name": "x" * 41}, "at most 40"),
        ("merge/", {"into": "IN_REVIEW"}, "valid choice"),
        ("split/", {"codes": [], "name": "Held"}, "required"),
        ("split/", {"codes": ["RECEIVED"], "name": "Held"}, "valid choice"),
        ("regroup/", {"code": "ON_HOLD", "into": ""}, "required"),
    ],
)
def test_it_says_in_place_what_makes_no_sense(
    act: str, given: dict[str, str], said: str, browser_of: Browser
) -> None:
    alice, url = browser_of("alice"), f"/statuses/stages/IN_REVIEW/{act}"

    part, whole = alice.post(url, given, headers=FRAGMENT), alice.post(url, given)

    assert (part.status_code, whole.status_code) == (422, 422)
    assert said in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "<html" in whole.content.decode()
    assert not MappingDraft.objects.exists()


def test_splitting_everything_off_is_refused_in_place(browser_of: Browser) -> None:
    given = {"codes": ["APPROVED", "SENT_TO_DOS"], "name": "Done"}

    response = browser_of("alice").post("/statuses/stages/APPROVED/split/", given, headers=FRAGMENT)

    assert StatusCode.SENT_TO_DOS in response.context["stage"].codes
    assert "not all of them" in response.content.decode()


@pytest.mark.parametrize("act", ["", "move/", "merge/", "split/", "regroup/"])
def test_a_stage_that_is_gone_is_not_found(act: str, browser_of: Browser) -> None:
    assert browser_of("alice").post(f"/statuses/stages/NOWHERE/{act}", {"to": "up"}).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("paul", 403), ("dana", 404)])
def test_who_may_not(name: str, status: int, browser_of: Browser) -> None:
    client = browser_of(name)

    assert client.get("/statuses/stages/").status_code == status
    assert client.post("/statuses/stages/IN_REVIEW/move/", {"to": "up"}).status_code == status


def test_cases_that_are_not_shared_are_not_counted(danas: Receipt, firm: Firm) -> None:
    make_change(danas, RFE)
    client, stranger = Client(), type(firm.alice).objects.create_user("s@firm.example", role="attorney")
    client.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")

    rows = client.get("/statuses/stages/").context["rows"]

    assert sum(row.cases for row in rows) == 0


def test_a_stage_is_named_in_the_readers_language_where_it_has_a_name() -> None:
    with translation.override("es"):
        named = [stage_name(DEFAULT.bucket("APPROVED")), stage_name(replace(DEFAULT.buckets[0], name_es=""))]

    assert named == ["Aprobado", "Received"]
