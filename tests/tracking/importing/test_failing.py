"""An import never stays running after an error: it ends in a state that says so, and goes on when asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from legist.core.errors import NotFound, WrongState
from legist.core.models import AuditEntry, OutboxEvent
from legist.core.resilience import backoff
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import numbers, previewed
from tracking import importing
from tracking.importing import applying, batches
from tracking.models import ImportBatch, ImportRow, Receipt

pytestmark = pytest.mark.django_db
MANY = numbers(25)


@pytest.fixture
def batch(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> ImportBatch:
    """Paul's import of 25 receipts, ten at a time."""
    monkeypatch.setattr(batches, "CHUNK", 10)
    content = "\n".join(["receipt_number", *MANY]).encode()
    paul = firm.actor("paul")
    uploaded = previewed(content, filename="a.csv", actor=paul)
    return importing.start_import(uploaded.pk, actor=paul, now=NOW)


def run(batch: ImportBatch, *, minutes: float = 0) -> bool:
    ran = importing.run_import(batch.pk, actor=SYSTEM, now=NOW + timedelta(minutes=minutes))
    batch.refresh_from_db()
    return ran


def fail_in_second_chunk(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    apply = applying.Applier.apply

    def failing(self: Any, plans: Any) -> Any:
        counts = apply(self, plans)
        if plans[0].line > 2:
            raise error
        return counts

    monkeypatch.setattr(applying.Applier, "apply", failing)


def test_an_error_in_a_chunk_ends_it_and_keeps_what_was_done(
    batch: ImportBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_in_second_chunk(monkeypatch, KeyError("a name"))

    assert not run(batch)

    assert (batch.state, batch.error_class, batch.position) == ("failed", "builtins.KeyError", 10)
    assert batch.finished_at is not None
    assert (batch.lease_token, batch.lease_until) == (None, None)
    assert Receipt.objects.count() == ImportRow.objects.count() == 10
    assert not importing.is_any_waiting(NOW + timedelta(days=1))


def test_it_is_on_the_record_and_told_without_what_the_error_said(
    batch: ImportBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_in_second_chunk(monkeypatch, KeyError("Dana Example"))
    run(batch)

    entry = AuditEntry.objects.get(action="tracking.import_failed")
    assert entry.data == {"error": "builtins.KeyError", "position": 10}
    event = OutboxEvent.objects.get(topic=importing.FAILED_TOPIC)
    assert event.data == {"import_id": str(batch.pk)}


def test_it_goes_on_where_it_stopped(firm: Firm, batch: ImportBatch, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        fail_in_second_chunk(broken, KeyError("x"))
        run(batch)

    importing.retry_import(batch.pk, actor=firm.actor("paul"), now=NOW)
    assert run(batch)

    assert (batch.state, batch.error_class, batch.position, batch.created) == ("done", "", 25, 25)
    with pytest.raises(WrongState):
        importing.retry_import(batch.pk, actor=firm.actor("paul"), now=NOW)


def test_only_its_owner_and_operations_have_it_go_on(
    firm: Firm, batch: ImportBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_in_second_chunk(monkeypatch, KeyError("x"))
    run(batch)
    with pytest.raises(NotFound):
        importing.retry_import(batch.pk, actor=firm.actor("alice"), now=NOW)
    importing.retry_import(batch.pk, actor=firm.actor("olga"), now=NOW)


def test_a_passing_error_costs_nothing(batch: ImportBatch, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        fail_in_second_chunk(broken, applying.RacedError())
        run(batch)
    assert run(batch, minutes=1)
    assert (batch.state, batch.created) == ("done", 25)


def test_an_import_that_kills_its_worker_each_time_is_given_up(batch: ImportBatch) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(state="running", attempts=backoff.IMPORTS.tries)
    assert not run(batch, minutes=5)
    assert (batch.state, batch.error_class) == ("failed", "WorkerLost")
    assert OutboxEvent.objects.filter(topic=importing.FAILED_TOPIC).exists()


def test_a_file_that_cannot_be_opened_any_more_ends_it(batch: ImportBatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tracking_importbatch SET content = 'spoilt'")
    importing.run_import(batch.pk, actor=SYSTEM, now=NOW)
    state, error = ImportBatch.objects.values_list("state", "error_class").get()
    assert (state, error.rsplit(".", 1)[-1]) == ("failed", "CryptoError")


def test_what_cannot_be_read_any_more_ends_it(batch: ImportBatch) -> None:
    batch.content = b"name\nDana\n"
    batch.save(update_fields=["content"])
    run(batch)
    assert (batch.state, batch.error_class) == ("failed", "legist.core.reasons.Unable")


def test_one_cancelled_meanwhile_stays_cancelled(
    firm: Firm, batch: ImportBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(*_args: Any, **_given: Any) -> bool:
        ImportBatch.objects.filter(pk=batch.pk).update(state="cancelled", lease_token=None)
        return False

    monkeypatch.setattr(batches, "_advance", cancelled)
    assert not run(batch)
    assert batch.state != "failed"
    assert Receipt.objects.count() == 0


def test_a_failed_import_can_be_left_alone(
    firm: Firm, batch: ImportBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_in_second_chunk(monkeypatch, KeyError("x"))
    run(batch)
    importing.cancel_import(batch.pk, actor=firm.actor("paul"), now=NOW)
    batch.refresh_from_db()
    assert batch.state == "cancelled"


def test_rows_for_one_matter_go_on_after_a_stop(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paul opens a matter for Alice alone; later rows of his own list still find it."""
    monkeypatch.setattr(batches, "CHUNK", 1)
    rows = [f"{number},N-1,Ines,ines@mail.example,alice@firm.example" for number in MANY[:3]]
    header = "receipt_number,matter_reference,client_name,client_email,attorney_email"
    content = "\n".join([header, *rows]).encode()
    paul = firm.actor("paul")
    uploaded = previewed(content, filename="a.csv", actor=paul)
    importing.start_import(uploaded.pk, actor=paul, now=NOW)
    with monkeypatch.context() as broken:
        fail_in_second_chunk(broken, KeyError("x"))
        run(uploaded)
    assert uploaded.position == 1

    importing.retry_import(uploaded.pk, actor=paul, now=NOW)
    run(uploaded)

    assert (uploaded.state, uploaded.created, uploaded.waiting) == ("done", 3, 0)
    assert Receipt.objects.filter(matter__reference="N-1").count() == 3
