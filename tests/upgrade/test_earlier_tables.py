"""What a firm wrote into the tables of the first release is taken along to this one."""

from __future__ import annotations

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from legist.core.models import AuditEntry
from legist.core.uow import unit_of_work
from legist.practice.models import Client, Wall
from legist.practice.roles import Role
from tests.factories.practice import NOW, SYSTEM
from tests.factories.wording import OWN
from tests.support.earlier import earlier_tables, migrate
from workflows.audit_actions import WORDING_PUBLISHED
from workflows.models import WordingVersion
from workflows.plain_language.fingerprint import words_hash
from workflows.plain_language.selectors import read_book
from workflows.states import Basis

WHY = "A relative works for the other side."
TEXTS = {language: wording._asdict() for language, wording in OWN.items()}


def stored(row: Any) -> Any:
    """Insert a row of the earlier release."""
    row.save(force_insert=True)
    return row


def wall_off_charlie(before: Any) -> Any:
    user, client, matter, wall = (
        before.get_model("practice", name) for name in ("User", "Client", "Matter", "MatterWall")
    )
    charlie = stored(user(email="charlie@firm.example", name="Charlie", role=Role.PARALEGAL))
    dana = stored(client(name="Dana", created_at=NOW))
    hers = stored(matter(reference="M-1", title="Case", client_id=dana.pk, opened_at=NOW))
    old = stored(wall(matter_id=hers.pk, user_id=charlie.pk, reason=WHY, created_at=NOW))
    kind = ContentType.objects.get(app_label="practice", model="matterwall")
    LogEntry.objects.create(
        content_type=kind, object_pk=str(old.pk), object_repr="", action=LogEntry.Action.CREATE
    )
    return old


def publish_words(before: Any) -> None:
    """Put a firm's words in force, as could be done before approvals were asked for."""
    mary = stored(
        before.get_model("practice", "User")(email="mary@firm.example", name="Mary", role=Role.MANAGER)
    )
    row = before.get_model("workflows", "WordingVersion")(code="APPROVED", version=1, texts=TEXTS)
    row.own, row.changed = ["en", "es"], ["en", "es"]
    row.published_by_id, row.published_at, row.reason = mary.pk, NOW, "Our tone."
    stored(row)
    data = {"code": "APPROVED", "version": 1, "languages": "en, es"}
    with unit_of_work(actor=SYSTEM, now=NOW) as unit:
        unit.record(WORDING_PUBLISHED, WordingVersion(pk=row.pk), **data)


@pytest.mark.timeout(400)  # every step, back and forth
@pytest.mark.django_db(transaction=True)
def test_an_upgrade_takes_walls_and_words_along() -> None:
    with earlier_tables(("practice", "0001_initial"), ("workflows", "0001_initial")) as before:
        old = wall_off_charlie(before)
        publish_words(before)
        migrate()

        wall = Wall.objects.get(pk=old.pk)
        assert (wall.client, wall.reason) == (Client.objects.get(), WHY)
        history = LogEntry.objects.get_for_object(wall)
        assert {entry.action for entry in history} == {LogEntry.Action.CREATE, LogEntry.Action.UPDATE}
        assert AuditEntry.objects.get(action="practice.wall_widened").actor_id == "upgrade"

        # The words stay in force, marked, and with the hash of what they say.
        version = WordingVersion.objects.get()
        assert (version.basis, version.approval, version.needs_approval) == (Basis.BEFORE, None, True)
        assert version.content_hash == words_hash("APPROVED", TEXTS)
        assert read_book().find("APPROVED") == OWN["en"]
