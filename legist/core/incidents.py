"""Troubles that somebody has to know of: opened once per cause and concern, told, acknowledged, resolved.

Each cause is registered with how to look for it. One look a minute opens what is there, and resolves what
has stayed away for a while; the queue may deliver it twice, and two processes may look at once. People are
told when an incident opens, once more when nobody acknowledges it, and when it is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core import audit, heartbeat, instants
from legist.core.actors import Actor
from legist.core.clock import is_recent
from legist.core.errors import NotFound, Overtaken, WrongState
from legist.core.models import Incident
from legist.core.resilience.error_capture import ErrorCapture, each_alone
from legist.core.uow import acting, unit_of_work

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

WATCHER: Final = Actor.system("watch")
WATCH: Final = "watch"
# A look is made every minute; where none was made for so long, whoever asks makes one.
LATE_AFTER: Final = timedelta(minutes=3)
# So long has a cause to stay away, and twice as long with each time that it comes back within a day.
CALM: Final = timedelta(minutes=10)
CALM_AT_MOST: Final = timedelta(hours=4)
LATELY: Final = timedelta(days=1)
SHOWN_FOR: Final = timedelta(days=90)
LISTED: Final = 200

_ABOUT: Final = ("cause", "concern")
OPENED = audit.register_action(
    "core.incident_opened", gettext_lazy("noticed the trouble {cause} {concern}"), data=_ABOUT
)
ACKNOWLEDGED = audit.register_action(
    "core.incident_acknowledged", gettext_lazy("took on the trouble {cause} {concern}"), data=_ABOUT
)
RESOLVED = audit.register_action(
    "core.incident_resolved", gettext_lazy("ended the trouble {cause} {concern}"), data=_ABOUT
)

log = structlog.get_logger(__name__)


class Stage(StrEnum):
    """What of an incident people are told."""

    OPENED = "opened"
    AGAIN = "again"
    OVER = "over"


# Looks for a cause at an instant, with its threshold: how much of it there is, by what it concerns.
Look = Callable[[datetime, int], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Cause:
    """One kind of trouble.

    `sentence` may name %(concern)s, %(count)s and %(threshold)s. `told` is the capability of those who are
    told and may end it; `page` names the address where something can be done about it, and `todo` says what.
    """

    name: str
    label: StrPromise
    sentence: StrPromise
    todo: StrPromise
    look: Look
    threshold: int
    told: str
    page: str
    name_of: Callable[[str], object] = str
    # What tells of each single thing in the alerts already tells of the whole by mail only.
    is_in_alerts: bool = True

    @property
    def limit(self) -> int:
        """The threshold as it is set here."""
        return int(settings.LEGIST_ALARMS.get(self.name, self.threshold))

    def find(self, now: datetime) -> dict[str, int]:
        """Return how much of it there is now, by what it concerns."""
        return {concern: count for concern, count in self.look(now, self.limit).items() if count}

    def describe(self, concern: str, count: int) -> str:
        """Return what is wrong, in a sentence."""
        values = {"concern": self.name_of(concern), "count": count, "threshold": self.limit}
        return str(self.sentence) % values


Teller = Callable[[Incident, Stage, datetime], int]
_causes: dict[str, Cause] = {}
_tellers: dict[str, Teller] = {}


def register(*causes: Cause) -> None:
    """Have each cause looked for."""
    _causes.update({cause.name: cause for cause in causes})


def register_teller(name: str, tell: Teller) -> None:
    """Have `tell(incident, stage, now)` called in the open transaction; it returns how many it told."""
    _tellers[name] = tell


def list_causes() -> list[Cause]:
    """Return every cause, in the order in which they were registered."""
    return list(_causes.values())


def find_cause(name: str) -> Cause | None:
    """Return a cause; None for one that this release does not know."""
    return _causes.get(name)


def get_cause(incident: Incident) -> Cause:
    """Return the cause of an incident; one that this release does not know raises NotFound."""
    if incident.cause not in _causes:
        raise NotFound
    return _causes[incident.cause]


def say(cause: str, concern: str) -> str:
    """Return what an incident is about in a few words; its code where this release does not know it."""
    known = _causes.get(cause)
    words = str(known.label) if known else cause
    about = str(known.name_of(concern)) if known else concern
    return f"{words} ({about})" if str(about) not in words else words


def calm_after(times: int) -> timedelta:
    """Return for how long a cause that came so often has to stay away until its incident is over."""
    return min(CALM * (1 << min(times - 1, 10)), CALM_AT_MOST)


def watch(*, now: datetime) -> int:
    """Look for every cause; open, remind of and resolve incidents. Returns how many people were told of.

    One cause that cannot be looked for keeps no other from it.
    """
    heartbeat.beat(WATCH, now=now)
    return sum(each_alone(list_causes(), partial(_watch, now=now)))


def watch_if_late(*, now: datetime) -> None:
    """Look where no worker has done so lately, for the silence of the worker is a trouble, too.

    Whoever asks goes on where that fails: the log says so.
    """
    attempt = ErrorCapture()
    with attempt:
        if not is_recent(heartbeat.latest(WATCH), now=now, within=LATE_AFTER):
            watch(now=now)
    if attempt.error is not None:
        log.error("watch_failed", error_class=attempt.error_class, where=attempt.where)


def _watch(cause: Cause, *, now: datetime) -> int:
    found = cause.find(now)
    if not found and not list_open().filter(cause=cause.name).exists():
        return 0
    with unit_of_work(actor=WATCHER, now=now):
        told = sum(_see(cause, concern, count, now=now) for concern, count in found.items())
        gone = list_open().filter(cause=cause.name).exclude(concern__in=found)
        told += sum(_miss(incident, now=now) for incident in list(gone))
        told += sum(_remind(incident, now=now) for incident in list(_unanswered(cause, now)))
    return told


def _see(cause: Cause, concern: str, count: int, *, now: datetime) -> int:
    standing = list_open().filter(cause=cause.name, concern=concern)
    standing.filter(clear_since__isnull=False).update(clear_since=None, times=F("times") + 1)
    if standing.update(seen_at=now, count=count):
        return 0
    lately = Incident.objects.filter(cause=cause.name, concern=concern, resolved_at__gt=now - LATELY)
    before = lately.order_by("-resolved_at").values_list("times", flat=True).first() or 0
    incident = Incident(
        cause=cause.name, concern=concern, count=count, times=before + 1, opened_at=now, seen_at=now
    )
    Incident.objects.bulk_create([incident], ignore_conflicts=True)
    if not Incident.objects.filter(pk=incident.pk).exists():
        # Another process has opened it in the same moment, and tells of it.
        return 0
    _record(OPENED, incident, actor=WATCHER, now=now)
    return _tell(incident, Stage.OPENED, now=now)


def _miss(incident: Incident, *, now: datetime) -> int:
    standing = list_open().filter(pk=incident.pk, clear_since=incident.clear_since)
    if incident.clear_since is None:
        standing.update(clear_since=now)
        return 0
    if now - incident.clear_since < calm_after(incident.times) or not standing.update(resolved_at=now):
        return 0
    _record(RESOLVED, incident, actor=WATCHER, now=now)
    return _tell(incident, Stage.OVER, now=now)


def _unanswered(cause: Cause, now: datetime) -> QuerySet[Incident]:
    patience = timedelta(hours=settings.LEGIST_ALARM_REPEAT_HOURS)
    alone = Q(acknowledged_at__isnull=True, reminded_at__isnull=True, clear_since__isnull=True)
    return list_open().filter(alone, cause=cause.name, opened_at__lte=now - patience)


def _remind(incident: Incident, *, now: datetime) -> int:
    if not Incident.objects.filter(pk=incident.pk, reminded_at__isnull=True).update(reminded_at=now):
        return 0
    return _tell(incident, Stage.AGAIN, now=now)


def _tell(incident: Incident, stage: Stage, *, now: datetime) -> int:
    about = {"cause": incident.cause, "concern": incident.concern}
    facts = about | {"stage": str(stage), "incident": str(incident.pk)}
    told = sum(tell(incident, stage, now) for tell in _tellers.values())
    log.warning("incident", **facts)
    if not told:
        log.error("incident_untold", **facts)
    return told


def list_open() -> QuerySet[Incident]:
    """Return what is not over yet, the newest first."""
    people = Incident.objects.select_related("acknowledged_by", "resolved_by")
    return people.filter(resolved_at__isnull=True).order_by("-opened_at")


def list_over(*, now: datetime) -> QuerySet[Incident]:
    """Return what was opened in the last 90 days and is over, the newest first."""
    people = Incident.objects.select_related("acknowledged_by", "resolved_by")
    over = people.filter(resolved_at__isnull=False, opened_at__gt=now - SHOWN_FOR)
    return over.order_by("-opened_at")[:LISTED]


def between(since: datetime, until: datetime) -> QuerySet[Incident]:
    """Return the incidents that were opened in a span of time, the oldest first."""
    return Incident.objects.filter(opened_at__gte=since, opened_at__lt=until).order_by("opened_at")


def get(incident_id: UUID) -> Incident:
    """Return one incident; NotFound where there is none."""
    found = Incident.objects.select_related("acknowledged_by", "resolved_by").filter(pk=incident_id).first()
    if found is None:
        raise NotFound
    return found


def counts() -> dict[str, int]:
    """Return how many are open, how many nobody has taken on, and of how many no mail could go out."""
    rows = list_open()
    return {
        "open": rows.count(),
        "unacknowledged": rows.filter(acknowledged_at__isnull=True).count(),
        "untold": list_untold().count(),
    }


def list_untold() -> QuerySet[Incident]:
    """Return the open ones of which no mail has gone out, though it was tried."""
    return list_open().filter(mailed_at__isnull=True).exclude(mail_error="")


def acknowledge(incident_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """Say that somebody sees to it; False where somebody does already. The caller has asked whether they may.

    Raises WrongState for one that is over.
    """
    with unit_of_work(actor=actor, now=now):
        standing = list_open().filter(pk=get(incident_id).pk)
        if standing.filter(acknowledged_at__isnull=True).update(
            acknowledged_at=now, acknowledged_by=actor.user
        ):
            _record(ACKNOWLEDGED, get(incident_id), actor=actor, now=now)
            return True
        if not standing.exists():
            raise Overtaken(_("This is over already. Reload the page to see how it ended."))
    return False


def resolve(incident_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """Say that it is over; False where it was already. The caller has asked whether the actor may.

    Raises WrongState while its cause is still there: nobody ends what goes on.
    """
    incident = get(incident_id)
    cause = get_cause(incident)
    if incident.concern in cause.find(now):
        raise WrongState(_("It is still there. Acknowledge it instead; it ends once its cause is gone."))
    with unit_of_work(actor=actor, now=now):
        is_mine = list_open().filter(pk=incident.pk).update(resolved_at=now, resolved_by=actor.user)
        if is_mine:
            _record(RESOLVED, incident, actor=actor, now=now)
            _tell(incident, Stage.OVER, now=now)
    return bool(is_mine)


def note_mail(incident_id: UUID, *, now: datetime, error: str = "") -> None:
    """Remember that a mail about it has gone out, or why none did."""
    rows = Incident.objects.filter(pk=incident_id)
    if error:
        rows.update(mail_error=error[:40])
    else:
        rows.filter(mailed_at__isnull=True).update(mailed_at=now)


def _record(act: audit.Action, incident: Incident, *, actor: Actor, now: datetime) -> None:
    about = {"cause": incident.cause, "concern": incident.concern}
    acting(actor=actor, now=now).record(act, incident, **about)


instants.register(Incident, "clear_since")
