"""Source health: fresh, within budget, stuck or not, and the two switches of operations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

from legist.core import flags, given_up, heartbeat
from legist.core.clock import utc_now
from legist.core.models import AuditEntry, OutboxDelivery, OutboxEvent, QuotaDay, WorkerProcess
from legist.core.resilience import breaker, quota
from legist.core.tasks import Queue, enqueue
from legist.core.tasks.worker import Ticker
from tests.core.tasks.workload import note
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import RECEIVED, later, make_receipt, read
from tests.tracking.web.conftest import FRAGMENT
from tracking.models import Receipt, StatusQuery
from tracking.polling import dials

Browser = Callable[[str], Client]
OFF = {"on": "0", "reason": "maintenance"}


def test_it_says_how_each_part_is_doing(danas: Receipt, browser_of: Browser) -> None:
    heartbeat.beat(heartbeat.POLLING_WORKER, now=NOW)
    read(danas, RECEIVED)
    StatusQuery.objects.update(outcome="ok", started_at=NOW)

    response = browser_of("olga").get("/health/")

    assert [part.word for part in response.context["parts"]] == ["Healthy", "Running", "Going through"]
    assert "1 calls in the last hour" in response.content.decode()


def test_a_day_without_calls_left_does_not_look_well(
    settings: LazySettings, danas: Receipt, browser_of: Browser
) -> None:
    settings.USCIS_DAILY_QUOTA = 3
    quota.configure("uscis", per_second=10, per_day=3)
    QuotaDay.objects.create(lane_id="uscis", day=utc_now().date(), used=3)

    response = browser_of("olga").get("/health/")

    assert [part.word for part in response.context["parts"]][-1] == "Used up"
    assert "they wait for the calls of the next day" in response.content.decode()
    asked = browser_of("paul").post(f"/receipts/{danas.pk}/check/")
    assert "All calls of this day are used." in asked.content.decode()


def test_numbers_lead_to_the_rows_they_count(firm: Firm, browser_of: Browser) -> None:
    make_receipt(matter=firm.danas_matter, due=later(-600))

    page = browser_of("olga").get("/health/").content.decode()

    assert 'href="/receipts/?overdue=1"' in page
    assert 'href="/receipts/?tier=standard"' in page
    assert 'href="/reviews/"' in page


def test_errors_are_said_in_words(danas: Receipt, browser_of: Browser) -> None:
    read(danas, RECEIVED)
    StatusQuery.objects.update(outcome="transient", error_code="html", started_at=NOW)

    assert "A web page instead of data" in browser_of("olga").get("/health/").content.decode()


def test_a_silent_worker_is_named(browser_of: Browser) -> None:
    heartbeat.beat(heartbeat.POLLING_WORKER, now=later(-60))

    parts = browser_of("olga").get("/health/").context["parts"]

    assert (parts[1].word, parts[1].tone) == ("Silent", "bad")


def test_each_worker_is_listed_with_its_machine_work_release_and_sign_of_life(browser_of: Browser) -> None:
    worker = Ticker(frozenset({Queue.POLLING}), workers=3)
    worker.turn(now=utc_now())

    page = browser_of("olga").get("/health/").content.decode()

    assert [
        word for word in (worker.me.host, str(worker.me.pid), worker.me.release) if word not in page
    ] == []
    assert "Polling alone" in page
    assert "another release" not in page


def test_it_says_when_a_worker_runs_another_release(browser_of: Browser) -> None:
    Ticker().turn(now=utc_now())
    WorkerProcess.objects.update(release="0.0.9-1234567")
    olga = browser_of("olga")

    page = olga.get("/health/")

    assert "Workers run another release than these pages" in page.content.decode()
    assert "0.0.9-1234567" in page.content.decode()
    WorkerProcess.objects.update(release=heartbeat.release())
    token = page.context["token"]
    assert olga.get("/health/", {"since": token}, headers=FRAGMENT).status_code == 200


def test_it_says_for_how_long_the_oldest_task_waits(browser_of: Browser) -> None:
    enqueue(note, now=utc_now() - timedelta(minutes=7))

    page = " ".join(browser_of("olga").get("/health/").content.decode().split())

    assert "Background work: the oldest task waits for 7 minutes." in page
    assert "Polling: the oldest task waits for 0 minutes." in page


def test_it_refreshes_only_when_something_has_changed(danas: Receipt, browser_of: Browser) -> None:
    olga = browser_of("olga")
    token = olga.get("/health/").context["token"]
    assert olga.get("/health/", {"since": token}, headers=FRAGMENT).status_code == 204

    make_receipt("IOE0912345679")

    refreshed = olga.get("/health/", {"since": token}, headers=FRAGMENT)
    assert refreshed.status_code == 200
    assert "<html" not in refreshed.content.decode()


def test_olga_switches_polling_off_and_on_for_a_reason(browser_of: Browser) -> None:
    olga = browser_of("olga")
    assert olga.post("/health/polling/", OFF, headers=FRAGMENT).status_code == 204
    assert not flags.is_on(flags.POLLING)
    assert "Polling is switched off" in olga.get("/health/").content.decode()

    olga.post("/health/polling/", {"on": "1", "reason": "mended"})

    assert flags.is_on(flags.POLLING)
    entries = AuditEntry.objects.filter(action="core.flag_turned").order_by("sequence")
    assert [entry.data["reason"] for entry in entries] == ["maintenance", "mended"]


@pytest.mark.parametrize("given", [{"on": "0"}, {"reason": "mended"}, {"on": "0", "reason": "because"}])
def test_it_needs_a_reason(given: dict[str, str], browser_of: Browser) -> None:
    assert browser_of("olga").post("/health/polling/", given, headers=FRAGMENT).status_code == 422
    assert flags.is_on(flags.POLLING)


def test_olga_lets_calls_through_again(browser_of: Browser) -> None:
    breaker.trip("uscis", reason="unauthorized", now=NOW)
    olga = browser_of("olga")
    assert "our credentials were refused" in olga.get("/health/").content.decode()

    assert olga.post("/health/reset/", {}, headers=FRAGMENT).status_code == 422
    assert olga.post("/health/reset/", {"reason": "mended"}, headers=FRAGMENT).status_code == 204

    assert not breaker.is_open("uscis", NOW)
    assert AuditEntry.objects.get(action="tracking.source_reset").data == {
        "source": "uscis",
        "reason": "mended",
    }


def test_olga_lifts_a_wait_that_the_source_asked_for(browser_of: Browser) -> None:
    quota.configure("uscis", per_second=10, per_day=100)
    quota.block_until("uscis", utc_now() + timedelta(hours=20))
    olga = browser_of("olga")
    page = olga.get("/health/")
    assert (page.context["is_held"], page.context["parts"][2].word) == (True, "Waiting")

    assert olga.post("/health/reset/", {"reason": "mended"}, headers=FRAGMENT).status_code == 204

    assert quota.blocked_until("uscis", now=utc_now()) is None
    assert AuditEntry.objects.filter(action="tracking.source_reset").exists()
    assert not olga.get("/health/").context["is_held"]


@pytest.mark.parametrize(("name", "status"), [("paul", 403), ("alice", 403), ("mary", 403), ("dana", 404)])
def test_only_operations_turn_switches(name: str, status: int, browser_of: Browser) -> None:
    client = browser_of(name)

    assert client.post("/health/polling/", OFF).status_code == status
    assert client.post("/health/polling/").status_code == status
    assert client.post("/health/reset/", {"reason": "mended"}).status_code == status
    assert flags.is_on(flags.POLLING)


@pytest.mark.parametrize(("name", "status"), [("paul", 200), ("mary", 200), ("dana", 404)])
def test_who_may_look(name: str, status: int, browser_of: Browser) -> None:
    response = browser_of(name).get("/health/")

    assert response.status_code == status
    assert "Switch polling off" not in response.content.decode()


def test_the_dot_of_the_top_bar_says_it_in_a_word(danas: Receipt, browser_of: Browser) -> None:
    heartbeat.beat(heartbeat.POLLING_WORKER, now=NOW)
    read(danas, RECEIVED)
    StatusQuery.objects.update(outcome="ok", started_at=NOW)
    paul = browser_of("paul")
    assert "USCIS read just now" in paul.get("/").content.decode()

    breaker.trip("uscis", reason="unauthorized", now=NOW)

    assert "USCIS: calls held back" in paul.get("/").content.decode()


def test_the_dot_does_not_stay_green_when_one_call_after_the_other_fails(
    danas: Receipt, browser_of: Browser
) -> None:
    heartbeat.beat(heartbeat.POLLING_WORKER, now=NOW)
    for _ in range(6):
        read(danas, RECEIVED)
    for minutes, query in enumerate(StatusQuery.objects.all(), start=1):
        query.outcome = "ok" if minutes == 6 else "transient"
        query.started_at = NOW - timedelta(minutes=minutes)
        query.save(update_fields=["outcome", "started_at"])
    paul = browser_of("paul")
    assert "USCIS does not answer" in paul.get("/").content.decode()

    StatusQuery.objects.filter(started_at=NOW - timedelta(minutes=3)).update(outcome="permanent")

    assert "USCIS read 6 min" in paul.get("/").content.decode()


def test_it_costs_the_same_few_queries(
    browser_of: Browser, count_queries: Callable[[Client, str], int]
) -> None:
    assert (
        count_queries(browser_of("olga"), "/health/") <= 36
    )  # workers, what waits, events that wait, the words of a failure


def given_up_event() -> OutboxDelivery:
    event = OutboxEvent.objects.create(topic="tests", key="k", correlation_id="c", created_at=NOW)
    return OutboxDelivery.objects.create(
        event=event, subscriber="tests.part", state="failed", next_attempt_at=NOW, latest_error_class="x.Y"
    )


def test_what_was_given_up_is_listed_and_settled(browser_of: Browser) -> None:
    thing, olga = given_up_event(), browser_of("olga")
    page = olga.get("/health/")
    assert "tests.part" in page.content.decode()
    assert "x.Y" in page.content.decode()

    olga.post("/health/given-up/events/seen/", {"thing": str(thing.pk)})
    seen = olga.get("/health/", {"since": page.context["token"]}, headers=FRAGMENT)
    assert seen.context["given_up_unseen"] == 0

    olga.post("/health/given-up/events/again/", {"thing": str(thing.pk)})
    assert olga.get("/health/").context["given_up"] == []


@pytest.mark.parametrize(("name", "status"), [("mary", 302), ("paul", 403), ("dana", 404)])
@pytest.mark.parametrize("act", ["again", "seen"])
def test_only_operations_and_managers_settle_it(
    name: str, status: int, act: str, browser_of: Browser
) -> None:
    given_up_event()

    assert browser_of(name).post(f"/health/given-up/events/{act}/").status_code == status
    assert OutboxDelivery.objects.filter(state="failed").exists() == (status != 302 or act == "seen")


@pytest.mark.parametrize(("source", "thing"), [("events", "x"), ("nothing", "")])
def test_nothing_is_settled_that_is_not_there(source: str, thing: str, browser_of: Browser) -> None:
    given_up_event()

    answer = browser_of("olga").post(f"/health/given-up/{source}/again/", {"thing": thing})

    assert answer.status_code == 404
    assert OutboxDelivery.objects.get().state == "failed"


def test_it_is_settled_from_our_own_pages_only(firm: Firm) -> None:
    olga = Client(enforce_csrf_checks=True)
    olga.force_login(firm.olga, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert olga.post("/health/given-up/events/again/").status_code == 403


def test_operations_read_their_alerts(firm: Firm, browser_of: Browser) -> None:
    given_up_event()
    given_up.announce(now=NOW)
    olga = browser_of("olga")

    assert 'href="/notices/"' in olga.get("/health/").content.decode()
    assert "tests.part" in olga.get("/notices/").content.decode()


@pytest.mark.parametrize("name", ["alice", "paul", "charlie", "mary", "olga"])
def test_figures_are_the_whole_firms_for_all_staff_and_name_nobody(
    name: str, danas: Receipt, browser_of: Browser
) -> None:
    read(danas, RECEIVED)
    page = browser_of(name).get("/health/").content.decode()
    assert "count the whole firm and name nobody" in page
    assert "Dana" not in page
    assert danas.masked not in page


def test_the_dial_stands_where_it_is_turned_to_and_begins_with_half(browser_of: Browser) -> None:
    olga = browser_of("olga")
    begins = olga.get("/health/").context["dial_form"]
    assert begins["percent"].value() == 50
    assert begins.fields["percent"].choices[-1][0] == "0", "the harshest comes last"
    dials.turn(40, scope=dials.Scope(), actor=SYSTEM, now=utc_now(), reason="budget")
    form = olga.get("/health/").context["dial_form"]
    assert form["percent"].value() == 40
    assert ("40", "40 %") in form.fields["percent"].choices
