"""The one home of model providers: one question, one answer, every failure sorted into a family."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec

import anyio
import pytest
from django.conf import LazySettings
from pydantic_ai import ModelMessage, ModelResponse, models
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.test import TestModel

from legist.core import language_model
from legist.core.language_model import (
    MisconfiguredModelError,
    ModelError,
    PermanentModelError,
    PydanticModel,
    Question,
    TransientModelError,
    get_model,
)
from tests.tracking.suggestions.conftest import TARGET, Spoken
from tests.tracking.suggestions.openai_server import Reply, openai_server
from tracking.suggestions.prompt import Answer

QUESTION = Question("Sort it.", "Case Was Pondered IOE0912345678")
GOOD = {"code": "APPROVED", "confidence": 0.9, "evidence": "Case Was Pondered"}


@dataclass(frozen=True)
class Small:
    word: str
    number: int


def wrong_settings() -> list[str]:
    return [str(problem.id) for problem in language_model.check_language_model()]


def test_it_returns_an_answer_of_the_shape_asked_for() -> None:
    model = PydanticModel(TARGET, TestModel, timeout_s=5)

    answer = model.ask(QUESTION, Small)

    assert isinstance(answer, Small)
    assert isinstance(answer.number, int)


def test_it_keeps_instructions_and_data_apart_and_offers_no_tools() -> None:
    spoken = Spoken(lambda _: GOOD)

    spoken.model().ask(QUESTION, Answer)

    assert spoken.heard == [QUESTION.data]
    assert spoken.told == [QUESTION.instructions]
    tester = TestModel(custom_output_args=GOOD)
    PydanticModel(TARGET, lambda: tester, timeout_s=5).ask(QUESTION, Answer)
    assert tester.last_model_request_parameters is not None
    assert tester.last_model_request_parameters.function_tools == []


@pytest.mark.parametrize(
    "said",
    [
        "{not json",
        '{"code": "BANANA", "confidence": 1, "evidence": "Case Was Pondered"}',
        '{"code": "APPROVED"}',
        '{"code": "APPROVED", "confidence": "very", "evidence": "Case"}',
        '{"code": "APPROVED", "confidence": 1, "evidence": "Case", "deadline": "2026-02-30"}',
    ],
)
def test_it_refuses_another_shape_without_asking_twice(said: str) -> None:
    spoken = Spoken(lambda _: said)

    with pytest.raises(PermanentModelError, match="malformed_answer"):
        spoken.model().ask(QUESTION, Answer)

    assert len(spoken.heard) == 1


def test_it_gives_up_after_its_time() -> None:
    async def never(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        await anyio.Event().wait()
        raise AssertionError

    model = PydanticModel(TARGET, lambda: FunctionModel(never), timeout_s=0.05)

    with pytest.raises(TransientModelError, match="timeout"):
        model.ask(QUESTION, Answer)


def test_it_turns_what_nobody_expected_into_a_failure_that_tells_nothing() -> None:
    def explode(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        raise KeyError(str(messages))

    with pytest.raises(TransientModelError) as caught:
        PydanticModel(TARGET, lambda: FunctionModel(explode), timeout_s=5).ask(QUESTION, Answer)

    assert (str(caught.value), caught.value.__cause__) == ("unexpected_error", None)


@pytest.fixture
def _self_hosted(settings: LazySettings) -> None:
    settings.LEGIST_MODEL, settings.LEGIST_MODEL_API_KEY = "openai-chat:small", "secret"


@pytest.mark.usefixtures("_self_hosted")
def test_it_asks_a_server_of_the_firms_own(settings: LazySettings) -> None:
    with openai_server(Reply(answer=GOOD)) as server, models.override_allow_model_requests(True):  # noqa: FBT003  the library's own signature
        settings.LEGIST_MODEL_BASE_URL = server.url
        answer = get_model().ask(QUESTION, Answer)

    assert answer.code == "APPROVED"
    assert [message["role"] for message in server.requests[0]["messages"]] == ["system", "user"]


@pytest.mark.usefixtures("_self_hosted")
@pytest.mark.parametrize(
    ("reply", "family", "code"),
    [
        (Reply(401), MisconfiguredModelError, "unauthorized"),
        (Reply(404), MisconfiguredModelError, "unknown_model"),
        (Reply(402), MisconfiguredModelError, "account_exhausted"),
        (Reply(400), PermanentModelError, "request_refused"),
        (Reply(429, headers={"Retry-After": "7"}), TransientModelError, "rate_limited"),
        (Reply(500), TransientModelError, "provider_error"),
        (Reply(503), TransientModelError, "provider_error"),
        (Reply(body="<html>"), TransientModelError, "provider_error"),
        (Reply(hold=True), TransientModelError, "timeout"),
    ],
)
def test_it_sorts_what_a_provider_answers(
    reply: Reply, family: type[ModelError], code: str, settings: LazySettings
) -> None:
    settings.LEGIST_MODEL_TIMEOUT_S = 0.5 if reply.hold else 10
    with openai_server(reply) as server, models.override_allow_model_requests(True):  # noqa: FBT003  the library's own signature
        settings.LEGIST_MODEL_BASE_URL = server.url
        with pytest.raises(family) as caught:
            get_model().ask(QUESTION, Answer)

    assert (caught.value.code, len(server.requests)) == (code, 1)
    assert caught.value.retry_after == (7 if code == "rate_limited" else None)


@pytest.mark.usefixtures("_self_hosted")
def test_it_says_that_nobody_answers_at_that_address(settings: LazySettings) -> None:
    with openai_server(Reply()) as server:
        settings.LEGIST_MODEL_BASE_URL = server.url
    with models.override_allow_model_requests(True), pytest.raises(TransientModelError, match="connection"):  # noqa: FBT003  the library's own signature
        get_model().ask(QUESTION, Answer)


def test_it_names_an_unknown_provider(settings: LazySettings) -> None:
    settings.LEGIST_MODEL = "nobody:knows"

    with pytest.raises(MisconfiguredModelError, match="unknown_provider"):
        get_model().ask(QUESTION, Answer)


def test_without_the_package_everything_works_and_the_check_names_the_remedy(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        language_model, "find_spec", lambda name: None if name == "pydantic_ai" else find_spec(name)
    )
    problem = language_model.check_language_model()[0]
    assert (problem.id, "requirements-ai.txt" in str(problem.hint)) == ("legist.E022", True)
    with pytest.raises(MisconfiguredModelError, match="not_installed"):
        get_model()

    settings.LEGIST_MODEL = ""
    assert not wrong_settings()
    with pytest.raises(MisconfiguredModelError, match="off"):
        get_model()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("LEGIST_MODEL", "clever", "legist.E021"),
        ("LEGIST_MODEL_API_KEY", "", "legist.E023"),
        ("LEGIST_MODEL_DAILY_CALLS", 0, "legist.E024"),
        ("LEGIST_MODEL_TIMEOUT_S", 0, "legist.E024"),
        ("LEGIST_MODEL_BASE_URL", "http://models.firm.example/v1", "legist.E025"),
    ],
)
def test_it_checks_its_settings(name: str, value: object, expected: str, settings: LazySettings) -> None:
    assert not wrong_settings()
    setattr(settings, name, value)
    assert wrong_settings() == [expected]


def test_what_is_agreed_to_names_the_model_and_where_it_stands(settings: LazySettings) -> None:
    assert language_model.target() == TARGET
    settings.LEGIST_MODEL_BASE_URL = "https://models.firm.example/v1"
    assert language_model.target() == f"{TARGET} at https://models.firm.example/v1"


def test_only_our_own_settings_say_where_a_question_goes(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://elsewhere.example/v1")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "https://elsewhere.example")
    for name in ("openai:small", "openai-chat:small", "anthropic:small"):
        settings.LEGIST_MODEL = name
        assert "elsewhere" not in str(language_model._build().base_url)


WITHOUT = """
import os, sys
sys.modules["pydantic_ai"] = sys.modules["pydantic"] = sys.modules["openai"] = None
os.environ["DJANGO_SETTINGS_MODULE"] = "legist.settings"
import django
django.setup()
import legist.urls, tracking.tasks
from django.core.management import call_command
call_command("check")
"""


@pytest.mark.process
def test_the_product_starts_where_the_package_is_missing() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, timeout=60, check=False
    )

    assert ended.returncode == 0, ended.stderr
