"""A playbook as a person writes it: what starts it, conditions and steps in fields, all of it as a file."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core import plain_yaml
from legist.core.web.definitions import DefinitionForm
from tracking.states import bucket_label, code_label
from tracking.statuses import Bucket, StatusCode
from workflows.playbooks.files import IN_FILE
from workflows.playbooks.shapes import faults
from workflows.playbooks.store import CHECKED_WHEN, steps_faults
from workflows.states import PlaybookMode
from workflows.web.playbooks.fields import EDIT, Listing, edited
from workflows.web.playbooks.nodes import Node, condition_nodes, conditions_of, step_nodes, steps_of


class YamlField(forms.CharField):
    """Plain values, written as YAML."""

    widget = forms.Textarea(attrs={"rows": 24, "class": "code", "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        try:
            return plain_yaml.read(str(value or "")).value
        except plain_yaml.NoYaml as error:
            raise forms.ValidationError(str(error)) from None

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else plain_yaml.write(value)

    def run_validators(self, value: Any) -> None:
        """The definition's own checks say what is wrong with what it holds."""


DAY = partial(forms.DateInput, {"type": "date"}, format="%Y-%m-%d")
# Days that can be counted from in any direction.
FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2100, 1, 1)


class PlaybookForm(DefinitionForm):
    """What starts a playbook, under which conditions, and its steps in order.

    A file takes the place of everything else, and is kept as a draft before it can be published.
    """

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    purpose = forms.CharField(
        label=gettext_lazy("What it is for"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("What it does now"),
        choices=PlaybookMode.choices,
        widget=forms.RadioSelect(),
        help_text=gettext_lazy("In shadow it does nothing, and the record says what it would have started."),
    )
    codes = forms.MultipleChoiceField(
        label=gettext_lazy("A case gets one of these statuses"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )
    buckets = forms.MultipleChoiceField(
        label=gettext_lazy("Or it enters one of these stages"),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
    )
    conditions = YamlField(label=gettext_lazy("And only if"), required=False)
    actions = YamlField(label=gettext_lazy("Steps, in order"), required=False)
    since = forms.DateField(label=gettext_lazy("Try it on the changes from"), required=False, widget=DAY())
    until = forms.DateField(
        label=gettext_lazy("To"),
        required=False,
        widget=DAY(),
        help_text=gettext_lazy("Both left empty: the last 90 days."),
    )
    upload = forms.FileField(
        label=gettext_lazy("Or take all of it from a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
        help_text=gettext_lazy("A YAML file as it is downloaded here. It becomes a draft first."),
    )

    def __init__(self, data: Any = None, files: Any = None, *, written: Any) -> None:
        self.is_quiet = data is not None and str(data.get("act", "")).startswith(EDIT)
        data = edited(data) if self.is_quiet else data
        super().__init__(data, files, written=written)
        self.lists = {name: self._listing(name) for name in PARTS if self._has_fields(name)}
        for name in self.lists:
            del self.fields[PARTS[name].field]
        for name, choices in CHOICES.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
            field.choices = choices()

    @property
    def trial(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("since", "until")}

    def _has_fields(self, name: str) -> bool:
        """True unless a part can only be shown as the text that it is."""
        if self.is_bound:
            return f"{name}-order" in self.data
        return not PARTS[name].faults(self.written.get(PARTS[name].field, ()))

    def _listing(self, name: str) -> Listing:
        nodes = [] if self.is_bound else PARTS[name].read(self.written[PARTS[name].field])
        sent = self.data if isinstance(self.data, QueryDict) and self.is_bound else None
        return Listing(name, name, sent, nodes, is_quiet=self.is_quiet)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("It ends before it begins."))
        for name, day in (("since", since), ("until", until)):
            if day and not FIRST_DAY <= day <= LAST_DAY:
                self.add_error(name, _("Choose a day between 2000 and 2100."))
        sent = given.get("upload")
        if not sent and not all(each.is_whole for each in self.lists.values()):
            self.add_error(None, _("Something is missing in a step or a condition: it is said beside it."))
        if isinstance(sent, UploadedFile):
            given["taken"] = self._taken(sent)
            if self.data.get("act") == "publish":
                self.add_error(
                    "upload", _("Keep it as a draft first, and look at it. Nothing was published.")
                )
        return given

    def _taken(self, file: UploadedFile[bytes]) -> dict[str, Any]:
        try:
            found = plain_yaml.read(file.read(plain_yaml.LONGEST * 4).decode()).value
        except (plain_yaml.NoYaml, UnicodeDecodeError) as error:
            said = str(error) if isinstance(error, plain_yaml.NoYaml) else _("It is no text in UTF-8.")
            self.add_error("upload", said)
            return {}
        if not isinstance(found, dict) or set(found) - set(IN_FILE):
            names = ", ".join(IN_FILE)
            self.add_error("upload", _("It is no playbook. It may hold: %(names)s.") % {"names": names})
            return {}
        if not isinstance(found.get("conditions", {}), dict):
            # Kept as a draft, the page could never be drawn again.
            self.add_error("upload", _("Its conditions have no names: write each as name: value."))
            return {}
        return found

    @property
    def content(self) -> dict[str, Any]:
        """What was written; the conditions that were left open are none."""
        given = dict(self.cleaned_data)
        if taken := given.get("taken"):
            return {**self.written, **taken}
        head = {name: given[name] for name in ("name", "purpose", "mode", "codes", "buckets")}
        parts = {
            part.field: part.write(self.lists[name].nodes, self.written)
            if name in self.lists
            else given[part.field] or part.none()
            for name, part in PARTS.items()
        }
        return {**self.written, **head, **parts}


@dataclass(frozen=True, slots=True)
class ListPart:
    """A part of a playbook that is a list of entries: how it is checked, read into them, and written."""

    field: str
    none: Callable[[], Any]
    faults: Callable[[Any], Collection[str]]
    read: Callable[[Any], list[Node]]
    write: Callable[[list[Node], Any], Any]


PARTS: Final = {
    "steps": ListPart(
        "actions",
        list,
        steps_faults,
        step_nodes,
        lambda nodes, written: steps_of(nodes, written["actions"]),
    ),
    "conditions": ListPart(
        "conditions",
        dict,
        lambda given: faults(given, CHECKED_WHEN),
        condition_nodes,
        lambda nodes, _written: conditions_of(nodes),
    ),
}


def _every_code() -> list[tuple[str, str]]:
    return sorted(((str(code), code_label(code)) for code in StatusCode), key=lambda choice: choice[1])


def _every_stage() -> list[tuple[str, str]]:
    return [(str(bucket), bucket_label(bucket)) for bucket in Bucket]


CHOICES: dict[str, Callable[[], list[tuple[str, str]]]] = {
    "codes": _every_code,
    "buckets": _every_stage,
}
