"""The fields by which somebody is taken on by hand: whose matter it is, and who works on it."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from legist.core.ids import uuid7
from legist.practice.clients.conflicts import ConflictFound
from legist.practice.clients.contacts import Contact
from legist.practice.clients.intake import NewMatter
from legist.practice.permissions import visible_clients
from legist.practice.roles import Role
from legist.practice.selectors import list_staff
from legist.practice.states import MatterKind

NEW = "new"
_PLAIN = {"autocomplete": "off"}


class FaultsBesideFields(forms.Form):
    """A form that shows what the practice refuses beside the field it is about, and a conflict above all.

    The field `told_in` says with the next try that the person knows who is alike.
    """

    told_in: ClassVar[str] = "told"
    conflict: ConflictFound | None = None

    def refuse(self, error: InvalidInput) -> None:
        """Take over the faults of an act that was refused."""
        if isinstance(error, ConflictFound):
            self.conflict = error
            self.data = {**dict(self.data.items()), self.told_in: error.seen}
            return
        for name, lines in error.errors.items():
            self.add_error(name if name in self.fields else None, lines)
        if not error.errors:
            self.add_error(None, error.message)


class PersonForm(FaultsBesideFields):
    """Somebody who may be new. After a conflict `client` is one of those alike, or NEW.

    `key` makes one client, or one matter, of a form that is sent twice.
    """

    client_name = forms.CharField(
        label=_("Client's name"),
        required=False,
        max_length=200,
        help_text=_("Compared with everybody the firm has worked for before anything is opened."),
        widget=forms.TextInput(attrs=_PLAIN),
    )
    client_email = forms.CharField(
        label=_("E-mail address"), required=False, max_length=300, widget=forms.EmailInput(attrs=_PLAIN)
    )
    client_phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs=_PLAIN | {"type": "tel"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, required=False)
    key = forms.UUIDField(required=False, initial=uuid7, widget=forms.HiddenInput())
    client = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput())
    seen = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput())

    told_in = "seen"

    @property
    def person(self) -> Contact | None:
        """Who was entered, if anybody was."""
        given = self.cleaned_data
        name, email, phone = (given[f"client_{part}"].strip() for part in ("name", "email", "phone"))
        if not (name or email or phone):
            return None
        return Contact(name=name, email=email, phone=phone, language=given["language"] or "en")

    @property
    def once(self) -> UUID:
        """The id of what the form makes; a form of an earlier release brings none."""
        key: UUID | None = self.cleaned_data["key"]
        return key or uuid7()

    @property
    def chosen(self) -> UUID | None:
        """The client who was chosen in place of somebody new."""
        try:
            return UUID(self.cleaned_data["client"])
        except ValueError:
            return None

    def refuse(self, error: InvalidInput) -> None:
        """Show a conflict as a choice, anything else beside its field."""
        if isinstance(error, ConflictFound):
            super().refuse(error)
            return
        renamed = {"name": "client_name", "email": "client_email", "phone": "client_phone"}
        errors = {renamed.get(name, name): lines for name, lines in error.errors.items()}
        super().refuse(InvalidInput(error.message, errors))


class MatterFields(PersonForm):
    """A matter to open, for somebody new or for a client who is there."""

    matter_reference = forms.CharField(
        label=_("Matter reference"), required=False, max_length=60, widget=forms.TextInput(attrs=_PLAIN)
    )
    attorney = forms.ChoiceField(label=_("Attorney"), required=False)
    paralegal = forms.ChoiceField(label=_("Paralegal"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = list(list_staff(Role.ATTORNEY, Role.PARALEGAL).order_by("name"))
        for role in (Role.ATTORNEY, Role.PARALEGAL):
            nobody = _("Me") if getattr(actor.user, "role", "") == role else _("Nobody yet")
            people = [(str(each.pk), each.display_name) for each in staff if each.role == role]
            field = self.fields[str(role)]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
            field.choices = [("", nobody), *(row for row in people if row[0] != actor.id)]
        value = self["client"].value() or ""
        self.client_shown = _client_named(str(value), actor=actor)

    @property
    def opens(self) -> NewMatter | None:
        """The matter to open, if the form says whose it is."""
        given, person = self.cleaned_data, self.person
        if person is None and self.chosen is None:
            return None
        return NewMatter(
            client=self.chosen,
            person=person,
            reference=given["matter_reference"].strip(),
            title=given.get("title", "").strip(),
            kind=MatterKind(given.get("kind") or MatterKind.CASE),
            attorney=given["attorney"],
            paralegal=given["paralegal"],
            seen=given["seen"],
            key=self.once,
        )


def _client_named(value: str, *, actor: Actor) -> str:
    """The name of a client who was chosen before the form was shown, where the actor may see it."""
    try:
        client = visible_clients(actor).filter(pk=UUID(value)).first()
    except ValueError:
        return ""
    return client.name if client else ""
