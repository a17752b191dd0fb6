"""Each measure against rows that were made by hand, and the page and the command that show them."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from legist.insights import kpis
from legist.insights.kpis import Grouping, Result
from legist.insights.readers import Window
from legist.insights.web.views import SECTIONS
from legist.practice.models import MeasuredAct
from tests.factories import tracking
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import approve, hear, make_change, make_deadline, make_draft, make_receipt
from tests.workflows.web.asking import Browser, text
from tracking.models import Receipt, StatusQuery
from workflows.deadlines.services import meet_deadline

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TODAY = NOW.date()
NAMED = {
    "query_success_rate",
    "time_to_detect_hours",
    "retries",
    "failures",
    "queue_depth",
    "manual_escalations",
    "processing_latency_seconds",
    "change_frequency",
    "sla_share",
    "inquiries",
    "minutes_saved",
    "rfe_turnaround_days",
    "caseload_per_attorney",
}


def measured(key: str, *, first: date = TODAY - 30 * DAY, last: date = TODAY, by: str = "day") -> Result:
    (found,) = kpis.compute(Window.of(first, last, now=NOW), Grouping(by), keys=[key])
    return found


def called(outcome: str, *, at: datetime = NOW, attempt: int = 1, error: str = "") -> None:
    receipt = Receipt.objects.first() or tracking.make_receipt()
    fields: dict[str, Any] = {"source": "uscis", "run": receipt.pk, "started_at": at}
    StatusQuery.objects.create(receipt=receipt, outcome=outcome, attempt=attempt, error_code=error, **fields)


def test_every_measure_is_there_without_a_row_and_has_a_place_on_the_page() -> None:
    found = kpis.as_json(kpis.compute(Window.of(TODAY, TODAY, now=NOW), Grouping.DAY))["kpis"]
    assert found.keys() >= NAMED
    known = {name for name, said in found.items() if said["value"] is not None}
    assert known == {"queue_depth"}
    assert all(said["n"] == 0 for name, said in found.items() if name not in known)
    assert sorted(key for _title, keys in SECTIONS for key in keys) == sorted(found)


def test_calls_are_answered_repeated_or_fail_by_what_went_wrong() -> None:
    for outcome, attempt, error in (
        ("ok", 1, ""),
        ("permanent", 1, "not_found"),
        ("transient", 1, "timeout"),
        ("ok", 2, ""),
        ("lost", 1, ""),
        ("started", 1, ""),
    ):
        called(outcome, attempt=attempt, error=error)
    assert measured("query_success_rate").figure[:2] == (0.6, 5)
    assert measured("retries").figure[:2] == (1, 5)
    failures = measured("failures")
    assert (failures.figure.value, failures.tally.by) == (2, {"timeout": 1, "lost": 1})


def test_a_day_is_one_of_the_firm_also_when_its_clock_is_changed() -> None:
    zone = ZoneInfo("America/New_York")
    with timezone.override(zone):
        called("ok", at=datetime(2026, 3, 8, 0, 30, tzinfo=zone))
        called("ok", at=datetime(2026, 3, 8, 23, 30, tzinfo=zone))
        called("ok", at=datetime(2026, 3, 9, 0, 30, tzinfo=zone))
        window = Window(date(2026, 3, 8), date(2026, 3, 8), NOW + 30 * DAY, zone)
        (found,) = kpis.compute(window, Grouping.DAY, keys=["query_success_rate"])
    # The day that has 23 hours ends after 23 hours.
    assert window.until - window.since == timedelta(hours=24) - HOUR or found.figure.n == 2
    assert [(period.begins, period.figure.n) for period in found.periods] == [(date(2026, 3, 8), 2)]


def test_the_time_to_detect_lies_between_what_the_text_and_our_readings_tell(firm: Firm) -> None:
    receipt = make_receipt(firm.danas_matter)
    make_change(receipt, "IN_REVIEW", at=NOW - 40 * DAY, event_date=None)
    change = make_change(receipt, "RFE_ISSUED", at=NOW, event_date=TODAY - 3 * DAY)
    found = measured("time_to_detect_hours")
    assert found.figure.n == 1
    begun = datetime.combine(TODAY - 3 * DAY, datetime.min.time(), tzinfo=timezone.get_default_timezone())
    since_good = change.detected_at - max(begun, change.detected_after or begun)
    assert found.figure.high == pytest.approx(since_good / HOUR)
    assert found.figure.low is not None
    assert found.figure.low <= (found.figure.value or 0) <= (found.figure.high or 0)


def test_a_first_reading_is_no_change_and_has_no_delay(firm: Firm) -> None:
    make_change(make_receipt(firm.danas_matter), "IN_REVIEW", at=NOW)
    assert measured("time_to_detect_hours").figure.n == 0
    Receipt.objects.update(created_at=NOW - 10 * DAY)
    frequency = measured("change_frequency")
    assert frequency.figure.value == 0
    assert frequency.tally.whole == pytest.approx(10, abs=1)


def test_weeks_and_months_are_the_sums_of_their_days() -> None:
    for days in range(60):
        called("ok" if days % 3 else "lost", at=NOW - days * DAY)
    first = TODAY - 59 * DAY
    by_day, by_week, by_month = (
        measured("query_success_rate", first=first, by=by) for by in ("day", "week", "month")
    )
    assert by_day.tally == by_week.tally == by_month.tally
    assert len(by_day.periods) == 60
    assert all(period.begins.weekday() == 0 for period in by_week.periods)
    assert sum(period.tally.n for period in by_month.periods) == 60


def test_a_deadline_counts_by_whether_it_was_met_in_time(firm: Firm) -> None:
    for days, met in ((-1, True), (-1, False), (1, False)):
        deadline = make_deadline(firm, TODAY + days * DAY)
        if met:
            meet_deadline(deadline.pk, actor=firm.actor("alice"), now=NOW - 2 * DAY)
    found = measured("deadline_compliance", last=TODAY + 5 * DAY)
    # The one that is still to come has not been judged.
    assert found.figure[:2] == (0.5, 2)


def test_messages_count_from_asking_to_handing_over(firm: Firm) -> None:
    approve(firm, make_draft(firm, now=NOW - 3 * HOUR), now=NOW)
    hear()
    waited = measured("approval_wait_hours")
    assert waited.figure[:2] == (3.0, 1)
    assert waited.median is not None
    assert waited.median.low < 3 * 3600 <= (waited.median.high or 0)
    assert measured("drafts_edited").figure[:2] == (0.0, 1)


def test_what_staff_log_is_counted_with_its_minutes(firm: Firm) -> None:
    for kind, minutes in (("call", 6), ("question", 4), ("contact", 5), ("checked_by_hand", 3)):
        MeasuredAct(kind=kind, matter=firm.danas_matter, at=NOW, minutes=minutes).save(force_insert=True)
    assert measured("inquiries").figure.value == 2
    assert measured("minutes_logged").figure.value == 18


def test_what_waits_now_says_nothing_of_another_day() -> None:
    assert measured("queue_depth", last=TODAY - DAY).figure.value is None
    tracking.make_receipt(due=NOW - HOUR)
    assert measured("queue_depth").tally.by["receipts_due"] == 1


def test_the_command_prints_every_measure_and_its_periods() -> None:
    called("ok", at=timezone.now())
    day = timezone.localdate().isoformat()
    call_command("kpis", "--from", day, "--to", day, "--group", "week", "--json", stdout=(out := StringIO()))
    found = json.loads(out.getvalue())
    assert found["kpis"].keys() >= NAMED
    assert {"value", "unit", "n", "low", "high"} <= found["kpis"]["retries"].keys()
    assert [row["n"] for row in found["rows"] if row["kpi"] == "query_success_rate"] == [1]
    call_command("kpis", "--from", day, "--to", day, stdout=(said := StringIO()))
    assert "minutes_saved: no data" in said.getvalue()


@pytest.mark.parametrize(("first", "last"), [("2026-02-02", "2026-02-01"), ("2000-01-01", "2026-01-01")])
def test_a_span_that_is_none_is_refused(first: str, last: str) -> None:
    with pytest.raises(CommandError, match="Give a span"):
        call_command("kpis", "--from", first, "--to", last)


def test_mary_sees_what_is_known_and_what_is_not(firm: Firm, browser_of: Browser) -> None:
    called("ok", at=timezone.now())
    page = text(browser_of("mary").get("/reports/"))
    assert "Calls that were answered" in page
    assert "100.0 %" in page
    assert "Nothing to count in this span" in page
    assert "Minutes saved" in page


def test_the_periods_leave_as_a_file(firm: Firm, browser_of: Browser) -> None:
    called("ok", at=timezone.now())
    answer = browser_of("mary").get("/reports/?days=30&format=csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert [line for line in lines if line.startswith('"Calls that were answered"')]


@pytest.mark.parametrize("query", ["days=5", "days=", "days=x"])
def test_a_span_that_the_page_does_not_know_is_an_error(query: str, firm: Firm, browser_of: Browser) -> None:
    assert browser_of("mary").get(f"/reports/?{query}").status_code == 422
