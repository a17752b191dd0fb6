"""The forms of deadlines: shape only; what may be done is decided by the use cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.web.definitions import DefinitionForm
from workflows.deadlines.recalculation import Service
from workflows.deadlines.reminder_days import in_order
from workflows.law.counting import Known
from workflows.web.forms import DateInput, ReasonForm

if TYPE_CHECKING:
    from workflows.models import Deadline

DATE_FORMAT = ["%Y-%m-%d"]
SERVED = (
    ("", gettext_lazy("Not known yet: no days are added")),
    ("mail", gettext_lazy("By mail")),
    ("personal", gettext_lazy("In person")),
    ("electronic", gettext_lazy("Electronically, in the USCIS account")),
)


class ServiceForm(forms.Form):
    """How the notice was served, so that the counted date can be counted anew."""

    served = forms.ChoiceField(label=gettext_lazy("How it was served"), choices=SERVED, required=False)
    from_abroad = forms.BooleanField(
        label=gettext_lazy("The person is outside the United States"), required=False
    )
    dated = forms.DateField(
        label=gettext_lazy("The notice's own date"),
        widget=DateInput(),
        input_formats=DATE_FORMAT,
        required=False,
    )

    def service_of(self, deadline: Deadline) -> Service:
        """What is known about the service now; what was known before and is not said anew stays."""
        given = self.cleaned_data
        if given.get("served"):
            return Service(given["served"], from_abroad=given["from_abroad"], dated=given.get("dated"))
        abroad = bool(deadline.served) and deadline.from_abroad
        return Service(deadline.served, from_abroad=abroad, dated=given.get("dated"))


class DueForm(forms.Form):
    """The day that counts."""

    due = forms.DateField(
        label=gettext_lazy("Date printed on the notice"), widget=DateInput(), input_formats=DATE_FORMAT
    )


class ConfirmForm(DueForm, ServiceForm):
    """The printed day, and how the notice came."""

    field_order = ("due", "served", "from_abroad", "dated")


class MoveForm(DueForm, ReasonForm):
    """Another day, and why."""


class OffsetsField(forms.CharField):
    """Days before the date, written as people write them: "30, 14, 7"."""

    def to_python(self, value: Any) -> Any:
        parts = (super().to_python(value) or "").replace(",", " ").split()
        if not all(part.isdecimal() and len(part) < 4 for part in parts):
            raise forms.ValidationError(_("Write whole numbers of days, such as 30, 14, 7, 3, 1."))
        return in_order(int(part) for part in parts)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value


class OffsetsForm(forms.Form):
    """When a deadline reminds."""

    offsets = OffsetsField(label=gettext_lazy("Days before the date"))


class RuleForm(DefinitionForm, OffsetsForm):
    """When a kind of deadline reminds, and when the next person is told."""

    attorney_after = forms.IntegerField(
        label=gettext_lazy("Business days until the attorney is told"), min_value=0, max_value=10
    )
    manager_after = forms.IntegerField(
        label=gettext_lazy("Further business days until the managers are told"), min_value=0, max_value=10
    )


def due_form(deadline: Deadline) -> ConfirmForm:
    """Return the form that confirms a deadline's date; the browser shows the difference.

    A counted day is not offered as the printed one, lest a click confirms what nobody has read; nor is a
    day that is only the earliest or the latest possible one offered as the notice's own date.
    """
    is_read = deadline.issued_known in ("", Known.STATED)
    initial = {
        "due": deadline.confirmed_due,
        "served": deadline.served,
        "from_abroad": deadline.from_abroad,
        "dated": deadline.issued_on if is_read else None,
    }
    form = ConfirmForm(initial=initial, auto_id="confirm_%s")
    if deadline.provisional_due is not None:
        form.fields["due"].widget.attrs["data-counted"] = deadline.provisional_due.isoformat()
    return form


def offsets_form(deadline: Deadline) -> OffsetsForm:
    """Return the form that chooses the reminders of one deadline."""
    return OffsetsForm(initial={"offsets": deadline.reminder_offsets}, auto_id="offsets_%s")
