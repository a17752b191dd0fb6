"""Acts that a later measure counts."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from legist.core.ids import uuid7
from legist.practice.models.clients import Client
from legist.practice.models.matters import Matter
from legist.practice.states import TIMED, ActKind


class ActIsFixed(Exception):
    """Somebody tried to alter or delete an act that was measured."""


class ActQuerySet(models.QuerySet["MeasuredAct"]):
    """Refuses what would change a measure afterwards."""

    def update(self, **_kwargs: Any) -> NoReturn:
        raise ActIsFixed

    def delete(self) -> NoReturn:
        raise ActIsFixed


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
