"""What shows at once that a process holds other keys than the data was written with."""

from __future__ import annotations

from django.db import models

from legist.core.crypto import EncryptedTextField


class KeyCanary(models.Model):
    """The one row that every right set of keys can read: a known text, hashed and encrypted.

    Written once, when the database is new. Rotation re-encrypts `sealed`, after everything else.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    index_hash = models.CharField(max_length=64, help_text="The known text, hashed with LEGIST_INDEX_KEY.")
    sealed = EncryptedTextField(help_text="The known text, under one of LEGIST_FIELD_KEYS.")
    planted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="key_canary_is_one_row"),
        ]

    def __str__(self) -> str:
        return "key canary"
