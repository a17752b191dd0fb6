"""What a firm says to its clients in place of our words: proposed, approved, and then never changed."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from legist.core import seals
from legist.core.crypto import EncryptedTextField
from workflows.models.base import Row
from workflows.states import Basis, ProposalState


class WordingIsFixed(Exception):
    """Somebody tried to alter or delete a published wording; a correction is a new version."""

    def __init__(self) -> None:
        super().__init__("A published wording is never altered or deleted; publish a new version instead.")


class WordingQuerySet(seals.SealedQuerySet["WordingVersion"]):
    """Refuses what would rewrite history. (Key rotation works below it, on the base manager.)"""

    def update(self, **_values: Any) -> NoReturn:
        raise WordingIsFixed

    def delete(self) -> NoReturn:
        raise WordingIsFixed

    def bulk_update(self, *_args: Any, **_options: Any) -> NoReturn:
        raise WordingIsFixed


class WordingProposal(Row):
    """Words that somebody would like clients to read. Clients read none of it before an approval.

    proposed -> approved | rejected | withdrawn | superseded. The words never change; a change is a new one.
    """

    code = models.CharField(max_length=40, help_text=_("The status code it is about."))
    based_on = models.PositiveIntegerField(help_text=_("The version in force when it was written."))
    texts = models.JSONField(help_text=_("{language: {meaning, todo, next}}, both languages."))
    content_hash = models.CharField(max_length=64, help_text=_("Of the exact words in both languages."))
    base = models.JSONField(null=True, blank=True, help_text=_("What came with Legist; empty if unknown."))
    agree = models.BooleanField(default=False, help_text=_("Its author says that both languages agree."))
    reason = EncryptedTextField(help_text=_("Why it should be published."))
    hard_because = EncryptedTextField(
        blank=True, default="", help_text=_("Why it should be published although it is hard to read.")
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.PROPOSED)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_reason = EncryptedTextField(
        blank=True, default="", help_text=_("What should change, for the author.")
    )

    class Meta:
        ordering = ["proposed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(state="proposed"), name="wording_proposal_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", closed_at__isnull=True, closed_by__isnull=True)
                | (~Q(state="proposed") & Q(closed_at__isnull=False, closed_by__isnull=False)),
                name="wording_proposal_closed_by_somebody",
            ),
        ]
        indexes = [
            # Who wrote any of the words since the version in force.
            models.Index(fields=["code", "based_on"], name="wording_proposal_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} upon v{self.based_on} ({self.state})"


class WordingApproval(Row):
    """An attorney's consent to exactly these words. Without a proposal: of words published before."""

    proposal = models.OneToOneField(
        WordingProposal, on_delete=models.PROTECT, null=True, blank=True, related_name="approval"
    )
    content_hash = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_own = models.BooleanField(
        default=False, help_text=_("The firm had one attorney, who approved words of their own.")
    )

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.content_hash[:8]}"


class WordingVersion(seals.Sealed, Row):
    """One publication of the words for one status code, in both languages; the newest is in force.

    None comes into force without an attorney's approval of its exact words, but for those that are ours and
    those from before approvals were asked for. Going back is a new version with the older words.

    A language that is not among `own` follows the words that ship with the product, also when an upgrade
    changes them.
    """

    code = models.CharField(max_length=40, help_text=_("The status code it is about."))
    version = models.PositiveIntegerField(help_text=_("Counts from 1 for each code."))
    texts = models.JSONField(help_text=_("{language: {meaning, todo, next}} as published, both languages."))
    base = models.JSONField(
        null=True, blank=True, help_text=_("What came with Legist when it was written; empty if unknown.")
    )
    own = models.JSONField(default=list, help_text=_("Languages in which the firm's words hold."))
    changed = models.JSONField(default=list, help_text=_("Languages that this version changed."))
    behind = models.CharField(
        max_length=2, blank=True, help_text=_("The language that does not say the same as the other yet.")
    )
    reason = EncryptedTextField(help_text=_("Why it was published."))
    hard_because = EncryptedTextField(
        blank=True, default="", help_text=_("Why it was published although it is hard to read.")
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", help_text=_("Who wrote it.")
    )
    published_at = models.DateTimeField()
    basis = models.CharField(max_length=8, choices=Basis)
    content_hash = models.CharField(max_length=64, help_text=_("Of the exact words in both languages."))
    approval = models.OneToOneField(
        WordingApproval, on_delete=models.PROTECT, null=True, blank=True, related_name="version"
    )
    approved_hash = models.CharField(max_length=64, blank=True, default="")
    seal = seals.SealField(
        covers=(
            "code",
            "version",
            "texts",
            "own",
            "changed",
            "behind",
            "published_by_id",
            "published_at",
            "basis",
            "content_hash",
            "approval_id",
            "approved_hash",
        )
    )

    objects: ClassVar[models.Manager[WordingVersion]] = WordingQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-version"]
        constraints = [
            # Finds the newest of a code too, and makes the second of two editors lose.
            models.UniqueConstraint(fields=["code", "version"], name="wording_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="wording_version_from_one"),
            models.CheckConstraint(
                condition=Q(basis="approved", approval__isnull=False, approved_hash=F("content_hash"))
                | Q(basis="before", approval__isnull=False, approved_hash=F("content_hash"))
                | Q(basis="before", approval__isnull=True, approved_hash="")
                | Q(basis="shipped", own=[], approval__isnull=True, approved_hash=""),
                name="wording_in_force_only_with_approval",
            ),
            models.CheckConstraint(condition=Q(behind__in=["", "en", "es"]), name="wording_behind_language"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def needs_approval(self) -> bool:
        """True for words of the firm that nobody was asked to approve, and nobody has since."""
        return self.basis == Basis.BEFORE and self.approval_id is None and bool(self.own)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise WordingIsFixed
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise WordingIsFixed

    def approve_afterwards(self, approval: WordingApproval) -> None:
        """Note the approval of words from before approvals were asked for: once, and nothing else."""
        unapproved = WordingVersion.objects.filter(pk=self.pk, basis=Basis.BEFORE, approval=None)
        if not seals.change(unapproved, approval=approval, approved_hash=approval.content_hash):
            raise WordingIsFixed
        self.approval, self.approved_hash = approval, approval.content_hash


class ShippedText(Row):
    """One text of ours that clients read, as it was when the product was last installed or upgraded.

    A change by an upgrade is listed until somebody has seen it.
    """

    key = models.CharField(max_length=80, unique=True, help_text=_("kind/name/language"))
    text = models.TextField()
    before = models.TextField(blank=True, default="", help_text=_("What it said before the latest change."))
    changed_at = models.DateTimeField(null=True, blank=True, help_text=_("Empty: as first installed."))
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
