"""The tables behind background work: what waits, what runs, and what runs again and again."""

from __future__ import annotations

from django.db import models

from legist.core.ids import uuid7


class TaskState(models.TextChoices):
    """Where a ticket stands; a ticket whose work is done no longer exists."""

    PENDING = "pending", "waiting"
    RUNNING = "running", "running"
    FAILED = "failed", "failed"


class TaskTicket(models.Model):
    """One piece of work that somebody asked for and that is not done yet.

    pending -> running -> (deleted: done)
       ^          |
       +-- retry -+--> failed (after the last attempt; a person decides)
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100, help_text="The registered name of the task.")
    kwargs = models.JSONField(default=dict, help_text="Ids, codes and counts; never personal data.")
    dedup_key = models.CharField(
        max_length=200, default="", blank=True, help_text="At most one pending ticket of the same key."
    )
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.PENDING)
    run_after = models.DateTimeField(help_text="Not to be started before.")
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="Starts so far; also fences off a late finisher."
    )
    failures = models.PositiveSmallIntegerField(
        default=0, help_text="Attempts that count towards giving up: the database was there."
    )
    failing_since = models.DateTimeField(null=True, help_text="The first failure of this set of attempts.")
    dispatched_at = models.DateTimeField(
        null=True, help_text="When the engine was last told; empty: not yet."
    )
    started_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(
        null=True, help_text="A run that has not ended by then is taken for lost."
    )
    runner = models.CharField(max_length=120, default="", help_text="The process that runs it.")
    correlation_id = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    latest_error_class = models.CharField(
        max_length=200, default="", help_text="The class only: messages may name people."
    )

    class Meta:
        indexes = [
            # The sweep for due tickets, and the age of the oldest one.
            models.Index(fields=["run_after"], name="ticket_due", condition=models.Q(state="pending")),
            # The sweep for lost runs; also which tasks are running now.
            models.Index(fields=["lease_until"], name="ticket_leased", condition=models.Q(state="running")),
            # What waits for a person; also what a later success has made needless.
            models.Index(fields=["dedup_key"], name="ticket_failed", condition=models.Q(state="failed")),
        ]
        constraints = [
            # Wake-ups coalesce while they wait; once running, a new one may be asked for.
            models.UniqueConstraint(
                fields=["dedup_key"],
                condition=models.Q(state="pending") & ~models.Q(dedup_key=""),
                name="ticket_one_pending_per_key",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="running") | models.Q(lease_until__isnull=False),
                name="ticket_running_is_leased",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class PeriodicTask(models.Model):
    """The next time one periodic task is due, shared by every worker."""

    name = models.CharField(primary_key=True, max_length=100)
    next_run_at = models.DateTimeField()
    latest_run_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
