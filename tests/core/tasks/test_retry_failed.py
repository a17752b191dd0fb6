"""The command that gives up on giving up, once the cause is mended."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from legist.core.models import OutboxDelivery, OutboxEvent, TaskTicket
from legist.core.states import DeliveryState, TaskState
from legist.core.tasks import enqueue
from tests.core.tasks.workload import note

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_it_tries_failed_tasks_and_deliveries_again(capsys: pytest.CaptureFixture[str]) -> None:
    enqueue(note, now=NOON)
    TaskTicket.objects.update(state=TaskState.FAILED)
    event = OutboxEvent.objects.create(topic="tests.moved", key="k", correlation_id="c", created_at=NOON)
    OutboxDelivery.objects.create(
        event=event, subscriber="tests", state=DeliveryState.FAILED, next_attempt_at=NOON
    )

    call_command("retry_failed", json=True)

    assert json.loads(capsys.readouterr().out) == {"tasks": 1, "deliveries": 1}
    assert TaskTicket.objects.get().state == TaskState.PENDING
    assert OutboxDelivery.objects.get().state == DeliveryState.PENDING
