"""Switches that operators turn, with every turn on the record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from waffle.models import Switch

from legist.core import flags
from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from legist.core.models import AuditEntry

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OLGA = Actor.command("olga")


def test_polling_starts_switched_on() -> None:
    assert flags.is_on(flags.POLLING)


def test_it_stands_as_it_was_turned() -> None:
    flags.set_flag(flags.POLLING, on=False, actor=OLGA, now=NOON)
    assert not flags.is_on(flags.POLLING)

    flags.set_flag(flags.POLLING, on=True, actor=OLGA, now=NOON)
    assert flags.is_on(flags.POLLING)


def test_a_turn_made_elsewhere_counts_at_once() -> None:
    flags.set_flag(flags.POLLING, on=True, actor=OLGA, now=NOON)
    assert flags.is_on(flags.POLLING)

    # What another process does: no signal reaches this one's caches.
    Switch.objects.filter(name=flags.POLLING).update(active=False)

    assert not flags.is_on(flags.POLLING)


def test_a_turn_is_on_the_record() -> None:
    assert flags.set_flag(flags.POLLING, on=False, actor=OLGA, now=NOON)

    entry = AuditEntry.objects.get(action="core.flag_turned")
    assert entry.data == {"flag": "polling", "turned": "off"}
    assert (entry.actor_kind, entry.actor_id, entry.at) == ("command", "olga", NOON)


def test_turning_it_to_where_it_stands_records_nothing() -> None:
    flags.set_flag(flags.POLLING, on=False, actor=OLGA, now=NOON)

    assert not flags.set_flag(flags.POLLING, on=False, actor=OLGA, now=NOON)
    assert AuditEntry.objects.filter(action="core.flag_turned").count() == 1


def test_it_refuses_a_switch_it_does_not_know() -> None:
    with pytest.raises(InvalidInput, match="poling"):
        flags.set_flag("poling", on=False, actor=OLGA, now=NOON)
