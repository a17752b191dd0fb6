"""One click in the review queue says what a title means, for every case under it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_change, make_receipt, make_receipts
from tests.tracking.suggestions.conftest import DESCRIPTION, TARGET, UNKNOWN_TITLE, saying
from tests.tracking.suggestions.conftest import run as ask
from tests.tracking.web.conftest import FRAGMENT
from tracking.mapping.current import current_mapping
from tracking.mapping.edits import SetRule
from tracking.mapping_editor.checkup import title_of
from tracking.mapping_editor.versions import publish, roll_back
from tracking.models import ModelSuggestion, Receipt, ReviewItem
from tracking.states import ReviewState, SuggestionState
from tracking.suggestions import consent

Browser = Callable[[str], Client]
UNKNOWN = "Request for Evidance Were Pondered Upon"


@pytest.fixture
def waiting(firm: Firm) -> list[Receipt]:
    """Three cases wait under one title that nobody has seen before."""
    receipts = make_receipts(3, matter=firm.danas_matter)
    for receipt in receipts:
        make_change(receipt, UNKNOWN)
    return receipts


@pytest.fixture
def question(waiting: list[Receipt]) -> ReviewItem:
    return ReviewItem.objects.get(receipt=waiting[0])


def url_of(item: ReviewItem) -> str:
    return f"/reviews/{item.pk}/"


@pytest.mark.parametrize("name", ["alice", "olga", "mary"])
def test_it_offers_the_nearest_and_says_how_far_it_reaches(
    name: str, question: ReviewItem, browser_of: Browser
) -> None:
    page = browser_of(name).get(url_of(question)).content.decode()

    assert "It means: Request for evidence" in page
    assert "applies to 3 cases that wait under this title, and from now on" in page


def test_a_click_decides_for_every_case_and_offers_the_way_back(
    question: ReviewItem, waiting: list[Receipt], browser_of: Browser
) -> None:
    given = {"code": "RFE_ISSUED"}

    response = browser_of("alice").post(f"{url_of(question)}decide/", given, headers=FRAGMENT)

    said = json.loads(response["HX-Trigger"])
    assert response.status_code == 204
    assert "reviews-changed" in said
    assert "counts for 3 cases" in said["toast"]["message"]
    assert said["toast"]["url"] == "/definitions/stages/vocabulary/?version=0"
    assert [rule.code for rule in current_mapping().rules] == ["RFE_ISSUED"]
    waiting[0].refresh_from_db()
    assert waiting[0].current_code == "RFE_ISSUED"
    question.refresh_from_db()
    assert question.state == ReviewState.RESOLVED


def test_a_plain_form_goes_back_to_the_queue_with_the_way_back(
    question: ReviewItem, browser_of: Browser
) -> None:
    alice = browser_of("alice")

    response = alice.post(f"{url_of(question)}decide/", {"code": "RFE_ISSUED"}, follow=True)

    assert '<a href="/definitions/stages/vocabulary/?version=0">Take it back</a>' in response.content.decode()


def test_what_was_decided_can_be_taken_back(question: ReviewItem, firm: Firm, browser_of: Browser) -> None:
    browser_of("alice").post(f"{url_of(question)}decide/", {"code": "RFE_ISSUED"})

    roll_back(0, reason="Too fast.", actor=firm.actor("alice"), now=NOW)

    assert current_mapping().rules == ()


def test_what_the_firm_says_already_answers_the_question_without_a_version(
    question: ReviewItem, firm: Firm, browser_of: Browser
) -> None:
    publish([SetRule(title_of(question), "RFE_ISSUED")], reason="Ours.", actor=firm.actor("olga"), now=NOW)

    browser_of("alice").post(f"{url_of(question)}decide/", {"code": "RFE_ISSUED"})

    question.refresh_from_db()
    assert (question.state, current_mapping().number) == (ReviewState.RESOLVED, 1)


@pytest.mark.parametrize("code", ["", "UNKNOWN", "nonsense"])
def test_it_asks_in_place_for_a_status(code: str, question: ReviewItem, browser_of: Browser) -> None:
    response = browser_of("alice").post(f"{url_of(question)}decide/", {"code": code}, headers=FRAGMENT)

    assert response.status_code == 422
    assert "field-error" in response.content.decode()
    assert current_mapping().number == 0


def test_it_is_not_decided_twice(question: ReviewItem, browser_of: Browser) -> None:
    alice, url = browser_of("alice"), f"{url_of(question)}decide/"
    alice.post(url, {"code": "RFE_ISSUED"})

    assert alice.post(url, {"code": "APPROVED"}).status_code == 409


def test_a_paralegal_is_told_who_decides(question: ReviewItem, browser_of: Browser) -> None:
    page = browser_of("paul").get(url_of(question)).content.decode()

    assert "decided by Alice, Mary and Olga" in page
    assert "It means:" not in page
    assert "Settle the question" in page


@pytest.mark.parametrize(("name", "status"), [("paul", 403), ("charlie", 404), ("dana", 404)])
@pytest.mark.parametrize("code", ["RFE_ISSUED", ""])
def test_who_may_not(name: str, status: int, code: str, question: ReviewItem, browser_of: Browser) -> None:
    assert browser_of(name).post(f"{url_of(question)}decide/", {"code": code}).status_code == status


def test_what_a_model_suggested_is_confirmed_by_the_decision(
    firm: Firm, browser_of: Browser, settings: LazySettings
) -> None:
    settings.LEGIST_MODEL, settings.LEGIST_MODEL_API_KEY = TARGET, "a key"
    consent.give(target=TARGET, actor=firm.actor("mary"), now=NOW)
    make_change(make_receipt(matter=firm.danas_matter), UNKNOWN_TITLE, DESCRIPTION)
    ask(saying(code="RFE_ISSUED"))
    alice, url = browser_of("alice"), url_of(ReviewItem.objects.get())
    assert "Suggested by a language model" in alice.get(url).content.decode()

    assert alice.post(f"{url}decide/", {"code": "RFE_ISSUED"}).status_code == 302

    assert ModelSuggestion.objects.get().state == SuggestionState.CONFIRMED
