"""A column that slipped by a line must not give one person's case to another."""

from __future__ import annotations

import pytest

from legist.practice.models import Client, Matter
from tests.factories.practice import NOW, SYSTEM, Firm, make_client
from tests.factories.tracking import numbers
from tracking.importing import ImportReport, dry_run, import_now
from tracking.models import Receipt
from tracking.remarks import Remark

HEADER = "receipt_number,matter_reference,client_name,client_email\n"


FIRST, SECOND, THIRD = numbers(3)


def run(firm: Firm, *rows: str) -> ImportReport:
    """Import the rows as Alice, who works for Dana and for Eve."""
    content = (HEADER + "\n".join(rows)).encode()
    return import_now(content, filename="a.csv", actor=firm.actor("alice"), now=NOW)


def in_matters() -> list[str]:
    return list(Receipt.objects.exclude(matter=None).values_list("matter__reference", flat=True))


CONTRADICTIONS = [
    "M-2026-0002,Dana Example,",  # Dana's name with the reference of Eve's matter
    "M-2026-0002,Dana Example,dana@mail.example",
    "M-2026-0002,,dana@mail.example",
    "M-2026-0002,Eve Example,dana@mail.example",
    "M-2026-0002,Dana Example,eve@mail.example",
    "M-2026-0002,,stranger@mail.example",
    "M-2026-0002,Dina Example,",
    ",Eve Example,dana@mail.example",
    "NEW-1,Eve Example,dana@mail.example",
    "NEW-1,Dina Example,dana@mail.example",
]


@pytest.mark.parametrize("row", CONTRADICTIONS)
def test_a_contradiction_waits_and_its_receipt_is_watched(row: str, firm: Firm) -> None:
    before = Client.objects.count(), Matter.objects.count()
    report = run(firm, f"{FIRST},{row}")

    assert report.as_json()["waiting"] == [{"line": 2, "reason": Remark("waits")}]
    assert (report.as_json()["created"], report.rejected, report.remarks) == (0, [], [])
    assert Receipt.objects.get().matter is None
    assert (Client.objects.count(), Matter.objects.count()) == before


AGREEMENTS = [
    "M-2026-0002,EVE EXAMPLE,",
    'M-2026-0002,"Example, Eve",eve@mail.example',
    "M-2026-0002,Évé  Example,EVE@mail.example",
    "M-2026-0002,N/A,#N/A",
    "M-2026-0002,,eve@mail.example",
    "-,Eve Example,eve@mail.example",
]


@pytest.mark.parametrize("row", AGREEMENTS)
def test_one_name_in_another_spelling_is_placed(row: str, firm: Firm) -> None:
    run(firm, f"{FIRST},{row}")
    assert in_matters() == ["M-2026-0002"]


def test_two_names_for_one_address_in_a_file_wait(firm: Firm) -> None:
    report = run(firm, f"{FIRST},N-1,Ana One,one@mail.example", f"{SECOND},N-2,Bea Two,one@mail.example")
    assert [row["line"] for row in report.waiting] == [3]
    assert in_matters() == ["N-1"]


FILES = [
    (f"{FIRST},N-1,Ana One,", f"{SECOND},N-1,Bea Two,"),
    (f"{FIRST},N-1,Ana One,one@mail.example", f"{SECOND},N-1,Bea Two,two@mail.example"),
    (f"{FIRST},N-1,Ana One,one@mail.example", f"{SECOND},N-1,Bea Two,"),
    (f"{FIRST},N-1,,dana@mail.example", f"{SECOND},N-1,Eve Example,"),
    (f"{FIRST},N-1,Ana One,", f"{SECOND},N-1,,dana@mail.example"),
    (f"{FIRST},N-1,Ana One,", f"{SECOND},N-1,,new@mail.example"),
]


@pytest.mark.parametrize("rows", FILES)
@pytest.mark.parametrize("chunk", [1, 200])
def test_one_reference_for_two_people_of_a_file_waits(
    rows: tuple[str, str], chunk: int, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracking.importing.batches.CHUNK", chunk)
    dry = dry_run((HEADER + "\n".join(rows)).encode(), actor=firm.actor("alice")).as_json()
    report = run(firm, *rows)

    assert [row["line"] for row in report.waiting] == [3]
    assert in_matters() == ["N-1"]
    assert dry == report.as_json()


def test_a_client_without_an_address_is_known_by_name_and_reference(firm: Firm) -> None:
    run(firm, f"{FIRST},N-1,Ana One,")
    report = run(firm, f"{SECOND},N-1,ana one,ana@mail.example", f"{THIRD},N-1,Bea Two,ana@mail.example")

    assert in_matters() == ["N-1", "N-1"]
    assert [row["line"] for row in report.waiting] == [3]
    assert Remark("offered") in report.remarks[0]["reason"]


def test_a_bad_name_opens_nothing_and_says_why(firm: Firm) -> None:
    name = '"Dana, call 900-555-1234 and pay at www.example.test"'
    report = run(firm, f"{FIRST},N-1,{name},new@mail.example", f"{SECOND},N-1,,")

    assert report.as_json()["unassigned"] == 2
    assert report.remarks[0]["reason"].startswith("client_name was left out.")
    assert not Matter.objects.filter(reference="N-1").exists()
    assert all(client.name for client in Client.objects.all())


def test_a_tracked_receipt_of_somebody_else_is_a_remark(firm: Firm) -> None:
    run(firm, f"{FIRST},M-2026-0002,,")
    report = run(firm, f"{FIRST},,Dana Example,")

    assert report.as_json()["already_tracked"] == 1
    assert "under another matter or client" in report.remarks[0]["reason"]


def test_a_system_import_stops_at_contradictions_too(firm: Firm) -> None:
    make_client("Ines", with_user=False)
    content = f"{HEADER}{FIRST},M-2026-0002,Ines Example,".encode()
    assert len(import_now(content, filename="a.csv", actor=SYSTEM, now=NOW).waiting) == 1
