"""What the firm has seen of its receipts, as the estimates of how often they change are made from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db.models import DurationField, Exists, OuterRef, Q, Subquery, Value

from tracking.models import StatusChange
from tracking.polling.allocation import NEAR_DAYS, Cell, Seen, age_of
from tracking.states import FROM_HISTORY

DAY: Final = timedelta(days=1)
HISTORY: Final = timedelta(days=365)
NEAR: Final = timedelta(days=NEAR_DAYS)


def age_on(since: date | None, now: datetime) -> int:
    return age_of((now.astimezone(UTC).date() - since).days) if since else 0


def _changes(source: str) -> Any:
    """What the source said anew, each with the day the stage before it began."""
    before = StatusChange.objects.filter(receipt=OuterRef("receipt"), sequence=OuterRef("sequence") - 1)
    said = StatusChange.objects.filter(source=source, override=None, reread_of=None).order_by()
    return (
        said.exclude(from_stage="")
        .exclude(rule__startswith=FROM_HISTORY)
        .annotate(before=Subquery(before.values("event_date")[:1]))
    )


def cells_changed(source: str, *, since: datetime, until: datetime) -> Iterable[Cell]:
    """The cell that each change of these hours ended."""
    rows = _changes(source).filter(detected_at__gt=since, detected_at__lte=until)
    beside = StatusChange.objects.filter(
        receipt__filing_index=OuterRef("receipt__filing_index"),
        detected_at__lt=OuterRef("detected_at"),
        detected_at__gt=OuterRef("detected_at") - Value(NEAR, output_field=DurationField()),
    )
    others = beside.exclude(receipt=OuterRef("receipt")).exclude(from_code="")
    near = Exists(others) & ~Q(receipt__filing_index="")
    columns = ("receipt__form_type", "from_stage", "before", "detected_at", "near")
    for form, stage, before, at, is_near in rows.annotate(near=near).values_list(*columns).iterator():
        yield Cell(form, stage, age_on(before, at), is_near)


def seen_in_history(source: str, *, now: datetime) -> Iterable[Seen]:
    """What the past year tells: each stage from when it was seen until the next change, or until now."""
    since = now - HISTORY
    columns = ("receipt__form_type", "to_stage", "event_date", "detected_at", "ended")
    after = StatusChange.objects.filter(receipt=OuterRef("receipt"), sequence=OuterRef("sequence") + 1)
    stages = StatusChange.objects.filter(detected_at__gt=since).exclude(to_stage="").order_by()
    ended = stages.annotate(ended=Subquery(after.values("detected_at")[:1]))
    for form, stage, began, at, until in ended.values_list(*columns).iterator():
        days = max((until or now) - at, timedelta(0)) / DAY
        yield Seen(Cell(form, stage, age_on(began, at)), days, 0)
    for cell in cells_changed(source, since=since, until=now):
        # How long receipts were near a change nobody has counted.
        yield Seen(cell._replace(is_near=False), 0, 1)
