"""The firm's measures on one page: each with what it means, between what it lies, and how it went."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from legist.core import incidents
from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import InvalidInput
from legist.core.web import navigation, request_actor
from legist.insights import kpis
from legist.insights.kpis import Grouping, Measure, Period, Result
from legist.insights.readers import Window
from legist.insights.tallies import DAY, HOUR, MINUTE, Shape
from legist.practice.permissions import Capability, require
from legist.practice.selectors import list_acts
from legist.practice.states import ActKind
from legist.practice.web import exports, looks
from tracking.states import ReviewKind
from tracking.web.labels import error_words

PLACE: Final = navigation.NavigationItem(
    key="reports",
    label=gettext_lazy("Reports"),
    url_name="insights:reports",
    icon="gauge",
    capability=Capability.VIEW_MEASURES,
    order=45,
    section=navigation.OFFICE,
    letter="o",
)
SPANS: Final = {7: Grouping.DAY, 30: Grouping.DAY, 90: Grouping.WEEK, 365: Grouping.MONTH}
USUAL: Final = 90
# What people change that figures follow; incidents stand beside them.
LANDMARKS: Final = ("tracking.polling_policy_published", "tracking.vocabulary_published", "core.flag_turned")
LANDMARKS_AT_MOST: Final = 30
KINDS: Final[dict[str, str | Promise]] = {
    **dict(ReviewKind.choices),
    **dict(ActKind.choices),
    "portal": gettext_lazy("Written in the portal"),
    "receipts_due": gettext_lazy("Receipts that are due"),
    "reviews_open": gettext_lazy("Open reviews"),
    "messages_for_approval": gettext_lazy("Messages for approval"),
    "messages_to_go_out": gettext_lazy("Messages to go out"),
    "events": gettext_lazy("Events not worked yet"),
    "tasks": gettext_lazy("Tasks not run yet"),
}
SECTIONS: Final[tuple[tuple[str | Promise, tuple[str, ...]], ...]] = (
    (
        gettext_lazy("Is it fresh?"),
        ("time_to_detect_hours", "query_success_rate", "change_frequency", "failures", "retries"),
    ),
    (
        gettext_lazy("Does the work get done?"),
        (
            "deadline_compliance",
            "sla_share",
            "rfe_turnaround_days",
            "caseload_per_attorney",
            "manual_escalations",
            "queue_depth",
        ),
    ),
    (
        gettext_lazy("Are clients told?"),
        (
            "approval_wait_hours",
            "processing_latency_seconds",
            "handover_seconds",
            "delivery_share",
            "drafts_edited",
            "drafts_returned",
            "inquiries",
            "inquiries_answered",
            "minutes_logged",
            "minutes_saved",
        ),
    ),
)
WIDTH, HEIGHT, GAP = 240, 48, 2
# Units that stand beside the value; those of time are part of it.
UNITS: Final[dict[str, str | Promise]] = {
    "minutes": gettext_lazy("minutes"),
    "per receipt and 30 days": gettext_lazy("per receipt and 30 days"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One period in the picture: its place, and the words of its title."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """One measure as the page shows it."""

    result: Result
    value: str
    unit: str
    between: str
    spread: str
    bars: list[Bar]
    kinds: list[tuple[str, int]]
    periods: list[tuple[str, str, int]]
    url: str


@require_GET
@login_required
def reports(request: HttpRequest) -> HttpResponseBase:
    """Show the measures of the last days, or give their periods as a file."""
    actor, now = request_actor(request), utc_now()
    require(actor, Capability.VIEW_MEASURES)
    wanted, days = looks.is_wanted(request), _span(request)
    window = Window.of(now=now, first=_first(now, days), last=_first(now, 1))
    results = {each.measure.key: each for each in kpis.compute(window, SPANS[days])}
    if wanted:
        rows = exports.Rows(sum(len(each.periods) for each in results.values()), _rows(results.values()))
        return exports.export(request, SHEET, lambda: rows, filters={"days": str(days)}, actor=actor, now=now)
    places = {item.url_name for item in navigation.allowed(actor)}
    sections = [
        (
            title,
            [_line(results[key], SPANS[days], places) for key in keys if results[key].is_known],
            [results[key].measure.label for key in keys if not results[key].is_known],
        )
        for title, keys in SECTIONS
    ]
    spans = [{"label": _span_label(each), "url": f"?days={each}", "current": each == days} for each in SPANS]
    shown: dict[str, Any] = {"sections": sections, "spans": spans, "days": days}
    shown["landmarks"] = _landmarks(window, actor)
    return render(request, "insights/reports.html", shown)


def _landmarks(window: Window, actor: Actor) -> list[tuple[datetime, str, str]]:
    """Return what may explain a turn of the figures, the newest first: when, what, and where it stands."""
    acts = list_acts(actor, LANDMARKS, since=window.since, until=window.until)
    place, audit = reverse("insights:incidents"), reverse("practice:audit")
    found = [
        (each.opened_at, incidents.say(each.cause, each.concern), f"{place}#incident-{each.pk}")
        for each in incidents.between(window.since, window.until)
    ]
    found += [
        (each.at, f"{each.who} {each.sentence}", f"{audit}?action={each.entry.action}") for each in acts
    ]
    return sorted(found, reverse=True)[:LANDMARKS_AT_MOST]


def _span(request: HttpRequest) -> int:
    given = request.GET.get("days", str(USUAL))
    if given not in {str(each) for each in SPANS}:
        raise InvalidInput(_("There are figures of 7, 30, 90 and 365 days. Choose one of these."))
    return int(given)


def _first(now: datetime, days: int) -> date:
    """Return the first of so many days of the firm's, today being the last."""
    return localdate(now) - timedelta(days=days - 1)


def _span_label(days: int) -> str:
    if days == max(SPANS):
        return _("A year")
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def _rows(results: Iterable[Result]) -> Iterator[tuple[Result, Period]]:
    return ((result, period) for result in results for period in result.periods)


def _line(result: Result, grouping: Grouping, places: Container[str]) -> Line:
    measure, said = result.measure, result.figure
    between = ""
    if said.low is not None and said.high is not None and said.low != said.high:
        low, high = _words(measure, said.low), _words(measure, said.high)
        between = _("between %(low)s and %(high)s") % {"low": low, "high": high}
    periods = [
        (_begins(period.begins, grouping), _value(measure, period.figure.value), period.figure.n)
        for period in result.periods
    ]
    return Line(
        result,
        value=_value(measure, said.value),
        unit=str(UNITS.get(measure.unit, "")),
        between=between,
        spread=_spread(result),
        bars=_bars(result, periods),
        kinds=[(_kind(kind), number) for kind, number in result.tally.by.most_common()],
        periods=periods,
        url=reverse(measure.rows) if measure.rows in places else "",
    )


def _kind(kind: str) -> str:
    """Say what the rows of a count are, as the pages call them that show these rows."""
    named = KINDS.get(kind) or error_words(kind)
    return str(named)


def _value(measure: Measure, value: float | None) -> str:
    return _("no data") if value is None else _words(measure, value)


def _words(measure: Measure, value: float) -> str:
    """Say a value: a share in percent, a length of time in the unit in which it is at least one."""
    if measure.shape is Shape.SHARE:
        return f"{number_format(value * 100, 1)} %"
    if measure.shape is Shape.MEAN and measure.unit != "matters":
        return _lasting(value * measure.unit_seconds)
    places = 0 if measure.shape is Shape.COUNT else 1 if abs(value) >= 1 else 2
    return number_format(value, places, force_grouping=True)


def _lasting(seconds: float) -> str:
    if seconds < MINUTE:
        return _("%(n)s s") % {"n": number_format(seconds, 1)}
    if seconds < HOUR:
        return _("%(n)s min") % {"n": number_format(seconds / MINUTE, 1)}
    if seconds < 2 * DAY:
        return _("%(n)s hours") % {"n": number_format(seconds / HOUR, 1)}
    return _("%(n)s days") % {"n": number_format(seconds / DAY, 1)}


def _spread(result: Result) -> str:
    """Say within what most of the lengths lie; the bins are as fine as it is known."""
    is_time = result.measure.shape is Shape.MEAN and result.measure.unit != "matters"
    if not is_time or not (result.median and result.p95):
        return ""
    half, most = result.median.high, result.p95.high
    if half is None or most is None:
        return ""
    return _("half within %(half)s, 95 of 100 within %(most)s") % {
        "half": _lasting(half),
        "most": _lasting(most),
    }


def _begins(day: date, grouping: Grouping) -> str:
    return date_format(day, "YEAR_MONTH_FORMAT" if grouping is Grouping.MONTH else "MONTH_DAY_FORMAT")


def _bars(result: Result, periods: list[tuple[str, str, int]]) -> list[Bar]:
    """Draw one bar for each period that has rows, as high as its share of the highest."""
    values = [period.figure.value or 0.0 for period in result.periods]
    if len(values) < 2:
        return []
    top, width = max(values) or 1.0, WIDTH / len(values)
    return [
        Bar(
            round(index * width, 1),
            round(HEIGHT - HEIGHT * value / top, 1),
            round(max(1.0, width - GAP), 1),
            round(HEIGHT * value / top, 1),
            f"{label}: {words}",
        )
        for index, (value, (label, words, _n)) in enumerate(zip(values, periods, strict=True))
    ]


SHEET: Final = exports.Sheet(
    "measures",
    (
        (gettext_lazy("Measure"), lambda row: str(row[0].measure.label)),
        (gettext_lazy("Begins"), lambda row: row[1].begins),
        (
            gettext_lazy("Value"),
            lambda row: "" if row[1].figure.value is None else f"{row[1].figure.value:.6g}",
        ),
        (gettext_lazy("Unit"), lambda row: row[0].measure.unit),
        (gettext_lazy("Low"), lambda row: "" if row[1].figure.low is None else f"{row[1].figure.low:.6g}"),
        (gettext_lazy("High"), lambda row: "" if row[1].figure.high is None else f"{row[1].figure.high:.6g}"),
        (gettext_lazy("Rows"), lambda row: row[1].figure.n),
    ),
)
