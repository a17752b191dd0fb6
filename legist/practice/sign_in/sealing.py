"""What sign-in stores, sealed: sessions, and the secrets of second factors, of which each code counts once.

A session keeps the typed address until the code is entered. allauth keeps secrets in JSON and seals one
before it has a row, so these values are bound to their table and column only.
"""

from __future__ import annotations

import json
from typing import Any, Final

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from legist.core.crypto import CryptoError, current_prefix, seal, unseal
from legist.core.rotation import register_rotation
from legist.core.uow import unit_of_work

SESSION_CONTEXT = "sessions.data"


class SealedSerializer:
    """Writes sessions that only a holder of the field keys can read; see SESSION_SERIALIZER."""

    def dumps(self, data: dict[str, Any]) -> bytes:
        return seal(json.dumps(data, separators=(",", ":")).encode(), context=SESSION_CONTEXT).encode("ascii")

    def loads(self, data: bytes) -> dict[str, Any]:
        """Return the session; one sealed with a key that is gone is empty, so its person signs in again."""
        try:
            session: dict[str, Any] = json.loads(unseal(data.decode("ascii"), context=SESSION_CONTEXT))
        except CryptoError:
            return {}
        return session


class _AsIs:
    """Hands through what is signed, sealed as it stands."""

    def dumps(self, obj: Any) -> bytes:
        return bytes(obj)

    def loads(self, data: bytes) -> bytes:
        return data


def rotate_sessions(*, batch: int) -> int:
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
        plain = unseal(stored.decode("ascii"), context=SESSION_CONTEXT)
        fresh = seal(plain, context=SESSION_CONTEXT).encode("ascii")
    except (CryptoError, signing.BadSignature):
        return same.delete()[0]
    signed = signing.dumps(fresh, salt=SessionStore().key_salt, serializer=_AsIs, compress=True)
    return same.update(session_data=signed)


FACTOR_CONTEXT: Final = "mfa_authenticator.data"
# What allauth hands to its `encrypt` hook: the key of a TOTP app, the seed of recovery codes.
SECRETS: Final = ("secret", "seed")
USED_STEP: Final = "used_step"


def seal_secret(plain: str) -> str:
    """Seal a secret for allauth to store."""
    return str(seal(plain.encode(), context=FACTOR_CONTEXT))


def open_secret(stored: str) -> str:
    """Return a stored secret; raises CryptoError for one that is not sealed with our keys."""
    return unseal(stored, context=FACTOR_CONTEXT).decode()


def spend(authenticator: Authenticator, code: str) -> bool:
    """Use up an app's code that was found right; False when it, or a later one, was used before.

    The time step of the newest code used stands beside the secret, and two requests wait for each other
    on that row: allauth remembers used codes in the cache, which every process may have for itself.
    Recovery codes are struck off by allauth, in the row.
    """
    if authenticator.type != Authenticator.Type.TOTP:
        return True
    secret = open_secret(authenticator.data["secret"])
    return any(
        _advance(authenticator.pk, step)
        for step in yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))
    )


def used_code() -> ValidationError:
    """Return the answer to a code that counts no more: the same as to a wrong one."""
    error: ValidationError = get_adapter().validation_error("incorrect_code")
    return error


def _advance(pk: int, step: int) -> bool:
    with unit_of_work():
        row = Authenticator.objects.select_for_update().get(pk=pk)
        if row.data.get(USED_STEP, -1) >= step:
            return False
        row.data = row.data | {USED_STEP: step}
        row.save(update_fields=["data"])
    return True


def _spend_first_code(sender: Any, authenticator: Authenticator, **_: Any) -> None:
    """The code that proved a new app counts once too."""
    del sender
    if authenticator.type == Authenticator.Type.TOTP:
        _advance(authenticator.pk, max(yield_hotp_counters_from_time()))


def rotate_second_factors(*, batch: int) -> int:
    """Seal up to `batch` secrets anew with the first field key; return how many were behind."""
    with unit_of_work():
        rows = list(_behind().select_for_update()[:batch])
        for row in rows:
            fresh = {name: seal_secret(open_secret(row.data[name])) for name in SECRETS if name in row.data}
            row.data = row.data | fresh
            row.save(update_fields=["data"])
    return len(rows)


def register() -> None:
    """Have `rotate_keys` cover these tables too, and the first code of an app count once."""
    register_rotation(Authenticator._meta.label, rotate_second_factors)
    register_rotation(Session._meta.label, rotate_sessions)
    authenticator_added.connect(_spend_first_code, dispatch_uid="practice.first_code")


def _behind() -> QuerySet[Authenticator]:
    stored = Coalesce(*(KeyTextTransform(name, "data") for name in SECRETS))
    with_secret = Authenticator.objects.alias(stored=stored).filter(stored__isnull=False)
    found: QuerySet[Authenticator] = with_secret.exclude(stored__startswith=current_prefix()).order_by("pk")
    return found
