"""What is said after something was done with a notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from legist.core.web.moments import day_words
from workflows.labels import difference_words
from workflows.states import DeadlineStatus, NoticeState

if TYPE_CHECKING:
    from workflows.models import Deadline, UscisNotice


def logged_words(notice: UscisNotice) -> str:
    """Say what logging a notice has led to."""
    if notice.state == NoticeState.DUPLICATE:
        return _("This notice was logged before; nothing was changed by it.")
    if notice.state == NoticeState.TO_MATCH:
        return _("Logged. No case has this number yet; it waits to be matched.")
    if notice.waits_for_matter:
        return _("Logged. Its date is entered when the receipt has a matter.")
    return _("Logged. %(date)s") % {"date": date_words(notice.deadline)} if notice.deadline else _("Logged.")


def date_words(deadline: Deadline) -> str:
    """Say which day counts now, and how it compares with the computed one."""
    day = day_words(deadline.due_date) if deadline.due_date else _("not known yet")
    if deadline.status == DeadlineStatus.PROVISIONAL:
        return _("No date is printed; counted from the notice it is due %(day)s.") % {"day": day}
    days = deadline.difference_days
    if days is None:
        return _("Due %(day)s, as printed.") % {"day": day}
    words = difference_words(days) if days else _("the same day as counted")
    return _("Due %(day)s, %(difference)s.") % {"day": day, "difference": words}
