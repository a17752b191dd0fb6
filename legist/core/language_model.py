"""The one home of model providers: one question, one answer of a given shape, within hard limits.

Optional. The package pydantic_ai comes with requirements-ai.txt and is imported when a question is asked,
never before. What is in a question, and whether it may leave at all, is the caller's to decide.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from legist.core.failpoints import calling
from legist.core.resilience.error_capture import ErrorCapture

if TYPE_CHECKING:
    from pydantic_ai.models import Model
    from pydantic_ai.providers import Provider

A = TypeVar("A")
INSTALL: Final = "Install it with: pip install -r requirements-ai.txt -c constraints.txt"
# Written out, so that no variable of the environment but ours decides where a question goes.
ADDRESSES: Final = {
    "openai": "https://api.openai.com/v1",
    "openai-chat": "https://api.openai.com/v1",
    "openai-responses": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
}
# Room for models that think before they answer; what is longer is no answer to our questions.
LONGEST_ANSWER: Final = 4_000


class ModelError(Exception):
    """Base of all. `code` is a short reason without personal data, fit for a row and a log line."""

    def __init__(self, code: str, *, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class TransientModelError(ModelError):
    """No answer; the same question may be answered later. `retry_after` is in seconds, where it was said."""


class MisconfiguredModelError(ModelError):
    """No answer, and none to any question until somebody mends the settings or the account."""


class PermanentModelError(ModelError):
    """An answer that cannot be used, or a question that is refused: asking again will not help."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is sent: our instructions, and apart from them the data they speak about."""

    instructions: str
    data: str = field(repr=False)


class LanguageModel(Protocol):
    """Something that answers questions."""

    @property
    def target(self) -> str:
        """Its name, and where it stands, as people agreed to it."""

    def ask(self, question: Question, answer: type[A]) -> A:
        """Return an answer of the dataclass `answer`; raises one of the families of ModelError."""


def target() -> str:
    """Return which model the settings name and where it stands, or an empty text when they name none."""
    name, address = settings.LEGIST_MODEL, settings.LEGIST_MODEL_BASE_URL
    return f"{name} at {address}" if name and address else str(name)


def is_on() -> bool:
    """Say whether the settings name a model."""
    return bool(settings.LEGIST_MODEL)


def is_installed() -> bool:
    """Say whether the optional package is there; does not import it."""
    return find_spec("pydantic_ai") is not None


def get_model() -> LanguageModel:
    """Return the model that the settings name; raises MisconfiguredModelError `off` or `not_installed`."""
    if not is_on():
        raise MisconfiguredModelError("off")
    if not is_installed():
        raise MisconfiguredModelError("not_installed")
    return PydanticModel(target(), _build, timeout_s=settings.LEGIST_MODEL_TIMEOUT_S)


@dataclass(frozen=True, slots=True)
class PydanticModel:
    """A model of pydantic_ai. `build` makes it anew for each question: its connections belong to one loop."""

    target: str
    build: Callable[[], Model]
    timeout_s: float

    def ask(self, question: Question, answer: type[A]) -> A:
        """Ask once, in a thread of its own, so that it works wherever another event loop runs."""
        with ErrorCapture() as boundary, ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self._ask(question, answer)).result()
        # The cause is cut off on purpose: messages of providers may repeat what they were sent.
        raise _translate(boundary.error) from None

    async def _ask(self, question: Question, answer: type[A]) -> A:
        from pydantic_ai import Agent, UsageLimits
        from pydantic_ai.settings import ModelSettings

        limits = ModelSettings(
            max_tokens=LONGEST_ANSWER, timeout=self.timeout_s, request_timeout=self.timeout_s, max_retries=0
        )
        agent: Agent[object, A] = Agent(
            self.build(), output_type=answer, instructions=question.instructions, retries=0
        )
        async with agent:
            with calling("model"):
                result = await agent.run(
                    question.data,
                    model_settings=limits,
                    usage_limits=UsageLimits(request_limit=1),
                    timeout=self.timeout_s,
                    infer_name=False,
                )
        return result.output


def _build() -> Model:
    from pydantic_ai.exceptions import UserError
    from pydantic_ai.models import infer_model

    try:
        return infer_model(settings.LEGIST_MODEL, provider_factory=_provider)
    except (ValueError, TypeError, ImportError):
        raise UserError("unknown_provider") from None


def _provider(name: str) -> Provider[Any]:
    from pydantic_ai.providers import infer_provider_class

    given = {
        "api_key": settings.LEGIST_MODEL_API_KEY or None,
        "base_url": settings.LEGIST_MODEL_BASE_URL or ADDRESSES.get(name),
    }
    return infer_provider_class(name)(**{key: value for key, value in given.items() if value})


def _translate(error: BaseException | None) -> ModelError:
    """Sort an error of the package into a family; the first class that fits decides."""
    from pydantic_ai import exceptions as known

    families: list[tuple[type[BaseException], type[ModelError], str]] = [
        (known.ModelAuthenticationError, MisconfiguredModelError, "unauthorized"),
        (known.ModelNotFoundError, MisconfiguredModelError, "unknown_model"),
        (known.ModelQuotaExceededError, MisconfiguredModelError, "account_exhausted"),
        (known.UserError, MisconfiguredModelError, "unknown_provider"),
        (known.ModelRequestRejectedError, PermanentModelError, "request_refused"),
        (known.ModelRateLimitError, TransientModelError, "rate_limited"),
        (known.ModelRequestTimeout, TransientModelError, "timeout"),
        (known.ModelTimeoutError, TransientModelError, "timeout"),
        (TimeoutError, TransientModelError, "timeout"),
        (known.ModelConnectionError, TransientModelError, "connection"),
        (known.ModelAPIError, TransientModelError, "provider_error"),
        (known.UnexpectedModelBehavior, PermanentModelError, "malformed_answer"),
        (known.UsageLimitExceeded, PermanentModelError, "malformed_answer"),
    ]
    for kind, family, code in families:
        if isinstance(error, kind):
            return family(code, retry_after=getattr(error, "retry_after", None))
    return TransientModelError("unexpected_error")


@checks.register
def check_language_model(**_: Any) -> list[checks.CheckMessage]:
    """What the settings ask for can be done; nothing is asked for when LEGIST_MODEL is empty."""
    if not is_on():
        return []
    address = settings.LEGIST_MODEL_BASE_URL
    found = [
        (":" not in settings.LEGIST_MODEL, "LEGIST_MODEL names no provider.", _NAMED, "legist.E021"),
        (
            not is_installed(),
            "LEGIST_MODEL is set, but pydantic_ai is not installed.",
            INSTALL,
            "legist.E022",
        ),
        (not settings.LEGIST_MODEL_API_KEY and not address, "LEGIST_MODEL has no key.", _KEY, "legist.E023"),
        (_is_out_of_range(), "LEGIST_MODEL has limits that cannot work.", _RANGE, "legist.E024"),
        (
            bool(address) and not _is_safe(address),
            "LEGIST_MODEL_BASE_URL is not https.",
            _SAFE,
            "legist.E025",
        ),
    ]
    return [checks.Error(message, hint=hint, id=key) for is_wrong, message, hint, key in found if is_wrong]


_NAMED: Final = "Write provider:model, for example LEGIST_MODEL=anthropic:<model>, or leave it empty."
_KEY: Final = "Set LEGIST_MODEL_API_KEY, or LEGIST_MODEL_BASE_URL for a model of your own that needs no key."
_RANGE: Final = "LEGIST_MODEL_TIMEOUT_S is from 0 to 120 and LEGIST_MODEL_DAILY_CALLS above zero."
_SAFE: Final = "Use https. Plain http is accepted for this machine alone (localhost, 127.0.0.1)."


def _is_out_of_range() -> bool:
    return not 0 < settings.LEGIST_MODEL_TIMEOUT_S <= 120 or settings.LEGIST_MODEL_DAILY_CALLS <= 0


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in {"localhost", "127.0.0.1", "::1"}
