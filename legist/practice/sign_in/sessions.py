"""What a session remembers, sealed: sign-in keeps the typed address there until the code is entered."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import signing

from legist.core.crypto import CryptoError, current_prefix, seal, unseal
from legist.core.rotation import register_rotation

CONTEXT = "sessions.data"


class SealedSerializer:
    """Writes sessions that only a holder of the field keys can read; see SESSION_SERIALIZER."""

    def dumps(self, data: dict[str, Any]) -> bytes:
        return seal(json.dumps(data, separators=(",", ":")).encode(), context=CONTEXT).encode("ascii")

    def loads(self, data: bytes) -> dict[str, Any]:
        """Return the session; one sealed with a key that is gone is empty, so its person signs in again."""
        try:
            session: dict[str, Any] = json.loads(unseal(data.decode("ascii"), context=CONTEXT))
        except CryptoError:
            return {}
        return session


class _AsIs:
    """Hands through what is signed, sealed as it stands."""

    def dumps(self, obj: Any) -> bytes:
        return bytes(obj)

    def loads(self, data: bytes) -> bytes:
        return data


def rotate_batch(*, batch: int) -> int:
    """Seal up to `batch` sessions anew with the first field key; return how many were behind.

    One that opens with no key, or was signed with another, lets nobody in any more and is deleted. One that
    was written meanwhile stays as it was written.
    """
    done = 0
    for row in list(Session.objects.order_by("pk")):
        if done >= batch:
            break
        done += _rotate(row)
    return done


def _rotate(row: Session) -> int:
    same = Session.objects.filter(pk=row.pk, session_data=row.session_data)
    try:
        stored: bytes = signing.loads(row.session_data, salt=SessionStore().key_salt, serializer=_AsIs)
        if stored.startswith(current_prefix().encode()):
            return 0
        fresh = seal(unseal(stored.decode("ascii"), context=CONTEXT), context=CONTEXT).encode("ascii")
    except (CryptoError, signing.BadSignature):
        return same.delete()[0]
    signed = signing.dumps(fresh, salt=SessionStore().key_salt, serializer=_AsIs, compress=True)
    return same.update(session_data=signed)


def register() -> None:
    """Have `rotate_keys` cover sessions too."""
    register_rotation(Session._meta.label, rotate_batch)
