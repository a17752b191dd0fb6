"""Models that answer what a test says, through the library's own test models; nothing leaves the machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from pydantic_ai import ModelMessage, ModelResponse, ToolCallPart, UserPromptPart, models
from pydantic_ai.models.function import AgentInfo, FunctionModel

from legist.core.language_model import PydanticModel

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
    whole = {"code": "RFE_ISSUED", "confidence": 0.95, "evidence": "sent a Request for Evidence"} | answer
    return Spoken(lambda _: whole)
