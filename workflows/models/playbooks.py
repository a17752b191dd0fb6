"""Playbooks (definitions) and their runs: what a status change started, each step once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from legist.core.models.definitions import DefinitionRow
from workflows.models.base import Row
from workflows.states import STEP_FAILURE, ActionState, PlaybookMode, RunState


class Playbook(DefinitionRow, Row):
    """One version of a definition: which change starts it, under which conditions, doing what.

    A version is never edited once it ran; a new version replaces it.
    """

    CONTENT = ("name", "purpose", "mode", "codes", "buckets", "conditions", "actions", "position")
    SWITCH = "enabled"

    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=120)
    purpose = models.TextField(help_text=_("What the firm wants to happen, in a sentence."))
    codes = models.JSONField(default=list, help_text=_("Status codes that start it."))
    buckets = models.JSONField(default=list, help_text=_("Stages that start it, besides the codes."))
    conditions = models.JSONField(default=dict, blank=True)
    actions = models.JSONField(default=list, help_text=_("Ordered steps: key, kind, params, conditions."))
    mode = models.CharField(max_length=8, choices=PlaybookMode, default=PlaybookMode.ACTIVE)
    enabled = models.BooleanField(default=True, help_text=_("Whether this version is the one that holds."))
    position = models.PositiveIntegerField(default=0, help_text=_("Order of the list and of the runs."))
    copy_of = models.SlugField(
        max_length=60, blank=True, default="", help_text=_("Key of the playbook that this is a copy of.")
    )
    is_tried = models.BooleanField(
        null=True, blank=True, help_text=_("Whether it was tried on the past when it was published.")
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "origin", "version"], name="playbook_version_once"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(enabled=True), name="playbook_one_enabled_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"

    @property
    def family(self) -> str:
        """What a playbook and its copies share: only one of them runs for a change."""
        return self.copy_of or self.key


class PlaybookRun(Row):
    """One playbook started by one change.

    parked -> done | partial | held | skipped ; held -> done | partial ; partial -> done.
    invalid -> any of them, once the playbook can be read again.
    """

    playbook = models.ForeignKey(Playbook, on_delete=models.PROTECT, related_name="runs")
    playbook_key = models.SlugField(max_length=60, help_text=_("A newer version never runs a change again."))
    change = models.ForeignKey(
        "tracking.StatusChange", on_delete=models.PROTECT, related_name="playbook_runs"
    )
    receipt = models.ForeignKey("tracking.Receipt", on_delete=models.PROTECT, related_name="playbook_runs")
    matter = models.ForeignKey(
        "practice.Matter", on_delete=models.PROTECT, null=True, blank=True, related_name="playbook_runs"
    )
    state = models.CharField(max_length=10, choices=RunState)
    reason = models.CharField(
        max_length=40, blank=True, help_text=_("Code of why steps were held or skipped.")
    )
    notice_key = models.CharField(
        max_length=64,
        blank=True,
        default="",
        help_text=_("Keyed digest of the notice whose work it has begun; empty before it begins."),
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["playbook_key", "change"], name="playbook_runs_once_per_change"),
            # A notice acted on is remembered, whatever came between and in whatever order changes arrive.
            models.UniqueConstraint(
                fields=["receipt", "playbook_key", "notice_key"],
                condition=~Q(notice_key=""),
                name="playbook_runs_once_per_notice",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["parked", "skipped", "invalid"]) | Q(matter__isnull=False),
                name="playbook_run_has_matter",
            ),
        ]
        indexes = [
            # The runs a receipt's assignment wakes up.
            models.Index(fields=["receipt"], condition=Q(state="parked"), name="playbook_run_parked"),
            # The runs that wait for their playbook.
            models.Index(fields=["playbook_key"], condition=Q(state="invalid"), name="playbook_run_invalid"),
            # A matter's page lists its runs, newest first.
            models.Index(fields=["matter", "-started_at"], name="playbook_run_matter"),
        ]

    def __str__(self) -> str:
        return f"{self.playbook_key} ({self.state})"


class ActionRun(Row):
    """One step done for one change. Inserting this row is what makes the step happen once."""

    run = models.ForeignKey(PlaybookRun, on_delete=models.PROTECT, related_name="actions")
    change = models.ForeignKey("tracking.StatusChange", on_delete=models.PROTECT, related_name="action_runs")
    playbook_key = models.SlugField(max_length=60)
    action_key = models.SlugField(max_length=60)
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=ActionState)
    result_kind = models.CharField(
        max_length=40, blank=True, help_text=_("What it made: draft, deadline, ...")
    )
    result_id = models.UUIDField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text=_("StepFailure: why it failed, and what to do."))
    values = models.JSONField(
        default=dict, blank=True, help_text=_("Values of its sentence, nothing personal.")
    )
    error_class = models.CharField(
        max_length=200, blank=True, default="", help_text=_("The class of what stopped it, for operations.")
    )
    done_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [
            # What waits for a person.
            models.Index(fields=["run"], condition=Q(state="failed"), name="action_run_failed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["change", "playbook_key", "action_key"], name="action_runs_once_per_change"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.playbook_key}.{self.action_key} ({self.state})"

    @property
    def why(self) -> str:
        """Why it failed and what to do, in the reader's language."""
        return STEP_FAILURE.say(self.reason, self.values)
