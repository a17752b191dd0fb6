"""The secrets of second factors at rest: allauth keeps them in JSON, we seal them there.

allauth seals a secret before it has a row, so these values are bound to their table and column only.
"""

from __future__ import annotations

from typing import Final

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from legist.core.crypto import current_prefix, seal, unseal
from legist.core.rotation import register_rotation
from legist.core.uow import unit_of_work

CONTEXT: Final = "mfa_authenticator.data"
# What allauth hands to its `encrypt` hook: the key of a TOTP app, the seed of recovery codes.
SECRETS: Final = ("secret", "seed")


def seal_secret(plain: str) -> str:
    """Seal a secret for allauth to store."""
    return str(seal(plain.encode(), context=CONTEXT))


def open_secret(stored: str) -> str:
    """Return a stored secret; raises CryptoError for one that is not sealed with our keys."""
    return unseal(stored, context=CONTEXT).decode()


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
    """Have `rotate_keys` cover allauth's table too."""
    register_rotation(Authenticator._meta.label, rotate_batch)


def _behind() -> QuerySet[Authenticator]:
    stored = Coalesce(*(KeyTextTransform(name, "data") for name in SECRETS))
    with_secret = Authenticator.objects.alias(stored=stored).filter(stored__isnull=False)
    found: QuerySet[Authenticator] = with_secret.exclude(stored__startswith=current_prefix()).order_by("pk")
    return found
