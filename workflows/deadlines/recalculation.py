"""Counting a deadline anew once a person says how the notice was served."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput, WrongState
from legist.core.uow import acting
from tracking.selectors import known_forms
from workflows import audit_actions as actions
from workflows.deadlines.validation import check_notice_day
from workflows.law.counting import DeadlineError, DeadlineResult, Known, Step, compute, given_days
from workflows.models import Deadline
from workflows.states import DateSource


@dataclass(frozen=True, slots=True)
class Service:
    """How a notice reached the person: `by` is mail, personal or electronic, empty where nobody knows.

    `dated` is the day printed on the notice as its own date, where that differs from what was known.
    """

    by: str = ""
    from_abroad: bool = False
    dated: date | None = None


def recount(deadline: Deadline, service: Service, *, now: datetime) -> DeadlineResult:
    """Return the count for this way of service; nothing is written.

    Raises WrongState where no rule can count, InvalidInput for a way of service that no rule knows and
    for a date that no notice can bear.
    """
    if service.dated is not None:
        check_notice_day(service.dated, today=timezone.localtime(now).date())
    issued = service.dated or deadline.issued_on
    if issued is None:
        message = _("No rule counts this date; enter it from the notice.")
        raise WrongState(message)
    known = Known.STATED if service.dated else Known(deadline.issued_known or Known.STATED)
    forms = forms_of(deadline)
    try:
        return compute(
            deadline.kind,
            issued,
            service.by,
            from_abroad=service.from_abroad,
            forms=forms,
            known=known,
            within=given_days(deadline.run.change.facts) if deadline.run else None,
        )
    except DeadlineError as error:
        raise InvalidInput(str(error)) from error


def forms_of(deadline: Deadline) -> tuple[str, ...]:
    """Return the forms that the case of a deadline may be about; empty where nothing names one."""
    if deadline.receipt is None:
        return ()
    return known_forms(deadline.receipt, deadline.run.change if deadline.run else None)


def is_known(deadline: Deadline, service: Service) -> bool:
    """True when the deadline was counted for this way of service already."""
    same_day = service.dated is None or (service.dated, Known.STATED) == (
        deadline.issued_on,
        deadline.issued_known,
    )
    return same_day and (service.by, service.from_abroad) == (deadline.served, deadline.from_abroad)


def apply(deadline: Deadline, service: Service, *, actor: Actor, now: datetime) -> None:
    """Count anew and keep the result; the caller holds the lock and looks after what hangs on the date."""
    counted = recount(deadline, service, now=now)
    others = [row for row in deadline.candidates if row["source"] != DateSource.RULE]
    before = deadline.provisional_due
    if counted.due is not None:
        others.insert(0, {"source": str(DateSource.RULE), "due": counted.due.isoformat()})
        deadline.provisional_due = counted.due
    steps = [*counted.steps, *_became_later(before, counted.due)]
    deadline.candidates, deadline.steps = others, [asdict(step) for step in steps]
    deadline.served, deadline.from_abroad = service.by, service.from_abroad
    if service.dated is not None:
        deadline.issued_on, deadline.issued_known = service.dated, Known.STATED
    deadline.rule, deadline.citation = counted.rule, counted.citation
    deadline.save(update_fields=RECOUNTED_FIELDS)
    data = {
        "kind": deadline.kind,
        "served": service.by,
        "abroad": service.from_abroad,
        "due": counted.due.isoformat() if counted.due else "",
        "before": before.isoformat() if before else "",
    }
    acting(actor=actor, now=now).record(actions.DEADLINE_RECOUNTED, deadline, **data)


def _became_later(before: date | None, due: date | None) -> list[Step]:
    """Say that a date which was set has become later: nobody may find that out by chance."""
    if before is None or due is None or due <= before:
        return []
    return [Step.of("became_later", before=before, apart=(due - before).days)]


RECOUNTED_FIELDS = (
    "provisional_due",
    "candidates",
    "steps",
    "served",
    "from_abroad",
    "issued_on",
    "issued_known",
    "rule",
    "citation",
)
