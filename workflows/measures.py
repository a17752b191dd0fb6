"""Raw rows of work, messages and dates for measures: instants, codes and counts, nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import F, Q

from workflows.models import (
    Approval,
    ChecklistItem,
    Deadline,
    Delivery,
    Draft,
    IncomingMessage,
    PlaybookRun,
)
from workflows.states import DeadlineState, DeliveryState, DraftState, RunState


class Span(NamedTuple):
    """From when until when something took."""

    begun: datetime
    ended: datetime


class Due(NamedTuple):
    """Something that was to be done by the end of a day, and when it was; None while it is not."""

    day: date
    done_at: datetime | None


def changes_worked(since: datetime, until: datetime) -> Iterator[Span]:
    """Yield from when a change was learned until a playbook had done its work, for work done in the span.

    A run that waited for a person or a matter is not counted: that is not the system's time.
    """
    done = PlaybookRun.objects.filter(state=RunState.DONE, finished_at__gte=since, finished_at__lt=until)
    rows = done.order_by().values_list("change__detected_at", "finished_at", "started_at")
    for learned, ended, begun in rows.iterator():
        if ended and begun >= learned:
            yield Span(learned, ended)


def drafts_approved(since: datetime, until: datetime) -> Iterator[Span]:
    """Yield from when a message asked for approval until an attorney gave it."""
    given = Approval.objects.filter(at__gte=since, at__lt=until, draft__submitted_at__lte=F("at"))
    for asked, at in given.order_by().values_list("draft__submitted_at", "at").iterator():
        if asked:
            yield Span(asked, at)


def messages_handed_over(since: datetime, until: datetime) -> Iterator[Span]:
    """Yield from an approval until the message was handed over, on each way by itself."""
    sent = Delivery.objects.filter(state=DeliveryState.SENT, sent_at__gte=since, sent_at__lt=until)
    rows = sent.filter(resolved_at__isnull=True).order_by().values_list("approval__at", "sent_at")
    for approved, handed_over in rows.iterator():
        if handed_over:
            yield Span(approved, handed_over)


def messages_ended(since: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
    """Yield the deliveries begun in the span that have ended, by hand too, with their DeliveryState."""
    waiting = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.CANCELLED)
    ended = Delivery.objects.filter(created_at__gte=since, created_at__lt=until).exclude(state__in=waiting)
    return ended.order_by().values_list("created_at", "state").iterator()


def dates_due(first: date, last: date, *, today: date) -> Iterator[Due]:
    """Yield the deadlines that fell between two days and were met or have passed; waived ones were none."""
    passed = Q(state=DeadlineState.OPEN, due_date__lt=today) | Q(state=DeadlineState.MET)
    fell = Deadline.objects.filter(passed, due_date__range=(first, last)).order_by()
    for day, closed_at in fell.values_list("due_date", "closed_at").iterator():
        if day:
            yield Due(day, closed_at)


def steps_due(first: date, last: date, *, today: date) -> Iterator[Due]:
    """Yield the steps that status changes opened and that were due between two days: done, or passed."""
    passed = Q(done_at__isnull=False) | Q(due_date__lt=today)
    fell = ChecklistItem.objects.filter(passed, due_date__range=(first, last), checklist__run__isnull=False)
    for day, done_at in fell.order_by().values_list("due_date", "done_at").iterator():
        if day:
            yield Due(day, done_at)


def requests_answered(since: datetime, until: datetime) -> Iterator[tuple[date | None, Span]]:
    """Yield the requests for evidence answered in the span: the day of the notice where known, and since when
    we knew until a person said that the answer is out."""
    met = Deadline.objects.filter(
        kind="rfe", state=DeadlineState.MET, closed_at__gte=since, closed_at__lt=until
    )
    rows = met.order_by().values_list("issued_on", "created_at", "closed_at")
    for issued, known, closed in rows.iterator():
        if closed:
            yield issued, Span(known, closed)


def client_questions(since: datetime, until: datetime) -> Iterator[tuple[datetime, bool]]:
    """Yield what clients wrote in the portal, and whether it is answered."""
    written = IncomingMessage.objects.filter(received_at__gte=since, received_at__lt=until).order_by()
    for at, answered in written.values_list("received_at", "answered_at").iterator():
        yield at, answered is not None


def waiting() -> dict[str, int]:
    """Count what waits at this instant: messages for an attorney, and approved ones that are to go out."""
    return {
        "messages_for_approval": Draft.objects.filter(state=DraftState.IN_REVIEW).count(),
        "messages_to_go_out": Delivery.objects.filter(state=DeliveryState.PENDING).count(),
    }


def mail_failing(*, since: datetime) -> int:
    """Count the messages to clients that have been tried in vain since then, and go on being tried."""
    failing = Delivery.objects.filter(state=DeliveryState.PENDING, attempts__gt=0, created_at__lte=since)
    return failing.exclude(error="").count()
