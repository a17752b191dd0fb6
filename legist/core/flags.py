"""Switches that operators turn without a deploy; stored by django-waffle, every turn on the record.

Read straight from the database: django-waffle's own cache is per process by default, and a master
switch that some worker still believes on is worse than one indexed query.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from waffle import get_waffle_switch_model

from legist.core import audit
from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from legist.core.uow import unit_of_work

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

POLLING = "polling"


@dataclass(frozen=True, slots=True)
class Flag:
    """A switch, what it does, and how it stands until somebody turns it."""

    name: str
    label: StrPromise
    default: bool


KNOWN = {POLLING: Flag(POLLING, _("Ask USCIS for the status of due receipts"), default=True)}

FLAG_TURNED = audit.register_action(
    "core.flag_turned", _("turned {flag} {turned}, reason: {reason}"), data=("flag", "turned", "reason")
)


def is_on(name: str) -> bool:
    """Return whether the switch is on; raises KeyError for one that is not in KNOWN."""
    stored = get_waffle_switch_model().objects.filter(name=name).values_list("active", flat=True).first()
    return KNOWN[name].default if stored is None else bool(stored)


def off_since(name: str) -> datetime | None:
    """Return when the switch was turned off; None while it is on."""
    off = get_waffle_switch_model().objects.filter(name=name, active=False)
    found: datetime | None = off.values_list("modified", flat=True).first()
    return found


def set_flag(name: str, on: bool, *, actor: Actor, now: datetime, reason: str = "") -> bool:  # noqa: FBT001  reads as set_flag("polling", on)
    """Turn a switch, with its entry on the record; return False when it stood so already.

    `reason` is a code, never free text. Whether the actor may is decided by the caller. Raises
    InvalidInput for an unknown switch.
    """
    if name not in KNOWN:
        message = _("There is no switch called %(name)s. Choose one of: %(known)s.")
        raise InvalidInput(message % {"name": name, "known": ", ".join(sorted(KNOWN))})
    switches = get_waffle_switch_model().objects
    with unit_of_work(actor=actor, now=now) as unit:
        switch, was_created = switches.get_or_create(name=name, defaults={"active": on, "modified": now})
        if not was_created and not switches.filter(pk=switch.pk).exclude(active=on).update(
            active=on, modified=now
        ):
            return False
        turned = "on" if on else "off"
        data = {"flag": name, "turned": turned} | ({"reason": reason} if reason else {})
        unit.record(FLAG_TURNED, switch, **data)
    return True
