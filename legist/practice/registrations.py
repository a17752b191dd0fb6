"""What the practice registers: places, what the record must tell of, field history, and who signs in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from legist.core import audit
from legist.core.actors import Actor
from legist.core.models import AuditEntry
from legist.core.promises import Promise, Values, register_promise, register_witness
from legist.core.uow import unit_of_work
from legist.core.web import navigation
from legist.practice import audit_actions as actions
from legist.practice.models import Client, Matter, Team, User, Wall
from legist.practice.permissions import can, places_above, shut_out_of
from legist.practice.roles import Capability
from legist.practice.search import services as search
from legist.practice.search.finders import CLIENTS, MATTERS
from legist.practice.sign_in import services as sign_in

PLACES = (
    navigation.NavigationItem(
        key="audit",
        label=_("Audit"),
        url_name="practice:audit",
        icon="scroll-text",
        capability=Capability.VIEW_AUDIT,
        order=40,
        section=navigation.OFFICE,
        letter="u",
    ),
    navigation.NavigationItem(
        key="teams",
        label=_("Teams"),
        url_name="practice:teams",
        icon="users",
        capability=Capability.MANAGE_TEAMS,
        order=50,
        section=navigation.OFFICE,
    ),
    navigation.NavigationItem(
        key="settings",
        label=_("Settings"),
        url_name="practice:settings",
        icon="settings",
        capability=Capability.VIEW_PLAYBOOKS,
        order=90,
        section=navigation.OFFICE,
        letter="s",
    ),
)
_LOWERED = (actions.WALL_LOWERED.code, actions.CLIENT_WALL_LOWERED.code)
_TAKEN_DOWN = (*_LOWERED, actions.WALL_FOLDED.code)
_MOVED = (actions.WALL_WIDENED.code, actions.WALL_FOLLOWED.code)


def register() -> None:
    """Register all of it; once, when Django starts."""
    navigation.use_policy(lambda actor, capability: can(actor, Capability(capability)))
    navigation.register(*PLACES)
    search.register(MATTERS, CLIENTS)
    for model in (Matter, Team, Wall):
        audit.register_history(model)
    audit.register_history(Client, exclude=["email_index", "touched_at"])
    audit.register_history(User, exclude=["password", "last_login"])
    user_logged_in.connect(_signed_in, dispatch_uid="practice.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="practice.signed_out")
    user_login_failed.connect(_sign_in_failed, dispatch_uid="practice.sign_in_failed")
    _register_promises()


def _register_promises() -> None:
    register_witness(Client)
    register_witness(Matter)
    told = (actions.WALL_RAISED, actions.CLIENT_WALL_RAISED, actions.WALL_WIDENED, actions.WALL_FOLLOWED)
    for action in told:
        register_promise(Promise(action.code, Wall, wall_told, unless=_is_moved_or_down))
    earlier = Promise(
        actions.WALL_RAISED.code, Wall, earlier_wall_told, ("matter_id", "user_id"), unless=_covers_or_is_down
    )
    register_promise(earlier)


def wall_told(entry: AuditEntry) -> Values | None:
    """Return what an entry about a wall says of it; earlier releases named no wall."""
    if "wall" not in entry.data:
        return None
    is_on_matter = entry.subject_type == audit.name_on_record(Matter)
    place: dict[str, str | None] = {"matter_id": None, "client_id": None}
    place["matter_id" if is_on_matter else "client_id"] = entry.subject_id
    return {"id": entry.data["wall"], "user_id": entry.data["user"], **place}


def earlier_wall_told(entry: AuditEntry) -> Values | None:
    """Return what an entry of an earlier release says: whom it shut out of which matter."""
    if "wall" in entry.data or "user" not in entry.data:
        return None
    return {"matter_id": entry.subject_id, "user_id": entry.data["user"]}


def _is_moved_or_down(sequence: int, values: Values) -> bool:
    later = AuditEntry.objects.filter(sequence__gt=sequence, action__in=(*_TAKEN_DOWN, *_MOVED))
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


def _signed_in(sender: Any, user: User, request: HttpRequest | None = None, **_: Any) -> None:
    del sender, request
    with unit_of_work(actor=Actor.for_user(user), now=timezone.now()) as unit:
        unit.record(actions.SIGNED_IN, user)


def _signed_out(sender: Any, user: User | None = None, **_: Any) -> None:
    del sender
    if user is not None:
        with unit_of_work(actor=Actor.for_user(user), now=timezone.now()) as unit:
            unit.record(actions.SIGNED_OUT, user)


def _sign_in_failed(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    """The worker records it if we know the address: others would be personal data of strangers."""
    del sender
    address = str(credentials.get("email") or credentials.get("username") or "")
    if address:
        sign_in.note_failure(address, now=timezone.now())
