"""The page Assistant: what leaves, to whom, who agreed, and how the questions go."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client

from legist.core.resilience import breaker
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_receipt, read
from tracking.models import ModelSuggestion, SuggestionConsent
from tracking.states import SuggestionState
from tracking.suggestions import consent, questions
from tracking.suggestions.asking import LANE

Browser = Callable[[str], Client]
URL = "/settings/assistant/"
TARGET = "anthropic:small"


@pytest.fixture(autouse=True)
def _a_model(settings: LazySettings) -> None:
    settings.LEGIST_MODEL, settings.LEGIST_MODEL_API_KEY = TARGET, "a key"
    settings.LEGIST_MODEL_BASE_URL = ""


@pytest.fixture
def agreed(firm: Firm) -> SuggestionConsent:
    return consent.give(target=TARGET, actor=firm.actor("mary"), now=NOW)


def test_it_says_what_leaves_and_what_does_not(firm: Firm, browser_of: Browser) -> None:
    page = browser_of("alice").get(URL).content.decode()

    sent = page.partition("data-redacted")[2].partition("</blockquote>")[0]
    assert "[RECEIPT-1]" in sent
    assert "[ADDRESS-1]" in sent
    assert "IOE0912345678" not in sent
    assert "March 3, 2026" in sent
    for words in (TARGET, "What never leaves", "200 times a day", "A person confirms every suggestion"):
        assert words in page


def test_agreeing_takes_a_tick(firm: Firm, browser_of: Browser) -> None:
    mary = browser_of("mary")
    refused = mary.post(f"{URL}agree/", {"target": TARGET})
    assert refused.status_code == 422
    assert "Tick the box" in refused.content.decode()

    assert mary.post(f"{URL}agree/", {"target": TARGET, "agreed": "on"}).status_code == 302

    assert consent.in_force() is not None
    assert "Withdraw the agreement" in mary.get(URL).content.decode()


def test_agreeing_to_what_is_no_longer_set_up_is_a_conflict(firm: Firm, browser_of: Browser) -> None:
    given = {"target": "other:model", "agreed": "on"}

    assert browser_of("mary").post(f"{URL}agree/", given).status_code == 409


def test_withdrawing_shows_who_did(agreed: SuggestionConsent, browser_of: Browser) -> None:
    alice = browser_of("alice")
    assert alice.post(f"{URL}withdraw/").status_code == 302

    page = alice.get(URL).content.decode()
    assert "Earlier agreements" in page
    assert "Alice withdrew it on" in page
    assert alice.post(f"{URL}withdraw/").status_code == 409


def test_without_a_model_it_says_how_to_get_one(
    firm: Firm, browser_of: Browser, settings: LazySettings
) -> None:
    settings.LEGIST_MODEL = ""
    page = browser_of("mary").get(URL).content.decode()

    assert "No model is set up" in page
    assert "Agree for the firm" not in page


def test_it_shows_what_failed_and_asks_again(
    firm: Firm, agreed: SuggestionConsent, browser_of: Browser
) -> None:
    read(make_receipt(matter=firm.danas_matter), "Evidence Was Pondered Upon")
    questions.collect(agreed, now=NOW)
    ModelSuggestion.objects.update(state=SuggestionState.FAILED, why="unauthorized", next_try_at=None)
    mary = browser_of("mary")
    assert "The provider refuses the key" in mary.get(URL).content.decode()

    assert mary.post(f"{URL}again/").status_code == 302

    assert ModelSuggestion.objects.get().state == "waiting"


@pytest.mark.parametrize("who", ["paul", "charlie", "olga"])
def test_others_of_the_staff_do_not_see_it(who: str, firm: Firm, browser_of: Browser) -> None:
    assert browser_of(who).get(URL).status_code == 403
    assert "Assistant" not in browser_of(who).get("/reviews/").content.decode()


def test_source_health_shows_it_while_it_is_in_use(
    firm: Firm, browser_of: Browser, settings: LazySettings
) -> None:
    olga = browser_of("olga")
    assert "questions left today" not in olga.get("/health/").content.decode()
    consent.give(target=TARGET, actor=firm.actor("mary"), now=NOW)
    assert "200 questions left today" in olga.get("/health/").content.decode()

    breaker.trip(LANE, reason="unauthorized", now=NOW)
    assert "The provider refuses the key" in olga.get("/health/").content.decode()
