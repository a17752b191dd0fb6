"""What was done for a change, in the words of a row of the inbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.web.moments import day_words
from legist.practice.permissions import Capability, can
from tracking.selectors.changes import Deed
from workflows.labels import HOLD_REASONS, deadline_label
from workflows.playbooks.selectors import Made, made_for
from workflows.states import DeadlineState, DraftState

if TYPE_CHECKING:
    from tracking.models import StatusChange


def deeds_of(actor: Actor, changes: Sequence[StatusChange]) -> Mapping[UUID, list[Deed]]:
    """Tell the work, dates and messages that changes led to, or why there is none.

    Who may not look into matters is told nothing.
    """
    if not can(actor, Capability.VIEW_MATTER):
        return {}
    found = made_for(actor, [change.pk for change in changes])
    return {change.pk: list(_deeds(change, found[change.pk])) for change in changes}


def _deeds(change: StatusChange, made: Made) -> Iterator[Deed]:
    if made.tasks:
        words = _("Tasks: %(done)d of %(total)d done") % {"done": made.tasks_done, "total": made.tasks}
        yield Deed(words, reverse("workflows:matter", args=[made.matter_id]) + "?section=work")
    for date in made.dates:
        day = day_words(date.due_date) if date.due_date else _("day to be entered")
        state = "" if date.state == DeadlineState.OPEN else f" ({DeadlineState(date.state).label.lower()})"
        words = f"{deadline_label(date.kind)}: {day}{state}"
        yield Deed(words[:1].upper() + words[1:], reverse("workflows:deadline", args=[date.pk]))
    for draft in made.drafts:
        words = _("Message: %(state)s") % {"state": str(DraftState(draft.state).label).lower()}
        yield Deed(words, reverse("workflows:draft", args=[draft.pk]))
    if made.is_nothing:
        yield Deed(_("Nothing done: %(why)s") % {"why": _why_nothing(change, made)})


def _why_nothing(change: StatusChange, made: Made) -> str:
    if made.run and made.run.reason:
        return str(HOLD_REASONS.get(made.run.reason, made.run.reason))
    if change.needs_review:
        return str(HOLD_REASONS["needs_review"])
    if change.receipt.matter_id is None:
        return str(HOLD_REASONS["no_matter"])
    return _("no playbook asks for anything") if made.run is None else _("its playbook made nothing")
