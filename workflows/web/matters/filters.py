"""Filters that are part of a list's address: read, shown as chips, taken away one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _

Words = str | Promise
ANY = "any"


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter with its possible values; `default` holds when the address says nothing."""

    name: str
    label: Words
    options: Sequence[tuple[Any, Any]]
    default: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of one list; `extra` are the names of further values that the address may hold."""

    choices: Sequence[Choice]
    extra: Sequence[str] = ()

    def read(self, query: Mapping[str, str]) -> dict[str, str]:
        """Return the value of every filter; a value that is not among the options counts as none."""
        chosen = {choice.name: _chosen(choice, query.get(choice.name, "")) for choice in self.choices}
        return chosen | {name: query.get(name, "").strip()[:100] for name in self.extra}

    def chips(self, given: Mapping[str, str]) -> list[dict[str, str]]:
        """Return a removable chip for each filter that differs from its default."""
        rows = [
            (choice.name, str(choice.label), str(dict(choice.options)[given[choice.name]]))
            for choice in self.choices
            if choice.label and given[choice.name] not in {choice.default, ANY, ""}
        ]
        return [
            {"name": label, "value": words, "remove_url": self.url(given, **{name: ""})}
            for name, label, words in rows
        ]

    def tabs(self, given: Mapping[str, str]) -> list[dict[str, object]]:
        """Return the views that everybody needs: my own, all open ones, and the closed ones."""
        views = (
            (_("Mine"), {"mine": "1", "state": "open"}),
            (_("All open"), {"mine": "", "state": "open"}),
            (_("Left behind"), {"mine": "left", "state": "open"}),
            (_("Closed"), {"mine": "", "state": "closed"}),
        )
        here = {"mine": given.get("mine", ""), "state": given["state"]}
        kept = {name: value for name, value in given.items() if name in {"stage", "kind"}}
        return [
            {"label": label, "url": self.url(kept, **view), "current": view == here} for label, view in views
        ]

    def url(self, given: Mapping[str, str], **changed: str) -> str:
        """Return the address of the list with some filters changed."""
        default = {choice.name: choice.default for choice in self.choices}
        values = {**given, **changed}
        return "?" + urlencode({n: v for n, v in values.items() if v and v != default.get(n, "")})


def _chosen(choice: Choice, value: str) -> str:
    allowed = {str(option) for option, _label in choice.options} | {ANY}
    return value if value in allowed else choice.default
