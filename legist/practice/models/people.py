"""People who sign in, the teams they work in, and what a sign-in page leaves behind."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from legist.core.actors import ActorKind
from legist.core.crypto import EncryptedJSONField, EncryptedTextField
from legist.core.ids import uuid7
from legist.core.models.definitions import DefinitionRow
from legist.practice.roles import Role
from legist.practice.states import SignInJobKind, ViewScope


class UserManager(BaseUserManager["User"]):
    """Creates people; the e-mail address is the name they sign in with."""

    def create_user(self, email: str, *, password: str | None = None, **fields: Any) -> User:
        """Create a person; without a password they sign in by a code sent to their address."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """One person with one role. Clients are people too: their role keeps them in the portal."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail"), unique=True, help_text=_("Lower case; the sign-in name."))
    name = models.CharField(_("name"), max_length=120, blank=True, help_text=_("Empty for clients."))
    role = models.CharField(_("role"), max_length=12, choices=Role)
    language = models.CharField(max_length=5, default="en", help_text=_("Language of pages and mail."))
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_known_role"),
            # A client signs in by a code or a passkey: "!" begins what no password matches.
            models.CheckConstraint(
                condition=~models.Q(role="client") | models.Q(("password__startswith", "!")),
                name="user_client_has_no_password",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.id}"

    def set_password(self, raw_password: str | None) -> None:
        """Set a password; a client gets none, through whatever door one is asked for."""
        super().set_password(None if self.is_client else raw_password)

    @property
    def is_client(self) -> bool:
        return self.role == Role.CLIENT

    @property
    def reads(self) -> str:
        """The language of their pages and of mail about their account: staff pages are written in one."""
        return self.language if self.is_client else settings.LANGUAGE_CODE

    @property
    def is_staff(self) -> bool:
        """Staff of the firm, in Django's sense of the word too."""
        return not self.is_client

    @property
    def actor_kind(self) -> ActorKind:
        return ActorKind.CLIENT if self.is_client else ActorKind.USER

    @property
    def display_name(self) -> str:
        """The name to show; a client's is kept encrypted in their client record."""
        return self.client.name if self.is_client and hasattr(self, "client") else self.name

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.display_name.split()[:2]).upper()


class Team(models.Model):
    """People who share matters; its members are the members of `group`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80, unique=True)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="team")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


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


class KeptSearch(models.Model):
    """What somebody typed into a search: the address of what was found holds its id in place of the text.

    Kept for a day, for its owner to come back to; whoever else opens the address finds what they may see.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="searches")
    text = EncryptedTextField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            # What its owner looked for of late.
            models.Index(fields=["owner", "-created_at"], name="search_of_owner"),
            # What is to be forgotten.
            models.Index(fields=["created_at"], name="search_created"),
        ]

    def __str__(self) -> str:
        return f"KeptSearch {self.id}"


class SavedView(models.Model):
    """Filters of a list under a name, with columns and an order where its owner kept them too.

    The filters are codes and ids; the name is free text. Private -> shared with a team or the firm, and back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="list_views")
    list_key = models.SlugField(max_length=40)
    name = EncryptedTextField()
    scope = models.CharField(max_length=8, choices=ViewScope, default=ViewScope.PRIVATE)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="list_views")
    filters = models.JSONField(default=dict, blank=True)
    columns = models.JSONField(default=list, blank=True, help_text=_("Empty: each person's own."))
    sort = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            # The views at the head of a list.
            models.Index(fields=["list_key", "scope"], name="saved_view_list"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope=ViewScope.TEAM, team__isnull=False)
                | (~models.Q(scope=ViewScope.TEAM) & models.Q(team__isnull=True)),
                name="saved_view_team_has_one",
            ),
        ]

    def __str__(self) -> str:
        return f"SavedView {self.id}"


class ListChoices(models.Model):
    """What one person chose for all lists: columns by the key of each, narrow rows, views at the head."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="list_choices")
    columns = models.JSONField(default=dict, blank=True)
    pinned = models.JSONField(default=list, blank=True, help_text=_("Ids of saved views."))
    is_compact = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"ListChoices {self.user_id}"


class FirmContact(DefinitionRow):
    """How clients reach the firm, as the firm published it; every version is kept."""

    CONTENT = ("phone", "hours")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    phone = models.CharField(
        max_length=40, blank=True, default="", help_text=_("Empty: the numbers that the settings name.")
    )
    hours = models.JSONField(
        default=dict, blank=True, help_text=_("{first, last: weekdays from 0, opens, closes: HH:MM}, or {}.")
    )
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "origin", "version"], name="firm_contact_once"),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(active=True), name="firm_contact_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"
