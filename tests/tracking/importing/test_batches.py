"""An import from the upload to the last row: looked at first, run in chunks, never twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from legist.core.actors import Actor
from legist.core.errors import Forbidden, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.practice.models import Client, Matter
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import NUMBER, later, make_receipt, numbers, previewed
from tracking import importing, tasks
from tracking.importing import ImportReport, batches, claims
from tracking.models import ImportBatch, ImportRow, Receipt
from tracking.remarks import Remark
from tracking.selectors import import_detail, import_progress, list_imports

pytestmark = pytest.mark.django_db
COMMAND = Actor.command("tests")
HEADER = "receipt_number,form,matter_reference,client_name,client_email,language,attorney_email,priority"


def sheet(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


def run(content: bytes, *, actor: Actor = COMMAND) -> ImportReport:
    return importing.import_now(content, filename="receipts.csv", actor=actor, now=NOW)


def counts(report: ImportReport) -> tuple[int, ...]:
    document = report.as_json()
    names = ("rows", "created", "updated", "duplicates", "unassigned")
    return (*(document[name] for name in names), len(document["rejected"]))


def test_it_opens_client_and_matter_with_their_people(firm: Firm) -> None:
    report = run(sheet(f"{NUMBER},i765,M-7,Ines Example,ines@mail.example,es,alice@firm.example,high"))
    assert counts(report) == (1, 1, 0, 0, 0, 0)
    receipt = Receipt.objects.get()
    assert receipt.matter is not None
    assert (receipt.matter.reference, receipt.matter.attorney) == ("M-7", firm.alice)
    assert (receipt.matter.client.language, receipt.matter.client.name) == ("es", "Ines Example")
    assert (receipt.form_type, receipt.priority, receipt.tier) == ("I-765", "high", "near_real_time")
    assert receipt.next_poll_at == NOW


def test_a_row_without_matter_and_client_waits_in_the_tray(firm: Firm) -> None:
    assert counts(run(sheet(f"{NUMBER},,,,,,,"))) == (1, 1, 0, 0, 1, 0)
    assert Receipt.objects.get().matter is None


def test_rows_of_one_client_share_one_matter(firm: Firm) -> None:
    first, second, third = numbers(3)
    report = run(
        sheet(
            f"{first},I-130,,Ines Example,ines@mail.example,,,",
            f"{second},I-485,,Ines Example,ines@mail.example,,,",
            f"{third},I-765,,,ines@mail.example,,,",
        )
    )
    assert counts(report) == (3, 3, 0, 0, 0, 0)
    assert Receipt.objects.values("matter").distinct().count() == 1


def test_it_finds_the_matter_of_a_known_client(firm: Firm) -> None:
    before = Client.objects.count(), Matter.objects.count()
    run(sheet(f"{NUMBER},,,,dana@mail.example,,,", f"{numbers(1)[0]},,M-2026-0001,,,,,"))
    assert set(Receipt.objects.values_list("matter", flat=True)) == {firm.danas_matter.pk}
    assert (Client.objects.count(), Matter.objects.count()) == before


REJECTED = [
    # row, reason
    ("12345,,,,,,,", "The three letters in front"),
    (f"{NUMBER} {numbers(1)[0]},,,,,,,", "There is more than one receipt number here."),
    (f'{NUMBER},,M-8,"Ines,ines@mail.example,,,', "A quotation mark"),
    (",I-765,M-8,Ines,ines@mail.example,,,", "There is no receipt number here."),
]


@pytest.mark.parametrize(("line", "reason"), REJECTED)
def test_nothing_is_written_for_a_rejected_row(*, line: str, reason: str, firm: Firm) -> None:
    before = Client.objects.count(), Matter.objects.count()
    report = run(sheet(line))
    assert counts(report) == (1, 0, 0, 0, 0, 1)
    assert report.rejected[0]["line"] == 2
    assert report.rejected[0]["reason"].startswith(reason)
    assert (Client.objects.count(), Matter.objects.count(), Receipt.objects.count()) == (*before, 0)


@pytest.mark.parametrize("email", ["nobody@firm.example", "paul@firm.example", "Alice Baker"])
def test_a_person_who_is_not_understood_is_a_remark(email: str, firm: Firm) -> None:
    report = run(sheet(f"{NUMBER},,M-8,Ines,ines@mail.example,,{email},"))
    assert counts(report) == (1, 1, 0, 0, 0, 0)
    assert report.remarks[0]["reason"].startswith("attorney_email is n")
    assert Matter.objects.get(reference="M-8").attorney is None


UNASSIGNED = [
    (f"{NUMBER},,,Ines Example,,,,", "a client needs client_email or matter_reference"),
    (f"{NUMBER},,M-8,,,,,", "there is no such matter"),
    (f"{NUMBER},,,,ines@mail.example,,,", "nobody is known at this address, and client_name is needed"),
    (f"{NUMBER},,,,not an address,,,", "client_email is not an e-mail address"),
    (f"{NUMBER},,M-8,Ines,ines at mail,,,", "client_email is needed to know the client"),
    (f"{NUMBER},,M-2026-0001,see www.example.test,,,,", "client_name was left out"),
]


@pytest.mark.parametrize(("line", "remark"), UNASSIGNED)
def test_it_says_why_a_receipt_went_to_the_tray(*, line: str, remark: str, firm: Firm) -> None:
    assert counts(run(sheet(line))) == (1, 1, 0, 0, 1, 0)
    assert remark in ImportRow.objects.get().why


def test_it_recognises_repeats_within_the_file_and_from_before(firm: Firm) -> None:
    first, second = numbers(2)
    make_receipt(first)
    report = run(sheet(f"{first},,,,,,,", f"{second},,,,,,,", f"{second[:3].lower()}-{second[3:]},,,,,,,"))
    assert counts(report) == (3, 1, 0, 2, 1, 0)
    assert (report.as_json()["repeated_in_file"], report.as_json()["already_tracked"]) == (1, 1)


def test_a_rejected_row_does_not_shadow_a_good_one(firm: Firm) -> None:
    report = run(sheet(f"{NUMBER} {numbers(1)[0]},,,,,,,", f"{NUMBER},,,,,,,"))
    assert counts(report) == (2, 1, 0, 0, 1, 1)


def test_it_completes_a_tracked_receipt_but_never_moves_it(firm: Firm) -> None:
    first, second = numbers(2)
    make_receipt(first)
    make_receipt(second, matter=firm.eves_matter)
    report = run(sheet(f"{first},I-485,M-2026-0001,,,,,low", f"{second},,M-2026-0001,,,,,"))
    assert counts(report) == (2, 0, 1, 1, 0, 0)
    completed = Receipt.objects.get(matter=firm.danas_matter)
    assert (completed.form_type, completed.tier) == ("I-485", "low")
    assert Receipt.objects.filter(matter=firm.eves_matter).count() == 1


def test_the_policy_says_the_tier_of_what_a_row_adds_or_completes(firm: Firm) -> None:
    """What a person chose stays: a receipt that is asked about on demand has no next check to lose."""
    first, second, third = numbers(3)
    make_receipt(first, tier="on_demand", due=None)
    make_receipt(second, priority="low", due=NOW)
    run(sheet(f"{first},,,,,,,high", f"{second},,,,,,,high", f"{third},,,,,,,"))
    said = Receipt.objects.order_by("pk").values_list("tier", "tier_why__reason", "tier_why__rule")
    assert list(said) == [
        ("on_demand", "pinned", None),
        ("near_real_time", "by_rule", "High priority"),
        ("standard", "otherwise", None),
    ]


def test_a_second_import_of_the_same_file_does_nothing(firm: Firm) -> None:
    content = sheet(*[f"{number},,,,,,," for number in numbers(5)])
    run(content)
    assert counts(run(content)) == (5, 0, 0, 5, 0, 0)


def test_the_dry_run_says_the_same_and_writes_nothing(firm: Firm) -> None:
    content = sheet(
        f"{NUMBER},,M-7,Ines,ines@mail.example,,,", f"{NUMBER},,,,,,,", "12,,,,,,,", f"{numbers(1)[0]},,,,,,,"
    )
    before = AuditEntry.objects.count()
    dry = importing.dry_run(content, actor=COMMAND)
    assert (Receipt.objects.count(), ImportBatch.objects.count(), AuditEntry.objects.count()) == (
        0,
        0,
        before,
    )
    assert run(content).as_json() == dry.as_json()


def test_paul_uploads_looks_and_starts(firm: Firm) -> None:
    paul = firm.actor("paul")
    content = sheet(f"{NUMBER},,M-7,Ines Example,ines@mail.example,,,", "12,,,,,,,")
    batch = previewed(content, filename="march.csv", actor=paul)
    assert (batch.state, Receipt.objects.count()) == ("previewed", 0)
    assert [row["outcome"] for row in batch.preview["rows_shown"]] == ["created", "rejected"]
    importing.start_import(batch.pk, actor=paul, now=NOW)
    assert importing.list_waiting(importing.IMPORT, now=NOW) == [batch.pk]
    assert importing.run_import(batch.pk, actor=Actor.system("importer"), now=NOW)
    detail = import_detail(paul, batch.pk, now=NOW)
    assert (detail.batch.state, detail.progress.percent, detail.progress.is_running) == ("done", 100, False)
    assert [(row.line, row.outcome) for row in detail.rows] == [(2, "created"), (3, "rejected")]
    matter = Matter.objects.get(reference="M-7")
    assert matter.paralegal == firm.paul


def test_what_paul_uploads_is_stored_encrypted(firm: Firm) -> None:
    previewed(sheet(f"{NUMBER},,,,,,,"), filename="march.csv", actor=firm.actor("paul"))
    stored = ImportBatch.objects.values("content", "filename", "preview").get()
    assert not any(NUMBER in str(value) or "march" in str(value) for value in stored.values())


def test_charlie_cannot_reach_danas_matter_by_a_file(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    charlie = firm.actor("charlie")
    report = importing.dry_run(
        sheet(f"{numbers(1)[0]},,M-2026-0001,,,,,", f"{NUMBER},I-485,,,,,,high"), actor=charlie
    )
    assert [row["reason"] for row in report.waiting] == [Remark("waits")] * 2
    assert (report.as_json()["updated"], report.as_json()["already_tracked"]) == (0, 0)


def test_only_staff_who_may_import_do(firm: Firm) -> None:
    with pytest.raises(NotFound):
        importing.dry_run(sheet(), actor=firm.actor("dana"))
    with pytest.raises(Forbidden):
        importing.dry_run(sheet(), actor=firm.actor("mary"))


def test_an_upload_belongs_to_its_person_and_to_operations(firm: Firm) -> None:
    batch = previewed(sheet(f"{NUMBER},,,,,,,"), filename="m.csv", actor=firm.actor("paul"))
    assert [each.pk for each in list_imports(firm.actor("olga"))] == [batch.pk]
    assert not list_imports(firm.actor("alice")).exists()
    with pytest.raises(NotFound):
        importing.start_import(batch.pk, actor=firm.actor("alice"), now=NOW)


def test_an_import_begins_once_and_can_be_cancelled_before(firm: Firm) -> None:
    paul = firm.actor("paul")
    batch = previewed(sheet(f"{NUMBER},,,,,,,"), filename="m.csv", actor=paul)
    importing.start_import(batch.pk, actor=paul, now=NOW)
    with pytest.raises(WrongState):
        importing.start_import(batch.pk, actor=paul, now=NOW)
    importing.cancel_import(batch.pk, actor=paul, now=NOW)
    assert not importing.run_import(batch.pk, actor=COMMAND, now=later(10))
    assert Receipt.objects.count() == 0
    with pytest.raises(WrongState):
        importing.cancel_import(batch.pk, actor=paul, now=NOW)


def test_two_workers_never_run_one_import(firm: Firm) -> None:
    batch = previewed(sheet(f"{NUMBER},,,,,,,"), filename="m.csv", actor=COMMAND)
    importing.start_import(batch.pk, actor=COMMAND, now=NOW)
    ImportBatch.objects.filter(pk=batch.pk).update(state="running", lease_until=NOW + claims.LEASE)
    assert not importing.run_import(batch.pk, actor=COMMAND, now=later(1))
    assert importing.list_waiting(importing.IMPORT, now=later(3)) == [batch.pk]


def test_progress_tells_the_time_left() -> None:
    batch = ImportBatch(state="running", total=100, position=25, started_at=NOW)
    progress = import_progress(batch, now=later(1))
    assert (progress.percent, progress.is_running, progress.time_left) == (25, True, later(3) - NOW)


def test_an_import_that_takes_long_gives_way_between_two_chunks_and_goes_on_at_once(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(batches, "CHUNK", 10)
    monkeypatch.setattr(tasks, "IMPORT_AT_ONCE", timedelta(0))
    given = numbers(25)
    lines = [f"{number},I-765,M-{index % 7},Ines Example,,,," for index, number in enumerate(given)]
    batch = previewed(sheet(*lines), actor=COMMAND)
    importing.start_import(batch.pk, actor=COMMAND, now=NOW)

    seen = []
    for _again in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            tasks.resume_imports()
        batch.refresh_from_db()
        seen.append((batch.state, batch.position, Receipt.objects.count(), ImportRow.objects.count()))

    assert seen == [("running", 10, 10, 10), ("running", 20, 20, 20), ("done", 25, 25, 25)]
    assert (batch.created, Matter.objects.filter(reference__startswith="M-").count()) == (25, 7 + 2)
    assert AuditEntry.objects.filter(action="tracking.receipt_tracked").count() == 25
    assert importing.list_waiting(importing.IMPORT, now=later(60)) == []
