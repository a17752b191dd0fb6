"""Filling placeholders in texts that members of the firm may write: sandboxed and strict."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Set
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _
from jinja2 import StrictUndefined, TemplateError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment

from legist.core.reasons import Unable
from workflows.states import STEP_FAILURE, StepFailure

PLACEHOLDER: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")


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
    except (TemplateError, RecursionError) as error:
        raise Unable(STEP_FAILURE, StepFailure.BAD_TEMPLATE, error=type(error).__name__) from None


def shown_with(text: str, values: Mapping[str, Any]) -> str:
    """Return the text with its plain placeholders replaced, for a look at it: nothing in it is run."""
    return PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), text)


def faults_in(text: str, fields: Collection[str]) -> list[str]:
    """Return why a template can never be filled: it cannot be read, or names a field that there is not."""
    try:
        named = _named(text)
    except (TemplateError, RecursionError) as error:
        said = _("A template cannot be read (%(error)s); check its placeholders.")
        return [said % {"error": type(error).__name__}]
    return unknown_fields(named, fields)


@lru_cache(maxsize=512)
def _named(text: str) -> frozenset[str]:
    return frozenset(find_undeclared_variables(environment().parse(text)))


def unknown_fields(named: Set[str], fields: Collection[str]) -> list[str]:
    """Return what to say of placeholders that are none of these fields."""
    said = _("There is no field “%(name)s”. Fields are: %(fields)s.")
    return [said % {"name": name, "fields": ", ".join(fields)} for name in sorted(named - set(fields))]
