"""Models that answer what a test says, through the library's own test models; nothing leaves the machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from pydantic_ai import ModelMessage, ModelResponse, ToolCallPart, UserPromptPart, models
from pydantic_ai.models.function import AgentInfo, FunctionModel

from legist.core.language_model import PydanticModel
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_receipt, read
from tracking.models import ReviewItem, SuggestionConsent
from tracking.states import ReviewKind
from tracking.suggestions import consent
from tracking.suggestions.asking import Run, ask_due

TARGET = "test:model"
Says = Callable[[str], Any]


@pytest.fixture(autouse=True)
def _no_real_model(settings: LazySettings) -> Iterator[None]:
    settings.LEGIST_MODEL = TARGET
    settings.LEGIST_MODEL_API_KEY = "a key"
    settings.LEGIST_MODEL_BASE_URL = ""
    with models.override_allow_model_requests(False):  # noqa: FBT003  the library's own signature
        yield


class Spoken:
    """A model that answers with what `says` makes of the message, and remembers what it was sent."""

    def __init__(self, says: Says) -> None:
        self.says = says
        self.heard: list[str] = []
        self.told: list[str] = []

    def answer(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        prompt = messages[-1].parts[-1]
        assert isinstance(prompt, UserPromptPart)
        self.heard.append(str(prompt.content))
        self.told.append(str(info.instructions))
        said = self.says(self.heard[-1])
        args = said if isinstance(said, str) else json.dumps(said)
        return ModelResponse(parts=[ToolCallPart(info.output_tools[0].name, args)])

    def model(self, *, timeout_s: float = 5) -> PydanticModel:
        return PydanticModel(TARGET, lambda: FunctionModel(self.answer), timeout_s=timeout_s)


def saying(**answer: Any) -> Spoken:
    """A model that always gives this answer; what is left out is filled with something that fits."""
    whole = {"code": "RFE_ISSUED", "confidence": 0.95, "evidence": "pondered upon the evidence"} | answer
    return Spoken(lambda _: whole)


@pytest.fixture
def agreed(firm: Firm) -> SuggestionConsent:
    return consent.give(target=TARGET, actor=firm.actor("mary"), now=NOW)


UNKNOWN_TITLE = "Evidence Was Pondered Upon"
DESCRIPTION = (
    "On March 2, 2026, we pondered upon the evidence for your Form I-485, Receipt Number IOE0912345678, with "
    "Dana Example."
)


@pytest.fixture
def question(firm: Firm) -> ReviewItem:
    """USCIS said something about Dana's receipt that nobody has seen before."""
    read(make_receipt(matter=firm.danas_matter), UNKNOWN_TITLE, DESCRIPTION)
    return ReviewItem.objects.get(kind=ReviewKind.UNKNOWN_STATUS)


def run(spoken: Spoken, *, now: datetime = NOW, **limits: float) -> Run:
    return ask_due(get_model=lambda: spoken.model(**limits), now=now, at_most=timedelta(seconds=60))
