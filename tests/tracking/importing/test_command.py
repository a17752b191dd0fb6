"""`import_receipts` from the command line: one JSON document, errors that name the line, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from legist.core.models import AuditEntry
from tests.factories.practice import Firm
from tests.factories.tracking import NUMBER, numbers
from tracking.models import Receipt

pytestmark = pytest.mark.django_db


def write(directory: Path, *lines: str) -> str:
    path = directory / "receipts.csv"
    path.write_text("\n".join(lines))
    return str(path)


def test_it_prints_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, "receipt_number,colour", f"{NUMBER},red", f"{NUMBER},red", "IOE09,blue")
    call_command("import_receipts", path, "--json")
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert (document["rows"], document["created"], document["updated"], document["duplicates"]) == (
        3,
        1,
        0,
        1,
    )
    assert document["rejected"][0]["line"] == 4
    assert set(document["rejected"][0]) == {"line", "value_masked", "reason"}
    assert "Line 4: IOE••: This receipt number has too few digits." in printed.err
    assert "Column 'colour' is not known" in printed.err
    assert NUMBER not in printed.out + printed.err


KEYS = {"rows", "created", "updated", "duplicates", "rejected", "waiting", "skipped", "remarks"}


@pytest.mark.parametrize("flags", [(), ("--dry-run",)])
def test_it_prints_its_remarks(
    flags: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, "receipt_number,client_name", f"{NUMBER},Ines", f"{NUMBER},Ines")
    call_command("import_receipts", path, *flags)
    printed = capsys.readouterr()
    remarks = [line for line in printed.out.splitlines() if line.startswith("Line")]
    assert len(remarks) == 1
    assert remarks[0].startswith("Line 2: ")
    assert "Unassigned: a client needs client_email" in remarks[0]
    assert NUMBER not in printed.out


@pytest.mark.parametrize("flags", [(), ("--dry-run",)])
def test_the_document_carries_them_beside_its_keys(
    flags: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, "receipt_number,client_name", f"{NUMBER},Ines", f"{NUMBER},Ines", "12,")
    call_command("import_receipts", path, "--json", *flags)
    document = json.loads(capsys.readouterr().out)
    assert document.keys() >= KEYS
    assert [(row["line"], row["reason"][:10]) for row in document["remarks"]] == [(2, "Unassigned")]


def test_a_dry_run_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_receipts", write(tmp_path, "receipt_number", NUMBER), "--dry-run")
    assert capsys.readouterr().out.startswith("Would import 1 rows: 1 new")
    assert Receipt.objects.count() == 0


def test_it_exits_1_when_every_row_was_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as left:
        call_command("import_receipts", write(tmp_path, "receipt_number", "12", "13"))
    assert left.value.code == 1


@pytest.mark.parametrize("lines", [("name", "Dana"), ()])
def test_it_exits_2_when_the_file_is_no_use(tmp_path: Path, lines: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=r"receipts\.csv: ") as refused:
        call_command("import_receipts", write(tmp_path, *lines))
    assert refused.value.returncode == 2


def test_it_exits_2_when_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file") as refused:
        call_command("import_receipts", str(tmp_path / "none.csv"))
    assert refused.value.returncode == 2


def test_its_document_accounts_for_every_line(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        "Our list",
        "receipt_number,matter_reference,client_name",
        f"{NUMBER},M-2026-0002,Dana Example",
        "",
        f"{numbers(1)[0]},,",
        f'{numbers(2)[1]},,"open',
    ]
    call_command("import_receipts", write(tmp_path, *lines), "--json")
    document = json.loads(capsys.readouterr().out)
    assert [set(row) for row in document["waiting"]] == [{"line", "reason"}]
    assert [(row["sheet"], row["line"]) for row in document["skipped"]] == [("", 1), ("", 2), ("", 4)]
    assert [row["line"] for row in document["rejected"]] == [6]
    parts = ("created", "updated", "duplicates")
    listed = ("rejected", "waiting", "skipped")
    assert sum(document[part] for part in parts) + sum(len(document[part]) for part in listed) == len(lines)


def test_it_acts_as_the_system_and_says_so(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, "receipt_number,matter_reference", f"{NUMBER},M-2026-0001")
    call_command("import_receipts", path, "--json", "--dry-run")
    printed = capsys.readouterr()
    assert "Acting as the system" in printed.err
    document = json.loads(printed.out)
    assert (document["acting_as"], document["created"]) == ("command", 1)


def test_it_sees_with_the_eyes_of_a_person(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, "receipt_number,matter_reference", f"{NUMBER},M-2026-0001")
    call_command("import_receipts", path, "--as", "Charlie@firm.example", "--json")
    assert [row["line"] for row in json.loads(capsys.readouterr().out)["waiting"]] == [2]
    entry = AuditEntry.objects.get(action="tracking.import_uploaded")
    assert (entry.actor_id, entry.data["via"]) == (str(firm.charlie.pk), "import_receipts")


@pytest.mark.parametrize("email", ["nobody@firm.example", "mary@firm.example", "dana@mail.example"])
def test_it_exits_2_for_whom_it_may_not_act_as(email: str, firm: Firm, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("import_receipts", write(tmp_path, "receipt_number", NUMBER), "--as", email)
    assert refused.value.returncode == 2


def test_it_exits_1_when_an_error_stopped_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracking.importing.applying.open_matter", lambda **_given: 1 / 0)
    path = write(tmp_path, "receipt_number,client_name,client_email", f"{NUMBER},Ines,ines@mail.example")
    with pytest.raises(CommandError, match=r"stopped by builtins\.ZeroDivisionError after 0 of 1") as stopped:
        call_command("import_receipts", path)
    assert stopped.value.returncode == 1
