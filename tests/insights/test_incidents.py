"""What is looked for, who is told of it in the alerts and by mail, and the page on which people end it."""

from __future__ import annotations

import json
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse

from legist.core import flags, given_up, heartbeat, incidents, tasks
from legist.core.clock import utc_now
from legist.core.incidents import Stage
from legist.core.models import Incident, LaneState, TaskTicket
from legist.core.resilience import breaker
from legist.core.states import TaskState
from legist.core.tasks import enqueue
from legist.insights import telling
from legist.insights.causes import CAUSES, check_alarms, is_unusual, missing_backup
from legist.practice.permissions import Capability
from legist.practice.roles import CAPABILITIES, Role
from tests.core.tasks.workload import note
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import make_receipt
from tracking import reviews
from tracking.models import Receipt, ReviewItem, StatusQuery
from tracking.states import QueryOutcome, ReviewKind
from workflows.models import Notification

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LANE = "uscis"


def causes_open() -> set[str]:
    return set(incidents.list_open().values_list("cause", flat=True))


def called(outcome: str, at_minute: int) -> None:
    receipt = Receipt.objects.first() or make_receipt()
    fields = {"receipt": receipt, "source": LANE, "run": receipt.pk}
    StatusQuery.objects.create(outcome=outcome, started_at=NOW + at_minute * MINUTE, **fields)


def refuse_access() -> ReviewItem:
    breaker.trip(LANE, reason="access", now=NOW)
    kind = ReviewKind.ACCESS_REFUSED
    return reviews.open_item(kind, receipt=None, source=LANE, code="access", detail="", now=NOW, actor=SYSTEM)


def look(at: datetime) -> None:
    """Look, and do what the worker does then."""
    incidents.watch(now=at)
    tasks.run_due(now=max(at, utc_now()))


def given_up_ticket() -> None:
    enqueue(note, now=NOW)
    TaskTicket.objects.update(state=TaskState.FAILED)


def test_everybody_who_is_told_of_a_cause_may_open_its_page_and_every_sentence_can_be_said() -> None:
    for cause in CAUSES:
        assert cause.describe("uscis", 2)
        assert reverse(cause.page)
        holders = [role for role in Role if cause.told in CAPABILITIES[role]]
        assert holders
        assert all(Capability.VIEW_HEALTH in CAPABILITIES[role] for role in holders)


def test_it_is_quiet_where_all_is_well(firm: Firm) -> None:
    look(NOW)

    assert not causes_open()
    assert not mail.outbox


def test_a_source_that_does_not_answer_is_an_incident_once_that_lasts() -> None:
    called(QueryOutcome.OK, 0)
    called(QueryOutcome.TRANSIENT, 5)
    breaker.trip(LANE, reason="http_503", now=NOW + 6 * MINUTE, retry_at=NOW + 7 * MINUTE)

    look(NOW + 14 * MINUTE)
    assert not causes_open()
    look(NOW + 16 * MINUTE)
    assert causes_open() == {"source_down"}


def test_refused_access_is_told_at_once_by_itself_and_over_when_it_is_accepted(firm: Firm) -> None:
    called(QueryOutcome.MISCONFIGURED, -60)
    refuse_access()
    look(NOW)
    assert causes_open() == {"access_refused"}

    LaneState.objects.all().delete()
    for minutes in (1, 30):
        look(NOW + minutes * MINUTE)
    assert not causes_open()
    assert {each.to[0] for each in mail.outbox} == {firm.olga.email, firm.mary.email}
    assert len(mail.outbox) == 4
    assert set(Notification.objects.filter(read_at=None).values_list("data__stage", flat=True)) == {"over"}


def test_a_switched_off_poller_is_no_outage(firm: Firm) -> None:
    called(QueryOutcome.TRANSIENT, -60)
    breaker.trip(LANE, reason="http_503", now=NOW)
    flags.set_flag(flags.POLLING, on=False, actor=SYSTEM, now=NOW)

    look(NOW)

    assert not causes_open()


def test_a_worker_that_has_gone_is_an_incident_and_one_that_never_ran_is_none() -> None:
    heartbeat.beat(heartbeat.WORKER, now=NOW)

    look(NOW + 2 * MINUTE)
    assert not causes_open()
    look(NOW + 4 * MINUTE)
    assert list(incidents.list_open().values_list("cause", "concern")) == [("worker_silent", "worker")]


def test_work_that_waits_is_late_only_while_a_worker_lives() -> None:
    enqueue(note, now=NOW, run_after=NOW + MINUTE)
    later = NOW + HOUR
    heartbeat.beat(heartbeat.WORKER, now=later)
    look(later)
    assert causes_open() == {"queue_late"}


def test_what_was_given_up_is_mailed_once_and_its_alerts_stay_those_of_each_thing(firm: Firm) -> None:
    given_up_ticket()
    given_up.announce(now=NOW)
    look(NOW)
    look(NOW + MINUTE)

    assert causes_open() == {"given_up"}
    assert len(mail.outbox) == 2
    assert not Notification.objects.filter(kind="incident").exists()


@pytest.mark.parametrize(
    ("count", "before", "said"),
    [
        (9, [0] * 28, False),
        (10, [0] * 28, True),
        (40, [38, 41, 36, 44] * 7, False),
        (70, [38, 41, 36, 44] * 7, True),
        (10, [], True),
    ],
)
def test_a_day_is_unusual_beside_those_before_it(count: int, before: list[int], said: bool) -> None:
    assert is_unusual(count, before, at_least=10) is said


def test_answers_that_nobody_can_read_any_more_are_an_incident() -> None:
    for number in range(12):
        reviews.open_item(
            ReviewKind.UNKNOWN_STATUS,
            receipt=make_receipt(f"IOE09123456{number:02}"),
            source=LANE,
            code="",
            detail="",
            now=NOW,
            actor=SYSTEM,
        )

    look(NOW + HOUR)

    assert causes_open() == {"answers_changed"}


def test_a_mail_names_the_trouble_what_to_do_and_where_and_no_person(firm: Firm) -> None:
    heartbeat.beat(heartbeat.WORKER, now=NOW)
    look(NOW + HOUR)

    found = mail.outbox[0]
    assert found.subject == "Legist: A worker is silent (background work)"
    assert "has shown no sign of life for 3 minutes" in found.body
    assert f"/incidents/#incident-{Incident.objects.get().pk}" in found.body
    assert len(f"Message-ID: {found.extra_headers['Message-ID']}") <= 78, "a longer line is folded"
    assert firm.olga.name not in found.body


def test_a_mail_that_comes_too_late_is_not_sent(firm: Firm) -> None:
    incident = Incident.objects.create(
        cause="given_up", count=1, times=1, opened_at=NOW, seen_at=NOW, resolved_at=NOW + HOUR
    )

    assert not telling.mail(incident.pk, firm.olga.pk, Stage.OPENED, now=NOW + 2 * HOUR)
    assert telling.mail(incident.pk, firm.olga.pk, Stage.OVER, now=NOW + 2 * HOUR)


def test_trouble_with_mail_itself_is_said_by_the_page_and_fails_readyz(
    firm: Firm, browser_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> int:
        raise smtplib.SMTPResponseException(554, b"no")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    heartbeat.beat(heartbeat.WORKER, now=utc_now() - HOUR)
    look(utc_now())

    assert "smtp_554" in browser_of("olga").get("/incidents/").content.decode()
    body = json.loads(browser_of("olga").get("/readyz?role=worker").content)
    assert body["checks"]["incidents"] == "untold"
    assert body["incidents"]["open"] >= 1


def test_somebody_takes_it_on_and_ends_it_and_a_reader_can_do_neither(
    firm: Firm, browser_of: Callable[[str], Client]
) -> None:
    now = utc_now()
    heartbeat.beat(heartbeat.WORKER, now=now - HOUR)
    look(now)
    incident = Incident.objects.get()
    take = reverse("insights:incident_acknowledge", args=[incident.pk])
    end = reverse("insights:incident_resolve", args=[incident.pk])
    olga, paul = browser_of("olga"), browser_of("paul")

    page = paul.get("/incidents/").content.decode()
    assert "A worker is silent (background work)" in page
    assert '<form method="post" action="' + take not in page
    assert take in olga.get("/incidents/").content.decode()
    assert olga.post(take, follow=True).status_code == 200
    assert "Olga" in olga.get("/incidents/").content.decode()
    assert olga.post(end).status_code == 409

    heartbeat.beat(heartbeat.WORKER, now=utc_now())
    olga.post(end)

    incident.refresh_from_db()
    assert (incident.acknowledged_by, incident.resolved_by) == (firm.olga, firm.olga)


def test_thresholds_are_those_of_the_settings(settings: LazySettings) -> None:
    settings.LEGIST_ALARMS = {"worker_silent": 90, "no_such": 1}
    assert [each.id for each in check_alarms()] == ["insights.E001"]
    heartbeat.beat(heartbeat.WORKER, now=NOW)

    look(NOW + HOUR)

    assert not causes_open()


def test_a_trial_reaches_whoever_asks_for_it_on_the_way_of_a_real_one(
    firm: Firm, browser_of: Callable[[str], Client]
) -> None:
    olga = browser_of("olga")
    for _ in range(2):
        olga.post(reverse("insights:incident_trial"))
    tasks.run_due(now=utc_now())

    assert [each.to for each in mail.outbox] == [[firm.olga.email]]
    assert "nothing is wrong" in mail.outbox[0].subject


def test_reports_say_what_happened_meanwhile(firm: Firm, browser_of: Callable[[str], Client]) -> None:
    now = utc_now()
    heartbeat.beat(heartbeat.WORKER, now=now - HOUR)
    incidents.watch(now=now)
    flags.set_flag(flags.POLLING, on=False, actor=firm.actor("olga"), now=now)

    page = browser_of("mary").get("/reports/?days=7").content.decode()

    assert "A worker is silent (background work)" in page
    assert "?action=core.flag_turned" in page


def test_a_backup_that_was_not_made_is_an_incident_where_a_folder_is_named(
    settings: LazySettings, tmp_path: Path
) -> None:
    assert missing_backup(utc_now(), 26) == {}
    settings.LEGIST_BACKUP_PATH = str(tmp_path)
    assert missing_backup(utc_now(), 26) == {"": 1}

    (tmp_path / "legist-2026-12-01T023000Z.dump").touch()

    assert missing_backup(utc_now(), 26) == {"": 0}
    assert missing_backup(utc_now() + 27 * HOUR, 26) == {"": 1}
