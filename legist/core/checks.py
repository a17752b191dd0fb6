"""System checks: each names the setting and says how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DEFAULT_DB_ALIAS

from legist.core import canary
from legist.core.crypto import decode_key
from legist.environment import NEW_KEY, development_key

TASK_ENGINES = {"djangoq", "immediate"}


@register(Tags.security)
def check_environment(**_: Any) -> list[CheckMessage]:
    """Refuse values that cannot work."""
    problems: list[CheckMessage] = []
    if settings.LEGIST_TASK_ENGINE not in TASK_ENGINES:
        hint = f"Choose one of {', '.join(sorted(TASK_ENGINES))}."
        problems.append(
            Error(f"LEGIST_TASK_ENGINE is {settings.LEGIST_TASK_ENGINE!r}.", hint=hint, id="legist.E002")
        )
    return problems + _key_problems()


def _key_problems() -> list[CheckMessage]:
    keys = [("LEGIST_FIELD_KEYS", key) for key in settings.LEGIST_FIELD_KEYS]
    if not keys:
        return [Error("LEGIST_FIELD_KEYS is empty.", hint=f"Make a key with: {NEW_KEY}", id="legist.E003")]
    keys.append(("LEGIST_INDEX_KEY", settings.LEGIST_INDEX_KEY))
    problems: list[CheckMessage] = []
    for name, key in keys:
        try:
            decode_key(key)
        except ValueError:
            hint = f"Each key is urlsafe base64 of 32 bytes: {NEW_KEY}"
            problems.append(Error(f"{name} holds a value that is no key.", hint=hint, id="legist.E004"))
    return problems


@register(Tags.database)
def check_keys(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Refuse keys that the data was not written with; `migrate` and `check --database default` ask."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or _key_problems():
        return []
    hint = "See docs/howto/rotate-keys.md."
    return [Error(fault, hint=hint, id="legist.E008") for fault in canary.faults()]


@register(Tags.security, deploy=True)
def check_production(**_: Any) -> list[CheckMessage]:
    """Refuse to run for a firm with the keys of a fresh checkout or without second factors."""
    problems: list[CheckMessage] = []
    known = {development_key(purpose) for purpose in ("field", "index", "session signing")}
    used = {settings.SECRET_KEY, settings.LEGIST_INDEX_KEY, *settings.LEGIST_FIELD_KEYS}
    if used & known:
        hint = f"Make LEGIST_FIELD_KEYS and LEGIST_INDEX_KEY, and two for LEGIST_SECRET_KEY, with: {NEW_KEY}"
        problems.append(Error("A key of the development setup is in use.", hint=hint, id="legist.E005"))
    if not settings.LEGIST_REQUIRE_MFA:
        hint = "Remove LEGIST_REQUIRE_MFA=no, so that staff sign in with a second factor."
        problems.append(
            checks.Warning("Staff may sign in without a second factor.", hint=hint, id="legist.W006")
        )
    if not settings.LEGIST_BASE_URL.startswith("https://"):
        hint = "Set LEGIST_BASE_URL to the https address that people use."
        problems.append(checks.Warning("LEGIST_BASE_URL is not https.", hint=hint, id="legist.W007"))
    return problems
