"""How clients reach the firm: its name, telephone and hours, as its people published them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Final

from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from legist.core.definitions.rows import RowTopic
from legist.core.definitions.services import Decision, publish
from legist.core.errors import InvalidInput
from legist.core.models import DefinitionDraft
from legist.practice.audit_actions import FIRM_CONTACT_PUBLISHED
from legist.practice.models import FirmContact
from legist.practice.names import phone_fault

SLUG, KEY = "firm-contact", ("firm",)
"""The kind's name in addresses, and the one definition of this kind."""
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Reach:
    """How the firm is reached today; an empty `hours` says nothing about them."""

    firm: str
    phones: tuple[str, ...]
    hours: Mapping[str, Any] = field(default_factory=dict)

    @property
    def dialled(self) -> list[tuple[str, str]]:
        """Each number as it is dialled and as it is written."""
        return [(re.sub(r"[^0-9+]", "", phone), phone) for phone in self.phones]

    @property
    def open_hours(self) -> str:
        return say_hours(self.hours)


def read_reach() -> Reach:
    """Return how the firm is reached: as it published, else by the numbers of the settings. One query."""
    row = FirmContact.objects.filter(key=KEY[0], active=True).order_by("-version").first()
    found = row if row and not faults_in(row) else FirmContact()
    phones = (found.phone,) if found.phone else tuple(settings.LEGIST_FIRM_PHONE)
    return Reach(settings.LEGIST_FIRM_NAME, phones, found.hours)


def say_hours(hours: Mapping[str, Any]) -> str:
    """Return the hours in the reader's language; an empty text for none."""
    if not hours:
        return ""
    opens, closes = (time_format(time.fromisoformat(hours[end])) for end in ("opens", "closes"))
    told = {
        "first": WEEKDAYS[hours["first"]],
        "last": WEEKDAYS[hours["last"]],
        "opens": opens,
        "closes": closes,
    }
    if hours["first"] == hours["last"]:
        return _("%(first)s, from %(opens)s to %(closes)s") % told
    return _("%(first)s to %(last)s, from %(opens)s to %(closes)s") % told


def faults_in(row: FirmContact) -> list[str]:
    """Return what is wrong with a version, in words for its author."""
    return [str(fault) for fault in _faults(row.phone, row.hours) if fault]


def _faults(phone: Any, hours: Any) -> Iterator[str]:
    yield phone_fault(phone) if isinstance(phone, str) else phone_fault("?")
    if hours == {}:
        return
    is_whole = isinstance(hours, dict) and set(hours) == {"first", "last", "opens", "closes"}
    if not (
        is_whole
        and all(type(hours[day]) is int and hours[day] in WEEKDAYS for day in ("first", "last"))
        and all(isinstance(hours[end], str) and _TIME.fullmatch(hours[end]) for end in ("opens", "closes"))
    ):
        yield _("Give the first and the last day, and from when to when; or none of them.")
    elif hours["opens"] >= hours["closes"]:
        yield _("The firm closes before it opens. Correct the times.")


TOPIC = RowTopic(FirmContact, action=FIRM_CONTACT_PUBLISHED, check=faults_in)


def install(*, now: datetime) -> None:
    """Keep what every firm starts with: nothing but what the settings say."""
    TOPIC.install([FirmContact(key=KEY[0], created_at=now)])


def digits_of(phone: str) -> str:
    """Return what is dialled, the same with and without the 1 of its country; any other digit counts."""
    digits = re.sub(r"[^0-9]", "", phone)
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def publish_contact(topic: Any, key: Any, content: Any, *, decision: Decision, **seen: str) -> Any:
    """Publish how the firm is reached; a number that is new for the firm takes two people.

    All clients are told to call it, so whoever has one account must not be able to change it alone. The
    first keeps it as a draft, another publishes it. Raises InvalidInput until then.
    """
    phone = content["phone"]
    known = {digits_of(each) for each in (*settings.LEGIST_FIRM_PHONE, *read_reach().phones)}
    if phone and digits_of(phone) not in known and not _is_anothers(phone, decision):
        message = _(
            "A telephone number that is new for the firm takes two people, because every client is told to "
            "call it. Keep it as a draft, and have a colleague publish it from this page."
        )
        raise InvalidInput.at("definition", message)
    return publish(topic, key, content, decision=decision, **seen)


def _is_anothers(phone: str, decision: Decision) -> bool:
    draft = DefinitionDraft.objects.filter(kind=SLUG, name=KEY[0]).first()
    return bool(
        draft and draft.content.get("phone") == phone and str(draft.updated_by_id) != decision.actor.id
    )
