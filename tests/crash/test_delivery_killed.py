"""kill -9 while a message is being handed over: a person is asked, nothing is sent twice in silence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from legist.core.clock import utc_now
from tests.factories.practice import NOW, SYSTEM, make_firm
from tests.factories.workflows import hear, make_delivery
from tests.support.mailserver import MailServer, running_mailserver
from workflows.messages import sending
from workflows.messages.resolving import resolve_delivery
from workflows.models import Delivery, Notification

pytestmark = [pytest.mark.process, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mailserver() -> Iterator[MailServer]:
    with running_mailserver() as server:
        yield server


def start_courier(mailserver: MailServer) -> subprocess.Popen[bytes]:
    """Run `deliver --once` in a process of its own, on this test's database."""
    database = str(settings.DATABASES["default"]["NAME"])
    url = os.environ.get("LEGIST_DATABASE_URL", "")
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database}"
    else:
        url = urlsplit(url)._replace(path=f"/{database}").geturl()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "legist.settings",
        "LEGIST_DATABASE_URL": url,
        "LEGIST_EMAIL_URL": f"smtp://127.0.0.1:{mailserver.port}",
    }
    command = [sys.executable, "manage.py", "deliver", "--once"]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL)


def kill_while_handing_over(mailserver: MailServer) -> None:
    """Start a courier, and kill it after the server has the message and before it answers."""
    mailserver.silent = True
    courier = start_courier(mailserver)
    assert mailserver.arrived.wait(60)
    courier.send_signal(signal.SIGKILL)
    courier.wait(60)
    mailserver.silent = False


def test_a_killed_courier_leaves_a_question_and_no_second_mail(mailserver: MailServer) -> None:
    firm = make_firm()
    delivery = make_delivery(firm)
    kill_while_handing_over(mailserver)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sending", 1)

    assert start_courier(mailserver).wait(60) == 0
    later = utc_now() + sending.HANDOVER_LIMIT + timedelta(minutes=1)
    sending.deliver_due(now=later, actor=SYSTEM)
    sending.deliver_due(now=later + timedelta(days=1), actor=SYSTEM)

    delivery.refresh_from_db()
    assert delivery.state == "uncertain"
    assert len(mailserver.accepted) == 1
    hear(later)
    assert Notification.objects.filter(kind="delivery", user=firm.alice).exists()


def test_the_person_asked_can_close_it(mailserver: MailServer) -> None:
    firm = make_firm()
    delivery = make_delivery(firm)
    kill_while_handing_over(mailserver)
    later = utc_now() + sending.HANDOVER_LIMIT + timedelta(minutes=1)
    sending.deliver_due(now=later, actor=SYSTEM)
    resolve_delivery(
        delivery.pk, was_sent=True, reason="In the server's log", actor=firm.actor("paul"), now=NOW
    )

    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
