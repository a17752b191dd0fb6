"""System checks: each names the setting and says how to mend it, and none shows a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DEFAULT_DB_ALIAS

from legist.core import canary
from legist.core.crypto import decode_key
from legist.environment import RESTORE

RESTORED = RESTORE.removeprefix(". ")


@register(Tags.security)
def check_environment(**_: Any) -> list[CheckMessage]:
    """Refuse keys that are none."""
    return _key_problems()


def _key_problems() -> list[CheckMessage]:
    keys = [("LEGIST_FIELD_KEYS", key) for key in settings.LEGIST_FIELD_KEYS]
    if not keys:
        return [Error("LEGIST_FIELD_KEYS is empty.", hint=RESTORED, id="legist.E003")]
    keys.append(("LEGIST_INDEX_KEY", settings.LEGIST_INDEX_KEY))
    problems: list[CheckMessage] = []
    for name, key in keys:
        try:
            decode_key(key)
        except ValueError:
            what = f"{name} holds a value that is no key: each is urlsafe base64 of 32 bytes."
            problems.append(Error(what, hint=RESTORED, id="legist.E004"))
    return problems


@register(Tags.database)
def check_keys(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Refuse keys that the data was not written with; `migrate` and `check --database default` ask."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or _key_problems():
        return []
    hint = "See docs/howto/rotate-keys.md."
    return [Error(fault, hint=hint, id="legist.E008") for fault in canary.faults()]
