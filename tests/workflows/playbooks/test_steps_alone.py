"""A step fails alone, whatever it raises: the others are done, people are told, and it can be repeated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError

from legist.core import outbox
from legist.core.models import AuditEntry, OutboxDelivery
from legist.core.states import DeliveryState
from legist.practice.models import Matter, User
from legist.practice.services import open_matter
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_news, run
from tests.support.refusal import raising, refusing
from workflows.models import ActionRun, Deadline, Draft, Notification, Playbook, PlaybookRun
from workflows.playbooks import resuming
from workflows.playbooks.builtin.base import Definition, appointment, checklist, deadline, item
from workflows.playbooks.steps import KINDS
from workflows.playbooks.store import find_faults, install_definitions

IN = {"in": "matter"}
EVERYTHING = Definition(
    key="everything",
    name="Everything",
    purpose="One step of every kind.",
    codes=("RFE_ISSUED",),
    position=1,
    actions=(
        {"key": "matter", "kind": "matter", "params": {"kind": "rfe", "title": "Answer"}},
        {"key": "assign", "kind": "assign"},
        deadline("rfe", "Answer to the request for evidence", **IN),
        {**appointment("biometrics", "Biometrics"), "params": {"kind": "biometrics", "title": "B", **IN}},
        checklist("c", "Checklist", item("one", "paralegal", "Do it", days=3), **IN),
        {"key": "document", "kind": "document", "params": {"template": "rfe_response", **IN}},
        {"key": "message", "kind": "message", "params": {"template": "rfe_received"}},
        {"key": "billing", "kind": "billing", "params": {"kind": "rfe", "title": "Answered"}},
        {"key": "clear", "kind": "clear", "params": {"messages": ["status_update"], "checklists": ["c"]}},
        {"key": "notice", "kind": "notice", "params": {"level": "urgent"}},
        {"key": "stage", "kind": "stage", "params": {"stage": "post_adjudication"}},
    ),
)
# What refuses to be written, and the kinds of step that cannot be done without it.
REFUSED = {
    'INSERT ON "practice_matter"': {"matter"},
    'UPDATE ON "practice_matter"': {"matter", "assign", "stage"},
    'INSERT ON "workflows_deadline"': {"deadline", "appointment"},
    'INSERT ON "workflows_checklistrun"': {"checklist"},
    'INSERT ON "workflows_document"': {"document"},
    'INSERT ON "workflows_draft"': {"message"},
    'INSERT ON "workflows_billingevent"': {"billing"},
    "INSERT ON \"workflows_notice\" FOR EACH ROW WHEN (NEW.kind = 'change')": {"notice"},
}


@pytest.fixture
def everything(firm: Firm) -> Firm:
    """A firm with one playbook of ours, and a matter whose attorney still has to be named."""
    Playbook.objects.update(enabled=False)
    install_definitions([EVERYTHING])
    Matter.objects.filter(pk=firm.danas_matter.pk).update(attorney=None)
    return firm


def told(person: User) -> list[Notification]:
    return list(Notification.objects.filter(user=person, kind__in=["step", "given_up"]))


def test_it_has_a_step_of_every_kind() -> None:
    assert {step["kind"] for step in EVERYTHING.actions} == set(KINDS)
    # Nothing of an earlier life is there to be cleared, so that step has nothing to write.
    assert set.union(*REFUSED.values()) == set(KINDS) - {"clear"}
    assert not find_faults(EVERYTHING)


@pytest.mark.parametrize("what", REFUSED, ids=lambda what: what.split('"')[0] + what.split('"')[1])
def test_what_the_database_refuses_one_step_keeps_no_other_from_being_done(
    everything: Firm, what: str
) -> None:
    change = make_news(everything.danas_matter, "RFE_ISSUED")
    with refusing(what):
        summary = run(change)

    failed = ActionRun.objects.filter(state="failed")
    assert set(failed.values_list("kind", flat=True)) == REFUSED[what]
    assert (summary.failed, summary.done) == (len(REFUSED[what]), len(KINDS) - len(REFUSED[what]))
    assert all(step.error_class == "django.db.utils.IntegrityError" for step in failed)
    for person in (everything.paul, everything.mary, everything.olga):
        assert len(told(person)) == len(REFUSED[what])
    assert "Dana" not in str([*AuditEntry.objects.values(), *Notification.objects.values(), *failed.values()])

    again = resuming.repeat_run(PlaybookRun.objects.get().pk, now=NOW, actor=everything.actor("paul"))

    assert (again.done, again.failed) == (len(REFUSED[what]), 0)
    assert PlaybookRun.objects.get().state == "done"


@pytest.mark.parametrize(
    "error",
    [
        KeyError("Dana Doe"),
        TypeError("Dana Doe"),
        DataError("Dana Doe"),
        IntegrityError("Dana Doe"),
        RuntimeError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_step_raises_it_fails_alone(everything: Firm, error: Exception) -> None:
    with raising(error, "workflows_draft"):
        summary = run(make_news(everything.danas_matter, "RFE_ISSUED"))

    assert (summary.failed, summary.done) == (1, len(KINDS) - 1)
    failed = ActionRun.objects.get(state="failed")
    assert failed.error_class.endswith(type(error).__name__)
    assert "Dana" not in failed.reason


@pytest.mark.parametrize(
    "error",
    [OperationalError("database is locked"), InterfaceError("closed")],
    ids=lambda error: type(error).__name__,
)
def test_a_database_that_is_away_leaves_the_whole_to_be_tried_again(
    everything: Firm, error: Exception
) -> None:
    make_news(everything.danas_matter, "RFE_ISSUED")

    with raising(error, "workflows_draft"):
        outbox.drain(now=NOW + timedelta(minutes=1))

    assert not ActionRun.objects.exists()
    assert not Deadline.objects.exists()
    assert not told(everything.paul)
    engine_delivery = OutboxDelivery.objects.filter(subscriber="workflows.engine").latest("pk")
    assert (engine_delivery.state, engine_delivery.failures) == (DeliveryState.PENDING, 0)

    outbox.drain(now=NOW + timedelta(hours=1))

    assert PlaybookRun.objects.get().state == "done"


def test_a_deadline_is_kept_in_the_case_where_its_own_matter_could_not_be_opened(everything: Firm) -> None:
    with refusing('INSERT ON "practice_matter"'):
        run(make_news(everything.danas_matter, "RFE_ISSUED"))

    assert {each.matter for each in Deadline.objects.all()} == {everything.danas_matter}
    assert Draft.objects.get().matter == everything.danas_matter


def test_a_deadline_that_could_not_be_entered_is_said_aloud(
    everything: Firm, browser_of: Callable[[str], Any]
) -> None:
    with refusing('INSERT ON "workflows_deadline"'):
        run(make_news(everything.danas_matter, "RFE_ISSUED"))

    assert "could not enter a deadline" in browser_of("paul").get("/notices/").content.decode()
    assert Notification.objects.filter(user=everything.mary, kind="step", level="urgent").count() == 2


def test_operations_try_failed_steps_again_without_seeing_the_matter(everything: Firm) -> None:
    with refusing('INSERT ON "workflows_billingevent"'):
        run(make_news(everything.danas_matter, "RFE_ISSUED"))

    assert resuming.try_again(None, actor=everything.actor("olga"), now=NOW) == 1
    assert PlaybookRun.objects.get().state == "done"


def test_managers_are_told_where_there_is_no_operations_person(everything: Firm) -> None:
    User.objects.filter(pk=everything.olga.pk).update(is_active=False)
    with refusing('INSERT ON "workflows_billingevent"'):
        run(make_news(everything.danas_matter, "RFE_ISSUED"))

    assert {notice.kind for notice in told(everything.mary)} == {"step", "given_up"}


def test_a_child_reference_of_the_firms_own_stops_nothing(firm: Firm) -> None:
    Matter.objects.filter(pk=firm.danas_matter.pk).update(reference="2026-7")
    firm.danas_matter.refresh_from_db()
    open_matter(title="x", client=firm.danas_matter.client, reference="2026-7/1", actor=SYSTEM, now=NOW)

    summary = run(make_news(firm.danas_matter, "RFE_ISSUED"))

    assert summary.failed == 0
    assert Matter.objects.get(parent=firm.danas_matter).reference == "2026-7/2"
