"""What a status text says, as lines to read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.core.web.moments import day_words

LABELS: Final = {
    "event_date": gettext_lazy("Happened on"),
    "deadline": gettext_lazy("Answer by"),
    "appointment": gettext_lazy("Appointment"),
    "followup_date": gettext_lazy("Ask if nothing came by"),
    "form": gettext_lazy("Form"),
    "other_forms": gettext_lazy("Other forms"),
    "office": gettext_lazy("Office"),
    "tracking_number": gettext_lazy("Mail tracking number"),
    "words": gettext_lazy("Read from the words"),
}
DAYS: Final = frozenset({"event_date", "deadline", "followup_date"})


def fact_lines(facts: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Return (label, words) of each fact; the receipt number is left out, the page shows it masked."""
    given = facts or {}
    return [(str(label), _words(name, given[name])) for name, label in LABELS.items() if given.get(name)]


def _words(name: str, value: Any) -> str:
    if name in DAYS:
        return _day(value)
    if name == "appointment":
        return _appointment(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _appointment(value: Mapping[str, str]) -> str:
    at = _(" at %(time)s") % {"time": value["at"][:5]} if value.get("at") else ""
    place = f", {value['place']}" if value.get("place") else ""
    return f"{_day(value['day'])}{at}{place}"


def _day(value: str) -> str:
    return day_words(date.fromisoformat(value[:10]))
