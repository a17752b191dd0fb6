"""Choosing a matter by its reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.practice.permissions import Capability, can, visible_matters
from legist.practice.states import MatterState
from tracking.web.receipts.receipt_page import AssignForm

if TYPE_CHECKING:
    from legist.practice.models import Matter

OFFERED = 50


def workable_matters(actor: Actor) -> QuerySet[Matter]:
    """Return the matters into which the actor may put a receipt: own work, or all for operations."""
    works = can(actor, Capability.WORK_RECEIPT)
    return visible_matters(actor, Capability.WORK_MATTER if works else Capability.OVERRIDE_STATUS)


def matter_choices(actor: Actor) -> list[tuple[str, str]]:
    """Return (reference, client) of the newest open matters; no names for who does not work on matters."""
    matters = workable_matters(actor).filter(state=MatterState.OPEN).select_related("client")[:OFFERED]
    shows_names = can(actor, Capability.VIEW_MATTER)
    return [(matter.reference, matter.client.name if shows_names else "") for matter in matters]


def pick_matter(actor: Actor, form: AssignForm) -> Matter | None:
    """Return the matter that was typed, or None with the error in the form."""
    if not form.is_valid():
        return None
    reference = form.cleaned_data["reference"]
    matter = workable_matters(actor).filter(reference__iexact=reference).first()
    if matter is None:
        form.add_error("reference", _("There is no such matter among those you work on."))
    return matter
