"""Wrong keys are noticed before anything is written: a row that only the right keys can read.

With another LEGIST_INDEX_KEY nobody would be found again and the record would break; with another
LEGIST_FIELD_KEYS half of the data would end under a key that half of the processes do not hold. So web,
worker and commands look at the canary first. It never mends itself: it is planted in a database whose
record is empty, and nowhere else.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, connections

from legist.core.clock import utc_now
from legist.core.crypto import CryptoError, keyed_hash
from legist.core.models import AuditEntry, KeyCanary

KNOWN_TEXT = "legist key canary"
WRONG_INDEX_KEY = (
    "LEGIST_INDEX_KEY is not the key this database was written with. Put the old key back: it cannot be "
    "rotated. Nothing was written."
)
WRONG_FIELD_KEYS = (
    "LEGIST_FIELD_KEYS lacks the key this database is encrypted with. Add the old key at the end of the "
    "list and run rotate_keys before you remove it. Nothing was written."
)
MISSING = (
    "The table core_keycanary is empty although the record is not, so nobody can tell whether "
    "LEGIST_INDEX_KEY and LEGIST_FIELD_KEYS are right. Restore its row from a backup."
)

_proven: tuple[str, ...] = ()


class WrongKeyError(ImproperlyConfigured):
    """The keys in the settings are not those of the database; the message names them and the remedy."""


def plant(*, now: datetime) -> None:
    """Write the canary into a database that is still new; a later call changes nothing."""
    if not _has_table() or KeyCanary.objects.exists() or AuditEntry.objects.exists():
        return
    values = {"index_hash": _hash(), "sealed": KNOWN_TEXT, "planted_at": now}
    KeyCanary.objects.get_or_create(id=1, defaults=values)


def faults() -> list[str]:
    """Return what is wrong with the keys, each with its remedy; empty when all is well.

    A database without our tables has no fault: it is about to be migrated.
    """
    if not _has_table():
        return []
    canary = KeyCanary.objects.filter(id=1).first()
    if canary is None:
        return [MISSING] if AuditEntry.objects.exists() else []
    found = [] if canary.index_hash == _hash() else [WRONG_INDEX_KEY]
    try:
        is_readable = canary.sealed == KNOWN_TEXT
    except CryptoError:
        is_readable = False
    return found if is_readable else [*found, WRONG_FIELD_KEYS]


def expect_right_keys() -> None:
    """Raise WrongKeyError unless the keys are those of the database; a process asks once for each set."""
    global _proven  # noqa: PLW0603  what this process has found out, for the keys it holds
    keys = (settings.LEGIST_INDEX_KEY, *settings.LEGIST_FIELD_KEYS)
    if keys == _proven:
        return
    if found := faults():
        raise WrongKeyError(" ".join(found))
    plant(now=utc_now())
    _proven = keys


def expect_right_keys_at_start() -> None:
    """The same for a web process, which may also start while the database is away."""
    try:
        expect_right_keys()
    except DatabaseError:
        return
    finally:
        # A server that forks must not share this connection with its children.
        connections.close_all()


def _has_table() -> bool:
    return KeyCanary._meta.db_table in connection.introspection.table_names()


def _hash() -> str:
    return keyed_hash(KNOWN_TEXT.encode(), purpose="key canary")
