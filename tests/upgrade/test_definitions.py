"""What a firm had written before ours and the firm's were kept apart is told apart by the upgrade."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest

from legist.core.definitions.standing import State
from tests.factories.practice import NOW, Firm
from tests.factories.wording import make_old
from tests.support.earlier import models_after
from tracking.mapping.content import DEFAULT, to_json
from tracking.mapping_editor.versions import EVERYTHING, MappingTopic
from tracking.models import MappingVersion
from workflows.deadlines.reminder_days import rule_of
from workflows.models import MessageTemplate, Playbook, ReminderRule, ShippedText
from workflows.plain_language import TEXTS
from workflows.plain_language.publishing import TOPIC as WORDS
from workflows.playbooks.builtin.evidence import NOID

# Still as the migration knows them; one that is altered here in a later release leaves this list.
RELEASED = ("biometrics", "interview", "noid", "oath", "rejection", "returned_card", "returned_notice")

pytestmark = pytest.mark.django_db


def apply(app: str, name: str, step: Callable[[Any], Callable[..., None]]) -> None:
    """Run the data step of a migration with the models as they were then."""
    step(import_module(f"{app}.migrations.{name}"))(models_after((app, name)), None)


def test_what_says_what_shipped_is_ours_and_the_rest_the_firms(firm: Firm) -> None:
    Playbook.objects.exclude(key__in=RELEASED).delete()
    Playbook.objects.update(origin="firm")
    MessageTemplate.objects.exclude(key="status_update").delete()
    MessageTemplate.objects.update(origin="firm", version=1)
    spanish = MessageTemplate.objects.get(language="es")
    # As it was released: the sentence about a move came later, and the number.
    spanish.body = re.sub(r" Si se muda, .*|\{% if receipt_number.*?endif %\}", "", spanish.body)
    spanish.save()
    Playbook.objects.filter(key="noid").update(name="As we do it")
    MessageTemplate.objects.filter(key="status_update", language="en").update(body="Altered")
    Playbook.objects.create(key="oath", version=9, name="Own", purpose="x", enabled=False, created_at=NOW)

    apply("workflows", "0017_what_shipped_is_ours", lambda module: module.tell_apart)

    found = Playbook.objects.filter(origin="firm").values_list("key", "version")
    assert set(found) == {("noid", NOID.version), ("oath", 9)}
    altered = MessageTemplate.objects.filter(origin="firm").values_list("key", "language")
    assert list(altered) == [("status_update", "en")]


def test_a_vocabulary_from_before_was_written_upon_what_shipped_then(firm: Firm) -> None:
    content = to_json(DEFAULT)
    content["buckets"][0]["name"] = "Got it"
    MappingVersion(number=1, content=content, reason="Ours.", published_at=NOW).save()

    apply("tracking", "0010_base_of_the_vocabulary", lambda module: module.fill)

    standing = MappingTopic().read(EVERYTHING)
    assert standing.own is not None
    assert standing.own.base == to_json(DEFAULT)
    assert standing.state == State.CURRENT


def test_reminders_from_before_were_decided_upon_what_shipped_then(firm: Firm) -> None:
    ReminderRule.objects.create(kind="rfe", offsets=[9], updated_by=firm.mary, updated_at=NOW)

    apply("workflows", "0018_versions_of_reminders", lambda module: module.fill)

    assert (rule_of("rfe").state, rule_of("rfe").offsets) == (State.CURRENT, (9,))


@pytest.mark.parametrize(
    ("changed_at", "base"), [(None, True), (NOW, True), (NOW + timedelta(days=1), False)]
)
def test_words_from_before_were_written_upon_what_was_noted_of_ours(
    firm: Firm, changed_at: datetime | None, base: bool
) -> None:
    version = make_old(firm)
    for language in TEXTS:
        shipped = ShippedText.objects.filter(key=f"wording/APPROVED/{language}")
        shipped.update(text="It was approved.\n\nDo nothing.\n\nSoon.", changed_at=changed_at)

    for _twice in range(2):
        apply("workflows", "0021_what_words_were_written_upon", lambda module: module.fill)

    version.refresh_from_db()
    told = {"meaning": "It was approved.", "todo": "Do nothing.", "next": "Soon."}
    assert version.base == ({"en": told, "es": told} if base else None)
    standing = WORDS.read("APPROVED")
    assert (standing.state, standing.in_force) == (State.OUTDATED, standing.own)
