"""The audit ledger: append-only, each entry sealed to the one before it."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models


class LedgerViolation(Exception):
    """Somebody tried to change or delete what is on the record."""


class AppendOnlyQuerySet(models.QuerySet["AuditEntry"]):
    """Refuses everything that would rewrite history."""

    def update(self, **_kwargs: Any) -> NoReturn:
        message = "Audit entries are never changed; record a new entry instead."
        raise LedgerViolation(message)

    def delete(self) -> NoReturn:
        message = "Audit entries are never deleted."
        raise LedgerViolation(message)


class AuditEntry(models.Model):
    """One thing that somebody or something did, in the order in which it was committed."""

    sequence = models.PositiveBigIntegerField(
        primary_key=True, help_text="Position in the chain, from 1, without gaps."
    )
    at = models.DateTimeField()
    action = models.CharField(max_length=80, help_text="Registered action code.")
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=60, help_text="Model label, in lower case.")
    subject_id = models.CharField(max_length=64)
    scope = models.UUIDField(null=True, help_text="The matter whose timeline shows the entry.")
    data = models.JSONField(default=dict, help_text="Ids, codes and counts; never personal data.")
    correlation_id = models.CharField(max_length=64, default="")
    previous_hash = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64)

    objects: ClassVar[models.Manager[AuditEntry]] = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["sequence"]
        indexes = [
            # The matter's timeline.
            models.Index(
                fields=["scope", "-sequence"], name="audit_scope", condition=models.Q(scope__isnull=False)
            ),
            # Everything that happened to one object.
            models.Index(fields=["subject_type", "subject_id", "-sequence"], name="audit_subject"),
            # The explorer's filters.
            models.Index(fields=["action", "-sequence"], name="audit_action"),
            models.Index(fields=["actor_kind", "actor_id", "-sequence"], name="audit_actor"),
            models.Index(fields=["correlation_id", "sequence"], name="audit_correlation"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            message = "Audit entries are never changed; record a new entry instead."
            raise LedgerViolation(message)
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        message = "Audit entries are never deleted."
        raise LedgerViolation(message)


class AuditHead(models.Model):
    """The single row that names the newest entry; its lock orders the chain."""

    sequence = models.PositiveBigIntegerField(default=0)
    entry_hash = models.CharField(max_length=64, default="0" * 64)
    seal = models.CharField(max_length=64, default="", help_text="Keyed hash of the two above.")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_single_head")]
