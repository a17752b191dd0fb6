"""How templates are read, how a component and a form's field are drawn, and which icon stands for a tone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django import forms
from django.forms import BaseForm, BoundField
from django.template import Origin
from django.template.loader import render_to_string
from django.template.loaders import filesystem
from django.utils.safestring import SafeString

TONE_ICONS = {
    "neutral": "circle-dashed",
    "waiting": "hourglass",
    "action": "circle-alert",
    "good": "circle-check",
    "bad": "circle-x",
}

INDENT: Final = re.compile(r"\n[ \t]+")


class Loader(filesystem.Loader):
    """Reads our templates without their indent: it is for people who read them."""

    def get_contents(self, origin: Origin) -> str:
        text = super().get_contents(origin)
        return INDENT.sub("\n", text) if str(origin.name).endswith(".html") else text


def unmarked(value: object) -> str:
    """Return what people, files or the government wrote as text without a mark of safety.

    A component that shows such a text escapes it, whatever it went through before.
    """
    return str(value) + ""


def part(component: str, /, **context: object) -> SafeString:
    """Render templates/components/<component>.html, or a topic's own, which is named with its folder."""
    place = component if "/" in component else f"components/{component}"
    return render_to_string(f"{place}.html", context)


CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@dataclass(frozen=True, slots=True)
class FieldView:
    """A bound field as components/field.html draws it; `css` is added to the control's class."""

    bound: BoundField
    css: str

    @property
    def kind(self) -> str:
        """One of hidden, check, choices, or control."""
        widget = self.bound.field.widget
        if widget.is_hidden:
            return "hidden"
        if isinstance(widget, CHOICES):
            return "choices"
        return "check" if isinstance(widget, forms.CheckboxInput) else "control"

    @property
    def control(self) -> SafeString:
        own = str(self.bound.field.widget.attrs.get("class", ""))
        classes = f"{own} {self.css}" if self.kind in {"check", "hidden"} else f"control {own} {self.css}"
        return self.bound.as_widget(attrs={"class": " ".join(classes.split())})

    @property
    def input(self) -> SafeString:
        """The bare control, for components that bring their own frame."""
        return self.bound.as_widget()


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One thing to put right; `target` is the id of its control, empty for the form as a whole."""

    message: str
    target: str


def summary_of(form: BaseForm | None, errors: Mapping[str, list[str]]) -> list[SummaryLine]:
    """Return a line for each error of the form, then for those of a use case."""
    lines = [SummaryLine(message, f"id_{name}") for name, messages in errors.items() for message in messages]
    if form is None or not form.is_bound:
        return lines
    general = [SummaryLine(str(message), "") for message in form.non_field_errors()]
    own = [
        SummaryLine(f"{bound.label}: {message}", bound.id_for_label or bound.auto_id or "")
        for bound in form
        for message in bound.errors
    ]
    return general + own + lines
