"""`import_receipts` from the command line: one JSON document, errors that name the line, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories.tracking import NUMBER
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


KEYS = {"rows", "created", "updated", "duplicates", "rejected"}


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
