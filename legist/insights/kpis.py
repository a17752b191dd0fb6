"""The measures: each a named function of raw rows over a span of days, defined here and nowhere else.

Days are those of the firm's time zone, also where the clock is changed. A measure adds its rows to the tally
of their day; weeks, months and the whole span are sums of days, so that they agree exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from legist.insights import readers
from legist.insights.readers import Days, Read, Window
from legist.insights.tallies import DAY, HOUR, Bin, Figure, Shape, Tally, figure, total
from workflows import measures as worked

MOST_DAYS: Final = 1830


class Grouping(StrEnum):
    """By what periods the rows of a measure are added."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def begin(self, day: date) -> date:
        """Return the first day of the period that a day lies in; weeks begin on Monday."""
        if self is Grouping.MONTH:
            return day.replace(day=1)
        return day - timedelta(days=day.weekday()) if self is Grouping.WEEK else day


@dataclass(frozen=True, slots=True)
class Measure:
    """One definition: what is counted (`meaning`), how (`shape`), in which unit, and from which rows."""

    key: str
    label: str | Promise
    meaning: str | Promise
    unit: str
    shape: Shape
    read: Read
    unit_seconds: float = 1.0
    per: float = 1.0
    # Where the rows stand, as far as there is a list of them: the name of an address, and its filter.
    rows: str = ""

    def figure(self, tally: Tally) -> Figure:
        return figure(self.shape, tally, unit_seconds=self.unit_seconds, per=self.per)


@dataclass(frozen=True, slots=True)
class Period:
    """One measure over one period of the window."""

    begins: date
    tally: Tally
    figure: Figure


@dataclass(frozen=True, slots=True)
class Result:
    """One measure over the whole window, and over each period of it that has rows, the oldest first."""

    measure: Measure
    tally: Tally
    figure: Figure
    periods: list[Period]

    @property
    def is_known(self) -> bool:
        return self.figure.value is not None

    @property
    def median(self) -> Bin | None:
        return self.tally.percentile(50)

    @property
    def p95(self) -> Bin | None:
        return self.tally.percentile(95)


def compute(window: Window, grouping: Grouping, *, keys: Iterable[str] = ()) -> list[Result]:
    """Read the rows of each measure (of these alone, if any are named) and add them up by period."""
    wanted = set(keys)
    return [_result(measure, window, grouping) for measure in MEASURES if not wanted or measure.key in wanted]


def _result(measure: Measure, window: Window, grouping: Grouping) -> Result:
    days = Days()
    measure.read(window, days)
    periods: Days = Days()
    for day, tally in days.items():
        periods[grouping.begin(day)].add(tally)
    whole = total(periods.values())
    return Result(
        measure,
        whole,
        measure.figure(whole),
        [Period(begins, tally, measure.figure(tally)) for begins, tally in sorted(periods.items())],
    )


MEASURES: Final = (
    Measure(
        "query_success_rate",
        _("Calls that were answered"),
        _("Of the calls that ended, those with an answer about the receipt; a refused number is one."),
        "share",
        Shape.SHARE,
        readers.call_success,
        rows="tracking:health",
    ),
    Measure(
        "time_to_detect_hours",
        _("Time to detect a change"),
        _("From when USCIS acted, between the day its text names and our last good reading, until we knew."),
        "hours",
        Shape.MEAN,
        readers.time_to_detect,
        unit_seconds=HOUR,
        rows="tracking:inbox",
    ),
    Measure(
        "processing_latency_seconds",
        _("From a change to the work it starts"),
        _("From when a change was known until its playbook was done, without what waited for a person."),
        "seconds",
        Shape.MEAN,
        readers.spans(worked.changes_worked),
    ),
    Measure(
        "approval_wait_hours",
        _("A message waits for an attorney"),
        _("From when a message asked for approval until it was approved."),
        "hours",
        Shape.MEAN,
        readers.spans(worked.drafts_approved),
        unit_seconds=HOUR,
        rows="workflows:approvals",
    ),
    Measure(
        "handover_seconds",
        _("From approval to the mail server"),
        _("From an approval until the message was handed over; what a person settled by hand is left out."),
        "seconds",
        Shape.MEAN,
        readers.spans(worked.messages_handed_over),
    ),
    Measure(
        "delivery_share",
        _("Messages that went out"),
        _("Of the deliveries that ended, those that were handed over; the rest failed, are held or unclear."),
        "share",
        Shape.SHARE,
        readers.delivered,
    ),
    Measure(
        "deadline_compliance",
        _("Deadlines met in time"),
        _("Of the deadlines that fell due, those met on their day or before; waived and moved ones apart."),
        "share",
        Shape.SHARE,
        readers.in_time(worked.dates_due),
        rows="workflows:deadlines",
    ),
    Measure(
        "sla_share",
        _("Steps done in time"),
        _("Of the steps that a status change opened and that fell due, those done on their day or before."),
        "share",
        Shape.SHARE,
        readers.in_time(worked.steps_due),
    ),
    Measure(
        "rfe_turnaround_days",
        _("Answer to a request for evidence"),
        _("From the notice, between its day and when we knew of it, until a person said the answer is out."),
        "days",
        Shape.MEAN,
        readers.rfe_turnaround,
        unit_seconds=DAY,
    ),
    Measure(
        "inquiries",
        _("Clients asked"),
        _("Calls and questions that staff logged, and what clients wrote in the portal."),
        "count",
        Shape.COUNT,
        readers.inquiries,
    ),
    Measure(
        "inquiries_answered",
        _("Portal messages answered"),
        _("Of what clients wrote in the portal, what is marked as answered."),
        "share",
        Shape.SHARE,
        readers.answered,
    ),
    Measure(
        "minutes_logged",
        _("Minutes logged"),
        _("Minutes that staff said checks by hand, calls and questions took them."),
        "minutes",
        Shape.COUNT,
        readers.acts(readers.minutes),
    ),
    Measure(
        "minutes_saved",
        _("Minutes saved"),
        _("Not measured: it needs a baseline of what checks by hand cost this firm."),
        "minutes",
        Shape.COUNT,
        readers.minutes_saved,
    ),
    Measure(
        "drafts_edited",
        _("Messages edited before approval"),
        _("Of the approved messages, those in which anything of the first draft was changed."),
        "share",
        Shape.SHARE,
        readers.acts(readers.edited),
    ),
    Measure(
        "drafts_returned",
        _("Messages sent back"),
        _("Of the decisions of attorneys about a message, those that sent it back."),
        "share",
        Shape.SHARE,
        readers.acts(readers.returned),
    ),
    Measure(
        "caseload_per_attorney",
        _("Open matters per attorney"),
        _("Mean over the attorneys who have any, at this moment."),
        "matters",
        Shape.MEAN,
        readers.caseload,
        rows="workflows:matters",
    ),
    Measure(
        "change_frequency",
        _("Status changes"),
        _("What sources told, for each receipt watched and 30 days; first readings are none."),
        "per receipt and 30 days",
        Shape.RATE,
        readers.change_frequency,
        per=30.0,
        rows="tracking:inbox",
    ),
    Measure(
        "manual_escalations",
        _("Questions to a person"),
        _("Reviews that were opened since a machine could not or should not decide."),
        "count",
        Shape.COUNT,
        readers.reviews,
        rows="tracking:reviews",
    ),
    Measure(
        "retries",
        _("Calls made again"),
        _("Calls that repeated one that had failed."),
        "count",
        Shape.COUNT,
        readers.retries,
        rows="tracking:health",
    ),
    Measure(
        "failures",
        _("Calls that failed"),
        _("Calls without an answer about the receipt, by what went wrong."),
        "count",
        Shape.COUNT,
        readers.failures,
        rows="tracking:health",
    ),
    Measure(
        "queue_depth",
        _("Waiting now"),
        _("Due receipts, open reviews, messages to approve and to send, events and tasks, at this moment."),
        "count",
        Shape.COUNT,
        readers.queue_depth,
        rows="tracking:health",
    ),
)


def as_json(results: Iterable[Result]) -> dict[str, Any]:
    """Return what `manage.py kpis --json` prints: each measure over the span, and its periods as rows."""
    found = list(results)
    return {
        "kpis": {each.measure.key: _said(each.measure, each.figure, each.tally) for each in found},
        "rows": [
            {"kpi": each.measure.key, "begins": period.begins.isoformat()}
            | _said(each.measure, period.figure, period.tally)
            for each in found
            for period in each.periods
        ],
    }


def _said(measure: Measure, said: Figure, tally: Tally) -> dict[str, Any]:
    found: dict[str, Any] = {
        "value": said.value,
        "unit": measure.unit,
        "n": said.n,
        "low": said.low,
        "high": said.high,
        "part": tally.part,
        "whole": tally.whole,
    }
    if tally.by:
        found["by"] = dict(sorted(tally.by.items()))
    if measure.shape is Shape.MEAN:
        for name, percent in (("median", 50), ("p95", 95)):
            bin_ = tally.percentile(percent)
            found[name] = [each and each / measure.unit_seconds for each in bin_] if bin_ else None
    return found
