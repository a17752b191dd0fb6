"""A secret calendar address: made, renewed, revoked, and what is read there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.practice.roles import Role
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_deadline
from workflows.deadlines import calendars, services
from workflows.deadlines.selectors import CalendarEntry, calendar_entries
from workflows.models import CalendarFeed


def make(firm: Firm, who: str = "paul", *, scope: str = "mine", names: bool = False) -> str:
    _feed, secret = calendars.create_feed(scope=scope, shows_names=names, actor=firm.actor(who), now=NOW)
    return secret


def read(secret: str) -> list[CalendarEntry]:
    feed, actor = calendars.open_feed(secret, now=NOW)
    return calendar_entries(actor, scope=feed.scope, shows_names=feed.shows_names, now=NOW)


def entries(code: str) -> int:
    return AuditEntry.objects.filter(action=f"workflows.calendar_{code}").count()


def test_it_keeps_a_hash_and_not_the_secret(firm: Firm) -> None:
    secret = make(firm)

    feed = CalendarFeed.objects.get()
    assert len(secret) >= 43
    assert secret not in str(vars(feed))
    assert len(feed.secret_hash) == 64
    assert secret not in str(list(AuditEntry.objects.values_list("data", flat=True)))


def test_it_shows_days_and_no_names_unless_they_were_chosen(firm: Firm) -> None:
    make_deadline(firm)
    plain, named = read(make(firm))[0], read(make(firm, names=True))[0]

    assert (plain.day, plain.is_provisional, plain.reference, plain.client) == (
        date(2026, 5, 1),
        True,
        "",
        "",
    )
    assert (named.reference, named.client) == ("M-2026-0001", firm.danas_matter.client.name)


@pytest.mark.parametrize(
    ("who", "scope", "count"),
    [
        ("paul", "mine", 1),
        ("mary", "mine", 0),
        ("mary", "all", 1),
        ("charlie", "all", 0),
        ("alice", "team", 1),
    ],
)
def test_it_shows_mine_my_teams_or_all(firm: Firm, who: str, scope: str, count: int) -> None:
    make_deadline(firm)

    assert len(read(make(firm, who, scope=scope))) == count


def test_a_wall_takes_the_matter_out_at_once(firm: Firm) -> None:
    make_deadline(firm)
    secret = make(firm, names=True)
    assert len(read(secret)) == 1

    wall_off(firm.danas_matter, firm.paul, reason="Conflict.", actor=SYSTEM, now=NOW)

    assert read(secret) == []


def test_who_left_or_lost_the_role_reads_nothing(firm: Firm) -> None:
    secret = make(firm)
    firm.paul.role = Role.OPERATIONS
    firm.paul.save(update_fields=["role"])
    with pytest.raises(NotFound):
        read(secret)
    firm.paul.role, firm.paul.is_active = Role.PARALEGAL, False
    firm.paul.save(update_fields=["role", "is_active"])
    with pytest.raises(NotFound):
        read(secret)


def test_renewing_closes_the_address_before(firm: Firm) -> None:
    first = make(firm)
    second = make(firm)

    with pytest.raises(NotFound):
        read(first)
    assert read(second) == []
    assert (entries("created"), entries("revoked")) == (2, 1)


def test_a_revoked_address_opens_nothing(firm: Firm) -> None:
    secret = make(firm)
    calendars.revoke_feed(actor=firm.actor("paul"), now=NOW)

    with pytest.raises(NotFound):
        read(secret)
    with pytest.raises(WrongState):
        calendars.revoke_feed(actor=firm.actor("paul"), now=NOW)


@pytest.mark.parametrize("secret", ["", "guess", "x" * 43, "../../etc", "é" * 40])
def test_a_wrong_secret_opens_nothing(firm: Firm, secret: str) -> None:
    make(firm)

    with pytest.raises(NotFound):
        read(secret)


def test_its_first_reading_is_on_the_record_once(firm: Firm) -> None:
    secret = make(firm)
    for day in range(3):
        calendars.open_feed(secret, now=NOW + timedelta(days=day))

    feed = CalendarFeed.objects.get()
    assert (entries("read"), feed.first_read_at) == (1, NOW)
    assert feed.latest_read_on == date(2026, 3, 4)


def test_what_is_moved_or_met_stays_in_sight_for_a_while(firm: Firm) -> None:
    old = make_deadline(firm)
    paul = firm.actor("paul")
    services.move_deadline(old.pk, due=date(2026, 6, 1), reason="New notice.", actor=paul, now=NOW)
    secret = make(firm)

    states = {entry.day: entry.state for entry in read(secret)}
    assert states == {date(2026, 5, 1): "moved", date(2026, 6, 1): "open"}
    feed, actor = calendars.open_feed(secret, now=NOW)
    later = NOW + timedelta(days=200)
    left = calendar_entries(actor, scope=feed.scope, shows_names=False, now=later)
    assert [entry.state for entry in left] == ["open"]


@pytest.mark.parametrize(("who", "error"), [("olga", Forbidden), ("dana", NotFound)])
def test_it_is_for_those_who_read_matters(firm: Firm, who: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        make(firm, who)


def test_it_knows_whose_deadlines_it_can_show(firm: Firm) -> None:
    with pytest.raises(InvalidInput):
        make(firm, scope="everybody")


def test_the_database_allows_one_address_a_person(firm: Firm) -> None:
    make(firm)

    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarFeed.objects.create(user=firm.paul, secret_hash="0" * 64, created_at=NOW)
