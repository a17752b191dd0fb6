"""Instants and days in the words a person would use. The clock is always an argument."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

MINUTE, HOUR, DAY = 60, 3600, 86_400
WORDS_END = timedelta(days=30)
SOON_DAYS = 7


def day_words(day: date) -> str:
    """Return a day as "Mar 3, 2026" in the reader's language; an instant is taken in the firm's zone."""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    return str(date_format(day, pgettext("format of a day", "M j, Y")))


def time_words(at: datetime) -> str:
    """Return an instant as "Mar 3, 2026, 4:15 PM" in the firm's zone."""
    local = timezone.localtime(at)
    return str(date_format(local, pgettext("format of an instant", "M j, Y, g:i A")))


def shown_words(at: datetime, show: str, now: datetime) -> str:
    """Return an instant as `show` asks: relative, day, time, or else in full."""
    if show == "relative":
        return relative_words(at, now)
    if show == "day":
        return day_words(at)
    return str(date_format(timezone.localtime(at), "g:i A")) if show == "time" else time_words(at)


def relative_words(at: datetime, now: datetime) -> str:
    """Return "4 min ago" or "in 2 hours"; beyond thirty days the date itself.

    What lies ahead never reads as if it had been.
    """
    distance = now - at
    if abs(distance) > WORDS_END:
        return day_words(at)
    seconds = int(abs(distance).total_seconds())
    if seconds < MINUTE:
        return _("just now") if distance >= timedelta() else _("within a minute")
    span = _span_words(seconds)
    return _("%(span)s ago") % {"span": span} if distance > timedelta() else _("in %(span)s") % {"span": span}


def due_words(day: date, today: date) -> str:
    """Return how far a due day lies ahead, or how long it is overdue."""
    days = (day - today).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days > 0:
        return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    return ngettext("%(n)d day overdue", "%(n)d days overdue", -days) % {"n": -days}


def due_tone(day: date, today: date) -> str:
    """Return the tone of a due day: bad once it is past, action within a week, neutral before."""
    days = (day - today).days
    if days < 0:
        return "bad"
    return "action" if days <= SOON_DAYS else "neutral"


def span_words(span: timedelta) -> str:
    """Return a length of time in its largest sensible unit, such as "12 min"."""
    return _span_words(max(int(span.total_seconds()), 0))


def _span_words(seconds: int) -> str:
    if seconds < MINUTE:
        return _("%(n)d s") % {"n": seconds}
    if seconds < HOUR:
        return _("%(n)d min") % {"n": seconds // MINUTE}
    if seconds < DAY:
        return ngettext("%(n)d hour", "%(n)d hours", seconds // HOUR) % {"n": seconds // HOUR}
    return ngettext("%(n)d day", "%(n)d days", seconds // DAY) % {"n": seconds // DAY}
