"""Why something is so, kept as a code with values and said in the reader's language; why a person did it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from legist.core.errors import InvalidInput, LegistError

AS_WRITTEN: Final = "as_written"
"""The code of what an earlier release wrote in words of its own; its one value is this `text`."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A code with the values of its sentence: texts and numbers, as JSON keeps them."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


class _Shown(dict[str, object]):
    """Values as they are said; one that was not kept leaves a gap, and breaks no page."""

    def __missing__(self, name: str) -> str:
        return "…"


class Reasons:
    """The sentences of one topic by their codes, which stay for ever.

    A sentence is translatable and names each value as `%(name)s`. `shown` says how values are put into
    words; one without its own way is said as it is.
    """

    families: ClassVar[dict[str, Reasons]] = {}

    def __init__(self, name: str, sentences: Mapping[str, Any], **shown: Callable[[Any], object]) -> None:
        self.sentences = {str(code): text for code, text in sentences.items()}
        self._shown = shown
        self.families[name] = self

    def say(self, code: str, values: Mapping[str, Any] | None = None) -> str:
        """Return the sentence in the reader's language; a code that nobody knows is said as it is."""
        values = values or {}
        if code == AS_WRITTEN:
            return str(values["text"])
        if code not in self.sentences:
            return code
        shown = _Shown({name: self._shown.get(name, str)(value) for name, value in values.items()})
        return str(self.sentences[code]) % shown


class Unable(InvalidInput):
    """Something cannot be done; whoever keeps why keeps the `reason`, not the message."""

    def __init__(self, family: Reasons, code: str, **values: Any) -> None:
        super().__init__(family.say(code, values))
        self.reason = Reason(code, values)


def reason_of(error: LegistError) -> Reason:
    """Return why, as it can be kept: errors of other kinds keep the words they were said in."""
    return error.reason if isinstance(error, Unable) else Reason(AS_WRITTEN, {"text": error.message})


def say_interval(seconds: float) -> str:
    """Say an interval in the largest unit that fits without rest: `15 minutes`, `24 hours`, `1 week`."""
    whole = max(1, round(seconds))
    if whole >= 120 and whole % 60:
        whole = round(whole / 60) * 60
    size, count_of = next(each for each in _UNITS if whole >= each[0] and whole % each[0] == 0)
    count = whole // size
    return count_of(count) % {"n": count}


_UNITS: Final[tuple[tuple[int, Callable[[int], str]], ...]] = (
    (604_800, lambda n: ngettext("%(n)d week", "%(n)d weeks", n)),
    (3600, lambda n: ngettext("%(n)d hour", "%(n)d hours", n)),
    (60, lambda n: ngettext("%(n)d minute", "%(n)d minutes", n)),
    (1, lambda n: ngettext("%(n)d second", "%(n)d seconds", n)),
)


def say_day(day: str) -> str:
    """Say an ISO date."""
    return date_format(date.fromisoformat(day), "DATE_FORMAT")


def required_reason(given: str, *, message: str = "", field: str = "reason") -> str:
    """Return the reason, trimmed; raise InvalidInput, on that field, when there is none."""
    reason = given.strip()
    if not reason:
        message = message or _("Say why; the reason stays on the record.")
        raise InvalidInput.at(field, message)
    return reason
