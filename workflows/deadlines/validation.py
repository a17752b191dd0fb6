"""Days that a person enters, checked for slips of the year before anything counts from them. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from legist.core.errors import InvalidInput

# No period of the law and no appointment lies further ahead than this.
FURTHEST: Final = timedelta(days=5 * 366)
# Old notices are logged for the file, but none is that old.
OLDEST: Final = timedelta(days=50 * 366)


def check_due(due: date, *, today: date) -> None:
    """Raise InvalidInput for a last day that cannot be meant."""
    if fault := due_fault(due, today=today):
        raise InvalidInput.at("due", fault)


def check_notice_day(day: date, *, today: date) -> None:
    """Raise InvalidInput for a notice's own date that cannot be meant."""
    fault = past_fault(day, today=today)
    if day > today:
        fault = _("A notice that is here already cannot be dated in the future. Check the year.")
    if fault:
        raise InvalidInput.at("dated", fault)


def due_fault(due: date, *, today: date) -> str:
    """Say what is wrong with a day that something is due on; empty when nothing is."""
    if due - today > FURTHEST:
        return _("This day lies more than five years ahead. Check the year.")
    return past_fault(due, today=today)


def past_fault(day: date, *, today: date) -> str:
    """Say what is wrong with a day of long ago; empty when nothing is."""
    return _("No notice is that old. Check the year.") if today - day > OLDEST else ""
