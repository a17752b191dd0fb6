"""What people see of suggestions, and what becomes of one when they decide."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import WrongState
from legist.core.resilience import breaker
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability, require
from tracking.models import ModelSuggestion, ReviewItem, StatusChange
from tracking.selectors import visible_changes
from tracking.states import ReviewKind, ReviewState, SuggestionState
from tracking.suggestions import audit_actions as actions
from tracking.suggestions import consent as consents
from tracking.suggestions.asking import LANE
from tracking.suggestions.questions import title_index


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a model suggests for one question. `evidence` and `facts` are of this very case, or empty.

    A title is asked about once; on another case with the same title only the code is shown, since the
    passage could hold what that case keeps to itself.
    """

    code: str
    model: str
    confidence: float
    asked_at: datetime
    evidence: str = field(default="", repr=False)
    facts: dict[str, Any] = field(default_factory=dict, repr=False)


def suggestion_for(item: ReviewItem, actor: Actor) -> Suggestion | None:
    """Return the unchecked suggestion about an open question, or None; also to whom may not see the case."""
    if item.kind != ReviewKind.UNKNOWN_STATUS or item.state != ReviewState.OPEN or item.change_id is None:
        return None
    change = visible_changes(actor).filter(pk=item.change_id).first()
    row = _about(change).filter(state=SuggestionState.SUGGESTED).first() if change is not None else None
    if row is None or row.answered_at is None:
        return None
    is_own = row.change_id == item.change_id
    return Suggestion(
        row.code,
        row.model,
        row.confidence or 0,
        row.answered_at,
        (row.evidence or "") if is_own else "",
        (row.facts or {}) if is_own else {},
    )


def settle_suggestion(change_id: UUID | str, code: str, *, actor: Actor, now: datetime) -> int:
    """Mark what was suggested about a change's title by what a person decided; return how many rows.

    Confirmed where the codes are equal, else rejected. A question that still waits is not put any more.
    The caller has authorised the decision.
    """
    with unit_of_work(actor=actor, now=now) as unit:
        change = StatusChange.objects.select_related("receipt").get(pk=change_id)
        open_states = [SuggestionState.SUGGESTED, SuggestionState.WAITING]
        rows = list(_about(change).filter(state__in=open_states).select_for_update())
        for row in rows:
            _settle(row, code, actor=actor, now=now)
            data = {"model": row.model, "change": str(row.change_id), "code": row.code, "outcome": row.state}
            unit.record(actions.SUGGESTION_SETTLED, change.receipt, **data)
    return len(rows)


def _settle(row: ModelSuggestion, code: str, *, actor: Actor, now: datetime) -> None:
    is_equal = row.state == SuggestionState.SUGGESTED and row.code == code
    row.state = SuggestionState.CONFIRMED if is_equal else SuggestionState.REJECTED
    row.why = "" if is_equal else "decided_otherwise"
    row.decided_by, row.decided_at = actor.key, now
    row.next_try_at = row.lease_token = row.lease_until = None
    row.save(
        update_fields=[
            "state",
            "why",
            "decided_by",
            "decided_at",
            "next_try_at",
            "lease_token",
            "lease_until",
        ]
    )


def ask_again(*, actor: Actor, now: datetime) -> int:
    """Have the questions that failed put again, and let calls through; return how many."""
    require(actor, Capability.MANAGE_ASSIST)
    consent = consents.in_force()
    if consent is None:
        raise WrongState(_("There is no agreement in force, so nothing is asked."))
    with unit_of_work(actor=actor, now=now) as unit:
        again = {"state": SuggestionState.WAITING, "next_try_at": now, "attempts": 0}
        failed = ModelSuggestion.objects.filter(model=consent.target, state=SuggestionState.FAILED)
        waiting = ModelSuggestion.objects.filter(model=consent.target, state=SuggestionState.WAITING)
        count = failed.update(**again) + waiting.filter(attempts__gt=0).update(next_try_at=now)
        breaker.reset(LANE)
        unit.record(actions.ASKED_AGAIN, consent, count=count)
    return count


@dataclass(frozen=True, slots=True)
class Figures:
    """How the questions to one model stand; `failures` counts reasons of what is not answered."""

    states: Counter[str]
    failures: Counter[str]

    @property
    def failing(self) -> int:
        return self.failures.total()


def figures(model: str) -> Figures:
    """Count the questions to a model by state, and by reason where it gives no answer."""
    states, failures = Counter[str](), Counter[str]()
    rows = ModelSuggestion.objects.filter(model=model).order_by().values_list("state", "why")
    for state, why, count in rows.annotate(count=Count("pk")):
        states[state] += count
        if why and state in {SuggestionState.WAITING, SuggestionState.FAILED}:
            failures[why] += count
    return Figures(states, failures)


def _about(change: StatusChange) -> Any:
    return ModelSuggestion.objects.filter(title_index=title_index(change)).order_by("-id")
