"""The fields by which somebody is taken on by hand: whose matter it is, and who works on it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from legist.core.ids import uuid7
from legist.practice.clients.conflicts import ConflictFound
from legist.practice.clients.contacts import (
    LONGEST_WAY,
    MOST_WAYS,
    Contact,
    Way,
    preferring,
    way_fault,
)
from legist.practice.clients.intake import NewMatter
from legist.practice.permissions import visible_clients
from legist.practice.roles import Role
from legist.practice.selectors import list_staff
from legist.practice.states import ClientKind, MatterKind, WayKind, WayUse

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


class DetailsForm(FaultsBesideFields):
    """What else is known of somebody; the further ways stand in rows, two of them empty.

    What a form does not bring stays as it is: scripts of earlier releases send less.
    """

    client_kind = forms.ChoiceField(
        label=_("Person or company"), choices=ClientKind, initial=ClientKind.PERSON, required=False
    )
    a_number = forms.CharField(
        label=_("A-number"),
        required=False,
        max_length=40,
        help_text=_("As it is printed: A012 345 678."),
        widget=forms.TextInput(attrs=_PLAIN),
    )
    other_names = forms.CharField(
        label=_("Other names"),
        required=False,
        max_length=2000,
        help_text=_("One a line: before a marriage, or as other papers have them."),
        widget=forms.Textarea(attrs={"rows": 2, **_PLAIN}),
    )

    names_of_faults: ClassVar = {"kind": "client_kind", "names": "other_names", "ways": "way_0_value"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held: tuple[Way, ...] = self.initial.get("ways", ())
        count = MOST_WAYS if self.is_bound else min(MOST_WAYS, len(held) + 2)
        for at in range(count):
            self._add_row(f"way_{at}")
        self._held = held
        self._rows = [at for at in range(count) if at < len(held) + 2 or self._sent(f"way_{at}_value")]

    def _add_row(self, name: str) -> None:
        labels = (_("Kind"), _("For"), _("Number or address"), _("Use this one first"))
        kind, use, value, first = labels
        self.fields |= {
            f"{name}_kind": forms.ChoiceField(
                label=kind, choices=WayKind, initial=WayKind.PHONE, required=False
            ),
            f"{name}_use": forms.ChoiceField(
                label=use, choices=WayUse, initial=WayUse.MOBILE, required=False
            ),
            f"{name}_value": forms.CharField(
                label=value,
                max_length=LONGEST_WAY,
                required=False,
                widget=forms.TextInput(attrs=_PLAIN),
            ),
            f"{name}_first": forms.BooleanField(label=first, required=False),
        }

    @property
    def way_rows(self) -> list[list[forms.BoundField]]:
        """The fields of each further way: kind, use, value, and whether it is used first."""
        parts = ("kind", "use", "value", "first")
        return [[self[f"way_{at}_{part}"] for part in parts] for at in self._rows]

    @property
    def has_details(self) -> bool:
        """Whether anything of it is filled in, or wrong."""
        names = ("a_number", "other_names", "way_0_value")
        is_company = self["client_kind"].value() == ClientKind.COMPANY
        return is_company or any(self[name].value() or self[name].errors for name in names)

    def clean(self) -> dict[str, Any]:
        """Say beside each row what is wrong with it."""
        for at in self._rows:
            if (way := self._way(at)).value and (fault := way_fault(way)):
                self.add_error(f"way_{at}_value", fault)
        return self.cleaned_data

    def complete(self, contact: Contact) -> Contact:
        """Return a contact with what was entered here; a way that is to be used first stands first."""
        found = {**self.initial, **{n: v for n, v in self.cleaned_data.items() if self._sent(n)}}
        ways = [self._way(at) for at in self._rows] if self._sent("way_0_value") else self._held
        contact = replace(
            contact,
            kind=found.get("client_kind") or ClientKind.PERSON,
            a_number=found.get("a_number") or "",
            names=tuple(filter(None, map(str.strip, (found.get("other_names") or "").splitlines()))),
            ways=tuple(dict.fromkeys(way for way in ways if way.value)),
        )
        for at in self._rows:
            if self.cleaned_data.get(f"way_{at}_first") and self._way(at) in contact.ways:
                contact = preferring(contact, self._way(at))
        return contact

    def _sent(self, name: str) -> bool:
        return self.is_bound and self.add_prefix(name) in self.data

    def _way(self, at: int) -> Way:
        kind, use, value = (
            self.cleaned_data.get(f"way_{at}_{part}", "") for part in ("kind", "use", "value")
        )
        return Way(kind or WayKind.PHONE, value.strip(), use or WayUse.OTHER)

    def refuse(self, error: InvalidInput) -> None:
        """Show a conflict as a choice, anything else beside its field."""
        if not isinstance(error, ConflictFound):
            errors = {self.names_of_faults.get(name, name): lines for name, lines in error.errors.items()}
            error = InvalidInput(error.message, errors)
        super().refuse(error)


def details_of(contact: Contact) -> dict[str, Any]:
    """Return what a form shows of a contact at first, which is what a browser sends back unchanged."""
    rows = {f"way_{at}": way for at, way in enumerate(contact.ways)}
    shown = {f"{row}_{part}": value for row, way in rows.items() for part, value in asdict(way).items()}
    return shown | {
        "client_kind": contact.kind,
        "a_number": contact.a_number and f"A{contact.a_number}",
        "other_names": "\n".join(contact.names),
        "ways": contact.ways,
    }


class PersonForm(DetailsForm):
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
        return self.complete(Contact(name, email, phone, given["language"] or "en"))

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

    names_of_faults: ClassVar = DetailsForm.names_of_faults | {
        "name": "client_name",
        "email": "client_email",
        "phone": "client_phone",
    }


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
