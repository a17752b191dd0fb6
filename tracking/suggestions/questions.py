"""Which texts are asked about, and who asks: one question for each title, leased in the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from legist.core import leases
from legist.core.crypto import keyed_hash
from legist.core.failpoints import atomic
from legist.practice.models import Matter
from tracking.models import ModelSuggestion, ReviewItem, StatusChange, SuggestionConsent
from tracking.normalizer import normalize, title_key
from tracking.states import ReviewKind, ReviewState, SuggestionState
from tracking.statuses import StatusCode
from tracking.suggestions import prompt
from tracking.suggestions.redaction import Known, Redacted, redact

LOOKED_AT: Final = 200
_TITLE: Final = Coalesce(NullIf("change__title_en", Value("")), "change__title_es")


@dataclass(frozen=True, slots=True)
class Claim:
    """One question held by us; what is asked is read and redacted before the call."""

    suggestion_id: UUID
    change_id: UUID
    token: UUID
    attempts: int
    text: Redacted = field(repr=False)
    followup: date | None = None


def is_any_open(consent: SuggestionConsent) -> bool:
    """Say whether there is a title that the model was not asked about."""
    return _unasked(consent).exists()


def is_any_due(now: datetime) -> bool:
    """Say whether a question may be put now."""
    return _due(now).exists()


def collect(consent: SuggestionConsent, *, now: datetime) -> int:
    """Write down a question for each title that nobody asked about; return how many are new."""
    found: dict[str, StatusChange] = {}
    for item in _unasked(consent).select_related("change").order_by("opened_at")[:LOOKED_AT]:
        assert item.change is not None  # noqa: S101  the query leaves out items without one
        found.setdefault(title_index(item.change), item.change)
    rows = [
        ModelSuggestion(
            change=change,
            consent=consent,
            model=consent.target,
            prompt_version=prompt.VERSION,
            title_index=index,
            created_at=now,
            next_try_at=now,
        )
        for index, change in found.items()
    ]
    before = ModelSuggestion.objects.count()
    ModelSuggestion.objects.bulk_create(rows, ignore_conflicts=True)
    return ModelSuggestion.objects.count() - before


def title_index(change: StatusChange) -> str:
    """Return the keyed hash under which all cases with this title are found."""
    return keyed_hash(title_key(change.title).encode(), purpose="assist title")


def claim(consent: SuggestionConsent, *, now: datetime) -> Claim | None:
    """Take the question that has waited longest and nobody holds, under the agreement in force."""
    chosen = _due(now).filter(model=consent.target).order_by("next_try_at")
    with atomic():
        held = _lease.take(chosen, limit=1, now=now, consent=consent)
        row = held.select_related(
            "change__receipt__matter__client",
            "change__receipt__matter__attorney",
            "change__receipt__matter__paralegal",
        ).first()
        if row is None:
            return None
    title, description = words_of(row.change)
    return Claim(
        row.pk,
        row.change_id,
        row.lease_token,
        row.attempts,
        redact(f"{title}. {description}".strip(), known_about(row.change)),
        normalize(title, description).facts.followup_date,
    )


def release(held: Claim) -> None:
    """Give back a question that was not put; it stays due."""
    leases.release(_lease.mine(held.suggestion_id, held.token))


def lease_time() -> timedelta:
    """Longer than one call can take."""
    return timedelta(seconds=2 * settings.LEGIST_MODEL_TIMEOUT_S + 60)


def words_of(change: StatusChange) -> tuple[str, str]:
    """Return title and description in one language, English where there is one."""
    if change.title_en:
        return change.title_en, change.description_en or ""
    return change.title_es, change.description_es or ""


def known_about(change: StatusChange) -> Known:
    """Return what the firm knows about the matter and must not leave."""
    receipt = change.receipt
    matter: Matter | None = receipt.matter
    if matter is None:
        return Known(values=(("RECEIPT", receipt.number),))
    people = [person for person in (matter.attorney, matter.paralegal) if person is not None]
    values = [("EMAIL", matter.client.email), ("PHONE", matter.client.phone)]
    values += [("EMAIL", person.email) for person in people]
    names = [matter.client.name, *(person.name for person in people)]
    return Known(
        names=tuple(filter(None, names)),
        values=(("RECEIPT", receipt.number), *((kind, value) for kind, value in values if value)),
    )


def _unasked(consent: SuggestionConsent) -> QuerySet[ReviewItem]:
    asked = ModelSuggestion.objects.filter(model=consent.target, prompt_version=prompt.VERSION)
    same_title = asked.annotate(title=_TITLE).filter(title=OuterRef("title"))
    return _open_items().annotate(title=_TITLE).exclude(Exists(same_title))


def _open_items() -> QuerySet[ReviewItem]:
    return ReviewItem.objects.filter(
        kind=ReviewKind.UNKNOWN_STATUS, state=ReviewState.OPEN, change__to_code=StatusCode.UNKNOWN
    )


def _due(now: datetime) -> QuerySet[ModelSuggestion]:
    """Questions whose time has come and whose text still waits for a person."""
    asked_about = _open_items().annotate(title=_TITLE).filter(title=OuterRef("title"))
    return (
        ModelSuggestion.objects.filter(state=SuggestionState.WAITING, next_try_at__lte=now)
        .filter(_lease.is_free(now))
        .alias(title=Coalesce(NullIf(F("change__title_en"), Value("")), "change__title_es"))
        .filter(Exists(asked_about))
    )


_lease: Final = leases.Lease(ModelSuggestion, lease_time)
