"""The people the firm works for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from legist.core.clock import utc_now
from legist.core.crypto import EncryptedJSONField, EncryptedTextField
from legist.core.ids import uuid7
from legist.practice.models.people import User
from legist.practice.names import may_greet
from legist.practice.states import ClientKind, OfferState, RelationKind


class ClientQuerySet(models.QuerySet["Client"]):
    """Says of every row it changes when: what is kept in memory of a client is read again by it."""

    def update(self, **values: Any) -> int:
        return super().update(**{"touched_at": utc_now()} | values)


class Client(models.Model):
    """One person or company the firm represents; `user` is set once they have accepted an invitation."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = EncryptedTextField()
    email = EncryptedTextField(null=True, blank=True)
    email_index = models.CharField(
        max_length=64, null=True, unique=True, help_text=_("Blind index of the lower-case address.")
    )
    phone = EncryptedTextField(null=True, blank=True)
    kind = models.CharField(max_length=8, choices=ClientKind, default=ClientKind.PERSON)
    a_number = EncryptedTextField(null=True, blank=True, help_text=_("Nine digits, without the A."))
    other_names = EncryptedJSONField(
        null=True,
        blank=True,
        help_text=_("[name]: what else they are called, before a marriage or elsewhere."),
    )
    further_ways = EncryptedJSONField(
        null=True,
        blank=True,
        help_text=_(
            "[{kind, use, value}]: how else they are reached, beside the address and telephone above."
        ),
    )
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="en")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="client"
    )
    left_portal_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("When they ended their access themselves; a new invitation undoes it."),
    )
    mails_news = models.BooleanField(
        default=True,
        help_text=_("Whether news that ask nothing of them come by e-mail, too; their own choice."),
    )
    protected_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("Since when nothing may go anywhere but to the safe contact, which stands above."),
    )
    reach_note = EncryptedTextField(
        null=True, blank=True, help_text=_("What to know before one writes or calls.")
    )
    unprotected_forms = models.CharField(
        max_length=60,
        blank=True,
        default="",
        help_text=_("Forms that proposed protection and were decided against, separated by commas."),
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        help_text=_("Who they turned out to be; everything of theirs stands there."),
    )
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField(
        null=True,
        default=utc_now,
        editable=False,
        help_text=_("When the row was written last; empty for what earlier releases wrote."),
    )

    objects: ClassVar[models.Manager[Client]] = ClientQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            # What the search of a web process has to read again.
            models.Index(fields=["touched_at"], name="client_touched"),
        ]

    def __str__(self) -> str:
        return f"Client {self.id}"

    def save(self, *args: Any, **options: Any) -> None:
        """Save, and say when: whatever column is written, the search reads the row again."""
        self.touched_at = utc_now()
        if options.get("update_fields"):
            options["update_fields"] = {*options["update_fields"], "touched_at"}
        super().save(*args, **options)

    @property
    def a_number_shown(self) -> str:
        """Their A-number as it is printed; empty where none is known."""
        digits = str(self.a_number or "")
        return f"A{digits[:3]} {digits[3:6]} {digits[6:]}" if digits else ""

    @property
    def a_number_masked(self) -> str:
        """Their A-number as lists show it: its last four digits."""
        return f"A•••••{str(self.a_number)[-4:]}" if self.a_number else ""

    @property
    def has_portal(self) -> bool:
        """Whether what is laid into the portal is there for them to read: now, or once they are invited."""
        return self.left_portal_at is None

    @property
    def reads_news_in_portal(self) -> bool:
        """Whether they chose to have news that ask nothing of them in the portal alone, and can get in."""
        return not self.mails_news and self.has_portal and self.user_id is not None

    @property
    def greeted_as(self) -> str:
        """The name a page or a mail may call them by; empty while the stored one waits for correction.

        Empty, too, for a name that a mail program would make a link of.
        """
        return self.name if may_greet(self.name) else ""


class ContactChange(models.Model):
    """What stood in a client's contact data before a correction: for those who may correct it too."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="contact_changes")
    before = EncryptedJSONField(help_text=_("{field: what stood there}"))
    email_index = models.CharField(
        max_length=64,
        null=True,
        db_index=True,
        help_text=_("Blind index of the address that was replaced: lists go on naming it."),
    )
    reason = EncryptedTextField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"ContactChange {self.id}"

    @classmethod
    def keep(
        cls,
        client: Client,
        before: Mapping[str, object],
        *,
        by: User | None,
        now: datetime,
        index: str | None = None,
        reason: str = "",
    ) -> None:
        """Keep what a correction replaces; `index` is that of an address among it."""
        kept: dict[str, Any] = {"before": dict(before), "reason": reason or None}
        cls.objects.create(client=client, email_index=index, by=by, at=now, **kept)


class Relation(models.Model):
    """What one client is to another: `other` is the `kind` of `one`. Seen by who may see both."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    one = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="relations")
    other = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="relations_to")
    kind = models.CharField(max_length=10, choices=RelationKind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="relation_once"),
            # Kept in one order, so that two people say it once.
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="relation_in_order"),
        ]

    def __str__(self) -> str:
        return f"Relation {self.id}"


class ContactOffer(models.Model):
    """What a list says of a client and the firm does not: never written, offered once, kept when decided.

    States: open -> taken | dismissed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="contact_offers")
    field = models.CharField(max_length=10, help_text=_("Which field of the contact data."))
    value = EncryptedTextField(help_text=_("What the list says."))
    digest = models.CharField(max_length=64, help_text=_("Keyed digest of field and value."))
    source = models.UUIDField(help_text=_("The import whose list said it first."))
    state = models.CharField(max_length=10, choices=OfferState, default=OfferState.OPEN)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["client", "digest"], name="contact_offered_once")]
        indexes = [
            # Those whose people are to be told at the end of an import.
            models.Index(fields=["source"], name="contact_offer_open", condition=models.Q(state="open"))
        ]

    def __str__(self) -> str:
        return f"ContactOffer {self.id}"


class Invitation(models.Model):
    """A link that lets one client in once; the link itself is a signature over the id, kept nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="invitations")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Invitation {self.id}"


class ConflictCheck(models.Model):
    """One comparison of somebody about to be taken on with every client, kept for good.

    `client` or `matter` is what was opened after it; both stay empty where the person went no further.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asked = EncryptedJSONField(help_text=_("{name, email, phone}: whom it was about."))
    found = EncryptedJSONField(help_text=_("{client's id: [what was alike]}"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    client = models.ForeignKey(Client, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    matter = models.ForeignKey(
        "practice.Matter", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"ConflictCheck {self.id}"
