"""A playbook as a person writes it: what starts it in fields, its steps as text, all of it as a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import yaml
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.web.definitions import DefinitionForm
from tracking.states import bucket_label, code_label
from tracking.statuses import Bucket, StatusCode
from workflows.states import PlaybookMode

LONGEST: Final = 60_000
DEEPEST: Final = 20
IN_FILE: Final = ("name", "purpose", "mode", "codes", "buckets", "conditions", "actions", "position")


class NoYaml(ValueError):
    """A text is no YAML that can be taken; the message says why, to whoever wrote it."""


def read_yaml(text: str) -> Any:
    """Return what a YAML text holds, in plain values only. Raises NoYaml."""
    if len(text) > LONGEST:
        raise NoYaml(_("It is too long: at most %(n)d characters.") % {"n": LONGEST})
    try:
        _expect_plain(text)
        found = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise NoYaml(_("It cannot be read from line %(n)d on.") % {"n": line}) from None
    except NoYaml:
        raise
    except (yaml.YAMLError, ValueError):
        raise NoYaml(_("It cannot be read as YAML.")) from None
    try:
        json.dumps(found, allow_nan=False)
    except (TypeError, ValueError):
        raise NoYaml(
            _("It holds a date or another value of a kind of its own. Put it in quotation marks.")
        ) from None
    return found


def _expect_plain(text: str) -> None:
    """Raise NoYaml at the first thing that is more than values, lists and mappings, before it is built.

    An alias stands for a thing once more: a short text could mean an endless one. A tag says that a value
    is of another kind than it looks, and the library stumbles over one that is not. To read what lies
    thousands of levels deep takes it minutes.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise NoYaml(_("It uses anchors (* and &). Write each thing out."))
        if getattr(event, "tag", None):
            raise NoYaml(_("It names kinds of values (!). Leave them out; quotation marks make a text."))
        if depth > DEEPEST:
            raise NoYaml(_("It has more than %(n)d levels in one another.") % {"n": DEEPEST})


def as_yaml(content: Any) -> str:
    """Return plain values as people read and write them."""
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def as_file(key: tuple[str, ...], content: Any) -> tuple[str, bytes]:
    """Return a playbook as a file that another firm can bring in."""
    return f"{key[0]}.yaml", as_yaml({name: content[name] for name in IN_FILE if name in content}).encode()


class YamlField(forms.CharField):
    """Plain values, written as YAML."""

    widget = forms.Textarea(attrs={"rows": 24, "class": "code", "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        try:
            return read_yaml(str(value or ""))
        except NoYaml as error:
            raise forms.ValidationError(str(error)) from None

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else as_yaml(value)

    def run_validators(self, value: Any) -> None:
        """The definition's own checks say what is wrong with what it holds."""


class FormsField(forms.CharField):
    """Form numbers as people write them: "I-129, I-140"; a form nobody knows yet is `unknown`."""

    UNKNOWN: Final = "unknown"

    def to_python(self, value: Any) -> Any:
        parts = [part.strip() for part in (super().to_python(value) or "").split(",")]
        return ["" if part.lower() == self.UNKNOWN else part for part in parts if part]

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return ", ".join(self.UNKNOWN if part == "" else str(part) for part in value)

    def run_validators(self, value: Any) -> None:
        """The definition's own checks say what is wrong with what it holds."""


def _yes_or_no(label: Any, yes: Any, no: Any) -> forms.TypedChoiceField:
    choices = [("", gettext_lazy("Either")), ("yes", yes), ("no", no)]
    return forms.TypedChoiceField(
        label=label, choices=choices, required=False, coerce=lambda value: value == "yes", empty_value=None
    )


def _stages(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple())


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
    buckets = _stages(gettext_lazy("Or it enters one of these stages"))
    form_in = FormsField(
        label=gettext_lazy("Only these forms"),
        required=False,
        help_text=gettext_lazy("For example I-129, I-140. “unknown” is a form that nobody knows yet."),
    )
    form_not_in = FormsField(label=gettext_lazy("None of these forms"), required=False)
    previous_bucket_in = _stages(gettext_lazy("The case was before in one of these stages"))
    previous_bucket_not_in = _stages(gettext_lazy("The case was before in none of these stages"))
    previous_known = _yes_or_no(
        gettext_lazy("Was a status known before?"),
        gettext_lazy("Yes: the first reading is no news"),
        gettext_lazy("No: only at the first reading"),
    )
    client_action = _yes_or_no(
        gettext_lazy("Must the client's side act?"), gettext_lazy("Yes"), gettext_lazy("No")
    )
    first_reading_max_age_days = forms.IntegerField(
        label=gettext_lazy("At a first reading, at most so many days old"),
        required=False,
        min_value=0,
        widget=forms.NumberInput(attrs={"class": "control-short"}),
    )
    returned = forms.ChoiceField(
        label=gettext_lazy("What came back"),
        required=False,
        choices=[
            ("", gettext_lazy("Either")),
            ("card", gettext_lazy("A card or document")),
            ("notice", gettext_lazy("A notice")),
        ],
    )
    missed = forms.ChoiceField(
        label=gettext_lazy("What was missed"),
        required=False,
        choices=[
            ("", gettext_lazy("Either")),
            ("interview", gettext_lazy("An interview")),
            ("oath", gettext_lazy("An oath ceremony")),
        ],
    )
    actions = YamlField(label=gettext_lazy("Steps, in order"), required=False)
    upload = forms.FileField(
        label=gettext_lazy("Or take all of it from a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
        help_text=gettext_lazy("A YAML file as it is downloaded here. It becomes a draft first."),
    )

    def __init__(self, data: Any = None, files: Any = None, *, written: Any) -> None:
        conditions = written.get("conditions", {})
        flags = {True: "yes", False: "no"}
        shown = {
            name: flags.get(value, value) if isinstance(value, bool) else value
            for name, value in conditions.items()
        }
        super().__init__(data, files, written=written)
        self.initial = {**written, **shown}
        for name, choices in CHOICES.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
            field.choices = choices()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        sent = given.get("upload")
        if isinstance(sent, UploadedFile):
            given["taken"] = self._taken(sent)
            if self.data.get("act") == "publish":
                self.add_error(
                    "upload", _("Keep it as a draft first, and look at it. Nothing was published.")
                )
        return given

    def _taken(self, file: UploadedFile[bytes]) -> dict[str, Any]:
        try:
            found = read_yaml(file.read(LONGEST * 4).decode())
        except (NoYaml, UnicodeDecodeError) as error:
            said = str(error) if isinstance(error, NoYaml) else _("It is no text in UTF-8.")
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
        said = {name: given[name] for name in CONDITIONS if given[name] not in (None, "", [])}
        kept = {name: value for name, value in self.written["conditions"].items() if name in said}
        conditions = {name: said[name] for name in (*kept, *said)}
        steps = given["actions"]
        return {**self.written, **head, "conditions": conditions, "actions": [] if steps is None else steps}


CONDITIONS: Final = (
    "form_in",
    "form_not_in",
    "previous_bucket_in",
    "previous_bucket_not_in",
    "previous_known",
    "client_action",
    "first_reading_max_age_days",
    "returned",
    "missed",
)


def _every_code() -> list[tuple[str, str]]:
    return sorted(((str(code), code_label(code)) for code in StatusCode), key=lambda choice: choice[1])


def _every_stage() -> list[tuple[str, str]]:
    return [(str(bucket), bucket_label(bucket)) for bucket in Bucket]


CHOICES: dict[str, Callable[[], list[tuple[str, str]]]] = {
    "codes": _every_code,
    **dict.fromkeys(("buckets", "previous_bucket_in", "previous_bucket_not_in"), _every_stage),
}
