"""Who is told of an incident: in the alerts and by mail, once at each stage. A mail names nobody.

What one person is to get is a task of its own, so that a mail server that refuses one keeps it from no other,
and what is delivered twice is recognised as one by its message id.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from legist.core import incidents
from legist.core.actors import Actor
from legist.core.channels.email import EmailMessageSpec, render_text, send_email
from legist.core.channels.errors import NotifyError, PermanentNotifyError, UncertainNotifyError
from legist.core.clock import utc_now
from legist.core.incidents import Stage
from legist.core.models import Incident
from legist.core.tasks import Ran, enqueue, periodic, task
from legist.practice.models import User
from legist.practice.selectors import list_staff
from workflows.notifications import services as notifications
from workflows.recipients import firm_managers, holders
from workflows.states import NotificationKind, NotificationLevel

LEVELS: Final = {
    Stage.OPENED: NotificationLevel.URGENT,
    Stage.AGAIN: NotificationLevel.URGENT,
    Stage.OVER: NotificationLevel.INFO,
}
log = structlog.get_logger(__name__)


def tell(incident: Incident, stage: Stage, now: datetime) -> int:
    """Tell whoever may end it, the managers where nobody may; return how many people are told."""
    cause = incidents.get_cause(incident)
    people = holders(cause.told) or firm_managers()
    if cause.is_in_alerts:
        if stage is Stage.OVER:
            notifications.put_away(incident, now=now)
        notifications.notify(people, _notice(incident, stage), now=now)
    for person in people:
        asked = {"incident": str(incident.pk), "person": str(person.pk), "stage": stage}
        enqueue(mail_incident, asked, now=now)
    return len(people)


def _notice(incident: Incident, stage: Stage) -> notifications.Message:
    return notifications.Message(
        key=f"incident:{incident.pk}:{stage}",
        kind=NotificationKind.INCIDENT,
        level=LEVELS[stage],
        subject=incident,
        matter=None,
        data={"cause": incident.cause, "concern": incident.concern, "stage": stage},
    )


@task("insights.mail_incident", max_attempts=20)
def mail_incident(*, incident: str, person: str, stage: str) -> Ran:
    """Mail one person what became of an incident; a server that does not take it now is tried again."""
    return Ran(did=int(mail(UUID(incident), UUID(person), Stage(stage), now=utc_now())))


def mail(incident_id: UUID, person_id: UUID, stage: Stage, *, now: datetime) -> bool:
    """Hand the mail over; False where it is of no use any more, or never will be taken.

    What went wrong stands with the incident, on its page and in /readyz. Raises TransientNotifyError.
    """
    incident, person = incidents.get(incident_id), list_staff().filter(pk=person_id).first()
    is_stale = incident.resolved_at is not None and stage is not Stage.OVER
    if person is None or is_stale:
        return False
    try:
        send_email(_spec(incident, person, stage))
    except NotifyError as error:
        _note_failure(incident, error.code, now=now)
        if isinstance(error, PermanentNotifyError | UncertainNotifyError):
            return False
        raise
    incidents.note_mail(incident.pk, now=now)
    return True


def _note_failure(incident: Incident, code: str, *, now: datetime) -> None:
    incidents.note_mail(incident.pk, now=now, error=code)
    log.error("incident_mail_failed", incident=str(incident.pk), cause=incident.cause, error=code)


def _spec(incident: Incident, person: User, stage: Stage) -> EmailMessageSpec:
    cause = incidents.get_cause(incident)
    with translation.override(person.reads):
        said = incidents.say(incident.cause, incident.concern)
        context = {
            "stage": stage,
            "said": said,
            "sentence": cause.describe(incident.concern, incident.count),
            "todo": cause.todo,
            "opened_at": _instant(incident.opened_at),
            "seen_at": _instant(incident.seen_at),
            "url": f"{settings.LEGIST_BASE_URL}{reverse('insights:incidents')}#incident-{incident.pk}",
        }
        over = {"firm": settings.LEGIST_FIRM_NAME, "said": said}
        return EmailMessageSpec(
            to=(person.email,),
            subject=(_("%(firm)s, over: %(said)s") if stage is Stage.OVER else _("%(firm)s: %(said)s"))
            % over,
            text=render_text("insights/mail/incident.txt", context),
            message_id=_message_id(incident.pk, stage, person.pk),
        )


def _message_id(about: UUID, *parts: object) -> str:
    """Return the same id for the same mail; short, for a longer one is folded and known by no server."""
    return f"<incident-{uuid5(about, ':'.join(map(str, parts)))}@legist.invalid>"


def _instant(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def ask_for_trial(actor: Actor, *, now: datetime) -> None:
    """Have the worker mail whoever asks a trial, on the way on which an incident would be told."""
    asked = {"person": actor.id, "asked_at": now.isoformat()}
    enqueue(mail_trial, asked, dedup_key=f"trial:{actor.id}", now=now)


@task("insights.mail_trial", max_attempts=3)
def mail_trial(*, person: str, asked_at: str) -> Ran:
    """Mail one person a trial; one that does not go out is given up soon, and stands there as such."""
    reader = list_staff().filter(pk=person).first()
    if reader is None:
        return Ran(did=0)
    with translation.override(reader.reads):
        url = f"{settings.LEGIST_BASE_URL}{reverse('insights:incidents')}"
        spec = EmailMessageSpec(
            to=(reader.email,),
            subject=_("%(firm)s: a trial, nothing is wrong") % {"firm": settings.LEGIST_FIRM_NAME},
            text=render_text("insights/mail/trial.txt", {"url": url}),
            message_id=_message_id(reader.pk, "trial", asked_at),
        )
    send_email(spec)
    return Ran(did=1)


@task("core.watch", timeout_s=120)
def watch() -> Ran:
    """Look for what is not working, tell of it, and see what is over."""
    return Ran(did=incidents.watch(now=utc_now()))


periodic(watch, every=timedelta(minutes=1))
