"""Who is told of a paper that has not come: more people, the longer nobody looks for it."""

from __future__ import annotations

from datetime import datetime

from legist.practice.models import User
from legist.practice.roles import Role
from workflows.access import triage_people
from workflows.models import NoticeWatch
from workflows.notices.expected import EXPECTED
from workflows.notifications import services as notifications
from workflows.recipients import assigned, managers
from workflows.states import NotificationKind, NotificationLevel


def audience(watch: NoticeWatch) -> list[User]:
    """Return who is told at the level the watch has reached; nobody is left out who was told before.

    The paralegal first, then the attorney, then the managers; who is missing is skipped. A receipt
    without a matter goes to everybody who looks after the tray.
    """
    matter = watch.receipt.matter
    if matter is None:
        return triage_people()
    steps = ([Role.PARALEGAL], [Role.PARALEGAL, Role.ATTORNEY], [Role.PARALEGAL, Role.ATTORNEY])
    people = assigned(matter, *steps[min(watch.level, 2)]) or assigned(matter)
    return [*people, *managers(matter)] if watch.level > 1 or not people else people


def tell_missing(watch: NoticeWatch, *, now: datetime) -> int:
    """Tell of a missing paper, each person once per level; return how many."""
    is_urgent = EXPECTED[watch.code].is_urgent or watch.level > 0
    return _tell(
        watch,
        what="missing" if watch.level == 0 else "untouched",
        level=NotificationLevel.URGENT if is_urgent else NotificationLevel.ACTION,
        now=now,
    )


def tell_moved_on(watch: NoticeWatch, *, now: datetime) -> int:
    """Tell those who were told that a paper is missing that the case went on without it."""
    return _tell(watch, what="moved_on", level=NotificationLevel.INFO, now=now)


def tell_plainly(watch: NoticeWatch, *, now: datetime) -> int:
    """Tell of a paper about which nothing else could be done, once; return how many people are told."""
    matter = watch.receipt.matter
    message = notifications.Message(
        key=f"paper:{watch.pk}:failed",
        kind=NotificationKind.PAPER,
        level=NotificationLevel.URGENT,
        subject=watch,
        matter=matter,
        data={"code": watch.code, "what": "missing"},
    )
    people = [*assigned(matter), *managers(matter)] if matter else triage_people()
    return notifications.notify(people, message, now=now)


def _tell(watch: NoticeWatch, *, what: str, level: NotificationLevel, now: datetime) -> int:
    message = notifications.Message(
        key=f"paper:{watch.pk}:{what}:{watch.level}",
        kind=NotificationKind.PAPER,
        level=level,
        subject=watch,
        matter=watch.receipt.matter,
        data={"code": watch.code, "what": what},
    )
    return notifications.notify(audience(watch), message, now=now)
