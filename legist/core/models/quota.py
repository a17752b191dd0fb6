"""What every worker must agree on before it calls an outside service."""

from __future__ import annotations

from django.db import models


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


class BreakerState(models.TextChoices):
    """Whether a lane may be used."""

    CLOSED = "closed", "in use"
    OPEN = "open", "stopped"
    HALF_OPEN = "half_open", "being tried"


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
