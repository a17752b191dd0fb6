"""The steps and conditions of a playbook as fields, made from the declarations that check them.

A list of entries is sent as the order of their ids; an entry as its sort and, under its id, its fields and
the lists within it. So an entry that is moved or taken out changes nothing but that order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from legist.practice.selectors import list_teams
from legist.practice.states import MatterKind, MatterStage
from tracking.states import Priority, bucket_label
from workflows.documents.letters import TOPIC as LETTERS
from workflows.labels import LANGUAGES, deadline_label, document_label, purpose_label
from workflows.messages.templates.store import TOPIC as MESSAGES
from workflows.playbooks.rules import CONDITIONS as CHECKED
from workflows.playbooks.shapes import Flag, Many, OneOf, Part, Record, Slug, Text, Whole
from workflows.playbooks.steps import KINDS as STEPS
from workflows.states import ApprovalRule, ItemRole, NotificationLevel
from workflows.web.playbooks import words
from workflows.web.playbooks.nodes import Node

MOST: Final = 60
# So many groups in groups are offered; what a file brings is kept to twice as many.
DEEPEST: Final = 3
DEEPEST_KEPT: Final = 6
ID = re.compile(r"\d{1,4}\Z")
EDIT: Final = "edit"
UNKNOWN: Final = "unknown"
ONE: Final = "one"


class WordsField(forms.CharField):
    """Several values in one line, with commas between them; `read` makes a value of each."""

    def __init__(self, read: Callable[[str], Any], show: Callable[[Any], str] = str, **more: Any) -> None:
        super().__init__(**more)
        self.read, self.show = read, show

    def to_python(self, value: Any) -> Any:
        parts = (part.strip() for part in (super().to_python(value) or "").split(","))
        try:
            return [self.read(part) for part in parts if part]
        except ValueError:
            raise forms.ValidationError(_("Write numbers, with commas between them.")) from None

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(self.show, value)) if isinstance(value, list | tuple) else value

    def run_validators(self, value: Any) -> None:
        """What each value may be is checked with the whole."""


def _form(part: str) -> str:
    return "" if part.lower() == UNKNOWN else part


def _keys(topic: Any, label: Callable[[str], str]) -> list[tuple[str, str]]:
    keys = sorted({key[0] for key in topic.standings()})
    return [(key, label(key)) for key in keys]


def _labelled(known: Mapping[str, Any] | type, names: tuple[str, ...]) -> list[tuple[str, str]]:
    say: Any = known.get if isinstance(known, Mapping) else lambda name: known(name).label
    return [(name, str(say(name))) for name in names]


RETURNED: Final[Mapping[str, Any]] = {
    "card": gettext_lazy("A card or document"),
    "notice": gettext_lazy("A notice"),
}
MISSED: Final[Mapping[str, Any]] = {
    "interview": gettext_lazy("An interview"),
    "oath": gettext_lazy("An oath ceremony"),
}
# What may be chosen of a part, by the kind of step or condition and its name.
OPTIONS: Final[Mapping[tuple[str, str], Callable[[tuple[str, ...]], list[tuple[str, str]]]]] = {
    ("appointment", "kind"): lambda names: [(name, deadline_label(name)) for name in names],
    ("deadline", "kind"): lambda names: [(name, deadline_label(name)) for name in names],
    ("matter", "kind"): lambda names: _labelled(MatterKind, names),
    ("stage", "stage"): lambda names: _labelled(MatterStage, names),
    ("notice", "level"): lambda names: _labelled(NotificationLevel, names),
    ("document", "language"): lambda names: _labelled(LANGUAGES, names),
    ("document", "template"): lambda _names: _keys(LETTERS, document_label),
    ("message", "template"): lambda _names: _keys(MESSAGES, purpose_label),
    ("message", "approval"): lambda names: [
        (name if name != ApprovalRule.ONE else "", label) for name, label in _labelled(ApprovalRule, names)
    ],
    ("clear", "messages"): lambda _names: _keys(MESSAGES, purpose_label),
    (ONE, "role"): lambda names: _labelled(ItemRole, names),
    ("previous_bucket_in", "value"): lambda names: [(name, bucket_label(name)) for name in names],
    ("previous_bucket_not_in", "value"): lambda names: [(name, bucket_label(name)) for name in names],
    ("matter_kind_in", "value"): lambda names: _labelled(MatterKind, names),
    ("priority_in", "value"): lambda names: _labelled(Priority, names),
    ("language", "value"): lambda names: _labelled(LANGUAGES, names),
    ("team_in", "value"): lambda _names: [(str(team.pk), team.name) for team in list_teams()],
    ("returned", "value"): lambda names: [(n, str(RETURNED[n])) for n in names],
    ("missed", "value"): lambda names: [(n, str(MISSED[n])) for n in names],
}


def field_of(part: Part, *, label: Any, options: list[tuple[str, str]] | None) -> forms.Field:
    """Return the field that writes a part, by what it may be."""
    check, more = part.check, {"label": label, "required": part.required}
    if options is not None and isinstance(check, Many):
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple(), **more)
    if options is not None:
        none = [("", _("– none –") if not part.required else _("– choose –"))]
        return forms.ChoiceField(choices=options if dict(options).get("") else [*none, *options], **more)
    if isinstance(check, Many):
        return _list_field(check, more)
    return ONE_VALUE[type(check)](check, more)


def _list_field(check: Many, more: dict[str, Any]) -> forms.Field:
    if isinstance(check.each, Whole):
        return WordsField(int, help_text=_("For example 28, 14, 7."), **more)
    if isinstance(check.each, Slug):
        return WordsField(str, help_text=_("Their names, for example rfe, biometrics."), **more)
    said = _("For example I-129, I-140. “unknown” is a form that nobody knows yet.")
    return WordsField(_form, lambda form: form or UNKNOWN, help_text=said, **more)


def _yes_or_no(_check: Any, more: dict[str, Any]) -> forms.Field:
    choices = [("yes", _("Yes")), ("no", _("No"))]
    return forms.TypedChoiceField(choices=choices, coerce=lambda value: value == "yes", **more)


def _number(check: Any, more: dict[str, Any]) -> forms.Field:
    short = forms.NumberInput(attrs={"class": "control-short"})
    return forms.IntegerField(min_value=check.least, max_value=check.most, widget=short, **more)


def _code(_check: Any, more: dict[str, Any]) -> forms.Field:
    plain = RegexValidator(r"^[-a-zA-Z0-9_]{1,60}$", _("Use letters, digits, - and _."))
    return forms.CharField(validators=[plain], **more)


def _line(check: Any, more: dict[str, Any]) -> forms.Field:
    whole = forms.TextInput(attrs={"class": "control-whole"} if check.limit > 200 else {})
    return forms.CharField(max_length=check.limit, widget=whole, **more)


ONE_VALUE: Final[Mapping[type, Callable[[Any, dict[str, Any]], forms.Field]]] = {
    Flag: _yes_or_no,
    Whole: _number,
    Slug: _code,
    Text: _line,
}


def is_list(part: Part) -> bool:
    """True for what is a list of entries with fields of their own."""
    return isinstance(part.check, Many) and isinstance(part.check.each, Record)


def _parts(name: str, sort: str) -> Mapping[str, Part]:
    """Return what an entry of this sort holds, in the list of this name."""
    if name == "steps":
        return {key: part for key, part in STEPS[sort].params.items() if key != "key"}
    if name == "items":
        items = STEPS["checklist"].own["items"].check
        assert isinstance(items, Many) and isinstance(items.each, Record)  # noqa: S101, PT018  declared so
        return {key: part for key, part in items.each.parts.items() if key != "key"}
    return {"value": Part(CHECKED[sort].check)} if sort in CHECKED else {}


ADDS: Final = {"steps": gettext_lazy("Add a step"), "items": gettext_lazy("Add an item")}


def sorts(name: str, *, depth: int = 0, most: int = DEEPEST) -> dict[str, Any]:
    """Return what may stand in a list, with what it is called; groups in groups so many levels deep."""
    if name == "steps":
        return {kind: said.label for kind, said in words.KINDS.items()}
    if name == "items":
        return {ONE: gettext_lazy("Item")}
    groups = words.GROUPS if depth < most else {}
    return {key: said.label for key, said in words.CONDITIONS.items()} | groups


class EntryForm(forms.Form):
    """The fields of one entry; while it `is_quiet` it says nothing of what is missing still."""

    is_quiet = False

    @property
    def errors(self) -> ErrorDict:
        return ErrorDict() if self.is_quiet else super().errors

    def is_whole(self) -> bool:
        """True when nothing of it is missing or wrong, whether it says so or not."""
        return not super().errors


@dataclass
class Entry:
    """One entry: its fields, and the lists within it."""

    place: str
    id: str
    sort: str
    label: str
    icon: str
    key: str
    form: EntryForm
    lists: list[Listing] = field(default_factory=list)

    @property
    def node(self) -> Node:
        """What was written of it."""
        given = self.form.cleaned_data if self.form.is_bound else self.form.initial
        said = {name: value for name, value in given.items() if value not in (None, "", [])}
        return Node(self.sort, self.key, said, {each.name: each.nodes for each in self.lists})

    @property
    def is_whole(self) -> bool:
        return self.form.is_whole() and all(each.is_whole for each in self.lists)


@dataclass
class Listing:
    """A list of entries at a `place` in the form: as it was `sent`, else as it was `written`."""

    name: str
    place: str
    sent: QueryDict | None = None
    written: list[Node] = field(default_factory=list)
    depth: int = 0
    is_quiet: bool = False

    @property
    def adds(self) -> str:
        """What its button says."""
        return str(ADDS.get(self.name, gettext_lazy("Add a condition")))

    @property
    def summary(self) -> str:
        said = ngettext("Only if: %(n)d condition", "Only if: %(n)d conditions", len(self.entries))
        return said % {"n": len(self.entries)} if self.entries else _("Only if: no condition of its own")

    @property
    def is_ordered(self) -> bool:
        """True where the order says something."""
        return self.name in ADDS

    @property
    def offered(self) -> dict[str, Any]:
        """What may be added."""
        return sorts(self.name, depth=self.depth)

    @property
    def order(self) -> str:
        return " ".join(entry.id for entry in self.entries)

    @property
    def nodes(self) -> list[Node]:
        return [entry.node for entry in self.entries]

    @property
    def is_whole(self) -> bool:
        return all(entry.is_whole for entry in self.entries)

    @cached_property
    def entries(self) -> list[Entry]:
        """Its entries; one of a sort that nobody knows is left out."""
        found: list[Entry] = []
        known = sorts(self.name, depth=self.depth, most=DEEPEST_KEPT)
        for id_, node in self._given():
            if node.sort in known:
                found.append(self._entry(id_, node, earlier=found))
        return found

    def _given(self) -> Iterator[tuple[str, Node]]:
        if self.sent is None:
            yield from ((str(number), node) for number, node in enumerate(self.written))
            return
        for id_ in order_of(self.sent, self.place):
            name = f"{self.place}-{id_}"
            yield id_, Node(self.sent.get(f"{name}-sort", ""), self.sent.get(f"{name}-key", ""))

    def _entry(self, id_: str, node: Node, *, earlier: list[Entry]) -> Entry:
        place, said = f"{self.place}-{id_}", words.KINDS.get(node.sort) if self.name == "steps" else None
        form = EntryForm(self.sent, prefix=place, initial=node.values)
        form.is_quiet = self.is_quiet
        form.fields = self._fields(place, node, earlier)
        label = str(sorts(self.name, most=DEEPEST_KEPT)[node.sort])
        entry = Entry(place, id_, node.sort, label, said.icon if said else "", node.key, form)
        entry.lists = [
            Listing(
                name,
                f"{place}-{name}",
                self.sent,
                node.lists.get(name, []),
                depth=self.depth + 1 if name == "within" else 0,
                is_quiet=self.is_quiet,
            )
            for name in self._inner(node.sort)
        ]
        return entry

    def _inner(self, sort: str) -> list[str]:
        if self.name == "steps":
            return [*(name for name, part in _parts("steps", sort).items() if is_list(part)), "when"]
        return ["within"] if sort in words.GROUPS else []

    def _fields(self, place: str, node: Node, earlier: list[Entry]) -> dict[str, forms.Field]:
        made = {}
        for name, part in _parts(self.name, node.sort).items():
            said = self.sent.getlist(f"{place}-{name}") if self.sent is not None else node.values.get(name)
            options = _options(node.sort, name, part)
            if name == "in":
                options = [
                    (each.key, f"{each.label} ({each.key})") for each in earlier if each.sort == "matter"
                ]
            options = None if options is None else _with(options, said)
            if not is_list(part) and (name != "in" or options):
                label = words.PARTS.get(name) or sorts("when")[node.sort]
                made[name] = field_of(part, label=label, options=options)
        return made


def _options(sort: str, name: str, part: Part) -> list[tuple[str, str]] | None:
    choose = OPTIONS.get((sort, name))
    each = part.check.each if isinstance(part.check, Many) else part.check
    return choose(each.known if isinstance(each, OneOf) else ()) if choose else None


def _with(options: list[tuple[str, str]], said: Any) -> list[tuple[str, str]]:
    """Return the choices with what was said already, whether it is still there or not."""
    known = {value for value, _label in options}
    gone = [each for each in (said if isinstance(said, list) else [said]) if each and each not in known]
    return options + [(each, each) for each in gone]


def order_of(sent: QueryDict, place: str) -> list[str]:
    """Return the ids of the entries that were sent of a list, each once."""
    given = dict.fromkeys((sent.get(f"{place}-order") or "").split())
    return [each for each in given if ID.match(each)][:MOST]


def edited(sent: QueryDict) -> QueryDict:
    """Return what was sent as its act changes it: `edit:add|up|down|remove:PLACE`, of an entry `:ID`."""
    data = sent.copy()
    _edit, _colon, rest = str(sent.get("act", "")).partition(":")
    op, _colon, rest = rest.partition(":")
    place, _colon, id_ = rest.partition(":")
    order = order_of(data, place)
    if op == "add" and len(order) < MOST:
        new = f"{place}-{max(map(int, order), default=-1) + 1}"
        sort = data.get(f"{place}-add") or ONE
        taken = {data.get(f"{place}-{each}-key") for each in order}
        numbered = (f"{sort}-{number}" for number in range(2, 2 * MOST))
        data[f"{new}-sort"] = sort
        data[f"{new}-key"] = next(key for key in (sort, *numbered) if key not in taken)
        order.append(new.rpartition("-")[2])
    elif id_ in order:
        at = order.index(id_)
        order.remove(id_)
        if op != "remove":
            order.insert(max(at - 1, 0) if op == "up" else at + 1, id_)
    if op:
        data[f"{place}-order"] = " ".join(order)
    return data
