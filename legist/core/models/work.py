"""Work that waits: events for other apps, tickets of tasks, and the pace and quota of outside services."""

from __future__ import annotations

from django.db import models

from legist.core.ids import uuid7
from legist.core.states import BreakerState, DeliveryState, TaskState


class OutboxEvent(models.Model):
    """Something that happened, written in the same transaction as the thing itself."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    topic = models.CharField(max_length=100)
    key = models.CharField(
        max_length=200, unique=True, help_text="Publishing the same key again does nothing."
    )
    data = models.JSONField(default=dict, help_text="Ids, codes and counts; never personal data.")
    correlation_id = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            # Pruning what everybody has taken note of long ago.
            models.Index(fields=["created_at"], name="outbox_event_age"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class OutboxDelivery(models.Model):
    """One subscriber's copy of one event.

    pending -> leased -> delivered
       ^         |
       +- retry -+--> failed (after the last attempt; a person decides)
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(
        default=0, help_text="Attempts that count towards giving up: the database was there."
    )
    failing_since = models.DateTimeField(null=True, help_text="The first failure of this set of attempts.")
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True, help_text="Only the holder may mark the delivery.")
    delivered_at = models.DateTimeField(null=True)
    latest_error_class = models.CharField(
        max_length=200, default="", help_text="The class only: messages may name people."
    )

    class Meta:
        indexes = [
            # The drain's search for what is due.
            models.Index(
                fields=["next_attempt_at"], name="delivery_due", condition=models.Q(state="pending")
            ),
            # The drain's search for leases that ran out.
            models.Index(fields=["lease_until"], name="delivery_leased", condition=models.Q(state="leased")),
            # What waits for a person.
            models.Index(fields=["subscriber"], name="delivery_failed", condition=models.Q(state="failed")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="delivery_once_per_subscriber"),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.event_id}"


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
    lease_token = models.UUIDField(null=True, help_text="Only the holder may end the run.")
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


class WorkerProcess(models.Model):
    """One `manage.py worker` that runs, or was silent lately: where, on which release, for which work."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    host = models.CharField(max_length=100)
    pid = models.PositiveIntegerField()
    release = models.CharField(max_length=60, help_text="What it began with: version and digest of the code.")
    queues = models.CharField(max_length=100, help_text="The kinds of work it takes, separated by commas.")
    processes = models.PositiveSmallIntegerField(help_text="How many tasks it runs at once.")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="Its latest sign of life.")

    def __str__(self) -> str:
        return f"{self.host}/{self.pid} {self.release}"


class QuotaLane(models.Model):
    """One API credential with its own pace and daily quota."""

    key = models.CharField(primary_key=True, max_length=100)
    per_second = models.FloatField(help_text="Calls allowed in any one second.")
    per_day = models.PositiveIntegerField(help_text="Calls allowed per UTC day.")
    next_free_at = models.DateTimeField(help_text="The first slot nobody has reserved.")
    blocked_until = models.DateTimeField(help_text="No slot before then: the service asked us to wait.")
    pace_clock = models.CharField(
        max_length=64, blank=True, default="", help_text="The clock that `pace_free_s` was read from."
    )
    pace_free_s = models.FloatField(
        default=0.0, help_text="The first slot nobody has taken, in seconds of that clock."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(per_second__gt=0), name="quota_lane_has_a_pace"),
        ]

    def __str__(self) -> str:
        return self.key


class QuotaDay(models.Model):
    """The calls reserved on one lane on one UTC day."""

    lane = models.ForeignKey(QuotaLane, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lane", "day"], name="quota_one_row_per_day")]

    def __str__(self) -> str:
        return f"{self.lane_id} {self.day}"


class LaneState(models.Model):
    """The circuit breaker of one lane.

    closed -> open -> half_open -> closed
                ^         |
                +---------+ the probe failed: a longer pause
    """

    lane = models.CharField(primary_key=True, max_length=100)
    state = models.CharField(max_length=10, choices=BreakerState.choices, default=BreakerState.CLOSED)
    reason = models.CharField(max_length=200, default="", help_text="Why it is not in use, for operators.")
    failures = models.PositiveIntegerField(
        default=0, help_text="Consecutive failures since the latest success."
    )
    trips = models.PositiveIntegerField(default=0, help_text="Times it opened since the latest success.")
    opened_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(
        null=True, help_text="When one probe may try; empty: when an operator resets it."
    )
    probe_until = models.DateTimeField(
        null=True, help_text="A probe that has not reported by then is taken for lost."
    )

    def __str__(self) -> str:
        return f"{self.lane} {self.state}"
