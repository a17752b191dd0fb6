"""The forms that add steps to the draft. Each gives its steps; whether they make sense is the domain's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from tracking.mapping.content import NAME_LENGTH, TITLE_LENGTH, FirmBucket, StatusMapping, TitleRule
from tracking.mapping.edits import Edit, Merge, Own, Recolour, Regroup, Rename, SetRule, Split
from tracking.mapping_editor.versions import add_edits
from tracking.web.labels import status_words
from tracking.web.mapping import labels as mapping_labels

FLAGS: Final = {"": None, "yes": True, "no": False}
_FLAG_CHOICES: Final = (
    ("", gettext_lazy("As usual for the status")),
    ("yes", gettext_lazy("Yes")),
    ("no", gettext_lazy("No")),
)


class StepForm(forms.Form):
    """A form that becomes steps of the draft."""

    def steps(self) -> list[Edit]:
        """Return the steps that the valid form stands for."""
        raise NotImplementedError

    def add(self, *, actor: Actor, now: datetime) -> bool:
        """Add the steps to the draft; False, with the reasons beside the fields, when that cannot be done."""
        if not self.is_valid():
            return False
        try:
            add_edits(self.steps(), actor=actor, now=now)
        except InvalidInput as error:
            self.add_error(None, error.message)
            return False
        return True


class MeaningForm(forms.Form):
    """What the title of a question means."""

    code = forms.ChoiceField(label=gettext_lazy("Or another status"), choices=[])

    def __init__(self, data: Any = None, *, vocabulary: StatusMapping) -> None:
        super().__init__(data, auto_id="decide_%s")
        offer(self, "code", [("", _("Choose a status")), *mapping_labels.code_choices(vocabulary)])


class RuleForm(StepForm):
    """What one title means."""

    code = forms.ChoiceField(label=gettext_lazy("This title means"), choices=[])
    client_action = forms.ChoiceField(
        label=gettext_lazy("Needs an action"), choices=_FLAG_CHOICES, required=False
    )
    terminal = forms.ChoiceField(label=gettext_lazy("Ends the case"), choices=_FLAG_CHOICES, required=False)

    def __init__(
        self, data: Any = None, *, vocabulary: StatusMapping, about: str = "", initial: Any = None
    ) -> None:
        super().__init__(data, auto_id="rule_%s", initial=initial)
        self.about = about
        offer(self, "code", [("", _("Choose a status")), *mapping_labels.code_choices(vocabulary)])

    def steps(self) -> list[Edit]:
        given = self.cleaned_data
        title = given.get("title", self.about)
        return [SetRule(title, given["code"], FLAGS[given["client_action"]], FLAGS[given["terminal"]])]


class NewRuleForm(RuleForm):
    """A rule for a title that may never have been seen."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("As USCIS writes it; capitals, accents and punctuation do not matter."),
        max_length=TITLE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("title", "code", "client_action", "terminal")


class StageForm(StepForm):
    """A stage's names, colour and owner."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=NAME_LENGTH)
    name_es = forms.CharField(label=gettext_lazy("Name in Spanish"), max_length=NAME_LENGTH, required=False)
    tone = forms.ChoiceField(label=gettext_lazy("Colour"), choices=[])
    team = forms.ChoiceField(label=gettext_lazy("Owner team"), choices=[], required=False)

    def __init__(self, data: Any = None, *, stage: FirmBucket, teams: Mapping[str, str]) -> None:
        self.stage = stage
        initial = {"name": stage.name, "name_es": stage.name_es, "tone": str(stage.tone), "team": stage.team}
        super().__init__(data, auto_id="stage_%s", initial=initial)
        offer(self, "tone", mapping_labels.tone_choices())
        offer(self, "team", [("", _("Nobody in particular")), *teams.items()])

    def clean(self) -> None:
        if not self.errors and not self.steps():
            raise forms.ValidationError(
                _("Nothing is different yet. Change a name, the colour or the owner.")
            )

    def steps(self) -> list[Edit]:
        given, stage = self.cleaned_data, self.stage
        key, found = stage.key, list[Edit]()
        if (given["name"], given["name_es"]) != (stage.name, stage.name_es):
            found.append(Rename(key, given["name"], given["name_es"]))
        if given["tone"] != stage.tone:
            found.append(Recolour(key, given["tone"]))
        if given["team"] != stage.team:
            found.append(Own(key, given["team"]))
        return found


class MergeForm(StepForm):
    """Where everything of a stage goes."""

    into = forms.ChoiceField(label=gettext_lazy("Merge it into"), choices=[])

    def __init__(self, data: Any = None, *, stage: FirmBucket, vocabulary: StatusMapping) -> None:
        super().__init__(data, auto_id="merge_%s")
        self.stage = stage
        others = mapping_labels.stage_choices(vocabulary, apart=stage.key)
        offer(self, "into", [("", _("Choose a stage")), *others])

    def steps(self) -> list[Edit]:
        return [Merge(self.stage.key, self.cleaned_data["into"])]


class SplitForm(StepForm):
    """Which statuses of a stage become a stage of their own."""

    codes = forms.MultipleChoiceField(
        label=gettext_lazy("Statuses that leave it"), choices=[], widget=forms.CheckboxSelectMultiple
    )
    name = forms.CharField(label=gettext_lazy("Name of the new stage"), max_length=NAME_LENGTH)

    def __init__(self, data: Any = None, *, stage: FirmBucket) -> None:
        super().__init__(data, auto_id="split_%s")
        self.stage = stage
        offer(self, "codes", _codes_of(stage))

    def steps(self) -> list[Edit]:
        return [Split(self.stage.key, tuple(self.cleaned_data["codes"]), self.cleaned_data["name"])]


class RegroupForm(StepForm):
    """One status that belongs to another stage."""

    code = forms.ChoiceField(label=gettext_lazy("Status"), choices=[])
    into = forms.ChoiceField(label=gettext_lazy("Goes to"), choices=[])

    def __init__(self, data: Any = None, *, stage: FirmBucket, vocabulary: StatusMapping) -> None:
        super().__init__(data, auto_id="regroup_%s")
        others = mapping_labels.stage_choices(vocabulary, apart=stage.key)
        offer(self, "code", [("", _("Choose a status")), *_codes_of(stage)])
        offer(self, "into", [("", _("Choose a stage")), *others])

    def steps(self) -> list[Edit]:
        return [Regroup(self.cleaned_data["code"], self.cleaned_data["into"])]


def rule_values(rule: TitleRule | None) -> dict[str, str]:
    """Return what the form of a rule begins with."""
    if rule is None:
        return {}
    words = {value: word for word, value in FLAGS.items()}
    return {
        "code": str(rule.code),
        "client_action": words[rule.client_action],
        "terminal": words[rule.terminal],
    }


def offer(form: forms.Form, name: str, choices: list[Any]) -> None:
    """Say what a field of a form may be; only known when the form is shown."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared as one above
    field.choices = choices


def _codes_of(stage: FirmBucket) -> list[tuple[str, str]]:
    return [(str(code), status_words(code).label) for code in stage.codes]
