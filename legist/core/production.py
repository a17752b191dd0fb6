"""What `check --deploy` refuses: settings that start and are not safe for a firm.

Each message names the setting and the remedy, never the value. What cannot work at all is refused at start
already (legist/environment.py, legist/addresses.py); what concerns USCIS is in tracking/registrations.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from legist import addresses
from legist.core.crypto import decode_key
from legist.environment import MAKE_KEY, NEW_KEY, development_key

Rule = tuple[bool, str, str, str]  # whether it is wrong, what is wrong, the remedy, and its name
FULL_HOST: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\]", re.IGNORECASE)
NEW_SECRET: Final = f"Make two keys and join them to one LEGIST_SECRET_KEY: {MAKE_KEY}"
SHORTEST_SECRET: Final = 50
# Random keys miss these by far: 32 random bytes hold 30 different ones, 64 random hexadecimal digits 16.
FEWEST_BYTES: Final = 20
FEWEST_SIGNS: Final = 10
LONGEST_REPEAT: Final = 8


def problems(rules: Iterator[Rule]) -> list[CheckMessage]:
    """Return an error for each rule that is broken."""
    return [Error(message, hint=hint, id=name) for is_wrong, message, hint, name in rules if is_wrong]


@register(Tags.security, deploy=True)
def check_production(**_: Any) -> list[CheckMessage]:
    """Refuse what is not safe for a firm."""
    return [*problems(_doors()), *problems(_mail()), *problems(_keys())]


def _doors() -> Iterator[Rule]:
    hosts, address = settings.ALLOWED_HOSTS, settings.LEGIST_BASE_URL
    yield (
        not hosts or not all(map(FULL_HOST.fullmatch, hosts)),
        "LEGIST_ALLOWED_HOSTS is empty, or holds a wildcard or something else that is no host name.",
        "List each host name in full, comma-separated: no *, no leading dot, no https://, no port.",
        "legist.E050",
    )
    yield (
        addresses.host_of(address) not in [host.lower() for host in hosts],
        "LEGIST_ALLOWED_HOSTS does not hold the host name of LEGIST_BASE_URL.",
        "Add it, or links in mail lead to a page that refuses them.",
        "legist.E051",
    )
    yield (
        not address.startswith("https://"),
        "LEGIST_BASE_URL is not https.",
        "Set LEGIST_BASE_URL to the https address that people use.",
        "legist.E007",
    )
    yield (
        address.startswith("https://") and settings.ALLAUTH_TRUSTED_PROXY_COUNT < 1,
        "LEGIST_TRUSTED_PROXIES is 0, and an https LEGIST_BASE_URL needs a proxy that ends TLS.",
        "Set it to the number of your proxies, usually 1. Else all visitors share one visitor's limits.",
        "legist.E052",
    )
    yield (
        not settings.LEGIST_REQUIRE_MFA,
        "LEGIST_REQUIRE_MFA is off: staff may sign in without a second factor.",
        "Remove LEGIST_REQUIRE_MFA.",
        "legist.E006",
    )
    yield (settings.DEBUG, "LEGIST_DEBUG is on: its pages show data.", "Remove LEGIST_DEBUG.", "legist.E053")
    yield (
        settings.CACHES["default"]["BACKEND"].endswith("DummyCache"),
        "LEGIST_CACHE_URL names a cache that keeps nothing, so sign-in has no limits.",
        "Leave it empty for one web process, or use dbcache://legist_cache.",
        "legist.E054",
    )
    yield (
        settings.LEGIST_TASK_ENGINE == "immediate",
        "LEGIST_TASK_ENGINE runs background work inside the process that asks for it.",
        "Leave LEGIST_TASK_ENGINE empty, or set it to celery, and run a worker.",
        "legist.E055",
    )


def _mail() -> Iterator[Rule]:
    is_mailbox = addresses.MAILBOX == settings.EMAIL_BACKEND
    yield (
        is_mailbox,
        "LEGIST_EMAIL_URL is a folder: messages would lie there in the clear and count as sent.",
        "Set it to your mail server: smtp+tls://user:password@host:587",
        "legist.E056",
    )
    yield (
        not is_mailbox and not settings.EMAIL_HOST,
        "LEGIST_EMAIL_URL is not set: there is no mail server.",
        "Set it to your mail server: smtp+tls://user:password@host:587",
        "legist.E057",
    )
    signs_in = bool(settings.EMAIL_HOST_USER or settings.EMAIL_HOST_PASSWORD)
    yield (
        not is_mailbox and signs_in and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL),
        "LEGIST_EMAIL_URL signs in to the mail server without TLS: its password would travel in the clear.",
        "Begin it with smtp+tls:// (usually port 587) or smtp+ssl:// (port 465).",
        "legist.E058",
    )
    yield (
        settings.DEFAULT_FROM_EMAIL.endswith("@legist.example"),
        "LEGIST_FROM_EMAIL is not set.",
        "Set it to an address of the firm that your mail server may send for.",
        "legist.E059",
    )


def _keys() -> Iterator[Rule]:
    field, index, signing = settings.LEGIST_FIELD_KEYS, settings.LEGIST_INDEX_KEY, settings.SECRET_KEY
    known = {development_key(purpose) for purpose in ("field", "index", "session signing")}
    named = [("LEGIST_SECRET_KEY", signing), ("LEGIST_INDEX_KEY", index)]
    named += [("LEGIST_FIELD_KEYS", key) for key in field]
    for name, key in named:
        is_known = any(each in key for each in known)
        yield is_known, f"{name} is the one of the development setup.", NEW_KEY, "legist.E005"
    for name, key in named[1:]:
        message = f"{name} holds a weak key: not made by chance, but written by hand, or repeating itself."
        yield is_weak_key(key), message, NEW_KEY, "legist.E060"
    message = "LEGIST_SECRET_KEY is weak: too short, of too few different signs, or repeating itself."
    yield is_weak_text(signing), message, NEW_SECRET, "legist.E061"
    for (name, key), (other, its) in combinations(named, 2):
        message = f"{name} and {other} hold the same key."
        yield _is_same(key, its), message, NEW_KEY, "legist.E062"


def is_weak_key(key: str) -> bool:
    """Say whether the 32 bytes of a key cannot have come from chance; one that is no key is not judged."""
    raw = _bytes(key)
    return bool(raw) and (len(set(raw)) < FEWEST_BYTES or max(raw) < 128 or _steps(raw) < FEWEST_BYTES // 2)


def is_weak_text(secret: str) -> bool:
    """Say whether a secret of any signs is short, poor in signs, in order, or repeats a part of itself."""
    parts = [secret[start : start + LONGEST_REPEAT] for start in range(len(secret) - LONGEST_REPEAT + 1)]
    return (
        len(secret) < SHORTEST_SECRET
        or len(set(secret)) < FEWEST_SIGNS
        or len(set(parts)) < len(parts)
        or _steps(secret.encode()) < FEWEST_SIGNS
    )


def _steps(raw: bytes) -> int:
    """Return how many different distances lie between neighbours: one in `0123456789`."""
    return len({after - before for before, after in pairwise(raw)})


def _is_same(one: str, other: str) -> bool:
    """Say whether two are the same key however they are padded, or one is a part of the other."""
    raw = _bytes(one)
    return bool(one and other) and (one in other or other in one or (bool(raw) and raw == _bytes(other)))


def _bytes(key: str) -> bytes:
    try:
        return decode_key(key)
    except ValueError:
        return b""
