"""What is not working and who sees to it, open incidents first; and all figures, as a monitor reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from secrets import compare_digest
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from legist.core import given_up, heartbeat, incidents, tasks
from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.errors import NotFound
from legist.core.incidents import Cause
from legist.core.states import BreakerState
from legist.core.web import navigation, request_actor
from legist.insights import kpis, telling
from legist.insights.causes import CAUSES
from legist.insights.kpis import Grouping
from legist.insights.readers import Window
from legist.practice.permissions import Capability, can, require
from legist.practice.roles import CAPABILITIES, Role
from tracking.selectors import source_health
from tracking.web.answers import done

PLACE: Final = navigation.NavigationItem(
    key="incidents",
    label=gettext_lazy("Incidents"),
    url_name="insights:incidents",
    icon="siren",
    capability=Capability.VIEW_HEALTH,
    order=21,
    section=navigation.OFFICE,
)

PARTS: Final = (heartbeat.WORKER, heartbeat.POLLING_WORKER, heartbeat.POLLER, incidents.WATCH)
# The measures read raw rows of a week: no scrape needs them anew.
SPAN: Final = timedelta(days=6)
KEPT_S: Final = 300
KEY: Final = "insights.measured"
Measured = tuple[dict[str, float], dict[str, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """One incident as the page shows it; `may_end`: the reader may take it on and end it."""

    incident: Any
    title: str
    sentence: str
    todo: str
    url: str
    may_end: bool


@never_cache
@require_GET
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Show what is not working, and what was not."""
    actor, now = request_actor(request), utc_now()
    require(actor, Capability.VIEW_HEALTH)
    incidents.watch_if_late(now=now)
    shown = {
        "open": _lines(incidents.list_open(), actor),
        "over": _lines(incidents.list_over(now=now), actor),
        "watched": [(cause.label, cause.name, cause.limit, _roles(cause)) for cause in CAUSES],
        "may_try": can(actor, Capability.SETTLE_GIVEN_UP),
        "now": now,
    }
    return render(request, "insights/incidents/page.html", shown)


def _roles(cause: Cause) -> list[str]:
    """Return the roles whose people are told."""
    return [str(role.label) for role in Role if cause.told in CAPABILITIES[role]]


def _lines(found: Iterable[Any], actor: Actor) -> list[Line]:
    return [_line(each, actor) for each in found]


def _line(incident: Any, actor: Actor) -> Line:
    cause = incidents.find_cause(incident.cause)
    title = incidents.say(incident.cause, incident.concern)
    if cause is None:
        # Written by another release: it is shown as it is, and nobody can do anything about it here.
        return Line(incident, title, "", "", "", may_end=False)
    return Line(
        incident,
        title,
        cause.describe(incident.concern, incident.count),
        str(cause.todo),
        reverse(cause.page),
        may_end=can(actor, Capability(cause.told)),
    )


@require_POST
@login_required
def acknowledge(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Take an incident on."""
    actor, now = _allowed(request, incident_id)
    is_new = incidents.acknowledge(incident_id, actor=actor, now=now)
    message = _("You have taken it on. Nobody is reminded of it again.")
    return _back(request, message if is_new else _("Somebody has taken it on already."))


@require_POST
@login_required
def resolve(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Say that an incident is over."""
    actor, now = _allowed(request, incident_id)
    is_new = incidents.resolve(incident_id, actor=actor, now=now)
    return _back(
        request, _("It is over, and everybody who knew of it is told.") if is_new else _("It is over.")
    )


@require_POST
@login_required
def try_mail(request: HttpRequest) -> HttpResponse:
    """Have a trial mailed to whoever asks."""
    actor = request_actor(request)
    require(actor, Capability.SETTLE_GIVEN_UP)
    telling.ask_for_trial(actor, now=utc_now())
    return _back(
        request, _("A trial is on its way to you. If none comes, see what was given up in Source health.")
    )


def _allowed(request: HttpRequest, incident_id: UUID) -> tuple[Actor, datetime]:
    """Return who asks, and when: somebody who is told of such incidents."""
    actor = request_actor(request)
    require(actor, Capability.VIEW_HEALTH)
    require(actor, Capability(incidents.get_cause(incidents.get(incident_id)).told))
    return actor, utc_now()


def _back(request: HttpRequest, message: str) -> HttpResponse:
    return done(request, message, back=reverse("insights:incidents"))


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return every figure to a monitor that has the token; nobody else finds anything here.

    Labels are codes: lanes, queues, causes and measures, never an id, a number or a person.
    """
    token, given = settings.LEGIST_METRICS_TOKEN, request.headers.get("Authorization", "")
    if not token or not compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise NotFound
    now = utc_now()
    incidents.watch_if_late(now=now)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(now))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Figures(Collector):
    """All families at one instant."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from _of_incidents()
        yield from _of_work(self.now)
        yield from _of_source(self.now)
        yield from _of_measures(self.now)


def _family(name: str, meaning: str, **by: Mapping[str, float]) -> GaugeMetricFamily:
    """Return one name with its values by the one label that is given."""
    ((label, values),) = by.items()
    family = GaugeMetricFamily(f"legist_{name}", meaning, labels=[label])
    for given, value in values.items():
        family.add_metric([given], value)
    return family


def _one(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"legist_{name}", meaning, value=value)


def _of_incidents() -> Iterator[GaugeMetricFamily]:
    found = Counter(incidents.list_open().values_list("cause", flat=True))
    counts = incidents.counts()
    by_cause = {each.name: found[each.name] for each in CAUSES}
    yield _family("incidents_open", "Open incidents", cause=by_cause)
    yield _one("incidents_unacknowledged", "Open ones that nobody has taken on", counts["unacknowledged"])
    yield _one("incidents_untold", "Open ones of which no mail could go out", counts["untold"])


def _of_work(now: datetime) -> Iterator[GaugeMetricFamily]:
    yield _family("given_up", "Given up and not seen", source=given_up.counts())
    waits = {str(queue): wait.total_seconds() for queue, wait in tasks.waits(now).items()}
    yield _family("queue_wait_seconds", "How long the oldest that is due has waited", queue=waits)
    signs = {part: heartbeat.latest(part) for part in PARTS}
    ages = {part: (now - at).total_seconds() for part, at in signs.items() if at}
    yield _family("sign_of_life_age_seconds", "Since a part showed itself last", part=ages)


def _of_source(now: datetime) -> Iterator[GaugeMetricFamily]:
    found = source_health(now)
    used = {lane.key: lane.calls_today for lane in found.lanes}
    yield _family("calls_today", "Calls of this UTC day", lane=used)
    allowed = {lane.key: lane.quota for lane in found.lanes}
    yield _family("calls_limit", "Calls that the day allows", lane=allowed)
    held = {lane.key: float(lane.breaker.state != BreakerState.CLOSED) for lane in found.lanes}
    yield _family("calls_held_back", "1 while the breaker holds calls back", lane=held)
    receipts = {"watched": found.watched, "due": found.due, "overdue": found.overdue, "held": found.held}
    yield _family("receipts", "Receipts", state=receipts)
    read_at = found.last_good_at
    age = (now - read_at).total_seconds() if read_at else inf
    yield _one("reading_age_seconds", "Since the last good reading", age)


def _of_measures(now: datetime) -> Iterator[GaugeMetricFamily]:
    values, rows = cache.get(KEY) or _measure(now)
    yield _family("measure", "A measure over the last seven days", measure=values)
    yield _family("measure_rows", "The rows that it is made of", measure=rows)


def _measure(now: datetime) -> Measured:
    today = localdate(now)
    found = kpis.compute(Window.of(today - SPAN, today, now=now), Grouping.DAY)
    values = {each.measure.key: each.figure.value for each in found if each.figure.value is not None}
    measured = values, {each.measure.key: float(each.figure.n) for each in found}
    cache.set(KEY, measured, KEPT_S)
    return measured
