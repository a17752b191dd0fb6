"""Walls as people raise, widen, keep and take them down."""

from __future__ import annotations

from typing import Any

import pytest

from legist.core.actors import Actor
from legist.practice.models import Matter, User, Wall
from legist.practice.permissions import Capability, can
from legist.practice.roles import Role
from legist.practice.services import People, open_matter
from legist.practice.states import EarlierWall
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm, make_user
from tests.factories.workflows import make_change, make_news, make_receipt
from tests.workflows.web.asking import Browser, address, said, statuses
from tracking.models import ReviewItem
from tracking.reviews import assign_review, open_item
from tracking.states import ReviewKind
from workflows.models import NoticeWatch, Notification
from workflows.notices import watch
from workflows.notifications import services as notifications
from workflows.notifications.selectors import list_notices
from workflows.states import NotificationKind, NotificationLevel

WHY = "Related to the other side."


@pytest.fixture
def ned(firm: Firm) -> User:
    return make_user("Ned", Role.PARALEGAL)


def more(firm: Firm, **people: Any) -> Matter:
    client = firm.danas_matter.client
    return open_matter(title="More", client=client, people=People(**people), actor=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("reach", "words", "other_is_open"),
    [
        ({}, "of every matter", False),
        ({"reach": "client"}, "of every matter", False),
        ({"reach": "matter"}, "of this matter and of those below it", True),
    ],
)
def test_it_stands_on_the_client_unless_one_matter_is_chosen(
    firm: Firm, browser_of: Browser, reach: dict[str, str], words: str, *, other_is_open: bool
) -> None:
    other = more(firm, paralegal=firm.paul)
    data = {"person": str(firm.paul.pk), "reason": WHY} | reach

    response = browser_of("alice").post(address("matter_wall", firm.danas_matter.pk), data)

    assert words in said(response)[0]
    assert can(firm.actor("paul"), Capability.VIEW_MATTER, other) is other_is_open
    assert not can(firm.actor("paul"), Capability.VIEW_MATTER, firm.danas_matter)


def test_it_refuses_a_reach_it_does_not_know(firm: Firm, browser_of: Browser) -> None:
    data = {"person": str(firm.paul.pk), "reason": WHY, "reach": "firm"}

    assert statuses(browser_of, address("matter_wall", firm.danas_matter.pk), ("alice",), "post", **data) == [
        422
    ]


def test_a_wall_on_the_client_is_taken_down_from_any_of_their_matters(
    firm: Firm, browser_of: Browser, ned: User
) -> None:
    wall = wall_off(firm.danas_matter.client, ned, reason=WHY, actor=SYSTEM, now=NOW)
    other = more(firm, attorney=firm.alice)
    strange = address("matter_wall_lower", firm.eves_matter.pk, wall.pk)

    assert statuses(browser_of, strange, ("alice",), "post") == [409]
    lower = address("matter_wall_lower", other.pk, wall.pk)
    assert statuses(browser_of, lower, ("paul", "mary"), "post") == [404, 302]
    assert not Wall.objects.filter(user=ned).exists()


def test_who_is_shut_out_neither_sees_nor_lowers_a_colleagues_wall(
    firm: Firm, browser_of: Browser, ned: User
) -> None:
    wall = wall_off(firm.danas_matter.client, ned, reason=WHY, actor=SYSTEM, now=NOW)
    wall_off(firm.danas_matter.client, firm.mary, reason=WHY, actor=SYSTEM, now=NOW)

    page = browser_of("mary").get(address("walls")).content.decode()
    lower = address("matter_wall_lower", firm.danas_matter.pk, wall.pk)

    assert "Ned" not in page
    assert statuses(browser_of, lower, ("mary",), "post") == [404]


def test_the_list_asks_once_how_far_an_earlier_wall_reaches(firm: Firm, browser_of: Browser) -> None:
    Wall.objects.filter(user=firm.charlie).update(earlier=EarlierWall.UNDECIDED)
    wall = Wall.objects.get(user=firm.charlie)
    asks = "How far do these reach?"
    page = browser_of("mary").get(address("walls")).content.decode()
    assert (asks in page, "M-2026-0001" in page, wall.reason in page) == (True, True, True)

    keep = address("matter_wall_keep", firm.danas_matter.pk, wall.pk)
    assert statuses(browser_of, keep, ("paul", "mary", "mary"), "post") == [403, 302, 409]

    assert asks not in browser_of("mary").get(address("walls")).content.decode()
    widen = address("matter_wall_widen", firm.danas_matter.pk, wall.pk)
    assert statuses(browser_of, widen, ("paul", "mary", "mary"), "post") == [403, 302, 409]
    wall.refresh_from_db()
    assert wall.client == firm.danas_matter.client


def test_the_matters_page_says_how_far_each_wall_reaches(firm: Firm, browser_of: Browser, ned: User) -> None:
    wall_off(firm.danas_matter.client, ned, reason=WHY, actor=SYSTEM, now=NOW)
    url = address("matter", firm.danas_matter.pk) + "?section=people"

    managing, reading = (browser_of(name).get(url).content.decode() for name in ("alice", "paul"))

    assert "from the client" in managing
    assert "from this matter" in managing
    assert (WHY in managing, WHY in reading) == (True, False)


def test_assigning_offers_nobody_who_is_shut_out(firm: Firm, browser_of: Browser) -> None:
    page = browser_of("alice").get(address("matter", firm.danas_matter.pk) + "?section=people")

    assigning = page.content.decode().split('name="paralegal"')[1].split("</select>")[0]
    assert "Paul" in assigning
    assert "Charlie" not in assigning


def test_work_that_names_a_person_goes_back_to_everybody(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "DENIED")
    awaited = watch.begin(change.pk, actor=SYSTEM, now=NOW)
    assert awaited is not None
    watch.take(awaited.pk, actor=firm.actor("paul"), now=NOW)
    item = open_item(
        ReviewKind.UNREADABLE,
        receipt=change.receipt,
        source="uscis",
        code="X",
        detail="",
        now=NOW,
        actor=SYSTEM,
    )
    assign_review(item.pk, actor=firm.actor("alice"), assignee_id=firm.paul.pk, now=NOW)

    wall_off(firm.danas_matter.client, firm.paul, reason=WHY, actor=SYSTEM, now=NOW)

    assert NoticeWatch.objects.get(pk=awaited.pk).taken_by is None
    assert ReviewItem.objects.get(pk=item.pk).assigned_to is None


def test_who_is_shut_out_is_not_told_whoever_asks_for_it(firm: Firm) -> None:
    message = notifications.Message(
        key="a",
        kind=NotificationKind.CHANGE,
        level=NotificationLevel.INFO,
        subject=firm.eves_matter,
        matter=firm.danas_matter,
    )

    told = notifications.notify([firm.charlie, firm.alice], message, now=NOW)

    assert (told, list(Notification.objects.values_list("user__name", flat=True))) == (1, ["Alice"])


def test_an_alert_about_a_paper_follows_it_behind_the_wall(firm: Firm) -> None:
    receipt = make_receipt(None)
    awaited = watch.begin(make_change(receipt, "DENIED").pk, actor=SYSTEM, now=NOW)
    assert awaited is not None
    message = notifications.Message(
        key="b", kind=NotificationKind.PAPER, level=NotificationLevel.ACTION, subject=awaited, matter=None
    )
    notifications.notify([firm.charlie], message, now=NOW)
    actor = Actor.for_user(firm.charlie)
    before = list_notices(actor).count()

    receipt.matter = firm.danas_matter
    receipt.save(update_fields=["matter"])

    assert (before, list_notices(actor).count()) == (1, 0)
