"""Stage, closing, people and walls."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.auth.models import Group

from legist.practice.models import Team, Wall
from legist.practice.permissions import Capability, can
from legist.practice.services import close_matter
from legist.practice.states import MatterStage, MatterState
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.workflows.web.asking import HTMX, Browser, address, said, statuses

ACTS = ("matter_stage", "matter_close", "matter_reopen", "matter_assign", "matter_wall")


@pytest.mark.parametrize("act", ACTS)
def test_it_changes_nothing_by_looking(firm: Firm, browser_of: Browser, act: str) -> None:
    assert browser_of("alice").get(address(act, firm.danas_matter.pk)).status_code == 405


@pytest.mark.parametrize("act", ACTS)
def test_it_hides_the_matter_from_strangers(firm: Firm, browser_of: Browser, act: str) -> None:
    url = address(act, firm.danas_matter.pk)
    data = {"stage": "to_close", "person": str(firm.olga.pk), "reason": "Why"}

    assert statuses(browser_of, url, ("charlie", "olga", "dana"), "post", **data) == [404, 404, 404]


def test_it_moves_the_stage_for_those_who_work_on_the_matter(firm: Firm, browser_of: Browser) -> None:
    url = address("matter_stage", firm.danas_matter.pk)

    found = statuses(browser_of, url, ("mary", "paul"), "post", stage="to_close")

    firm.danas_matter.refresh_from_db()
    assert found == [403, 302]
    assert firm.danas_matter.stage == MatterStage.TO_CLOSE


@pytest.mark.parametrize("stage", ["closed", "nonsense", ""])
def test_it_refuses_a_stage_that_is_not_on_the_list(firm: Firm, browser_of: Browser, stage: str) -> None:
    response = browser_of("paul").post(address("matter_stage", firm.danas_matter.pk), {"stage": stage})

    assert response.status_code == 422


def test_it_does_not_move_the_stage_of_a_closed_matter(firm: Firm, browser_of: Browser) -> None:
    close_matter(firm.danas_matter, actor=SYSTEM, now=NOW)

    response = browser_of("paul").post(address("matter_stage", firm.danas_matter.pk), {"stage": "filed"})

    assert response.status_code == 409


def test_it_closes_and_reopens_for_those_who_manage_it(firm: Firm, browser_of: Browser) -> None:
    close = address("matter_close", firm.danas_matter.pk)
    reopen = address("matter_reopen", firm.danas_matter.pk)

    assert statuses(browser_of, close, ("paul", "alice", "alice"), "post") == [403, 302, 409]
    assert statuses(browser_of, reopen, ("paul", "mary", "mary"), "post") == [403, 302, 409]
    firm.danas_matter.refresh_from_db()
    assert firm.danas_matter.state == MatterState.OPEN


def test_it_goes_back_to_the_page_the_form_stood_on(firm: Firm, browser_of: Browser) -> None:
    came_from = f"http://testserver/matters/{firm.danas_matter.pk}/?section=work"
    headers = HTMX | {"HX-Current-URL": came_from}

    response = browser_of("alice").post(address("matter_close", firm.danas_matter.pk), headers=headers)

    assert response.headers["HX-Redirect"] == f"/matters/{firm.danas_matter.pk}/?section=work"
    assert said(response) == ["The matter is closed. It can be reopened."]


def test_it_never_goes_to_somebody_elses_page(firm: Firm, browser_of: Browser) -> None:
    headers = {"Referer": "http://evil.example/testserver/"}

    response = browser_of("alice").post(address("matter_close", firm.danas_matter.pk), headers=headers)

    assert response.headers["Location"] == f"/matters/{firm.danas_matter.pk}/"


def test_it_gives_the_matter_to_people_and_a_team(firm: Firm, browser_of: Browser) -> None:
    team = Team.objects.create(name="Family", group=Group.objects.create(name="Family"))
    data = {"paralegal": str(firm.charlie.pk), "team": str(team.pk)}

    response = browser_of("mary").post(address("matter_assign", firm.eves_matter.pk), data)

    firm.eves_matter.refresh_from_db()
    assert response.status_code == 302
    assert (firm.eves_matter.attorney, firm.eves_matter.paralegal) == (firm.alice, firm.charlie)


def test_it_is_not_for_a_paralegal_to_assign(firm: Firm, browser_of: Browser) -> None:
    url = address("matter_assign", firm.danas_matter.pk)

    assert statuses(browser_of, url, ("paul",), "post", paralegal=str(firm.paul.pk)) == [403]


@pytest.mark.parametrize("data", [{}, {"attorney": "nonsense"}, {"attorney": str(uuid4())}])
def test_it_asks_for_a_person_who_works_here(firm: Firm, browser_of: Browser, data: dict[str, str]) -> None:
    assert browser_of("mary").post(address("matter_assign", firm.danas_matter.pk), data).status_code == 422


def test_it_does_not_assign_somebody_in_the_wrong_role(firm: Firm, browser_of: Browser) -> None:
    url = address("matter_assign", firm.danas_matter.pk)

    assert browser_of("mary").post(url, {"attorney": str(firm.paul.pk)}).status_code == 422


def test_it_does_not_assign_somebody_who_is_shut_out(firm: Firm, browser_of: Browser) -> None:
    url = address("matter_assign", firm.danas_matter.pk)

    assert browser_of("mary").post(url, {"paralegal": str(firm.charlie.pk)}).status_code == 409


def test_it_shuts_a_person_out_and_lets_them_in_again(firm: Firm, browser_of: Browser) -> None:
    matter, actor = firm.danas_matter, firm.actor("paul")
    data = {"person": str(firm.paul.pk), "reason": "Related to the other side."}

    raised = browser_of("alice").post(address("matter_wall", matter.pk), data)
    shut_out = not can(actor, Capability.VIEW_MATTER, matter)
    wall = Wall.objects.get(user=firm.paul)
    lower = address("matter_wall_lower", matter.pk, wall.pk)
    lowered = statuses(browser_of, lower, ("paul", "alice", "alice"), "post")

    assert (raised.status_code, shut_out, wall.client) == (302, True, matter.client)
    assert lowered == [404, 302, 409]


def test_it_wants_a_reason_for_a_wall(firm: Firm, browser_of: Browser) -> None:
    data = {"person": str(firm.paul.pk), "reason": " "}

    assert browser_of("alice").post(address("matter_wall", firm.danas_matter.pk), data).status_code == 422


def test_it_lets_nobody_shut_themselves_out(firm: Firm, browser_of: Browser) -> None:
    data = {"person": str(firm.alice.pk), "reason": "Mistake"}

    assert browser_of("alice").post(address("matter_wall", firm.danas_matter.pk), data).status_code == 422
