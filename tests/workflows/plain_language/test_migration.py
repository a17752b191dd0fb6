"""A firm's words from before approvals were asked for, taken along to this release."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from legist.core.uow import unit_of_work
from tests.factories.practice import NOW, make_firm
from tests.factories.wording import OWN
from workflows.audit_actions import WORDING_PUBLISHED
from workflows.models import WordingVersion
from workflows.plain_language.fingerprint import words_hash
from workflows.plain_language.selectors import read_book
from workflows.states import Basis

BEFORE = ("workflows", "0001_initial")
TEXTS = {language: wording._asdict() for language, wording in OWN.items()}


def migrate(*target: tuple[str, str]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(list(target) or executor.loader.graph.leaf_nodes())
    return executor.loader.project_state(list(target)).apps


@pytest.mark.django_db(transaction=True)
def test_they_stay_in_force_marked_and_with_the_hash_of_what_they_say() -> None:
    firm = make_firm()
    old = migrate(BEFORE).get_model("workflows", "WordingVersion")
    try:
        row = old(code="APPROVED", version=1, texts=TEXTS, own=["en", "es"], changed=["en", "es"])
        row.published_by_id, row.published_at, row.reason = firm.mary.pk, NOW, "Our tone."
        row.save()
        data = {"code": "APPROVED", "version": 1, "languages": "en, es"}
        told = WordingVersion(pk=row.pk)
        with unit_of_work(actor=firm.actor("mary"), now=NOW) as unit:
            unit.record(WORDING_PUBLISHED, told, **data)
    finally:
        migrate()

    version = WordingVersion.objects.get()
    assert (version.basis, version.approval, version.needs_approval) == (Basis.BEFORE, None, True)
    assert version.content_hash == words_hash("APPROVED", TEXTS)
    assert read_book().find("APPROVED") == OWN["en"]
