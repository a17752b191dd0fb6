"""Matters, the unit of work, of permission and of the timeline; walls; acts that a measure counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, NoReturn
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from legist.core.crypto import EncryptedJSONField, EncryptedTextField
from legist.core.ids import uuid7
from legist.core.seals import Sealed, SealedQuerySet, SealField
from legist.practice.models.clients import Client
from legist.practice.models.people import User
from legist.practice.states import (
    TIMED,
    ActKind,
    EarlierWall,
    MatterKind,
    MatterStage,
    MatterState,
    PartyRole,
)


class Tag(models.Model):
    """A word of the firm's own for some of its matters, one of a small vocabulary that all share."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=30)
    key = models.CharField(
        max_length=60, unique=True, help_text=_("The name without capitals: no tag stands there twice.")
    )

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class Matter(models.Model):
    """One engagement for one client. States: open -> closed -> open again.

    Whoever may see the matter sees what hangs below it: receipts, drafts, deadlines, documents.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=60, unique=True, help_text=_("The firm's own number."))
    title = EncryptedTextField()
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="matters")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    kind = models.CharField(max_length=12, choices=MatterKind, default=MatterKind.CASE)
    stage = models.CharField(max_length=20, choices=MatterStage, default=MatterStage.FILED)
    state = models.CharField(max_length=8, choices=MatterState, default=MatterState.OPEN)
    attorney = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="attorney_matters",
    )
    paralegal = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="paralegal_matters",
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="matters")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            # The list of open matters, newest first.
            models.Index(fields=["state", "-id"], name="matter_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at=None)
                | models.Q(state="closed", closed_at__isnull=False),
                name="matter_closed_has_time",
            ),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="matter_not_own_parent"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def recorded_within(self) -> UUID:
        """The matter whose timeline tells of it."""
        return self.pk


class MatterParty(models.Model):
    """One client in one role of a matter. Nobody is written to for it, and no portal shows it to them.

    A wall on the client covers the matter. `legist.practice.clients.parties` is the only writer.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="parties")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=14, choices=PartyRole)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["matter", "client", "role"], name="party_once")]

    def __str__(self) -> str:
        return f"MatterParty {self.id}"


class MatterChange(models.Model):
    """What stood in a matter before a change: its name, its kind, its tags, its people."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="changes")
    before = EncryptedJSONField(help_text=_("{field: what stood there}"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            # Which references the search has to read again.
            models.Index(fields=["at"], name="matter_change_at"),
        ]

    def __str__(self) -> str:
        return f"MatterChange {self.id}"

    @classmethod
    def keep(cls, matter: Matter, before: Mapping[str, object], *, by: User | None, now: datetime) -> None:
        """Keep what a change replaces."""
        kept: dict[str, Any] = {"before": dict(before)}
        cls.objects.create(matter=matter, by=by, at=now, **kept)


class MatterUserObjectPermission(UserObjectPermissionBase):
    """A grant to one person on one matter."""

    content_object = models.ForeignKey(Matter, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class MatterGroupObjectPermission(GroupObjectPermissionBase):
    """A grant to a team on one matter."""

    content_object = models.ForeignKey(Matter, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False


class Wall(Sealed):
    """One person shut out of one client, or of one matter, sealed; exactly one of the two is set.

    On a client it covers every matter, those opened later too, with name and address. On a matter it covers
    that matter and whatever lies below it. `legist.practice.walls` is the only writer.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, null=True, on_delete=models.CASCADE, related_name="walls")
    matter = models.ForeignKey(Matter, null=True, on_delete=models.CASCADE, related_name="walls")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="walls")
    reason = EncryptedTextField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    created_at = models.DateTimeField()
    earlier = models.CharField(
        max_length=12,
        choices=EarlierWall,
        default=EarlierWall.NO,
        blank=True,
        help_text=_("Whether it stood before walls on clients, and still has to be sorted."),
    )

    # A wall without a seal shuts people out all the same; that one is missing, the record knows.
    seal = SealField(covers=("client_id", "matter_id", "user_id", "created_by_id", "created_at"))

    objects: ClassVar[models.Manager[Wall]] = SealedQuerySet.as_manager()

    class Meta:
        # The encrypted reasons are bound to this name.
        db_table = "practice_matterwall"
        indexes = [
            # The few walls that still have to be sorted or decided about.
            models.Index(fields=["earlier"], name="wall_earlier", condition=~Q(earlier="")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["matter", "user"], name="wall_once"),
            models.UniqueConstraint(fields=["client", "user"], name="wall_once_on_client"),
            models.CheckConstraint(
                condition=Q(client__isnull=True, matter__isnull=False)
                | Q(client__isnull=False, matter__isnull=True),
                name="wall_on_client_or_matter",
            ),
        ]

    def __str__(self) -> str:
        return f"Wall {self.id}"

    @property
    def on(self) -> Client | Matter:
        """What the person is shut out of."""
        on = self.client or self.matter
        assert on is not None  # noqa: S101  the database sees to it
        return on


# The name of earlier releases.
MatterWall = Wall


class ActIsFixed(Exception):
    """Somebody tried to alter or delete an act that was measured."""


class ActQuerySet(models.QuerySet["MeasuredAct"]):
    """Refuses what would change a measure afterwards."""

    def update(self, **_kwargs: Any) -> NoReturn:
        raise ActIsFixed

    def delete(self) -> NoReturn:
        raise ActIsFixed

    def belong_to(self, client: Client) -> int:
        """Say whose they are once two records of one client are merged; what they measured stays."""
        return super().update(client=client)


class MeasuredAct(models.Model):
    """One act that a later measure counts. Rows are only added; none holds words of anybody.

    What a person says took them time has `minutes`; an approval has how much of the first draft was changed.
    A row that an event left has the id of that event.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=20, choices=ActKind)
    matter = models.ForeignKey(Matter, null=True, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="+")
    about = models.UUIDField(null=True, help_text=_("The receipt that was checked, or the draft."))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty for commands, and where nobody did it."),
    )
    at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(null=True)
    characters = models.PositiveIntegerField(
        null=True, help_text=_("Of the longer one of first draft and approved text, in all languages.")
    )
    changed = models.PositiveIntegerField(null=True, help_text=_("How many of them differ, word by word."))
    share = models.FloatField(null=True, help_text=_("`changed` by `characters`: 0 as drafted, 1 rewritten."))

    objects = ActQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=TIMED, minutes__isnull=False, minutes__gt=0)
                | ~Q(kind__in=TIMED) & Q(minutes__isnull=True),
                name="act_has_its_minutes",
            ),
            models.CheckConstraint(
                condition=Q(kind="draft_approved", share__isnull=False, share__gte=0, share__lte=1)
                | ~Q(kind="draft_approved") & Q(share__isnull=True),
                name="act_has_its_share",
            ),
        ]
        indexes = [
            # What a measure counts: one kind, over a span of time.
            models.Index(fields=["kind", "at"], name="act_kind_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ActIsFixed
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise ActIsFixed
