"""A statement is worded once and asked with the values of each use."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db.models import QuerySet

from legist.core import prepared
from legist.core.models import AuditEntry
from legist.practice.models import User
from tests.factories.practice import Firm


def test_each_use_has_values_of_its_own(firm: Firm, now: datetime) -> None:
    worded = []

    def of(person: UUID, since: datetime) -> QuerySet[User]:
        worded.append(person)
        return User.objects.filter(pk=person, date_joined__gte=since)

    def found(person: UUID, since: datetime) -> int:
        return len(prepared.rows(prepared.statement(of, ("each use",), person=person, since=since)))

    long_ago, ahead = now - timedelta(days=9999), now + timedelta(days=9999)
    answers = [found(firm.paul.pk, long_ago), found(uuid4(), long_ago), found(firm.mary.pk, ahead)]

    assert answers == [1, 0, 0]
    assert worded == [prepared.STAND_INS[UUID][1]]


def test_what_cannot_find_anything_asks_nothing(firm: Firm) -> None:
    nothing = prepared.statement(User.objects.none, ("nothing",))

    assert prepared.rows(nothing) == []


def test_an_answer_is_never_kept_with_the_words(firm: Firm) -> None:
    def asks() -> QuerySet[AuditEntry]:
        return AuditEntry.objects.filter(pk__in=list(AuditEntry.objects.values_list("pk", flat=True)))

    with pytest.raises(RuntimeError, match="the database is not asked"):
        prepared.statement(asks, ("asks",))
