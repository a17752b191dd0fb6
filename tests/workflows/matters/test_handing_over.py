"""A matter is given to somebody else, or its person leaves: access ends, and whoever has it now is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from docxtpl import DocxTemplate

from legist.core.errors import InvalidInput
from legist.practice.models import Matter, Team, User
from legist.practice.people.leaving import deactivate_staff
from legist.practice.permissions import Capability, can, grant_matter
from legist.practice.roles import Role
from legist.practice.selectors import MatterFilters, list_matters
from legist.practice.services import assign_matter
from legist.sample_firm.firm import DOMAIN, create_people
from tests.factories.practice import NOW, SYSTEM, Firm, make_user
from tests.factories.workflows import hear, make_deadline, make_draft, make_news, run
from workflows.matters.services import close, reopen
from workflows.messages.drafts import return_draft
from workflows.models import Document, Notification
from workflows.web.notifications.labels import explain

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def nina(db: None) -> User:
    return make_user("Nina", Role.PARALEGAL)


def hand_over(firm: Firm, to: User) -> None:
    assign_matter(firm.danas_matter, paralegal=to, actor=SYSTEM, now=LATER)
    hear(LATER)


def sees(firm: Firm, name: str) -> bool:
    return can(firm.actor(name), Capability.VIEW_MATTER, firm.danas_matter)


def test_whoever_had_it_can_open_it_no_longer(firm: Firm, nina: User) -> None:
    hand_over(firm, nina)

    assert not sees(firm, "paul")
    assert sees(firm, "alice")


def test_what_a_team_shares_stays_with_its_members(firm: Firm, nina: User) -> None:
    team = Team.objects.create(name="Families", group=Group.objects.create(name="Families"))
    firm.paul.groups.add(team.group)
    grant_matter(firm.danas_matter, team)

    hand_over(firm, nina)

    assert sees(firm, "paul")


def test_a_second_tab_leaves_no_grant_behind(firm: Firm, nina: User) -> None:
    """Both tabs were opened while Paul had it."""
    stale = type(firm.danas_matter).objects.get(pk=firm.danas_matter.pk)
    hand_over(firm, nina)

    assign_matter(stale, paralegal=make_user("Omar", Role.PARALEGAL), actor=SYSTEM, now=LATER)

    assert not can(type(firm.actor("paul")).for_user(nina), Capability.VIEW_MATTER, firm.danas_matter)


def test_the_new_one_is_told_of_everything_that_waits(firm: Firm, nina: User) -> None:
    make_deadline(firm)
    make_draft(firm)

    hand_over(firm, nina)

    (notice,) = Notification.objects.filter(user=nina)
    assert (notice.kind, notice.matter) == ("handover", firm.danas_matter)
    (line,) = explain([notice])
    assert "1 deadlines, 1 messages and 0 things to do wait" in line.text


def test_nobody_is_told_of_what_they_had(firm: Firm) -> None:
    hand_over(firm, firm.paul)

    assert not Notification.objects.filter(kind="handover").exists()
    assert sees(firm, "paul")


def test_nothing_is_given_to_somebody_who_left_meanwhile(firm: Firm, nina: User) -> None:
    deactivate_staff(User.objects.get(pk=nina.pk), actor=SYSTEM, now=NOW)

    with pytest.raises(InvalidInput, match="any more"):
        hand_over(firm, nina)

    assert sees(firm, "paul")


def test_managers_are_told_what_somebody_left_behind(firm: Firm) -> None:
    make_deadline(firm)
    make_draft(firm)
    deactivate_staff(firm.paul, actor=SYSTEM, now=LATER)
    hear(LATER)

    (notice,) = Notification.objects.filter(kind="handover")
    (line,) = explain([notice])
    assert notice.user == firm.mary
    assert "1 matters" in line.text
    assert "1 deadlines, 1 messages" in line.text
    assert line.url == "/matters/?mine=left"


def test_a_list_shows_what_they_held_until_it_is_given_to_others(firm: Firm, nina: User) -> None:
    deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)
    mary, filters = firm.actor("mary"), MatterFilters(left=True)
    assert list(list_matters(mary, filters)) == [firm.danas_matter]

    hand_over(firm, nina)

    assert list(list_matters(mary, filters)) == []


def test_a_returned_message_is_never_told_to_nobody(firm: Firm) -> None:
    deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)
    draft = make_draft(firm)

    return_draft(
        draft.pk, actor=firm.actor("alice"), version_hash=draft.content_hash, reason="Shorter.", now=LATER
    )
    hear(LATER)

    assert [notice.user for notice in Notification.objects.filter(kind="returned")] == [firm.alice]


def test_a_playbook_looks_for_another_attorney_where_one_has_left(firm: Firm) -> None:
    """The one whose seat it still is answers for nothing any more."""
    nora = make_user("Nora", Role.ATTORNEY)
    grant_matter(firm.danas_matter, nora)
    deactivate_staff(firm.alice, actor=SYSTEM, now=NOW)

    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    below = Matter.objects.get(parent=firm.danas_matter)
    assert below.attorney == nora


def test_a_letter_is_not_signed_by_somebody_who_has_left(firm: Firm) -> None:
    deactivate_staff(firm.alice, actor=SYSTEM, now=NOW)

    run(make_news(firm.danas_matter, "APPROVED"))

    word = DocxTemplate(BytesIO(Document.objects.get().content)).get_docx()
    text = "\n".join(each.text for each in word.paragraphs)
    assert "Atentamente" in text
    assert "Alice" not in text


def test_pages_say_that_a_seat_is_of_somebody_who_has_left(
    firm: Firm, browser_of: Callable[[str], Client]
) -> None:
    browser = browser_of("mary")
    deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)

    for url in (f"/matters/{firm.danas_matter.pk}/?section=people", "/matters/?mine=left"):
        assert "has left the firm" in browser.get(url).content.decode()


def test_a_matter_waits_for_a_manager_where_its_next_mover_has_left(
    firm: Firm, browser_of: Callable[[str], Client]
) -> None:
    browser = browser_of("mary")
    make_draft(firm)
    cell = 'data-label="People">Alice'

    def read(url: str) -> str:
        return re.sub(r"\s*>\s+", ">", browser.get(url).content.decode())

    assert cell not in read("/matters/")
    deactivate_staff(firm.alice, actor=SYSTEM, now=NOW)
    deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)

    for url in (f"/matters/{firm.danas_matter.pk}/", "/matters/?mine=left"):
        shown = read(url)
        assert "theirs has left the firm" in shown
    assert cell in shown


@pytest.mark.parametrize("gone", [["alice"], ["paul"], ["alice", "paul"], []])
def test_managers_are_told_of_the_empty_seat_of_a_reopened_matter(gone: list[str], firm: Firm) -> None:
    make_deadline(firm)
    close(firm.danas_matter.pk, actor=firm.actor("mary"), now=NOW, reason="Moved away.")
    for name in gone:
        deactivate_staff(getattr(firm, name), actor=SYSTEM, now=NOW)
    hear()
    Notification.objects.all().delete()

    reopen(firm.danas_matter.pk, actor=firm.actor("mary"), now=LATER)
    hear(LATER)

    lines = explain(Notification.objects.filter(kind="handover"))
    roles = {"alice": "attorney", "paul": "paralegal"}
    named = " and ".join(roles[name] for name in gone)
    assert [line.url for line in lines] == [f"/matters/{firm.danas_matter.pk}/"] * bool(gone)
    assert all(f"its {named} ha" in line.text and "1 deadlines" in line.text for line in lines)


def test_without_a_manager_operations_are_told_of_it_and_not_where(firm: Firm) -> None:
    make_deadline(firm)
    close(firm.danas_matter.pk, actor=firm.actor("mary"), now=NOW, reason="Moved away.")
    deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)
    deactivate_staff(firm.mary, actor=SYSTEM, now=NOW)

    reopen(firm.danas_matter.pk, actor=firm.actor("alice"), now=LATER)
    hear(LATER)

    (notice,) = Notification.objects.filter(data__what="reopened")
    assert (notice.user, notice.matter) == (firm.olga, None)


def test_an_empty_list_of_what_was_left_says_what_comes_there(browser_of: Callable[[str], Client]) -> None:
    assert "Nothing was left behind" in browser_of("mary").get("/matters/?mine=left").content.decode()


def test_the_demo_starts_again_after_somebody_has_left_it(db: None) -> None:
    create_people(actor=SYSTEM, now=NOW)
    deactivate_staff(User.objects.get(email=f"alice@{DOMAIN}"), actor=SYSTEM, now=NOW)

    create_people(actor=SYSTEM, now=LATER)

    assert not User.objects.get(email=f"alice@{DOMAIN}").is_active
