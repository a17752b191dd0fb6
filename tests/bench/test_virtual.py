"""The real scheduler, breaker and ledger under a virtual clock: days are kept, outages cost little."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.backends.signals import connection_created

from legist.bench.virtual import BEGINS, Outage, _clock_of_the_server, measure_days, measure_outage
from legist.core import instants
from legist.core.resilience.breaker import PAUSE_BASE, PAUSE_CAP, THRESHOLD

pytestmark = pytest.mark.django_db
HOURS = 2


@pytest.mark.parametrize("disturbed", ["clock", "kill"])
def test_no_true_day_has_too_many_calls_and_hardly_one_is_left(disturbed: str) -> None:
    if disturbed == "clock" and connection.vendor != "postgresql":
        disturbed = "calm"  # a file knows no clock but the machine's
    found = measure_days(days=1, per_day=24, disturbed=disturbed)
    assert (found.over, found.charged >= found.calls) == (0, True)
    assert found.spent >= (0.8 if disturbed == "kill" else 0.93)  # a call is four in a hundred here


def test_a_connection_that_is_made_anew_goes_by_the_clock_of_the_bench() -> None:
    """Handing over a task closes the one there was; from the second step on all went by the true time."""
    with _clock_of_the_server() as turn:
        turn(BEGINS)
        if connection.vendor == "postgresql":
            connection.cursor().execute("RESET search_path")
            assert instants.judge(BEGINS) != BEGINS
        connection_created.send(sender=type(connection), connection=connection)
        assert instants.judge(BEGINS) == BEGINS


def pauses(hours: float) -> int:
    """How many probes fit into an outage of so many hours."""
    made, at, pause = 0, 0.0, PAUSE_BASE.total_seconds()
    while at < hours * 3600:
        made, at, pause = made + 1, at + pause, min(2 * pause, PAUSE_CAP.total_seconds())
    return made


@pytest.mark.parametrize(
    ("kind", "receipts"), [("503", 12), ("429", 12), ("429_with_wrong_header", 12), ("hang", 3)]
)
def test_an_outage_costs_a_probe_a_pause_and_nobody_waits_long_after_it(kind: str, receipts: int) -> None:
    found = measure_outage(kind, receipts=receipts, hours=HOURS)
    assert 0 < found.calls <= THRESHOLD + pauses(HOURS)
    assert found.longest_wait_minutes <= 15
    assert found.holds


def test_who_says_when_it_is_over_is_asked_then_and_not_before() -> None:
    found = measure_outage("429_with_header", receipts=12, hours=HOURS)
    assert found.calls == 1
    assert found.longest_wait_minutes <= 2


@pytest.mark.parametrize(
    ("kind", "calls", "wait", "holds"),
    [
        ("503", 25, 15, True),
        ("503", 26, 15, False),
        ("503", 25, 15.1, False),
        ("429_with_header", 26, 0, False),
        ("429", 44, 15, True),
        ("429", 45, 15, False),
        ("10_percent", 300, 0, True),
    ],
)
def test_the_matrix_is_judged_by_calls_and_by_waiting(
    kind: str, calls: int, wait: float, holds: bool
) -> None:
    assert Outage(kind, 60, 8, calls, 0, 0.1, wait).holds is holds
    assert not Outage("10_percent", 60, 8, calls, 0, 0.11, wait).holds
