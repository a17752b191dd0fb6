"""What is not working and who sees to it: open incidents first, then those of the last 90 days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from legist.core import incidents
from legist.core.actors import Actor
from legist.core.clock import utc_now
from legist.core.incidents import Cause
from legist.core.web import navigation, request_actor
from legist.insights.causes import CAUSES
from legist.practice.permissions import Capability, can, require
from legist.practice.roles import CAPABILITIES, Role
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


def _allowed(request: HttpRequest, incident_id: UUID) -> tuple[Actor, datetime]:
    """Return who asks, and when: somebody who is told of such incidents."""
    actor = request_actor(request)
    require(actor, Capability.VIEW_HEALTH)
    require(actor, Capability(incidents.get_cause(incidents.get(incident_id)).told))
    return actor, utc_now()


def _back(request: HttpRequest, message: str) -> HttpResponse:
    return done(request, message, back=reverse("insights:incidents"))
