"""The forms about paper: shape only; what may be done is decided by the use cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.errors import InvalidInput
from legist.core.web.words import masked
from workflows.notices.entries import NOTE_LIMIT, PLACE_LIMIT, TIME_LIMIT, Entry, NewNotification
from workflows.notices.scans import MAX_BYTES
from workflows.states import NoticeKind
from workflows.web.forms import DateInput

if TYPE_CHECKING:
    from tracking.models import Receipt
    from workflows.models import UscisNotice

ISO = ["%Y-%m-%d"]


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, required=required, help_text=help_text, widget=DateInput(), input_formats=ISO
    )


class EntryForm(forms.Form):
    """What is printed on a notice."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it"),
        choices=[("", gettext_lazy("Choose what it is")), *NoticeKind.choices],
    )
    number = forms.CharField(
        label=gettext_lazy("Receipt number"),
        help_text=gettext_lazy("As printed; dashes and spaces do no harm."),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono", "spellcheck": "false"}),
    )
    notice_date = _day(gettext_lazy("Date of the notice"))
    received_on = _day(gettext_lazy("Day it came"))
    response_due = _day(
        gettext_lazy("Answer due"), required=False, help_text=gettext_lazy("Only the date printed on it.")
    )
    appointment_day = _day(gettext_lazy("Day of the appointment"), required=False)
    appointment_time = forms.CharField(label=gettext_lazy("Time"), required=False, max_length=TIME_LIMIT)
    appointment_place = forms.CharField(label=gettext_lazy("Place"), required=False, max_length=PLACE_LIMIT)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @property
    def entry(self) -> Entry:
        """What was entered, as the use cases take it."""
        return Entry(**{name: self.cleaned_data[name] for name in Entry.__slots__})

    def refuse(self, error: InvalidInput) -> None:
        """Show the remedies of a use case at the fields they are about."""
        for name, lines in (error.errors or {"": [error.message]}).items():
            self.add_error(name if name in self.fields else None, [str(line) for line in lines])


class NewForm(EntryForm):
    """A notice to log, with its picture and the receipt it was opened from."""

    submission = forms.UUIDField(widget=forms.HiddenInput())
    receipt = forms.UUIDField(required=False, widget=forms.HiddenInput())
    scan = forms.FileField(
        label=gettext_lazy("Scan or photo"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def clean_scan(self) -> UploadedFile[bytes] | None:
        upload: UploadedFile[bytes] | None = self.cleaned_data["scan"]
        if upload is not None and (upload.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 10 MB. Scan at a lower resolution, in grey.")
            )
        return upload

    @property
    def new(self) -> NewNotification:
        """The notice to log."""
        given = self.cleaned_data
        return NewNotification(
            entry=self.entry,
            submission=given["submission"],
            receipt_id=given["receipt"],
            scan=given["scan"].read() if given["scan"] is not None else None,
        )


class ChosenReceiptForm(NewForm):
    """The same, where a matter has several receipts to choose from."""

    def __init__(self, *args: Any, receipts: list[Receipt], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(str(each.pk), f"{each.form_type} {each.masked}".strip()) for each in receipts]
        none = ("", gettext_lazy("By the number printed on it"))
        self.fields["receipt"].widget = forms.Select(choices=[none, *rows])
        self.fields["receipt"].label = _("Case")


class CorrectForm(EntryForm):
    """What the paper really says, and why it was entered otherwise."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=500)
    kept_number = ""

    def clean_number(self) -> str:
        return str(self.cleaned_data["number"] or self.kept_number)


class NumberForm(forms.Form):
    """The number a stranger is matched by; empty for its own."""

    number = forms.CharField(
        label=gettext_lazy("Receipt number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono", "spellcheck": "false"}),
    )


def first_values(**given: Any) -> dict[str, Any]:
    """Return the beginning of a new form, which is told from every other by its submission."""
    return {"submission": uuid4(), **{name: value for name, value in given.items() if value}}


def correct_form(notice: UscisNotice, data: Any = None) -> CorrectForm:
    """Return the form that holds what was read so far; the number of a known case is masked and kept."""
    names = (
        "kind",
        "number",
        "notice_date",
        "received_on",
        "response_due",
        "appointment_day",
        "note",
        "version",
    )
    known = {name: getattr(notice, name) for name in names}
    words = {f"appointment_{name}": value for name, value in notice.appointment_words.items()}
    form = CorrectForm(data, initial={**known, **words})
    if notice.number and notice.receipt_id:
        form.initial["number"], form.kept_number = "", notice.number
        kept = _("Leave it empty to keep %(number)s, or type the whole number that is printed.")
        form.fields["number"].help_text = kept % {"number": masked(notice.number)}
    return form
