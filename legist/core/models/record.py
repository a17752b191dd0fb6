"""The record and its head, and the small rows that keep the kernel honest."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models

from legist.core.crypto import EncryptedTextField
from legist.core.ids import uuid7


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


class HealedInstant(models.Model):
    """A column in which instants stood in the future, and when they were last put right."""

    column = models.CharField(primary_key=True, max_length=100, help_text="Table and column.")
    rows = models.PositiveIntegerField()
    healed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.column


class WriteProbe(models.Model):
    """A row that is written and deleted at once, to see whether there is room for more."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    filling = models.TextField()

    def __str__(self) -> str:
        return str(self.id)


class Heartbeat(models.Model):
    """The latest sign of life of one part of the system, such as `worker` or `poller`."""

    name = models.CharField(primary_key=True, max_length=60)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class GivenUpMark(models.Model):
    """One thing that was given up: when people were told, and who has seen it.

    The thing itself stands elsewhere, in its own failed state; once it is tried again the mark goes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=20, help_text="The registered name of its kind.")
    thing = models.UUIDField(help_text="Primary key of the failed row.")
    told_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=80, default="", help_text="Key of the actor.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "thing"], name="given_up_marked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.thing}"


class Incident(models.Model):
    """One trouble from when its cause was first seen until it was over; what it concerns names no person.

    Open, then acknowledged by somebody or not, then resolved: by itself once its cause has stayed away for a
    while, or by a person. A cause that comes back before that counts as another time of the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cause = models.CharField(max_length=30, help_text="The registered name of its kind.")
    concern = models.CharField(max_length=80, default="", help_text="A lane, a queue, a part; may be empty.")
    count = models.PositiveIntegerField(help_text="How much of it there was when it was seen last.")
    times = models.PositiveIntegerField(help_text="How often its cause has come, lately.")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    clear_since = models.DateTimeField(null=True, help_text="Since when its cause stays away.")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reminded_at = models.DateTimeField(null=True, help_text="When people were told again.")
    mailed_at = models.DateTimeField(null=True, help_text="When the first mail about it had gone out.")
    mail_error = models.CharField(max_length=40, default="", help_text="Why the latest mail did not.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "concern"],
                condition=models.Q(resolved_at__isnull=True),
                name="incident_open_once",
            ),
        ]
        indexes = [
            # Those of the last months, newest first.
            models.Index(fields=["-opened_at"], name="incident_opened"),
            # How often the same has come lately.
            models.Index(fields=["cause", "concern", "-resolved_at"], name="incident_before"),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.concern}".strip()
