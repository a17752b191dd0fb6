"""The texts of ours that clients read: what an upgrade changed is listed until somebody has seen it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

from legist.core.actors import Actor
from legist.core.errors import Forbidden, Overtaken
from legist.core.uow import unit_of_work
from legist.practice.models import User
from legist.practice.permissions import Capability, acting_person, require
from legist.practice.roles import CAPABILITIES
from workflows import audit_actions as actions
from workflows.models import MessageTemplate, ShippedText
from workflows.notifications import services as notifications
from workflows.plain_language import TEXTS
from workflows.plain_language.unseen import list_changed, seen_token
from workflows.states import NotificationKind, NotificationLevel

EMAILS = Path(settings.BASE_DIR) / "templates" / "emails"


def shipped_texts() -> dict[str, str]:
    """Return what clients read of ours: words for each status, message templates, the frame of an e-mail."""
    return dict(_texts())


def _texts() -> Iterator[tuple[str, str]]:
    for language, by_code in TEXTS.items():
        for code, wording in by_code.items():
            yield f"wording/{code}/{language}", "\n\n".join(wording)
    for template in MessageTemplate.objects.filter(active=True):
        yield f"message/{template.key}/{template.language}", f"{template.subject}\n\n{template.body}"
    for path in sorted(EMAILS.glob("*/*.txt")):
        yield f"email/{path.stem}/{path.parent.name}", path.read_text(encoding="utf-8")


def note_changes(*, now: datetime, texts: Mapping[str, str] | None = None) -> int:
    """Compare our texts with those of the release before; return how many changed.

    Called after `migrate`. The first time there is nothing to compare with, and nothing is listed. A text
    that changed again before anybody saw it keeps showing what it said when somebody last did.
    """
    current = shipped_texts() if texts is None else texts
    known = {row.key: row for row in ShippedText.objects.all()}
    is_upgrade = bool(known)
    fresh = [
        ShippedText(key=key, text=text, changed_at=now if is_upgrade else None)
        for key, text in current.items()
        if key not in known
    ]
    ShippedText.objects.bulk_create(fresh, ignore_conflicts=True)
    changed = [row for key, row in known.items() if row.text != current.get(key, "")]
    for row in changed:
        _note(row, current.get(row.key, ""), now=now)
    count = len(changed) + (len(fresh) if is_upgrade else 0)
    if count:
        _tell(now=now)
    return count


def _note(row: ShippedText, text: str, *, now: datetime) -> None:
    is_unseen = row.changed_at is not None and row.seen_at is None
    row.before, row.text = (row.before if is_unseen else row.text), text
    row.changed_at, row.seen_at, row.seen_by = now, None, None
    row.save(update_fields=["before", "text", "changed_at", "seen_at", "seen_by"])


def _tell(*, now: datetime) -> None:
    row = list_changed().first()
    if row is None:
        return
    roles = [role for role, held in CAPABILITIES.items() if Capability.EDIT_WORDING in held]
    people = User.objects.filter(role__in=roles, is_active=True)
    key = f"shipped:{now.isoformat()}"
    data = {"what": "upgrade"}
    message = notifications.Message(key, NotificationKind.WORDING, NotificationLevel.INFO, row, None, data)
    notifications.notify(people, message, now=now)


def mark_seen(token: str, *, actor: Actor, now: datetime) -> int:
    """Say that somebody has seen what an upgrade changed; `token` names the list that was read.

    Raises WrongState when the list is another one by now.
    """
    require(actor, Capability.EDIT_WORDING)
    person = acting_person(actor)
    if person is None:
        raise Forbidden(gettext("Only a person can have seen these words."))
    with unit_of_work(actor=actor, now=now) as unit:
        rows = list(list_changed().select_for_update())
        if not rows or seen_token(rows) != token:
            raise Overtaken(gettext("This list has changed. Reload the page and read it again."))
        ShippedText.objects.filter(pk__in=[row.pk for row in rows]).update(seen_at=now, seen_by=person)
        unit.record(actions.SHIPPED_SEEN, rows[0], count=len(rows))
    return len(rows)
