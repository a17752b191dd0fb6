"""What the program itself writes into bounded columns fits: PostgreSQL refuses what SQLite lets through."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from legist.core import audit, given_up, outbox
from legist.core.ids import uuid7
from legist.core.models import AuditEntry, GivenUpMark, OutboxDelivery, OutboxEvent, PeriodicTask, TaskTicket
from legist.core.resilience.error_capture import class_of
from legist.core.tasks import processes
from legist.core.tasks.base import list_tasks
from legist.core.tasks.schedules import list_schedules
from legist.practice.form_numbers import FORMS
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_receipt
from tests.factories.workflows import ENGINE, approve, make_draft
from tracking.models import Receipt, StatusChange, StatusQuery
from tracking.observations.meaning import NewStatus
from tracking.observations.services import observe
from tracking.statuses import Bucket, StatusCode
from workflows.labels import HOLD_REASONS
from workflows.law.counting import Known, Service, compute
from workflows.law.kinds import PERIODS
from workflows.messages import deliveries
from workflows.messages.drafts import NewDraft, create_draft
from workflows.messages.texts import SUBJECT_LIMIT, clean, plain
from workflows.models import ActionRun, Deadline, Delivery, Notification, PlaybookRun
from workflows.playbooks.steps import KINDS
from workflows.states import DeliveryState


def limit(model: Any, name: str) -> int:
    return int(model._meta.get_field(name).max_length)


MODELS = [model._meta for model in apps.get_models()]
REGISTERED = [
    (AuditEntry, "action", [action.code for action in audit.list_actions()]),
    (AuditEntry, "subject_type", [meta.label_lower for meta in MODELS]),
    (TaskTicket, "name", [task.name for task in list_tasks()]),
    (PeriodicTask, "name", [schedule.task.name for schedule in list_schedules()]),
    (TaskTicket, "dedup_key", [f"{task.name}:{uuid4()}" for task in list_tasks()]),
    (TaskTicket, "runner", [f"{'h' * 60}/pid:[4294967295]/4194304", processes.this_process()]),
    (OutboxEvent, "topic", list(outbox._subscribers)),
    (OutboxEvent, "key", [f"{topic}:{uuid4()}" for topic in outbox._subscribers]),
    (OutboxDelivery, "subscriber", [name for each in outbox._subscribers.values() for name in each]),
    (GivenUpMark, "source", list(given_up._sources)),
    (StatusChange, "to_code", list(StatusCode)),
    (StatusChange, "to_bucket", list(Bucket)),
    (
        Notification,
        "subject_kind",
        ["playbookrun", "papernotice", "paperwatch", "givenupmark", "playbook", "delivery"],
    ),
    (Notification, "key", [f"delivery:{uuid4()}:{state}:{10**9}" for state in DeliveryState.values]),
    (Notification, "key", [f"reminder:{uuid4()}:2026-01-01", f"paper:{uuid4()}:{uuid4()}"]),
    (Notification, "key", [f"playbook:{uuid4()}:{'0' * 16}", f"given_up:{uuid4()}", f"step:{uuid4()}"]),
    (ActionRun, "kind", list(KINDS)),
    (
        ActionRun,
        "result_kind",
        [meta.model_name for meta in MODELS if meta.app_label in {"workflows", "practice"}],
    ),
    (PlaybookRun, "reason", list(HOLD_REASONS)),
    (Deadline, "kind", list(PERIODS)),
    (StatusQuery, "source", ["uscis", "manual"]),
]


@pytest.mark.parametrize(
    ("model", "name", "values"), REGISTERED, ids=[f"{model.__name__}.{name}" for model, name, _ in REGISTERED]
)
def test_registered_names_and_keys_fit(model: Any, name: str, values: list[str]) -> None:
    assert [value for value in values if len(str(value)) > limit(model, name)] == []
    assert values


@pytest.mark.parametrize("kind", PERIODS)
def test_the_rule_and_source_of_every_deadline_fit(kind: str) -> None:
    every = [(), *((form,) for form in ("", *FORMS))]
    for forms, served, known, abroad in product(every, ["", *Service], Known, [True, False]):
        counted = compute(kind, date(2026, 3, 2), served, forms=forms, known=known, from_abroad=abroad)
        assert len(counted.rule) <= limit(Deadline, "rule")
        assert len(counted.citation) <= limit(Deadline, "citation")


def test_the_class_of_an_error_fits() -> None:
    endless = type("E" * 500, (Exception,), {})

    assert len(class_of(endless())) <= limit(OutboxDelivery, "latest_error_class")


@given(subject=st.text(max_size=400))
def test_a_subject_is_one_line_that_fits_whatever_name_it_holds(subject: str) -> None:
    line = plain({"en": {"subject": subject}})["en"]["subject"]

    assert len(line) <= SUBJECT_LIMIT
    assert len(line.splitlines()) <= 1


def test_a_draft_with_a_long_name_can_be_read_approved_and_edited(firm: Firm) -> None:
    text = {"subject": "News for " + "Dana\n" * 60, "body": "Good news."}
    new = NewDraft(firm.danas_matter, firm.danas_matter.client, "status_update", {"en": text, "es": text})

    draft = create_draft(new, actor=ENGINE, now=NOW)

    assert clean(draft.texts) == draft.texts
    assert approve(firm, draft).state == "approved"


def test_a_message_id_fits_under_the_longest_host(firm: Firm, settings: LazySettings) -> None:
    settings.LEGIST_BASE_URL = f"https://{'.'.join(['a' * 60] * 4)}"
    approve(firm, make_draft(firm))

    ids = set(Delivery.objects.values_list("message_id", flat=True))
    assert len(ids) == 2
    assert max(map(len, ids)) <= limit(Delivery, "message_id")
    assert deliveries.LONGEST_HOST + len(f"<{uuid7()}@>") <= limit(Delivery, "message_id")


def test_a_status_with_an_endless_title_is_recorded(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    title = "Case Was Received " * 50
    status = NewStatus(code=StatusCode.RECEIVED, bucket=Bucket.RECEIVED, source="uscis", title_en=title)

    observe(receipt, status, via="uscis", at=NOW, actor=ENGINE)

    assert StatusChange.objects.get().title_en == title[:300]
    assert len(Receipt.objects.get().current_title) <= limit(Receipt, "current_title")
