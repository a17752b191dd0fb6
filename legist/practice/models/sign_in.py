"""What a sign-in page leaves behind: a code that lets one address in, and work for the worker."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from legist.core.crypto import EncryptedJSONField, EncryptedTextField
from legist.core.ids import uuid7


class SignInCode(models.Model):
    """A code that was made for an address, whoever it belongs to. In force -> used, or run out."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    address_index = models.CharField(max_length=64, help_text=_("Blind index of the lower-case address."))
    code = EncryptedTextField()
    mails = models.PositiveSmallIntegerField(default=0, help_text=_("How often it was to be mailed."))
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # The code in force for an address.
            models.Index(fields=["address_index", "-made_at"], name="sign_in_code_address"),
            # What may be forgotten.
            models.Index(fields=["made_at"], name="sign_in_code_made"),
        ]

    def __str__(self) -> str:
        return f"SignInCode {self.id}"


class SignInJobKind(models.TextChoices):
    """What the worker is to do about an address."""

    CODE = "code", _("Mail a code")
    RESET = "reset", _("Mail a link for a new password")
    FAILURE = "failure", _("Record a failed sign-in")
    LETTER = "letter", _("Mail a letter")


class SignInJob(models.Model):
    """One thing to do about an address that somebody typed; the web does not know whose it is.

    Waiting -> done (or nobody to do it for, or too late): its content is wiped, the row counts for a while.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=SignInJobKind)
    address_index = models.CharField(max_length=64)
    content = EncryptedJSONField(
        null=True, help_text=_("The address, and the code or the letter; empty once it is done.")
    )
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # How much was asked for an address of late, and what may be forgotten.
            models.Index(fields=["kind", "address_index", "created_at"], name="sign_in_job_address"),
            models.Index(fields=["created_at"], name="sign_in_job_created"),
        ]

    def __str__(self) -> str:
        return f"SignInJob {self.id}"
