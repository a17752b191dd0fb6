"""The forms of the staff's pages: shape only; what may be done is decided by the use cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.errors import InvalidInput
from legist.core.ids import uuid7
from legist.practice.web.intake import FaultsBesideFields
from workflows.documents.uploads import LONGEST_NAME
from workflows.matters.by_hand import LONGEST_NOTE
from workflows.matters.tasks_by_hand import LONGEST_TASK, ChangedTask
from workflows.messages.correspondence import LONGEST
from workflows.messages.resolving import BY_CALL, BY_POST, SEND_AGAIN, WAS_SENT
from workflows.messages.texts import SUBJECT_LIMIT, Texts

if TYPE_CHECKING:
    from legist.practice.models import User
    from workflows.matters.tasks_by_hand import TaskPage
    from workflows.models import Document


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class AssignForm(forms.Form):
    """Who is to work on a matter; what stays empty stays as it is."""

    attorney = forms.UUIDField(required=False)
    paralegal = forms.UUIDField(required=False)
    team = forms.UUIDField(required=False)


class WallForm(forms.Form):
    """Who is to be shut out of what, and why; without a word about it, of the whole client."""

    CLIENT, MATTER = "client", "matter"

    person = forms.UUIDField()
    reason = forms.CharField(max_length=2000)
    reach = forms.ChoiceField(choices=[(CLIENT, CLIENT), (MATTER, MATTER)], required=False)


class NoteForm(forms.Form):
    """A note on a matter; `key` writes one note of a form that is sent twice, `seen` is what was read."""

    key = forms.UUIDField(required=False, initial=uuid7, widget=forms.HiddenInput())
    seen = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput())
    text = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=LONGEST_NOTE,
        help_text=gettext_lazy("For the staff alone. @ and a name tells a colleague who sees this matter."),
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
    )
    is_pinned = forms.BooleanField(label=gettext_lazy("Pin it before the others"), required=False)


class DocumentForm(forms.Form):
    """A file for a matter; `key` adds one document of a form that is sent twice."""

    key = forms.UUIDField(required=False, initial=uuid7, widget=forms.HiddenInput())
    file = forms.FileField(
        label=gettext_lazy("Photo or PDF"),
        help_text=gettext_lazy("At most 15 MB. A photo is drawn anew, without place and device."),
        widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
    )
    name = forms.CharField(
        label=gettext_lazy("What it is"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("Encrypted."),
    )
    replaces = forms.ChoiceField(label=gettext_lazy("A new version of"), required=False)

    def __init__(self, *args: Any, documents: Iterable[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(str(each.pk), each.label) for each in documents if each.was_brought and not each.first_id]
        self.fields["replaces"].choices = [("", _("Nothing: it is a new document")), *known]  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    """Words to a client; `key` makes one message of a form that is sent twice."""

    key = forms.UUIDField(required=False, initial=uuid7, widget=forms.HiddenInput())
    text = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=LONGEST,
        help_text=gettext_lazy("An attorney reads it before it goes out. The greeting is yours to write."),
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
    )


class TaskForm(forms.Form):
    """A task in a matter: for whom, and by when; `key` sets one task of a form that is sent twice."""

    key = forms.UUIDField(required=False, initial=uuid7, widget=forms.HiddenInput())
    text = forms.CharField(
        label=gettext_lazy("What is to be done"),
        max_length=LONGEST_TASK,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    owner = forms.CharField(label=gettext_lazy("Who does it"), widget=forms.Select)
    due = forms.DateField(label=gettext_lazy("By when"), required=False, widget=DateInput())

    def __init__(self, *args: Any, owners: Iterable[User] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        widget = self.fields["owner"].widget
        assert isinstance(widget, forms.Select)  # noqa: S101  declared above
        widget.choices = [(str(person.pk), person.name) for person in owners]


class ChangeTaskForm(TaskForm, FaultsBesideFields):
    """A task as it is to be from now on; words of a playbook and dates that hang on a deadline stay."""

    seen = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput())

    def __init__(self, data: Any = None, *, page: TaskPage) -> None:
        item = page.item
        initial = {"text": item.label, "owner": str(item.owner_id or ""), "due": item.due_date}
        super().__init__(data, owners=page.people, initial=initial | {"seen": item.version})
        del self.fields["key"]
        if item.owner is None or not page.has_own_words:
            widget, anybody = self.fields["owner"].widget, _("Anybody: %(role)s")
            assert isinstance(widget, forms.Select)  # noqa: S101  declared above
            widget.choices = [("", anybody % {"role": item.get_role_display()}), *widget.choices]
            self.fields["owner"].required = False
        if not page.has_own_words:
            del self.fields["text"]
        if not page.has_own_date:
            del self.fields["due"]

    @property
    def given(self) -> ChangedTask:
        """What was entered."""
        found = self.cleaned_data
        return ChangedTask(found["owner"], found["seen"], found.get("text"), found.get("due"))


class PutOffForm(forms.Form):
    """Until when lines of work are put off, and whether past a date of the case."""

    until = forms.DateField()
    is_past_told = forms.BooleanField(required=False)


class GiveForm(forms.Form):
    """Which colleague gets lines of work."""

    to = forms.UUIDField()


class ReasonForm(forms.Form):
    """A reason that goes on the record."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )


class DecisionForm(ReasonForm):
    """What is known about an unclear delivery, and how."""

    decision = forms.ChoiceField(
        choices=[
            (WAS_SENT, gettext_lazy("It was sent")),
            (SEND_AGAIN, gettext_lazy("Send it again")),
            (BY_POST, gettext_lazy("It was posted")),
            (BY_CALL, gettext_lazy("It was read out on the telephone")),
        ]
    )


class MessageForm(forms.Form):
    """The text of a message in every language it was drafted in: `subject_en`, `body_en`, …"""

    version_hash = forms.CharField(widget=forms.HiddenInput())

    def __init__(self, data: Any = None, *, texts: Texts, version_hash: str) -> None:
        initial: dict[str, str] = {"version_hash": version_hash}
        for language, text in texts.items():
            initial |= {f"subject_{language}": text["subject"], f"body_{language}": text["body"]}
        super().__init__(data, initial=initial)
        self.languages = list(texts)
        for language in texts:
            self.fields[f"subject_{language}"] = forms.CharField(
                label=gettext_lazy("Subject"),
                max_length=SUBJECT_LIMIT,
                help_text=gettext_lazy("It shows on lock screens: say nothing about the case here."),
            )
            self.fields[f"body_{language}"] = forms.CharField(
                label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"class": "letter", "lang": language})
            )

    @property
    def pairs(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Return the language and its two fields, for each language."""
        return [(each, self[f"subject_{each}"], self[f"body_{each}"]) for each in self.languages]

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        """The texts as they were entered."""
        return {
            language: {part: self.cleaned_data[f"{part}_{language}"] for part in ("subject", "body")}
            for language in self.languages
        }


def checked(form: forms.Form) -> dict[str, Any]:
    """Return what was entered; raise InvalidInput naming each field that cannot be used."""
    if form.is_valid():
        return form.cleaned_data
    errors = {name: [str(line) for line in lines] for name, lines in form.errors.items()}
    raise InvalidInput(_("This cannot be saved as it is."), errors)
