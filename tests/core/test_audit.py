"""The record: chained, append-only, and honest about what was rewritten."""

from __future__ import annotations

import pytest
from django.db import connection

from legist.core import audit
from legist.core.models import AuditEntry, LedgerViolation
from legist.core.uow import unit_of_work
from tests.factories.practice import NOW, SYSTEM, Firm

TOUCHED = audit.register_action("tests.touched", "touched {subject}", data=("count",))


def touch(firm: Firm, count: int = 1) -> None:
    for number in range(count):
        with unit_of_work(actor=SYSTEM, now=NOW) as unit:
            unit.record(TOUCHED, firm.danas_matter, count=number)


def test_it_is_whole_after_ordinary_work(firm: Firm) -> None:
    touch(firm, 3)

    result = audit.verify()

    assert result.is_whole
    assert result.entries == AuditEntry.objects.count()


def test_it_numbers_entries_without_gaps(firm: Firm) -> None:
    touch(firm, 3)

    sequences = list(AuditEntry.objects.values_list("sequence", flat=True))

    assert sequences == list(range(1, len(sequences) + 1))


def test_it_forgets_what_a_failed_unit_recorded(firm: Firm) -> None:
    before = AuditEntry.objects.count()

    with pytest.raises(RuntimeError), unit_of_work():
        touch(firm)
        raise RuntimeError

    assert AuditEntry.objects.count() == before
    assert audit.verify().is_whole


def test_it_forgets_only_the_failed_part_of_a_unit(firm: Firm) -> None:
    before = AuditEntry.objects.count()

    with unit_of_work():
        touch(firm)
        with pytest.raises(RuntimeError), unit_of_work():
            touch(firm)
            raise RuntimeError

    assert AuditEntry.objects.count() == before + 1


def test_it_refuses_data_that_the_action_did_not_register(firm: Firm) -> None:
    with pytest.raises(ValueError, match="does not allow"), unit_of_work(actor=SYSTEM, now=NOW) as unit:
        unit.record(TOUCHED, firm.danas_matter, name="Dana")


def test_it_refuses_to_change_or_delete_an_entry(firm: Firm) -> None:
    entry = AuditEntry.objects.first()
    assert entry is not None

    with pytest.raises(LedgerViolation):
        entry.save()
    with pytest.raises(LedgerViolation):
        entry.delete()
    with pytest.raises(LedgerViolation):
        AuditEntry.objects.update(actor_id="somebody else")
    with pytest.raises(LedgerViolation):
        AuditEntry.objects.all().delete()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_id", "mallory"),
        ("action", "tests.other"),
        ("subject_id", "x"),
        ("at", "2020-01-01 00:00:00+00:00"),
    ],
)
def test_it_names_the_first_entry_that_was_altered(firm: Firm, column: str, value: str) -> None:
    touch(firm, 4)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE core_auditentry SET {column} = %s WHERE sequence = 3", [value])

    result = audit.verify()

    assert (result.bad_sequence, result.reason) == (3, "the entry was altered")


def test_it_notices_a_missing_entry(firm: Firm) -> None:
    touch(firm, 4)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_auditentry WHERE sequence = 2")

    assert audit.verify().bad_sequence == 2


def test_it_notices_that_the_end_was_cut_off(firm: Firm) -> None:
    touch(firm, 2)
    last = AuditEntry.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_auditentry WHERE sequence = %s", [last])

    result = audit.verify()

    assert (result.bad_sequence, result.reason) == (last, "entries at the end of the chain are missing")


def test_it_notices_that_the_end_was_set_back(firm: Firm) -> None:
    touch(firm, 3)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_auditentry WHERE sequence > 2")
        cursor.execute(
            "UPDATE core_audithead SET sequence = 2,"
            " entry_hash = (SELECT entry_hash FROM core_auditentry WHERE sequence = 2)"
        )

    result = audit.verify()

    assert (result.bad_sequence, result.reason) == (3, "the end of the chain was set back")


def test_it_cannot_be_rechained_without_the_key(firm: Firm, settings: object) -> None:
    """Whoever can write rows but has another key computes other hashes."""
    touch(firm)
    entry = AuditEntry.objects.order_by("-sequence").first()
    assert entry is not None
    honest = audit.compute_hash(entry)

    settings.LEGIST_INDEX_KEY = "A" * 43  # type: ignore[attr-defined]

    assert audit.compute_hash(entry) != honest
