"""Put the questions, outside any transaction, and write down what came of each.

A failure changes nothing but the question's own row. Nothing here writes a status.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings

from legist.core import instants
from legist.core.actors import Actor
from legist.core.language_model import (
    LanguageModel,
    MisconfiguredModelError,
    ModelError,
    PermanentModelError,
    Question,
)
from legist.core.leases import FREE
from legist.core.resilience import backoff, breaker, quota
from legist.core.uow import acting, unit_of_work
from tracking.models import ModelSuggestion, StatusChange
from tracking.states import SuggestionState
from tracking.suggestions import audit_actions as actions
from tracking.suggestions import consent as consents
from tracking.suggestions import prompt, questions
from tracking.suggestions.prompt import Checked, Refusal, check
from tracking.suggestions.questions import Claim

LANE: Final = "assistant"
ACTOR: Final = Actor.system("assistant")
LONGEST_WAIT: Final = timedelta(days=1)
# One probe each while the account or the settings are wrong, so that a correction is noticed by itself.
MISCONFIGURED_RETRY: Final = timedelta(minutes=15)
_PACE_PER_S: Final = 1000

Outcome = Checked | Refusal | ModelError


@dataclass(frozen=True, slots=True)
class Run:
    """What one run did: questions put, and how many of them became suggestions."""

    asked: int = 0
    suggested: int = 0


def is_any_waiting(now: datetime) -> bool:
    """Say whether a run has anything to do: a question, or an agreement that has to end."""
    consent = consents.in_force()
    if consent is None:
        return consents.is_any_void(now)
    return questions.is_any_due(now) or questions.is_any_open(consent)


def ask_due(*, get_model: Callable[[], LanguageModel], now: datetime, at_most: timedelta) -> Run:
    """Put what is due, one after another, while agreement, breaker and the day's calls allow it."""
    consents.end_void(now=now)
    consent = consents.in_force()
    if consent is None:
        return Run()
    questions.collect(consent, now=now)
    started, asked, suggested = time.monotonic(), 0, 0
    while time.monotonic() - started < at_most.total_seconds():
        outcome = _next(get_model, now=now)
        if outcome is None:
            break
        asked, suggested = asked + 1, suggested + isinstance(outcome, Checked)
    return Run(asked, suggested)


def calls_left(now: datetime) -> int:
    """Return how many questions the day still allows."""
    _configure()
    return quota.usage(LANE, now.astimezone(UTC).date()).remaining


def _next(get_model: Callable[[], LanguageModel], *, now: datetime) -> Outcome | None:
    """Put one question; the agreement is looked at again before each, so that a withdrawal counts at once."""
    consent = consents.in_force()
    held = questions.claim(consent, now=now) if consent is not None else None
    if held is None:
        return None
    if not _may_call(now):
        questions.release(held)
        return None
    outcome = _ask(get_model, held)
    _report(outcome, now=now)
    _write(held, outcome, now=now)
    return outcome


def _configure() -> None:
    quota.configure(LANE, per_second=_PACE_PER_S, per_day=settings.LEGIST_MODEL_DAILY_CALLS)


def _may_call(now: datetime) -> bool:
    _configure()
    if breaker.is_open(LANE, now) or quota.blocked_until(LANE, now=now):
        return False
    return bool(quota.reserve(LANE, 1, now=now).granted) and breaker.admit(LANE, now=now)


def _ask(get_model: Callable[[], LanguageModel], held: Claim) -> Outcome:
    question = Question(prompt.instructions(), prompt.block(held.text.text))
    try:
        answer = get_model().ask(question, prompt.Answer)
    except ModelError as error:
        return error
    return check(answer, held.text, followup=held.followup)


def _report(outcome: Outcome, *, now: datetime) -> None:
    """Tell the breaker: an answer, however bad, shows that the line works."""
    if not isinstance(outcome, ModelError) or isinstance(outcome, PermanentModelError):
        breaker.success(LANE)
    elif isinstance(outcome, MisconfiguredModelError):
        breaker.trip(LANE, reason=outcome.code, now=now, retry_at=now + MISCONFIGURED_RETRY)
    elif outcome.code == "rate_limited" and outcome.retry_after is not None:
        quota.block_until(LANE, now + _pause(outcome))
    else:
        breaker.failure(LANE, reason=outcome.code, now=now)


def _write(held: Claim, outcome: Outcome, *, now: datetime) -> None:
    """Write what came of a question, unless it was settled or withdrawn while it was under way."""
    with unit_of_work(actor=ACTOR):
        row = (
            ModelSuggestion.objects.select_for_update()
            .filter(pk=held.suggestion_id, lease_token=held.token, state=SuggestionState.WAITING)
            .first()
        )
        if row is None:
            return
        for name, value in _columns(row, outcome, now=now).items():
            setattr(row, name, value)
        row.save(update_fields=_WRITTEN)
        _record(row, held, now=now)


_WRITTEN: Final = [
    "state",
    "code",
    "confidence",
    "evidence",
    "facts",
    "why",
    "attempts",
    "next_try_at",
    "answered_at",
    "lease_token",
    "lease_until",
]


def _columns(row: ModelSuggestion, outcome: Outcome, *, now: datetime) -> dict[str, Any]:
    settled: dict[str, Any] = FREE | {"next_try_at": None}
    if isinstance(outcome, Checked):
        return settled | {
            "state": SuggestionState.SUGGESTED,
            "code": outcome.code,
            "confidence": outcome.confidence,
            "evidence": outcome.evidence,
            "facts": outcome.facts or None,
            "why": "",
            "answered_at": now,
        }
    if isinstance(outcome, Refusal | PermanentModelError):
        why = outcome.code if isinstance(outcome, ModelError) else outcome
        return settled | {"state": SuggestionState.REJECTED, "why": why, "answered_at": now}
    attempts = row.attempts + 1
    failing = settled | {"why": outcome.code, "attempts": attempts}
    if attempts >= backoff.QUESTIONS.tries:
        return failing | {"state": SuggestionState.FAILED}
    return failing | {"next_try_at": now + _wait(outcome, attempts)}


def _wait(error: ModelError, attempts: int) -> timedelta:
    if isinstance(error, MisconfiguredModelError):
        return MISCONFIGURED_RETRY
    return backoff.QUESTIONS.wait(attempts, at_least=_pause(error))


def _pause(error: ModelError) -> timedelta:
    """Return what the provider asked for, within reason."""
    return min(timedelta(seconds=max(error.retry_after or 0, 0)), LONGEST_WAIT)


def _record(row: ModelSuggestion, held: Claim, *, now: datetime) -> None:
    change = StatusChange.objects.select_related("receipt").get(pk=row.change_id)
    data = {
        "model": row.model,
        "change": str(row.change_id),
        "prompt": row.prompt_version,
        "outcome": "retried" if row.state == SuggestionState.WAITING else row.state,
        "code": row.code,
        "why": row.why,
        "hidden": held.text.hidden,
        "characters": len(held.text.text),
    }
    acting(actor=ACTOR, now=now).record(actions.MODEL_ASKED, change.receipt, **data)


instants.register(ModelSuggestion, "next_try_at", at_most=LONGEST_WAIT + backoff.QUESTIONS.cap)
