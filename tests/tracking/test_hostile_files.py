"""Files made to cost more than they weigh: each is refused by the budget it exceeds, at little cost to us."""

from __future__ import annotations

import io
import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legist.core.errors import InvalidInput
from tests.factories.tracking import NUMBER
from tests.tracking.importing.test_tables import UNUSABLE, workbook
from tracking.tables import apart
from tracking.tables.apart import ReadingStoppedError, read_apart
from tracking.tables.child import read_table
from tracking.tables.limits import (
    BYTES,
    CELLS,
    LINE,
    MB,
    MEMORY,
    SECONDS,
    STRINGS,
    Limit,
    Spending,
    UnreadableError,
)

HEADING = b"receipt_number,client_name\n"
SHEET = "xl/worksheets/sheet1.xml"


def with_parts(parts: Mapping[str, bytes]) -> bytes:
    """A good workbook in which parts are replaced or added."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(("receipt_number",), (NUMBER,)))) as good,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in good.namelist():
            if name not in parts:
                packed.writestr(name, good.read(name))
        for name, body in parts.items():
            packed.writestr(name, body)
    return content.getvalue()


def lying(content: bytes, *, size: int) -> bytes:
    """The same archive, whose headers say that its largest part unpacks into little."""
    true = struct.pack("<L", size)
    assert content.count(true) >= 2
    return content.replace(true, struct.pack("<L", 1000))


def entities() -> bytes:
    levels = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">'.encode() for n in range(1, 10)]
    declared = b'<!DOCTYPE a [<!ENTITY e0 "receipt">' + b"".join(levels) + b"]>"
    return with_parts({SHEET: declared + b"<worksheet>&e9;</worksheet>"})


def gigabytes() -> bytes:
    """A quarter of a megabyte that would unpack into 256 MB four times over."""
    content = with_parts({f"xl/worksheets/sheet{n}.xml": bytes(64 * MB) for n in range(2, 6)})
    assert len(content) < 300_000
    return content


def sheet_of(cells: bytes) -> bytes:
    return with_parts({SHEET: b"<worksheet><sheetData><row>" + cells + b"</row></sheetData></worksheet>"})


HOSTILE: list[tuple[str, Callable[[], bytes], str]] = [
    ("gigabytes", gigabytes, "unpacks into more than 200 MB"),
    (
        "a bomb in a part that nothing uses",
        lambda: with_parts({"xl/media/unused.bin": bytes(11 * MB)}),
        "more than 200 times its size",
    ),
    (
        "headers that lie",
        lambda: lying(with_parts({SHEET: bytes(64 * MB)}), size=64 * MB),
        "damaged",
    ),
    (
        "many texts",
        lambda: with_parts({"xl/sharedStrings.xml": b"<sst>" + b"<si/>" * (STRINGS.most + 1) + b"</sst>"}),
        "more than 1,000,000 different texts",
    ),
    ("empty cells", lambda: sheet_of(b"<c/>" * (CELLS.most + 1)), "more than 2,000,000 cells"),
    ("other elements", lambda: sheet_of(b"<a/>" * 2_600_000 + b"<a/>" * 6_000_000), "more than"),
    ("depth", lambda: sheet_of(b"<a>" * 101), "more than 100 levels"),
    (
        "sheets",
        lambda: with_parts({"xl/workbook.xml": b"<workbook>" + b"<sheet/>" * 10_000 + b"</workbook>"}),
        "more than 200 sheets",
    ),
    (
        "parts",
        lambda: with_parts({f"xl/worksheets/sheet{n}.xml": b"" for n in range(10_000)}),
        "more than 1,000 parts",
    ),
    ("entities", entities, "document type of its own"),
    ("one endless line", lambda: HEADING + b"x" * LINE.most * 2, "more than 100,000 characters"),
    ("endless fields", lambda: HEADING + b",".join([b"x"] * LINE.most), "more than 100,000 characters"),
    ("commas", lambda: HEADING + (b"," * 1000 + b"\n") * 2100, "more than 2,000,000 cells"),
    ("lines", lambda: HEADING + b"\n" * 1_000_000 + NUMBER.encode(), "more than 100,000 rows"),
    ("bytes", lambda: HEADING + b"\n" * BYTES.most, "larger than 25 MB"),
]


@pytest.mark.parametrize(("build", "says"), [each[1:] for each in HOSTILE], ids=[each[0] for each in HOSTILE])
def test_what_costs_too_much_is_refused_by_its_budget(build: Callable[[], bytes], says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as refused:
        read_apart(build())

    assert list(refused.value.errors) == ["file"]


@pytest.mark.parametrize(("content", "says"), UNUSABLE, ids=[says for _, says in UNUSABLE])
def test_every_refusal_crosses_the_pipe(content: bytes, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        read_apart(content)


def test_marks_that_open_and_never_close_cost_their_own_lines() -> None:
    """Each could be read as the beginning of all that follows it."""
    rows = read_apart(HEADING + b'IOE0912345678,"Dana\n' * 20_000).rows

    assert len(rows) == 20_000


@pytest.mark.parametrize(
    ("limit", "most", "budget"),
    [(resource.RLIMIT_AS, 110 * MB, MEMORY), (resource.RLIMIT_CPU, 1, SECONDS)],
    ids=["memory", "time"],
)
def test_the_reader_is_held_to_memory_and_time(
    limit: int, most: int, budget: Limit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps narrower limits than its own, so that a test need not fill a gigabyte."""
    narrow = (
        f"import resource, runpy; resource.setrlimit({limit}, ({most}, {10 * most}));"
        "runpy.run_module('tracking.tables.child', run_name='__main__')"
    )
    monkeypatch.setattr(apart, "_COMMAND", (sys.executable, "-B", "-c", narrow))
    content = b"receipt_number,a,b,c\n" + b'IOE0912345678,"abcdefgh",abcdefgh,abcdefgh\n' * 99_000

    with pytest.raises(InvalidInput) as refused:
        read_apart(content)
    assert refused.value.message == budget.refusal


def test_the_reader_limits_itself_before_it_reads() -> None:
    told = (
        "import resource; from tracking.tables import child; child._limit();"
        "print(*(resource.getrlimit(getattr(resource, f'RLIMIT_{which}'))[0]"
        " for which in ('AS', 'CPU', 'FSIZE', 'CORE')))"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, check=True, text=True)

    assert [int(most) for most in done.stdout.split()] == [MEMORY.most, SECONDS.most, 0, 0]


def test_the_reader_starts_with_little() -> None:
    """Each list that somebody uploads waits for it to start."""
    told = "import sys, tracking.tables.child; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, check=True, text=True)

    assert not {"django.db", "django.http", "openpyxl", "puremagic", "requests"} & set(done.stdout.split())


@pytest.mark.parametrize(
    ("end", "error"),
    [
        ("sys.exit(3)", InvalidInput),
        ("sys.exit(1)", InvalidInput),
        ("os.abort()", InvalidInput),
        ("os.kill(os.getpid(), signal.SIGXCPU)", InvalidInput),
        ("os.kill(os.getpid(), signal.SIGTERM)", ReadingStoppedError),
        ("os.kill(os.getpid(), signal.SIGKILL)", ReadingStoppedError),
    ],
)
def test_whatever_ends_the_reader_is_told(
    end: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = f"import os, resource, signal, sys; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); {end}"
    monkeypatch.setattr(apart, "_COMMAND", (sys.executable, "-c", program))
    with pytest.raises(error):
        read_apart(HEADING)


def test_the_reader_knows_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "{'code': 'other_kind', 'values': {'kind': ' '.join(os.environ)}}"
    program = f"import json, os; print(json.dumps({{'refused': {said}}}))"
    monkeypatch.setenv("LEGIST_SECRET_KEY", "x")
    monkeypatch.setattr(apart, "_COMMAND", (sys.executable, "-c", program))
    with pytest.raises(InvalidInput) as answer:
        read_apart(HEADING)
    assert "LEGIST" not in answer.value.message


@given(st.lists(st.text("ab\",;'\n\r é", max_size=12), max_size=8))
def test_a_table_is_the_same_on_both_sides_of_the_pipe(lines: list[str]) -> None:
    table = read_table(HEADING + NUMBER.encode() + b"\n" + "\n".join(lines).encode())

    assert type(table).from_plain(table.as_plain()) == table


def test_a_sheet_that_is_named_often_is_paid_each_time() -> None:
    spending = Spending()
    spending.take_cells(CELLS.most)
    with pytest.raises(UnreadableError, match="cells"):
        spending.take_cells(1)
