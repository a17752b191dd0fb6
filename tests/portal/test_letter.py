"""A client tells of a letter: the people of the matter are alerted, and USCIS is asked more often."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from legist.core.errors import NotFound, WrongState
from legist.core.models import AuditEntry
from portal import services
from portal.models import LetterReport
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import RECEIVED, make_receipt, numbers, read
from tests.support.forgery import alter
from tests.workflows.web.asking import text
from tracking.models import Receipt
from workflows.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(firm: Firm) -> Receipt:
    receipt = make_receipt(numbers(1)[0], matter=firm.danas_matter)
    read(receipt, RECEIVED)
    alter(receipt, next_poll_at=NOW + timedelta(hours=6), next_poll_reason="by_tier", last_checked_at=NOW)
    return receipt


def test_dana_tells_of_a_letter_once_a_day(firm: Firm, case: Receipt) -> None:
    dana = firm.actor("dana")
    assert services.tell_of_letter(case.pk, actor=dana, now=NOW)
    assert not services.tell_of_letter(case.pk, actor=dana, now=NOW + timedelta(hours=1))
    case.refresh_from_db()
    assert (case.tier, case.tier_why["event"]) == ("near_real_time", "letter")
    alerts = Notification.objects.filter(kind="letter")
    assert {alert.user for alert in alerts} >= {firm.paul}
    assert all(alert.matter == firm.danas_matter for alert in alerts)
    assert AuditEntry.objects.filter(action="portal.letter_told").count() == 1
    assert services.tell_of_letter(case.pk, actor=dana, now=NOW + timedelta(days=1))
    assert LetterReport.objects.count() == 2


def test_the_day_is_the_firms(firm: Firm, case: Receipt) -> None:
    evening = datetime(2026, 3, 2, 20, 30, tzinfo=ZoneInfo("America/New_York"))
    hours = (timedelta(0), timedelta(hours=2), timedelta(hours=14))

    told = [services.tell_of_letter(case.pk, actor=firm.actor("dana"), now=evening + each) for each in hours]

    assert told == [True, False, True], "the letter of the next morning is another one"


def test_another_client_and_staff_cannot_tell_of_it(firm: Firm, case: Receipt) -> None:
    with pytest.raises(NotFound):
        services.tell_of_letter(case.pk, actor=firm.actor("eve"), now=NOW)
    assert not LetterReport.objects.exists()
    assert not Notification.objects.filter(kind="letter").exists()


def test_a_closed_case_says_whom_to_call(firm: Firm, case: Receipt) -> None:
    alter(firm.danas_matter, state="closed", closed_at=NOW)
    with pytest.raises(WrongState, match="call the firm"):
        services.tell_of_letter(case.pk, actor=firm.actor("dana"), now=NOW)
    assert not LetterReport.objects.exists()


@pytest.mark.parametrize(
    ("language", "offered", "thanked", "again"),
    [
        ("en", "I got a letter", "Thank you. Your legal team knows", "You told us today already"),
        ("es", "Recibí una carta", "Gracias. Su equipo legal ya lo sabe", "Ya nos lo dijo hoy"),
    ],
)
def test_the_case_offers_it_in_the_clients_language(
    case: Receipt, dana: Client, firm: Firm, language: str, offered: str, thanked: str, again: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        dana.post("/language/", {"language": language, "next": "/portal/"})
        assert offered in text(dana.get(f"/portal/cases/{case.pk}/"))
        assert thanked in text(dana.post(f"/portal/cases/{case.pk}/letter/", follow=True))
        assert again in text(dana.post(f"/portal/cases/{case.pk}/letter/", follow=True))
