"""Nothing is asked without the firm's agreement to exactly this model at this place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from legist.core.errors import Forbidden, NotFound, WrongState
from legist.core.language_model import PydanticModel
from legist.core.models import AuditEntry
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import later
from tests.tracking.suggestions.conftest import TARGET, run, saying
from tracking.models import ModelSuggestion, ReviewItem, SuggestionConsent
from tracking.suggestions import consent
from tracking.suggestions.asking import ask_due, is_any_waiting

pytestmark = pytest.mark.django_db


def test_it_keeps_who_agreed_to_what(firm: Firm, agreed: SuggestionConsent) -> None:
    assert consent.in_force() == agreed
    assert (agreed.given_by, agreed.given_at, agreed.target) == (firm.mary, NOW, TARGET)
    assert TARGET in agreed.text
    assert AuditEntry.objects.filter(action="tracking.assist_agreed", actor_id=str(firm.mary.pk)).exists()


@pytest.mark.parametrize(("who", "error"), [("paul", Forbidden), ("olga", Forbidden), ("dana", NotFound)])
def test_only_those_who_answer_for_the_firm_agree(*, who: str, error: type[Exception], firm: Firm) -> None:
    with pytest.raises(error):
        consent.give(target=TARGET, actor=firm.actor(who), now=NOW)
    with pytest.raises(error):
        consent.revoke(actor=firm.actor(who), now=NOW)


def test_one_agreement_at_a_time(firm: Firm, agreed: SuggestionConsent) -> None:
    with pytest.raises(WrongState):
        consent.give(target=TARGET, actor=firm.actor("alice"), now=NOW)
    twin = SuggestionConsent(target="other:model", text="", given_by=firm.mary, given_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_it_is_to_the_model_that_was_shown(firm: Firm, settings: LazySettings) -> None:
    settings.LEGIST_MODEL = "other:model"
    with pytest.raises(WrongState):
        consent.give(target=TARGET, actor=firm.actor("mary"), now=NOW)


def test_without_it_nothing_is_asked(question: ReviewItem) -> None:
    spoken = saying()

    assert not is_any_waiting(NOW)
    assert run(spoken).asked == len(spoken.heard) == ModelSuggestion.objects.count() == 0


def test_a_withdrawal_counts_at_once(firm: Firm, question: ReviewItem, agreed: SuggestionConsent) -> None:
    spoken = saying()
    consent.revoke(actor=firm.actor("alice"), now=later())

    assert run(spoken, now=later()).asked == len(spoken.heard) == 0
    assert AuditEntry.objects.filter(action="tracking.assist_withdrawn").count() == 1
    with pytest.raises(WrongState):
        consent.revoke(actor=firm.actor("alice"), now=later())


def test_an_answer_that_comes_after_the_withdrawal_is_dropped(
    firm: Firm, question: ReviewItem, agreed: SuggestionConsent
) -> None:
    def get_model() -> PydanticModel:
        consent.revoke(actor=firm.actor("mary"), now=later())
        return saying().model()

    assert ask_due(get_model=get_model, now=NOW, at_most=timedelta(seconds=60)).asked == 1

    assert not ModelSuggestion.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LEGIST_MODEL", "other:model"),
        ("LEGIST_MODEL_BASE_URL", "https://elsewhere.example/v1"),
        ("LEGIST_MODEL", ""),
    ],
)
def test_another_model_or_place_needs_another_agreement(
    name: str, value: str, question: ReviewItem, agreed: SuggestionConsent, settings: LazySettings
) -> None:
    setattr(settings, name, value)
    spoken = saying()

    assert consent.in_force() is None
    assert is_any_waiting(NOW)
    assert run(spoken).asked == len(spoken.heard) == 0

    setattr(settings, name, TARGET if name == "LEGIST_MODEL" else "")
    assert consent.in_force() is None
    assert not is_any_waiting(NOW)
    assert AuditEntry.objects.filter(action="tracking.assist_voided", actor_id="assistant").count() == 1
