"""A playbook that is off or in shadow does nothing; what one would have done is said without doing it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core import mail

from legist.core.definitions.services import Decision, publish
from legist.core.models import AuditEntry
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import make_news, run
from workflows.models import Deadline, Draft, Playbook, PlaybookRun
from workflows.playbooks.rehearsal import rehearse
from workflows.playbooks.store import TOPIC
from workflows.states import PlaybookMode

pytestmark = pytest.mark.django_db
KEY = "rfe"


def held() -> dict[str, Any]:
    found = TOPIC.read((KEY,)).held
    assert found is not None
    return dict(found.content)


def write(firm: Firm, **changed: Any) -> None:
    content, seen = held() | changed, TOPIC.read((KEY,)).hash
    decision = Decision("As we want it.", firm.actor("mary"), NOW)
    publish(TOPIC, (KEY,), content, expected=seen, decision=decision)


def shadowed() -> Iterator[AuditEntry]:
    return AuditEntry.objects.filter(action="workflows.playbook_shadowed").iterator()


def rows() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


@pytest.mark.parametrize("mode", [PlaybookMode.OFF, PlaybookMode.SHADOW])
def test_one_that_is_not_on_does_nothing(firm: Firm, mode: PlaybookMode) -> None:
    write(firm, mode=mode)

    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    assert not PlaybookRun.objects.filter(playbook_key=KEY).exists()
    assert not Deadline.objects.exists()
    assert not Draft.objects.exists()


def test_in_shadow_the_record_says_once_what_it_would_have_started(firm: Firm) -> None:
    write(firm, mode=PlaybookMode.SHADOW)
    change = make_news(firm.danas_matter, "RFE_ISSUED")

    run(change)
    run(change)

    entry, *more = shadowed()
    assert not more
    assert (entry.scope, entry.data["playbook"], entry.data["change"]) == (
        firm.danas_matter.pk,
        KEY,
        str(change.pk),
    )
    assert entry.data["steps"] > 1


@pytest.mark.parametrize("mode", [PlaybookMode.OFF, PlaybookMode.ACTIVE])
def test_out_of_shadow_it_notes_nothing(firm: Firm, mode: PlaybookMode) -> None:
    write(firm, mode=mode, purpose="Said better.")

    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    assert not list(shadowed())


def test_what_only_was_in_shadow_starts_when_a_person_confirms_it_later(firm: Firm) -> None:
    write(firm, mode=PlaybookMode.SHADOW)
    change = make_news(firm.danas_matter, "RFE_ISSUED")
    run(change)
    write(firm, mode=PlaybookMode.ACTIVE)

    run(change, confirmed=True)

    assert PlaybookRun.objects.get(playbook_key=KEY).state == "done"
    assert Deadline.objects.count() == 1


def test_a_rehearsal_leaves_no_trace(firm: Firm) -> None:
    make_news(firm.danas_matter, "RFE_ISSUED")
    before = rows()

    found = rehearse(firm.actor("mary"), KEY, held(), now=NOW)

    assert found.started == 1
    assert rows() == before
    assert mail.outbox == []


def test_a_rehearsal_says_what_the_engine_really_did(firm: Firm) -> None:
    changes = [
        make_news(firm.danas_matter, code, form=form)
        for code in ("RFE_ISSUED", "RECEIVED", "APPROVED")
        for form in ("I-765", "I-539")
    ]
    for change in changes:
        run(change)
    runs = PlaybookRun.objects.filter(playbook_key=KEY)

    found = rehearse(firm.actor("mary"), KEY, held(), now=NOW)

    assert (found.found, found.started, found.started_today) == (2, 2, 2)
    assert found.started == runs.count()
    done = [key for each in runs for key in each.actions.values_list("action_key", flat=True)]
    assert sorted(found.steps.elements()) == sorted(done)


def test_it_says_what_another_condition_would_change(firm: Firm) -> None:
    for form in ("I-765", "I-539"):
        make_news(firm.danas_matter, "RFE_ISSUED", form=form)

    found = rehearse(firm.actor("mary"), KEY, held() | {"conditions": {"form_in": ["I-539"]}}, now=NOW)

    assert (found.found, found.started, found.started_today) == (2, 1, 2)


def test_it_looks_at_what_its_reader_may_see(firm: Firm) -> None:
    make_news(firm.danas_matter, "RFE_ISSUED")
    make_news(firm.eves_matter, "RFE_ISSUED")

    seen = {who: rehearse(firm.actor(who), KEY, held(), now=NOW).found for who in ("mary", "charlie")}

    assert seen == {"mary": 2, "charlie": 1}  # Charlie is walled off from Dana


def test_what_is_older_than_90_days_is_left_out(firm: Firm) -> None:
    make_news(firm.danas_matter, "RFE_ISSUED")

    assert rehearse(firm.actor("mary"), KEY, held(), now=NOW + timedelta(days=91)).found == 0


@pytest.mark.parametrize(
    "wrong", [{"mode": ""}, {"mode": "on"}, {"purpose": ["x"]}, {"purpose": " "}, {"position": "first"}]
)
def test_what_it_may_not_be_is_refused(firm: Firm, wrong: dict[str, Any]) -> None:
    assert TOPIC.faults((KEY,), held() | wrong)


def test_every_one_that_came_before_is_on(firm: Firm) -> None:
    assert set(Playbook.objects.values_list("mode", flat=True)) == {"active"}
