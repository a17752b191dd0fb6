"""Who sees a suggestion, what of it, and what becomes of it when a person decides."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection
from django.template.loader import render_to_string

from legist.core.errors import Forbidden
from legist.core.models import AuditEntry
from legist.environment import development_key
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import later, make_receipt, read
from tests.tracking.suggestions.conftest import DESCRIPTION, TARGET, UNKNOWN_TITLE, run, saying
from tracking import reviews
from tracking.models import ModelSuggestion, ReviewItem, SuggestionConsent
from tracking.states import SuggestionState
from tracking.suggestions.asking import is_any_waiting
from tracking.suggestions.services import ask_again, figures, settle_suggestion, suggestion_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("agreed")]


@pytest.fixture
def suggested(question: ReviewItem) -> ReviewItem:
    run(saying(evidence="for your Form I-485, Receipt Number [RECEIPT-1], with"))
    return question


def test_it_is_shown_with_the_passage_in_the_words_of_the_text(suggested: ReviewItem, firm: Firm) -> None:
    found = suggestion_for(suggested, firm.actor("paul"))

    assert found is not None
    assert (found.code, found.model) == ("RFE_ISSUED", TARGET)
    assert found.evidence == "for your Form I-485, Receipt Number IOE0912345678, with"


def test_nobody_sees_it_who_may_not_see_the_case(suggested: ReviewItem, firm: Firm) -> None:
    assert suggestion_for(suggested, firm.actor("charlie")) is None


def test_another_case_with_the_title_shows_the_code_alone(suggested: ReviewItem, firm: Firm) -> None:
    read(make_receipt("IOE0912345679", matter=firm.eves_matter), UNKNOWN_TITLE, DESCRIPTION)
    other = ReviewItem.objects.get(receipt__matter=firm.eves_matter)
    found = suggestion_for(other, firm.actor("charlie"))

    assert found is not None
    assert (found.code, found.evidence, found.facts) == ("RFE_ISSUED", "", {})


def test_a_settled_question_shows_none(suggested: ReviewItem, firm: Firm) -> None:
    settled = reviews.resolve_review(suggested.pk, actor=firm.actor("paul"), resolution="Read.", now=NOW)

    assert suggestion_for(settled, firm.actor("paul")) is None


@pytest.mark.parametrize(("code", "state"), [("RFE_ISSUED", "confirmed"), ("APPROVED", "rejected")])
def test_a_decision_confirms_or_rejects_it(code: str, state: str, suggested: ReviewItem, firm: Firm) -> None:
    assert suggested.change_id is not None
    assert settle_suggestion(suggested.change_id, code, actor=firm.actor("alice"), now=later()) == 1

    row = ModelSuggestion.objects.get()
    assert (row.state, row.decided_by, row.decided_at) == (state, firm.actor("alice").key, later())
    assert suggestion_for(suggested, firm.actor("paul")) is None
    entry = AuditEntry.objects.get(action="tracking.suggestion_settled")
    assert (entry.data["outcome"], entry.data["code"]) == (state, "RFE_ISSUED")
    assert settle_suggestion(suggested.change_id, code, actor=firm.actor("alice"), now=later()) == 0


def test_a_decision_on_another_case_with_the_title_settles_it_too(suggested: ReviewItem, firm: Firm) -> None:
    read(make_receipt("IOE0912345679", matter=firm.eves_matter), UNKNOWN_TITLE.upper(), DESCRIPTION)
    other = ReviewItem.objects.get(receipt__matter=firm.eves_matter)
    assert other.change_id is not None

    settle_suggestion(other.change_id, "RFE_ISSUED", actor=firm.actor("alice"), now=later())

    assert ModelSuggestion.objects.get().state == "confirmed"


def test_what_failed_is_asked_again_by_those_who_answer_for_it(question: ReviewItem, firm: Firm) -> None:
    run(saying(code="UNKNOWN"))
    ModelSuggestion.objects.update(state=SuggestionState.FAILED, why="timeout")
    assert figures(TARGET).failures == {"timeout": 1}
    with pytest.raises(Forbidden):
        ask_again(actor=firm.actor("paul"), now=later())

    assert ask_again(actor=firm.actor("mary"), now=later()) == 1

    assert is_any_waiting(later())
    assert run(saying(), now=later()).suggested == 1


def test_what_it_quotes_is_encrypted_under_a_key_that_turns(
    suggested: ReviewItem, settings: LazySettings
) -> None:
    old = settings.LEGIST_FIELD_KEYS
    settings.LEGIST_FIELD_KEYS = [development_key("another"), *old]
    call_command("rotate_keys")
    settings.LEGIST_FIELD_KEYS = [development_key("another")]

    assert ModelSuggestion.objects.get().evidence.startswith("for your Form")
    with connection.cursor() as cursor:
        cursor.execute("SELECT evidence FROM tracking_modelsuggestion")
        assert "Form" not in cursor.fetchone()[0]


def test_the_part_of_the_page_says_that_nobody_has_checked_it(suggested: ReviewItem, firm: Firm) -> None:
    found = suggestion_for(suggested, firm.actor("paul"))
    shown = render_to_string(
        "tracking/suggestions/suggestion.html",
        {"suggestion": found, "item": suggested, "decide_url": "/decide/"},
    )

    assert "not checked by a person yet" in shown
    assert "Request for evidence" in shown
    assert 'value="RFE_ISSUED"' in shown
    assert not render_to_string("tracking/suggestions/suggestion.html", {"suggestion": None}).strip()


def test_an_agreement_keeps_its_suggestions(suggested: ReviewItem, agreed: SuggestionConsent) -> None:
    assert ModelSuggestion.objects.get().consent == agreed
