"""Deciding, from a question in the review queue, what a status means: it becomes the firm's rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.uow import unit_of_work
from legist.practice.permissions import Capability, can
from legist.practice.roles import CAPABILITIES, Role
from legist.practice.selectors import list_staff
from tracking.mapping.current import current_mapping
from tracking.mapping_editor.deciding import decide_status, title_of
from tracking.mapping_editor.pages import count_cases_under
from tracking.mapping_editor.reprocessing import ABOUT_MEANING
from tracking.normalizer import Suggestion
from tracking.states import ReviewKind, ReviewState
from tracking.suggestions.services import settle_suggestion, suggestion_for
from tracking.web.mapping import page as mapping_page
from tracking.web.mapping.forms import MeaningForm

if TYPE_CHECKING:
    from tracking.models import ReviewItem


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision led to: the version it made, and how many cases waited under the title."""

    version: int
    cases: int


def decide(item: ReviewItem, *, code: str, actor: Actor, now: datetime) -> Decided:
    """Make the firm's rule of a decision, and mark what a model suggested by it."""
    cases = count_cases_under(title_of(item))
    with unit_of_work(actor=actor):
        version = decide_status(item.pk, code=code, actor=actor, now=now)
        if item.change_id:
            settle_suggestion(item.change_id, code, actor=actor, now=now)
    return Decided(version.number, cases)


def offer(item: ReviewItem, nearest: tuple[Suggestion, ...], *, actor: Actor) -> dict[str, Any]:
    """Return what a question shows of deciding: the choices, or who has them."""
    if item.state != ReviewState.OPEN or item.kind not in {*ABOUT_MEANING, ReviewKind.VOCABULARY}:
        return {}
    if not can(actor, Capability.EDIT_VOCABULARY):
        return {"deciders": deciders()}
    if item.kind == ReviewKind.VOCABULARY:
        return {"may_check": True}
    title = title_of(item)
    if not title:
        return {}
    return {
        "may_decide": True,
        "decide_cases": count_cases_under(title),
        "decide_codes": [near.code for near in mapping_page.likely(nearest)],
        "decide_form": MeaningForm(vocabulary=current_mapping()),
        "suggestion": suggestion_for(item, actor),
    }


def deciders() -> str:
    """Name the people who may say what a status means for the whole firm."""
    roles = [Role(role) for role, held in CAPABILITIES.items() if Capability.EDIT_VOCABULARY in held]
    *others, latest = ["", *(person.name for person in list_staff(*roles).order_by("name"))]
    named = ", ".join(filter(None, others))
    return _("%(names)s and %(latest)s") % {"names": named, "latest": latest} if named else latest
