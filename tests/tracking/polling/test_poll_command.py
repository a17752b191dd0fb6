"""`poll` from the command line, and the tasks that do the same in the worker."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from legist.core import flags
from legist.core.actors import ACTS_AS_SYSTEM, Actor
from legist.core.clock import utc_now
from legist.core.models import TaskTicket
from legist.core.tasks.base import get_task
from legist.core.tasks.schedules import list_schedules
from tests.factories.practice import NOW, SYSTEM
from tests.factories.tracking import NUMBER, make_receipt, make_receipts, numbers
from tests.support.simulator import RunningSimulator
from tracking import importing, tasks
from tracking.models import ImportBatch, Receipt, StatusChange

pytestmark = pytest.mark.django_db
KEYS = {"claimed", "ok", "changed", "unchanged", "retry", "review", "skipped_budget", "errors", "seconds"}


@pytest.fixture(autouse=True)
def _points_at_the_simulator(settings: LazySettings, simulator: RunningSimulator) -> Iterator[None]:
    for name, value in (simulator.settings | {"USCIS_TPS": 1000.0}).items():
        setattr(settings, name, value)
    yield
    from tracking import sources

    while sources._sources:
        sources._sources.popitem()[1].close()


def poll(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    call_command("poll", *arguments, "--json")
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def test_it_asks_about_what_is_due_and_returns(capsys: pytest.CaptureFixture[str]) -> None:
    make_receipts(3)
    document = poll(capsys, "--once")
    assert document.keys() >= KEYS
    assert (document["claimed"], document["changed"], document["errors"]) == (3, 3, {})
    assert poll(capsys, "--once")["claimed"] == 0


@pytest.mark.parametrize("limit", [(), ("--limit", "4")])
def test_it_waits_out_a_short_retry_after(
    limit: tuple[str, ...], capsys: pytest.CaptureFixture[str], simulator: RunningSimulator
) -> None:
    make_receipts(4)
    simulator.fault("rate_limited", retry_after=1)
    document = poll(capsys, "--once", *limit)
    assert (document["changed"], StatusChange.objects.count()) == (4, 4)


def test_it_does_not_wait_out_a_long_one(
    capsys: pytest.CaptureFixture[str], simulator: RunningSimulator
) -> None:
    make_receipts(4)
    simulator.fault("rate_limited", retry_after=600, times=None)
    assert poll(capsys, "--once")["changed"] == 0


def test_it_keeps_to_the_limit(capsys: pytest.CaptureFixture[str]) -> None:
    make_receipts(3)
    assert poll(capsys, "--once", "--limit", "2")["claimed"] == 2


def test_it_counts_errors_by_class(capsys: pytest.CaptureFixture[str], simulator: RunningSimulator) -> None:
    make_receipts(3)
    one, two, _ = numbers(3)
    simulator.fault("unknown_receipt", receipt=one)
    simulator.fault("http_500", receipt=two)
    document = poll(capsys, "--once")
    assert document["errors"] == {"permanent": 1, "transient": 1}
    assert (document["ok"], document["retry"], document["review"]) == (1, 1, 1)


def test_it_asks_about_one_receipt_however_it_is_typed(capsys: pytest.CaptureFixture[str]) -> None:
    one, two = numbers(2)
    make_receipt(one, due=utc_now().replace(year=2099))
    make_receipt(two)
    assert poll(capsys, "--receipt", f"{one[:3].lower()}-{one[3:]}")["changed"] == 1
    assert Receipt.objects.get(current_code="").number == two


def test_it_exits_1_when_access_is_refused(
    capsys: pytest.CaptureFixture[str], settings: LazySettings
) -> None:
    make_receipts(1)
    settings.USCIS_CLIENT_SECRET = "wrong"
    for _ in ("refused", "held back"):
        with pytest.raises(SystemExit) as left:
            call_command("poll", "--once", "--json")
        printed = capsys.readouterr()
        assert left.value.code == 1
        assert json.loads(printed.out).keys() >= KEYS
        assert "Check USCIS_CLIENT_ID" in printed.err


def test_it_ends_by_itself_when_access_is_refused(settings: LazySettings) -> None:
    make_receipts(1)
    settings.USCIS_CLIENT_SECRET = "wrong"

    with pytest.raises(SystemExit):
        call_command("poll")


def test_trouble_that_passes_is_no_failure_of_the_command(
    capsys: pytest.CaptureFixture[str], simulator: RunningSimulator
) -> None:
    make_receipts(1)
    simulator.fault("http_500")

    assert poll(capsys, "--once")["retry"] == 1


@pytest.mark.parametrize(("typed", "message"), [("12", "letters in front"), (NUMBER, "is not tracked")])
def test_it_exits_2_when_the_receipt_makes_no_sense(typed: str, message: str) -> None:
    with pytest.raises(CommandError, match=message) as refused:
        call_command("poll", "--receipt", typed)
    assert refused.value.returncode == 2
    assert NUMBER not in str(refused.value)


def test_it_says_why_it_asks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    make_receipt()
    flags.set_flag(flags.POLLING, on=False, actor=SYSTEM, now=NOW)
    call_command("poll", "--once")
    printed = capsys.readouterr()
    assert printed.out.startswith("Claimed 0:")
    assert printed.err.splitlines() == [ACTS_AS_SYSTEM, "Polling is switched off; nothing was asked."]


def test_the_worker_sweeps_only_when_something_is_due() -> None:
    schedule = next(each for each in list_schedules() if each.task.name == "tracking.sweep")
    assert schedule.when is not None
    assert not schedule.when(NOW)
    make_receipt()
    assert schedule.when(NOW)


def test_the_sweep_asks_about_what_is_due() -> None:
    make_receipts(3)
    tasks.sweep()
    assert StatusChange.objects.count() == 3


def run_ticket(name: str) -> None:
    """Have the worker find what waits, and do it."""
    tasks.resume_imports()
    ticket = TaskTicket.objects.get(name=name)
    get_task(ticket.name)(**ticket.kwargs)


def test_the_worker_takes_up_imports_that_wait() -> None:
    actor, now = Actor.command("tests"), utc_now()
    content = "\n".join(["receipt_number", *numbers(3)]).encode()
    batch = importing.upload_import(content, filename="r.csv", actor=actor, now=now)
    run_ticket("tracking.check_import")
    importing.start_import(batch.pk, actor=actor, now=now)
    run_ticket("tracking.run_import")
    assert (ImportBatch.objects.get().state, Receipt.objects.count()) == ("done", 3)
