"""Second factors: their secrets, which allauth keeps in JSON and we seal there; and each code counts once.

allauth seals a secret before it has a row, so these values are bound to their table and column only.
"""

from __future__ import annotations

from typing import Any, Final

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from legist.core.crypto import current_prefix, seal, unseal
from legist.core.rotation import register_rotation
from legist.core.uow import unit_of_work

CONTEXT: Final = "mfa_authenticator.data"
# What allauth hands to its `encrypt` hook: the key of a TOTP app, the seed of recovery codes.
SECRETS: Final = ("secret", "seed")
USED_STEP: Final = "used_step"


def seal_secret(plain: str) -> str:
    """Seal a secret for allauth to store."""
    return str(seal(plain.encode(), context=CONTEXT))


def open_secret(stored: str) -> str:
    """Return a stored secret; raises CryptoError for one that is not sealed with our keys."""
    return unseal(stored, context=CONTEXT).decode()


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


def rotate_batch(*, batch: int) -> int:
    """Seal up to `batch` secrets anew with the first field key; return how many were behind."""
    with unit_of_work():
        rows = list(_behind().select_for_update()[:batch])
        for row in rows:
            fresh = {name: seal_secret(open_secret(row.data[name])) for name in SECRETS if name in row.data}
            row.data = row.data | fresh
            row.save(update_fields=["data"])
    return len(rows)


def register() -> None:
    """Have `rotate_keys` cover allauth's table too, and the first code of an app count once."""
    register_rotation(Authenticator._meta.label, rotate_batch)
    authenticator_added.connect(_spend_first_code, dispatch_uid="practice.first_code")


def _behind() -> QuerySet[Authenticator]:
    stored = Coalesce(*(KeyTextTransform(name, "data") for name in SECRETS))
    with_secret = Authenticator.objects.alias(stored=stored).filter(stored__isnull=False)
    found: QuerySet[Authenticator] = with_secret.exclude(stored__startswith=current_prefix()).order_by("pk")
    return found
