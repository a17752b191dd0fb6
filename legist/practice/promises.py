"""What the record must tell of in the practice's tables: walls, and that there are clients and matters."""

from __future__ import annotations

from legist.core.audit import name_on_record
from legist.core.models import AuditEntry
from legist.core.promises import Promise, Values, register_promise, register_witness
from legist.practice import audit_actions as actions
from legist.practice.models import Client, Matter, Wall
from legist.practice.permissions import places_above, shut_out_of

_LOWERED = (actions.WALL_LOWERED.code, actions.CLIENT_WALL_LOWERED.code)
_TAKEN_DOWN = (*_LOWERED, actions.WALL_FOLDED.code)
_WIDENED = actions.WALL_WIDENED.code


def register() -> None:
    """Have `verify_audit` compare them."""
    register_witness(Client)
    register_witness(Matter)
    for action in (actions.WALL_RAISED, actions.CLIENT_WALL_RAISED, actions.WALL_WIDENED):
        register_promise(Promise(action.code, Wall, wall_told, unless=_is_moved_or_down))
    earlier = Promise(
        actions.WALL_RAISED.code, Wall, earlier_wall_told, ("matter_id", "user_id"), unless=_covers_or_is_down
    )
    register_promise(earlier)


def wall_told(entry: AuditEntry) -> Values | None:
    """Return what an entry about a wall says of it; earlier releases named no wall."""
    if "wall" not in entry.data:
        return None
    is_on_matter = entry.subject_type == name_on_record(Matter)
    place: dict[str, str | None] = {"matter_id": None, "client_id": None}
    place["matter_id" if is_on_matter else "client_id"] = entry.subject_id
    return {"id": entry.data["wall"], "user_id": entry.data["user"], **place}


def earlier_wall_told(entry: AuditEntry) -> Values | None:
    """Return what an entry of an earlier release says: whom it shut out of which matter."""
    if "wall" in entry.data or "user" not in entry.data:
        return None
    return {"matter_id": entry.subject_id, "user_id": entry.data["user"]}


def _is_moved_or_down(sequence: int, values: Values) -> bool:
    later = AuditEntry.objects.filter(sequence__gt=sequence, action__in=(*_TAKEN_DOWN, _WIDENED))
    return later.filter(data__wall=values["id"]).exists()


def _covers_or_is_down(sequence: int, values: Values) -> bool:
    """True when another wall covers the matter for the person today, or one over it was taken down since."""
    matter = Matter.objects.filter(pk=values["matter_id"]).first()
    if matter is None:
        return False
    if (str(matter.pk), values["user_id"]) in {(str(pk), str(user)) for pk, user in shut_out_of([matter])}:
        return True
    lowered = AuditEntry.objects.filter(sequence__gt=sequence, action__in=_LOWERED)
    places = [str(place) for place in places_above(matter)]
    return lowered.filter(subject_id__in=places, data__user=values["user_id"]).exists()
