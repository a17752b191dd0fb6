"""A firm's words from before approvals were asked for, taken along to this release."""

from __future__ import annotations

import pytest

from legist.core.uow import unit_of_work
from tests.factories.practice import NOW, make_firm
from tests.factories.wording import OWN
from tests.support.earlier import earlier_tables
from workflows.audit_actions import WORDING_PUBLISHED
from workflows.models import WordingVersion
from workflows.plain_language.fingerprint import words_hash
from workflows.plain_language.selectors import read_book
from workflows.states import Basis

TEXTS = {language: wording._asdict() for language, wording in OWN.items()}


@pytest.mark.django_db(transaction=True)
def test_they_stay_in_force_marked_and_with_the_hash_of_what_they_say() -> None:
    firm = make_firm()
    with earlier_tables("workflows", "0001_initial") as models:
        old = models.get_model("workflows", "WordingVersion")
        row = old(code="APPROVED", version=1, texts=TEXTS, own=["en", "es"], changed=["en", "es"])
        row.published_by_id, row.published_at, row.reason = firm.mary.pk, NOW, "Our tone."
        row.save()
        data = {"code": "APPROVED", "version": 1, "languages": "en, es"}
        told = WordingVersion(pk=row.pk)
        with unit_of_work(actor=firm.actor("mary"), now=NOW) as unit:
            unit.record(WORDING_PUBLISHED, told, **data)

    version = WordingVersion.objects.get()
    assert (version.basis, version.approval, version.needs_approval) == (Basis.BEFORE, None, True)
    assert version.content_hash == words_hash("APPROVED", TEXTS)
    assert read_book().find("APPROVED") == OWN["en"]
