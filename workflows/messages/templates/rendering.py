"""Filling placeholders in texts that members of the firm may write: sandboxed and strict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from legist.core.reasons import Unable
from workflows.states import STEP_FAILURE, StepFailure


def environment(*, escape: bool = False) -> SandboxedEnvironment:
    """Return an environment in which templates reach nothing but the values they are given.

    A placeholder without a value is an error: a client never reads a gap.
    """
    return SandboxedEnvironment(
        autoescape=escape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Return the text with its placeholders filled; raise InvalidInput when it cannot be."""
    try:
        return environment().from_string(text).render(values).strip()
    except TemplateError as error:
        raise Unable(STEP_FAILURE, StepFailure.BAD_TEMPLATE, error=type(error).__name__) from None


def syntax_fault(text: str) -> str:
    """Return why a template can never be filled, or an empty text."""
    try:
        environment().parse(text)
    except TemplateError as error:
        return f"A template cannot be read ({type(error).__name__}); check its placeholders."
    return ""
