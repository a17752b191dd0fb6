"""Every trouble people are told of, one entry each: how it is found, from when, who is told, what to do.

LEGIST_ALARMS changes a threshold. What a look returns is counts by what they concern, and names nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext_lazy

from legist.core import flags, given_up, heartbeat, incidents, outbox, storage, tasks
from legist.core.clock import is_recent
from legist.core.incidents import Cause, Look
from legist.practice.roles import Capability
from tracking.selectors import health
from tracking.sources import label_of
from tracking.states import ReviewKind
from workflows import measures as worked

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MEGABYTE: Final = 1024 * 1024
SIGNS: Final = (heartbeat.WORKER, heartbeat.POLLING_WORKER)
WORKING: Final = 2 * MINUTE
SWEEP: Final = "tracking.sweep"
# What rises beyond the median of so many days by so many times their usual distance from it is unusual.
BASELINE_DAYS: Final = 28
UNUSUAL: Final = 5
SHORTEST_TOKEN: Final = 24
# What a changed answer of USCIS shows itself in.
UNREAD: Final = frozenset({ReviewKind.UNKNOWN_STATUS, ReviewKind.CHECK_READING, ReviewKind.UNREADABLE})


def silent_workers(now: datetime, minutes: int) -> Mapping[str, int]:
    """Each kind of worker that has shown itself once, and no more; one that never ran is no outage."""
    seen = {name: heartbeat.latest(name) for name in SIGNS}
    within = minutes * MINUTE
    return {name: 1 for name, at in seen.items() if at and not is_recent(at, now=now, within=within)}


def _is_worked(now: datetime) -> bool:
    """Whether the workers live: where one does not, that is what is told."""
    seen = [heartbeat.latest(name) for name in SIGNS]
    return bool(seen[0]) and all(is_recent(at, now=now, within=WORKING) for at in seen if at)


def late_tasks(now: datetime, minutes: int) -> Mapping[str, int]:
    """Each periodic task that has something to do and does not run, although the workers live."""
    if not _is_worked(now):
        return {}
    is_off = not flags.is_on(flags.POLLING)
    late = tasks.list_late(now=now, by=minutes * MINUTE)
    return {name: 1 for name in late if not (is_off and name == SWEEP)}


def late_queues(now: datetime, minutes: int) -> Mapping[str, int]:
    """Each queue whose oldest due work waits too long, in minutes, although the workers live."""
    if not _is_worked(now):
        return {}
    waited = {str(queue): waits // MINUTE for queue, waits in tasks.waits(now).items()}
    return {queue: length for queue, length in waited.items() if length >= minutes}


def failing_work(now: datetime, minutes: int) -> Mapping[str, int]:
    """What is tried in vain again and again: a database that is busy or away, or a fault of ours."""
    since = now - minutes * MINUTE
    return {"events": outbox.count_failing(since=since), "tasks": tasks.count_failing(since=since)}


def failing_mail(now: datetime, minutes: int) -> Mapping[str, int]:
    """Messages to clients, and those to us about incidents, that the mail server does not take."""
    clients = worked.mail_failing(since=now - minutes * MINUTE)
    others = incidents.list_untold().exclude(cause="mail_failing")
    return {"clients": clients, "staff": others.count()}


def full_disk(_now: datetime, megabytes: int) -> Mapping[str, int]:
    """A disk that has little room left, while there is still enough to tell of it; or one that has none."""
    is_low = storage.free_beside_the_file() < megabytes * MEGABYTE
    return {"": int(is_low or storage.verdict() != storage.OK)}


def missing_backup(now: datetime, hours: int) -> Mapping[str, int]:
    """A folder of backups without a new one; one that cannot be read, or holds none, has none."""
    if not settings.LEGIST_BACKUP_PATH:
        return {}
    since = (now - hours * HOUR).timestamp()
    try:
        made = [each.stat().st_mtime for each in Path(settings.LEGIST_BACKUP_PATH).glob("legist-*")]
    except OSError:
        made = []
    return {"": int(max(made, default=0.0) < since)}


def is_unusual(count: int, before: Iterable[int], *, at_least: int) -> bool:
    """Whether a day's count stands out of those before it: by their median, and their distance from it."""
    days = list(before)
    usual = median(days) if days else 0.0
    spread = median(abs(each - usual) for each in days) if days else 0.0
    return count >= at_least and count > usual + UNUSUAL * max(spread, 1.0)


def unusual_reviews(kinds: Iterable[str]) -> Look:
    """Return a look for questions of these kinds that rise beyond what the firm is used to."""
    wanted = frozenset(kinds)

    def look(now: datetime, at_least: int) -> Mapping[str, int]:
        days = [0] * (BASELINE_DAYS + 1)
        for at, kind in health.reviews_opened(now - len(days) * DAY, now):
            if kind in wanted:
                days[min((now - at) // DAY, BASELINE_DAYS)] += 1
        return {"": days[0] if is_unusual(days[0], days[1:], at_least=at_least) else 0}

    return look


PARTS: Final = {
    heartbeat.WORKER: gettext_lazy("background work"),
    heartbeat.POLLING_WORKER: gettext_lazy("polling"),
    "work": gettext_lazy("background work"),
    "events": gettext_lazy("events"),
    "tasks": gettext_lazy("tasks"),
    "clients": gettext_lazy("to clients"),
    "staff": gettext_lazy("to staff"),
}


def _of_part(concern: str) -> str:
    return str(PARTS.get(concern, concern))


_operated: Callable[..., Cause] = partial(Cause, told=Capability.OPERATE_POLLER, page="tracking:health")
_settled: Callable[..., Cause] = partial(Cause, told=Capability.SETTLE_GIVEN_UP, page="tracking:health")

CAUSES: Final = (
    _settled(
        name="access_refused",
        label=gettext_lazy("USCIS refuses our access"),
        sentence=gettext_lazy("USCIS refuses the credential of %(concern)s. Its calls are held back."),
        todo=gettext_lazy("Ask USCIS about the credential, or replace it. Then let calls through again."),
        look=lambda _now, _least: health.lanes_refused(),
        threshold=1,
        name_of=label_of,
    ),
    _settled(
        name="source_down",
        label=gettext_lazy("USCIS does not answer"),
        sentence=gettext_lazy("%(concern)s has not answered for over %(threshold)s minutes."),
        todo=gettext_lazy(
            "Look whether it is USCIS or the way there. Legist goes on by itself once it answers."
        ),
        look=lambda now, minutes: health.lanes_down(now, longer_than=minutes * MINUTE),
        threshold=10,
        name_of=label_of,
    ),
    _settled(
        name="nothing_read",
        label=gettext_lazy("Nothing is read any more"),
        sentence=gettext_lazy(
            "No status was read for over %(threshold)s hours; %(count)s receipts wait for it."
        ),
        todo=gettext_lazy("Look at the worker that polls, and at what its log says."),
        look=lambda now, hours: {"": health.unread_since(now, longer_than=hours * HOUR)},
        threshold=6,
    ),
    _operated(
        name="quota_spent",
        label=gettext_lazy("The calls of the day are used up"),
        sentence=gettext_lazy(
            "%(concern)s has used all %(count)s calls of the day over %(threshold)s minutes before its end."
        ),
        todo=gettext_lazy("Look at what asks so often. Checks go on at midnight UTC."),
        look=lambda now, minutes: health.lanes_spent(now, longer_than=minutes * MINUTE),
        threshold=60,
        name_of=label_of,
    ),
    _operated(
        name="answers_changed",
        label=gettext_lazy("Many answers cannot be read"),
        sentence=gettext_lazy(
            "%(count)s answers of the last 24 hours were not understood, far more than usual. "
            "USCIS may write them otherwise now."
        ),
        todo=gettext_lazy("Read a few of them under Reviews, and have their words understood."),
        look=unusual_reviews(UNREAD),
        threshold=10,
        page="tracking:reviews",
    ),
    _operated(
        name="reviews_grow",
        label=gettext_lazy("Questions pile up"),
        sentence=gettext_lazy("%(count)s questions came up in the last 24 hours, far more than usual."),
        todo=gettext_lazy("Look what they have in common. Answer the oldest first."),
        look=unusual_reviews(ReviewKind.values),
        threshold=25,
        page="tracking:reviews",
    ),
    _settled(
        name="worker_silent",
        label=gettext_lazy("A worker is silent"),
        sentence=gettext_lazy(
            "The worker for %(concern)s has shown no sign of life for %(threshold)s minutes."
        ),
        todo=gettext_lazy("Start it again, and look at what its log says last."),
        look=silent_workers,
        threshold=3,
        name_of=_of_part,
    ),
    _settled(
        name="task_late",
        label=gettext_lazy("Background work does not start"),
        sentence=gettext_lazy(
            "%(concern)s has had something to do for over %(threshold)s minutes and did not run."
        ),
        todo=gettext_lazy("Restart the worker, and look at what its log says of it."),
        look=late_tasks,
        threshold=15,
    ),
    _settled(
        name="queue_late",
        label=gettext_lazy("Work waits too long"),
        sentence=gettext_lazy("The oldest of what is due for %(concern)s has waited %(count)s minutes."),
        todo=gettext_lazy("See what keeps the worker busy; give it more processes if this comes often."),
        look=late_queues,
        threshold=10,
        name_of=_of_part,
    ),
    _settled(
        name="work_failing",
        label=gettext_lazy("Work fails again and again"),
        sentence=gettext_lazy(
            "%(count)s %(concern)s have been tried in vain for over %(threshold)s minutes."
        ),
        todo=gettext_lazy("The log names the error. A database that was away needs nothing more."),
        look=failing_work,
        threshold=15,
        name_of=_of_part,
    ),
    _settled(
        name="given_up",
        label=gettext_lazy("Work was given up"),
        sentence=gettext_lazy("%(count)s were given up and wait for a person: %(concern)s."),
        todo=gettext_lazy("Remove the cause, then have them tried again, or mark them as seen."),
        look=lambda _now, _least: given_up.counts(),
        threshold=1,
        name_of=given_up.label_of,
        is_in_alerts=False,
    ),
    _settled(
        name="mail_failing",
        label=gettext_lazy("Mail does not go out"),
        sentence=gettext_lazy(
            "%(count)s messages %(concern)s have not gone out for over %(threshold)s minutes."
        ),
        todo=gettext_lazy(
            "Check the mail server and LEGIST_EMAIL_URL; the code of the error says what it refuses."
        ),
        look=failing_mail,
        threshold=30,
        name_of=_of_part,
    ),
    _settled(
        name="backup_missing",
        label=gettext_lazy("No backup was made"),
        sentence=gettext_lazy("The folder of backups has had no new one for over %(threshold)s hours."),
        todo=gettext_lazy("Look at the timer that makes them, and make one by hand now."),
        look=missing_backup,
        threshold=26,
    ),
    _settled(
        name="disk_full",
        label=gettext_lazy("The disk is nearly full"),
        sentence=gettext_lazy(
            "Less than %(threshold)s MB are left where the database lies, or it takes no more."
        ),
        todo=gettext_lazy("Make room, before nothing can be written any more."),
        look=full_disk,
        threshold=500,
    ),
)


@checks.register
def check_alarms(**_kwargs: Any) -> list[checks.CheckMessage]:
    """LEGIST_ALARMS names causes that there are."""
    unknown = sorted(set(settings.LEGIST_ALARMS) - {cause.name for cause in CAUSES})
    message = "LEGIST_ALARMS names what is no alarm: %s."
    hint = "The names stand in docs/operations.md, under Incidents."
    return [checks.Error(message % ", ".join(unknown), hint=hint, id="insights.E001")] if unknown else []


@checks.register
def check_metrics(**_kwargs: Any) -> list[checks.CheckMessage]:
    """A token for the measures that is there is long enough to be one."""
    if not 0 < len(settings.LEGIST_METRICS_TOKEN) < SHORTEST_TOKEN:
        return []
    message = f"LEGIST_METRICS_TOKEN is shorter than {SHORTEST_TOKEN} characters and can be guessed."
    return [checks.Error(message, hint="For example: openssl rand -hex 24", id="insights.E002")]
