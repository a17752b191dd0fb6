"""What the pages about statuses count and list beside titles, drafts and versions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from legist.core.actors import Actor
from legist.practice.permissions import Capability, require
from legist.practice.selectors import list_teams
from tracking.mapping_editor.titles import count_standing
from tracking.models import ReprocessingRun
from tracking.normalizer import title_key
from tracking.selectors import visible_receipts
from tracking.selectors.queues import time_left
from tracking.states import ReceiptState

SHOWN_RUNS = 10


@dataclass(frozen=True, slots=True)
class RunProgress:
    """One run over history and how far it is; `time_left` is None before it can be told."""

    run: ReprocessingRun
    time_left: timedelta | None


def count_by_stage_code(actor: Actor) -> Counter[str]:
    """Count the watched receipts that the actor may see by the status that sets their stage; one query."""
    receipts = visible_receipts(actor).filter(state=ReceiptState.TRACKED).order_by()
    return Counter(dict(receipts.values_list("stage_code").annotate(Count("pk"))))


def count_cases_under(title: str) -> int:
    """Count the firm's watched receipts whose status stands under a title, however it is written."""
    key = title_key(title)
    return sum(count for current, count in count_standing() if title_key(current) == key)


def team_names() -> dict[str, str]:
    """Return the teams of the firm by id, in the order of their names."""
    return {str(team.pk): team.name for team in list_teams().order_by("name")}


def list_runs(actor: Actor, *, now: datetime) -> list[RunProgress]:
    """Return the latest runs over history with their progress, newest first."""
    require(actor, Capability.EDIT_VOCABULARY)
    runs = ReprocessingRun.objects.select_related("asked_by")[:SHOWN_RUNS]
    return [RunProgress(run, _time_left(run, now)) for run in runs]


def _time_left(run: ReprocessingRun, now: datetime) -> timedelta | None:
    return time_left(run.started_at, done=run.position, total=run.total, now=now) if run.is_open else None
