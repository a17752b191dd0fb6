"""Seals: what is covered stays as it was written, and a wiped record is a failure."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import models
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from legist.core import audit, seals
from legist.core.models import AuditEntry, AuditHead
from legist.core.rotation import rotate
from legist.core.seals import SealedColumnError
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import approve, make_draft, make_news
from tests.support.forgery import alter, write
from tracking.models import Override, StatusChange
from tracking.overrides import override_status, revert_override
from workflows.models import Approval

KEY = "Q" * 43


def some_rows(firm: Firm) -> list[models.Model]:
    """An approval, two statuses with words and facts, a correction and its taking back."""
    approve(firm, make_draft(firm))
    facts = {"office": "Nebraska Service Center", "deadline": "2026-05-01", "n": [1, 2.5, None]}
    change = make_news(firm.danas_matter, "RFE_ISSUED", facts=facts)
    override = override_status(
        change.receipt_id, actor=firm.actor("alice"), code="APPROVED", reason="Letter seen.", now=NOW
    )
    revert_override(override.pk, actor=firm.actor("alice"), reason="Another case.", now=NOW)
    return [*Approval.objects.all(), *StatusChange.objects.all(), *Override.objects.all()]


def test_what_the_application_writes_holds_when_it_is_read_back(firm: Firm) -> None:
    rows = some_rows(firm)

    assert [seals.fault(row) for row in rows] == [None] * len(rows)
    result = audit.verify()
    # And Charlie's wall.
    assert (result.is_whole, result.rows) == (True, len(rows) + 1)


def test_it_holds_under_other_field_keys(firm: Firm, settings: object) -> None:
    rows = some_rows(firm)
    settings.LEGIST_FIELD_KEYS = [KEY, *settings.LEGIST_FIELD_KEYS]  # type: ignore[attr-defined]
    list(rotate(batch=100))

    assert all(seals.holds(type(row).objects.get(pk=row.pk)) for row in rows)  # type: ignore[attr-defined]


def other_value(field: models.Field[object, object], row: models.Model) -> object:
    value = getattr(row, field.attname)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateTimeField):
        return (value or NOW) + timedelta(microseconds=1)
    if isinstance(field, models.DateField):
        return None if value else NOW.date()
    if isinstance(field, models.ForeignKey):
        return uuid4()
    if isinstance(field, models.IntegerField):
        return value + 1
    if isinstance(field, models.FloatField):
        return value / 2
    return f"{value or ''}x"


def test_every_covered_column_counts(firm: Firm) -> None:
    for row in some_rows(firm):
        field = row._meta.get_field("seal")
        assert isinstance(field, seals.SealField)
        for name in field.covers:
            column = row._meta.get_field(name)
            assert isinstance(column, models.Field)
            kept = getattr(row, column.attname)
            setattr(row, column.attname, other_value(column, row))
            assert not seals.holds(row), f"{row._meta.label} {name}"
            setattr(row, column.attname, kept)


def test_a_seal_belongs_to_its_row_and_its_key(firm: Firm, settings: object) -> None:
    row = some_rows(firm)[0]
    honest = seals.compute(row)
    settings.LEGIST_INDEX_KEY = KEY  # type: ignore[attr-defined]
    assert seals.compute(row) != honest
    row.pk = uuid4()
    assert seals.compute(row) != honest


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)),  # noqa: DTZ001  made aware below
    st.integers(-11, 11),
)
def test_an_instant_is_the_same_in_every_zone(moment: datetime, hours: int) -> None:
    here = moment.replace(tzinfo=UTC)
    there = here.astimezone(timezone(timedelta(hours=hours)))
    row = Approval(version=1, content_hash="x", at=here, voided_at=here)
    same = Approval(pk=row.pk, version=1, content_hash="x", at=there, voided_at=there)

    assert seals.compute(row) == seals.compute(same)


def test_sealed_columns_change_in_one_way_only(firm: Firm) -> None:
    approve(firm, make_draft(firm))
    approval = Approval.objects.get()
    approval.version = 7

    for write_past in (
        approval.save,
        lambda: approval.save(update_fields=["version"]),
        lambda: Approval.objects.update(by=firm.paul),
        lambda: Approval.objects.bulk_update([approval], ["version"]),
        lambda: approval.draft.approvals.update(seal="0" * 64),
    ):
        with pytest.raises(SealedColumnError):
            write_past()
    assert seals.holds(Approval.objects.get())


def verify() -> tuple[int, dict[str, object], str]:
    out, code = StringIO(), 0
    try:
        call_command("verify_audit", "--json", stdout=out)
    except SystemExit as end:
        code = int(str(end.code))
    document = json.loads(out.getvalue())
    return code, document, str(document["reason"])


def wipe_the_record() -> None:
    write("DELETE FROM core_auditentry")


def wipe_the_head() -> None:
    write("DELETE FROM core_audithead")


def wipe_both() -> None:
    wipe_the_record()
    wipe_the_head()


def cut_off_the_tail() -> None:
    last = AuditEntry.objects.count()
    write("DELETE FROM core_auditentry WHERE sequence > %s", last - 2)
    before = AuditEntry.objects.get(sequence=last - 2).entry_hash
    write("UPDATE core_audithead SET sequence = %s, entry_hash = %s", last - 2, before)


@pytest.mark.parametrize(
    ("wipe", "reason"),
    [
        (wipe_the_record, "the record is empty although the firm has data"),
        (wipe_both, "the record is empty although the firm has data"),
        (wipe_the_head, "the head of the chain is missing"),
        (cut_off_the_tail, "the end of the chain was set back"),
    ],
)
def test_a_wiped_record_is_a_failure(firm: Firm, wipe: Callable[[], None], reason: str) -> None:
    wipe()

    code, document, said = verify()
    assert (code, document["ok"], said) == (1, False, reason)


def test_a_record_that_begins_anew_does_not_know_the_rows(firm: Firm) -> None:
    approve(firm, make_draft(firm))
    wipe_both()
    make_draft(firm)

    code, document, said = verify()
    assert (code, said) == (1, "nothing on the record tells of this row")
    assert document["bad_row"] == {"table": "workflows.approval", "id": str(Approval.objects.get().pk)}


def test_an_empty_record_of_an_empty_firm_is_whole(db: None) -> None:
    AuditHead.objects.all().delete()

    assert verify()[:1] == (0,)


def test_it_counts_all_faults_and_names_the_first(firm: Firm) -> None:
    some_rows(firm)
    alter(Override.objects.get(), state="active", ended_at=None)
    alter(Approval.objects.get(), version=3)
    write("UPDATE core_auditentry SET actor_id = 'mallory' WHERE sequence IN (2, 3)")

    code, document, reason = verify()
    assert (code, document["bad_entry"], reason) == (1, 2, "the entry was altered")
    # Two entries; what the record says of approval and correction; their seals.
    assert document["faults"] == 6


def test_it_says_the_same_to_people(firm: Firm) -> None:
    approve(firm, make_draft(firm))
    alter(Approval.objects.get(), voided_at=NOW)
    err = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_audit", stderr=err)

    place = f"workflows.approval {Approval.objects.get().pk}"
    assert err.getvalue().startswith(f"{place}: the row does not match its seal.")


def test_it_reads_in_chunks(firm: Firm, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    some_rows(firm)
    with django_assert_num_queries(15):
        assert audit.verify().is_whole
