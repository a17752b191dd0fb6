"""System checks: each names the setting and says how to mend it, and none shows a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DEFAULT_DB_ALIAS

from legist.core import canary
from legist.core.crypto import decode_key
from legist.core.tasks.base import list_tasks
from legist.environment import RESTORE

# Identifier, name, whether it holds, and the remedy.
Rule = tuple[str, str, bool, str]
BOUNDED = "Set it above 0, or a message nobody can run stays for ever."
SWITCHES = (
    ("legist.E040", "orm", "default", "tickets and queue share a database."),
    ("legist.E044", "ack_failures", True, "Legist keeps the retries."),
    ("legist.E045", "catch_up", False, "Legist keeps the schedules."),
    ("legist.E046", "scheduler", False, "Legist keeps the schedules."),
)


@register()
def check_queue_numbers(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ARG001  Django passes it by name
    """Verify the numbers of the engine that is used: one message for each that does not hold."""
    if settings.LEGIST_TASK_ENGINE == "celery":
        return _celery_numbers()
    if settings.LEGIST_TASK_ENGINE != "djangoq":
        return []
    numbers: dict[str, Any] = settings.Q_CLUSTER
    return [
        Error(f"Q_CLUSTER[{name!r}] is {numbers.get(name)!r}.", hint=hint, id=identifier)
        for identifier, name, holds, hint in (*_order(numbers), *_switches(numbers))
        if not holds
    ]


def _celery_numbers() -> list[CheckMessage]:
    """Verify that no run outlives its message, that a message comes back from the dead, and what is off."""
    from legist.core.tasks import celery  # only where it is the engine: the default does without Celery

    numbers = celery.app_of(settings.LEGIST_BROKER_URL).conf
    problems: list[CheckMessage] = [
        Error(f"Celery's {name} is {numbers[name]!r}.", hint=f"Set it to {wanted!r}.", id="legist.E070")
        for name, wanted in celery.NUMBERS.items()
        if numbers[name] != wanted
    ]
    longest = max(list_tasks(), key=lambda task: task.timeout_s)
    visible_again = numbers.broker_transport_options.get("visibility_timeout")
    if visible_again is not None and visible_again <= longest.timeout_s + celery.ENDS_WITHIN_S:
        hint = f"Make it larger than {longest.timeout_s}, the timeout_s of {longest.name}."
        problems.append(
            Error(f"Celery's visibility_timeout is {visible_again}.", hint=hint, id="legist.E071")
        )
    return problems


def _order(numbers: dict[str, Any]) -> list[Rule]:
    longest = max(list_tasks(), key=lambda task: task.timeout_s)
    retry, timeout = numbers.get("retry", 0), numbers.get("timeout", 0)
    too_short = f"Make it larger than {longest.timeout_s}, the timeout_s of {longest.name}."
    return [
        ("legist.E041", "retry", retry > timeout, "Make it larger than timeout."),
        ("legist.E042", "timeout", timeout > longest.timeout_s, too_short),
        ("legist.E043", "max_attempts", numbers.get("max_attempts", 0) > 0, BOUNDED),
        (
            "legist.E047",
            "save_limit",
            numbers.get("save_limit", 0) < 0,
            "Set it to -1: results are not kept.",
        ),
    ]


def _switches(numbers: dict[str, Any]) -> list[Rule]:
    return [
        (identifier, name, numbers.get(name) == wanted, f"Set it to {wanted!r}: {reason}")
        for identifier, name, wanted, reason in SWITCHES
    ]


RESTORED = RESTORE.removeprefix(". ")


@register(Tags.security)
def check_environment(**_: Any) -> list[CheckMessage]:
    """Refuse keys that are none, and in production a process that kills itself."""
    if settings.IS_PRODUCTION and settings.LEGIST_FAILPOINT:
        what = "LEGIST_FAILPOINT is set: it is for tests, which kill processes with it."
        return [*_key_problems(), Error(what, hint="Remove LEGIST_FAILPOINT.", id="legist.E009")]
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
