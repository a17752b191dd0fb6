"""Somebody leaves the firm: every door is shut at once, and what they held is listed."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.test import Client as Browser

from legist.core.errors import InvalidInput, WrongState
from legist.core.models import AuditEntry, OutboxEvent
from legist.practice.models import Team, User
from legist.practice.people.leaving import LEFT_TOPIC, deactivate_staff, held_by, left_behind
from legist.practice.permissions import Capability, can, grant_matter, works_on
from tests.factories.practice import NOW, PASSWORD, SYSTEM, Firm
from tests.factories.tracking import make_receipt
from tracking.models import ReviewItem


def make_team(*people: User) -> Team:
    group = Group.objects.create(name="Families")
    for person in people:
        person.groups.add(group)
    return Team.objects.create(name="Families", group=group)


def test_it_lists_seats_what_was_shared_and_teams(firm: Firm) -> None:
    make_team(firm.paul)
    grant_matter(firm.eves_matter, firm.paul)

    held = deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)

    assert (held.seats, held.shared) == ([firm.danas_matter], [firm.eves_matter])
    assert held.teams == ["Families"]
    assert held


def test_it_shuts_every_door_at_once(firm: Firm) -> None:
    team, browser = make_team(firm.paul), Browser()
    grant_matter(firm.eves_matter, team)
    browser.force_login(firm.paul)
    Authenticator.objects.create(user=firm.paul, type=Authenticator.Type.TOTP, data={"secret": "x"})

    deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)

    paul = User.objects.get(pk=firm.paul.pk)
    assert (paul.is_active, paul.check_password(PASSWORD)) == (False, False)
    assert browser.get("/matters/").status_code == 302
    assert not Authenticator.objects.filter(user=paul).exists()
    assert list(works_on(paul)) == [firm.danas_matter]


def test_somebody_who_comes_back_gets_nothing_back_by_it(firm: Firm) -> None:
    browser = Browser()
    browser.force_login(firm.paul)
    deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)

    User.objects.filter(pk=firm.paul.pk).update(is_active=True)

    assert not can(firm.actor("paul"), Capability.VIEW_MATTER, firm.danas_matter)
    assert browser.get("/matters/").status_code == 302


def test_their_seats_are_found_until_somebody_else_takes_them(firm: Firm) -> None:
    deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)

    assert list(left_behind()) == [firm.danas_matter]
    assert held_by(firm.paul).seats == [firm.danas_matter]


def test_work_that_named_them_is_everybodys_again(firm: Firm) -> None:
    item = ReviewItem.objects.create(
        receipt=make_receipt(matter=firm.danas_matter),
        source="uscis",
        kind="check_reading",
        assigned_to=firm.paul,
        opened_at=NOW,
        latest_at=NOW,
    )

    held = deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)

    item.refresh_from_db()
    assert (held.given_back, item.assigned_to) == (1, None)


def test_it_is_on_the_record_and_told_once(firm: Firm) -> None:
    deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)
    with pytest.raises(WrongState, match="already"):
        deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)

    entry = AuditEntry.objects.get(action="practice.staff_left")
    assert entry.data == {"seats": 1, "matters": 0, "returned": 0}
    assert [event.data for event in OutboxEvent.objects.filter(topic=LEFT_TOPIC)] == [
        {"person": str(firm.paul.pk)}
    ]


def test_a_client_leaves_by_another_door(firm: Firm) -> None:
    with pytest.raises(InvalidInput, match="portal"):
        deactivate_staff(firm.dana, actor=SYSTEM, now=NOW)
