"""The rows of acts that a later measure counts: each once, with its act or when its event is heard of."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from legist.core.models import OutboxEvent
from legist.core.uow import unit_of_work
from legist.practice import audit_actions as actions
from legist.practice.models import Matter, MeasuredAct, User
from legist.practice.permissions import Capability, access_matter, acting_person
from legist.practice.states import ActKind

MOST_MINUTES: Final = 600
_CONTACTS: Final = {
    ActKind.CALL: actions.CLIENT_CALLED,
    ActKind.QUESTION: actions.CLIENT_ASKED,
    ActKind.CONTACT: actions.CLIENT_CONTACTED,
}


def read_minutes(given: str) -> int:
    """Return minutes as somebody typed them; raise InvalidInput unless there are one to ten hours' worth."""
    minutes = int(given) if given.isascii() and given.isdecimal() and len(given) < len("9999") else 0
    if not 1 <= minutes <= MOST_MINUTES:
        message = _("Give it between 1 and %(most)d minutes.") % {"most": MOST_MINUTES}
        raise InvalidInput.at("minutes", message)
    return minutes


def note_act(
    kind: ActKind,
    matter: Matter | None,
    *,
    about: UUID,
    actor: Actor,
    now: datetime,
    minutes: int | None = None,
) -> None:
    """Add the row of an act about a receipt; the caller has authorised it and holds the unit of work."""
    _add(kind, matter, about=about, minutes=minutes, by=acting_person(actor), at=now)


def note_event(
    kind: ActKind, event: OutboxEvent, *, by: str = "", edited: tuple[int, int] | None = None
) -> None:
    """Add the row of what an event tells of its `matter` and `draft`; heard of again, it adds none.

    `by` is the id of the person who did it, empty where nobody did. An approval has `edited`: how many
    characters the message has, and how many of them differ from the first draft.
    """
    if MeasuredAct.objects.filter(pk=event.pk).exists():
        return
    counts: dict[str, float] = {}
    if edited:
        characters, changed = edited
        counts = {"characters": characters, "changed": changed, "share": changed / max(1, characters)}
    matter = Matter.objects.get(pk=event.data["matter"])
    person = User.objects.get(pk=by) if by else None
    about = event.data["draft"]
    _add(kind, matter, id=event.pk, about=about, by=person, at=event.created_at, **counts)


def log_contact(
    matter_id: UUID | str, *, kind: str, minutes: str, actor: Actor, now: datetime
) -> MeasuredAct:
    """Note that a client called, asked or was spoken with, and how many minutes it took, on the record.

    Only who works on the matter may; raises InvalidInput for another kind or an odd number of minutes.
    """
    with unit_of_work(actor=actor, now=now) as unit:
        matter = access_matter(actor, matter_id, Capability.WORK_MATTER)
        if kind not in _CONTACTS:
            message = _("Say what it was: a call about the status, a question, or something else.")
            raise InvalidInput.at("kind", message)
        by, took = acting_person(actor), read_minutes(minutes)
        row = _add(ActKind(kind), matter, minutes=took, by=by, at=now)
        unit.record(_CONTACTS[ActKind(kind)], matter, matter.pk, minutes=row.minutes)
    return row


def _add(kind: ActKind, matter: Matter | None, **values: object) -> MeasuredAct:
    row = MeasuredAct(kind=kind, matter=matter, client_id=matter.client_id if matter else None, **values)
    row.save(force_insert=True)
    return row
