"""What a firm wrote into the tables of the first release, beside what the dump of one holds.

As a program it writes into the database that the settings name; `everything` reads what became of it.
"""

from __future__ import annotations

from typing import Any, Final

import django

WALL: Final = "A relative works for the other side."
NOBODYS: Final = "M-1"
"""The reference of a matter that nobody of the firm works on."""
FIRST: Final = ("practice", "0001_initial"), ("workflows", "0001_initial")


def main() -> None:
    """Write a wall and words as the first release did.

    Both are put on the record by today's code, so the tables of the record are taken to today first.
    """
    django.setup()
    from django.core.management import call_command

    from tests.support.earlier import models_after

    call_command("migrate", "core", verbosity=0)
    before = models_after(*FIRST)
    wall_off_charlie(before)
    publish_words(before)


def stored(row: Any) -> Any:
    """Insert a row of the earlier release."""
    row.save(force_insert=True)
    return row


def wall_off_charlie(before: Any) -> None:
    from auditlog.models import LogEntry
    from django.contrib.contenttypes.models import ContentType

    from legist.core.uow import unit_of_work
    from legist.practice.audit_actions import WALL_RAISED
    from legist.practice.models import Matter
    from legist.practice.roles import Role
    from tests.factories.practice import NOW, SYSTEM

    user, client, matter, wall = (
        before.get_model("practice", name) for name in ("User", "Client", "Matter", "MatterWall")
    )
    charlie = stored(user(email="charlie@walled.example", name="Charlie", role=Role.PARALEGAL))
    dana = stored(client(name="Dana", created_at=NOW))
    hers = stored(matter(reference=NOBODYS, title="Case", client_id=dana.pk, opened_at=NOW))
    old = stored(wall(matter_id=hers.pk, user_id=charlie.pk, reason=WALL, created_at=NOW))
    kind = ContentType.objects.get(app_label="practice", model="matterwall")
    LogEntry.objects.create(
        content_type=kind, object_pk=str(old.pk), object_repr="", action=LogEntry.Action.CREATE
    )
    with unit_of_work(actor=SYSTEM, now=NOW) as unit:
        unit.record(WALL_RAISED, Matter(pk=hers.pk), hers.pk, user=str(charlie.pk))


def publish_words(before: Any) -> None:
    """Put a firm's words in force, as could be done before approvals were asked for."""
    from legist.core.uow import unit_of_work
    from legist.practice.roles import Role
    from tests.factories.practice import NOW, SYSTEM
    from workflows.audit_actions import WORDING_PUBLISHED
    from workflows.models import WordingVersion

    mary = stored(
        before.get_model("practice", "User")(email="mary@walled.example", name="Mary", role=Role.MANAGER)
    )
    row = before.get_model("workflows", "WordingVersion")(code="APPROVED", version=1, texts=words())
    row.own, row.changed = ["en", "es"], ["en", "es"]
    row.published_by_id, row.published_at, row.reason = mary.pk, NOW, "Our tone."
    stored(row)
    data = {"code": "APPROVED", "version": 1, "languages": "en, es"}
    with unit_of_work(actor=SYSTEM, now=NOW) as unit:
        unit.record(WORDING_PUBLISHED, WordingVersion(pk=row.pk), **data)


def words() -> dict[str, Any]:
    from tests.factories.wording import OWN

    return {language: wording._asdict() for language, wording in OWN.items()}


def taken_along() -> dict[str, Any]:
    """Return what the tables of today make of the wall and of the words; true is what must hold."""
    from auditlog.models import LogEntry

    from legist.core.models import AuditEntry
    from legist.practice.models import Client, Wall
    from tests.factories.wording import OWN
    from workflows.models import WordingVersion
    from workflows.plain_language.fingerprint import words_hash
    from workflows.plain_language.selectors import read_book
    from workflows.states import Basis

    wall = Wall.objects.get(user__email="charlie@walled.example")
    history = {entry.action for entry in LogEntry.objects.get_for_object(wall)}
    widened = AuditEntry.objects.filter(action="practice.wall_widened", data__wall=str(wall.pk))
    version = WordingVersion.objects.get()
    return {
        "the wall is on the client": wall.client == Client.objects.get(matters__reference=NOBODYS),
        "its reason": wall.reason == WALL,
        "its history": history == {LogEntry.Action.CREATE, LogEntry.Action.UPDATE},
        "the record of it": [entry.actor_id for entry in widened] == ["upgrade"],
        # The words stay in force, marked, and with the hash of what they say.
        "the words are marked": (version.basis, version.approval) == (Basis.BEFORE, None),
        "they want an approval": version.needs_approval is True,
        "their hash": version.content_hash == words_hash("APPROVED", words()),
        "they are in force": read_book().find("APPROVED") == OWN["en"],
    }


if __name__ == "__main__":
    main()
