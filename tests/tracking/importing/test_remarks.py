"""What an import says of a line or a file is kept as codes with values, and said to whoever reads it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import NUMBER, previewed
from tests.structure.test_budgets import modules, parsed
from tests.workflows.web.asking import Browser, text
from tracking import importing
from tracking.importing.reports import report_of
from tracking.models import ImportBatch, ImportRow
from tracking.remarks import REMARKS, Remark
from tracking.tables.child import read_table

pytestmark = pytest.mark.django_db
ODD = (
    "receipt_number,client_name,client_email,language,attorney_email\n"
    f"{NUMBER},Dana Dough 5551234567,dana at mail,klingon,dana@mail.example\n"
    f"{NUMBER},,,,\n"
    "Dana Dough,,,,\n\n"
).encode()


def codes_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Remark":
            yield from (
                str(each.value)
                for argument in node.args
                for each in ast.walk(argument)
                if isinstance(each, ast.Constant) and each.value not in {"number_", "unassigned_"}
            )


def test_every_remark_has_its_sentence() -> None:
    used = {code for path in modules("tracking") for code in codes_in(parsed(path))}

    assert len(used) > 20
    assert used - set(REMARKS.sentences) == set()


def test_it_keeps_codes_and_names_nobody(firm: Firm) -> None:
    importing.import_now(ODD, filename="a.csv", actor=firm.actor("paul"), now=NOW)

    rows = list(ImportRow.objects.order_by("line"))
    kept = {remark["code"] for row in rows for remark in row.remarks}
    assert {"left_out", "no_address", "none_of", "nobody", "repeats", "number_unreadable"} <= kept
    assert {row.reason for row in rows} == {""}
    written = json.dumps([row.remarks for row in rows])
    assert not [word for word in ("Dana", "Dough", "555", "klingon", "dana@") if word in written]


def test_the_report_is_the_same_when_it_is_read_again(firm: Firm) -> None:
    report = importing.import_now(ODD, filename="a.csv", actor=firm.actor("paul"), now=NOW)
    looked_at = importing.dry_run(ODD, actor=firm.actor("paul"))

    assert report_of(ImportBatch.objects.get()).as_json() == report.as_json()
    assert [row["line"] for row in looked_at.rejected] == [row["line"] for row in report.rejected] == [4]
    assert report.skipped[-1]["reason"] == "It is empty."


def test_what_crosses_the_pipe_is_the_same_remark() -> None:
    table = read_table(ODD + b'"')

    again = type(table).from_plain(json.loads(json.dumps(table.as_plain())))

    assert [row.fault and row.fault.kept for row in again.rows] == [
        row.fault and row.fault.kept for row in table.rows
    ]
    assert [each.reason.kept for each in again.skipped] == [each.reason.kept for each in table.skipped]


@pytest.mark.parametrize("before", [True, False])
def test_why_a_file_is_refused_is_said_to_whoever_reads_it(
    firm: Firm, browser_of: Browser, *, before: bool
) -> None:
    batch = previewed(b"PK\x03\x04 no workbook", actor=firm.actor("paul"))
    assert batch.preview == {"refused": {"code": "damaged", "values": {}}}
    if before:
        batch.preview = {"refused": str(Remark("damaged"))}
        batch.save(update_fields=["preview"])

    assert "The workbook is damaged." in shown(browser_of("paul"), batch)


def test_rows_and_previews_of_an_earlier_release_read_as_they_were_written(
    firm: Firm, browser_of: Browser
) -> None:
    batch, paul = previewed(ODD, actor=firm.actor("paul")), browser_of("paul")
    line = {"line": 2, "value_masked": "IOE", "reason": "As it was said.", "outcome": "created"}
    batch.preview = {"rows_shown": [line], "skipped": [{"sheet": "", "line": 5, "reason": "Left out then."}]}
    batch.save(update_fields=["preview"])
    page = shown(paul, batch)
    assert "As it was said." in page
    assert "Left out then." in page

    importing.start_import(batch.pk, actor=firm.actor("paul"), now=NOW)
    importing.run_import(batch.pk, actor=SYSTEM, now=NOW)
    ImportRow.objects.filter(line=2).update(remarks=[], reason="As it was kept.")

    assert "As it was kept." in shown(paul, batch)
    assert report_of(batch).skipped[0]["reason"] == "Left out then."


def shown(browser: Client, batch: ImportBatch) -> str:
    return text(browser.get(f"/imports/{batch.pk}/"))
