"""Every list leaves as a file: what its reader may see, and no more, on the record."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client as Visitor
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from legist.core.models import AuditEntry
from legist.practice.models import Matter
from legist.practice.permissions import visible_matters
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_deadline, make_news, make_receipt, run

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Visitor]
LISTS = {
    "receipts": reverse("tracking:receipts"),
    "matters": reverse("workflows:matters"),
    "deadlines": reverse("workflows:deadlines"),
    "inbox": reverse("tracking:inbox"),
    "reviews": reverse("tracking:reviews"),
    "imports": reverse("tracking:imports"),
    "alerts": reverse("workflows:notices"),
    "approvals": reverse("workflows:approvals"),
    "my-work": reverse("workflows:my_work"),
    "mail": reverse("workflows:paper"),
}
EVERYTHING = {"deadlines": {"whose": "all"}, "inbox": {"scope": "all"}}


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def rows(browser: Visitor, name: str, **query: str) -> list[dict[str, str]]:
    response = browser.get(LISTS[name], {"format": "csv", **EVERYTHING.get(name, {}), **query})
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(body(response).decode("utf-8-sig"))))


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(firm: Firm) -> Matter:
    """Dana's matter, with something on every list."""
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    return firm.danas_matter


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("person", "status"),
    [("alice", 200), ("paul", 200), ("mary", 200), ("charlie", 200), ("olga", 403), ("dana", 404)],
)
def test_lists_are_exported_by_those_whose_role_includes_it(
    browser_of: Browser, name: str, person: str, status: int
) -> None:
    response = browser_of(person).get(LISTS[name], {"format": "xlsx"})

    # A manager imports nothing; a client is taken to the portal.
    expected = {("inbox", "dana"): 302, ("imports", "mary"): 403}.get((name, person), status)
    assert response.status_code == expected


@pytest.mark.parametrize(
    "name", [name for name in LISTS if name not in {"reviews", "imports", "alerts", "mail"}]
)
def test_a_file_holds_what_its_reader_may_see(case: Matter, browser_of: Browser, name: str) -> None:
    pauls, charlies = rows(browser_of("paul"), name), rows(browser_of("charlie"), name)

    assert pauls
    assert all(row["Matter"].startswith(case.reference) for row in pauls)
    assert not any(row["Matter"].startswith(case.reference) for row in charlies)
    assert browser_of("paul").get(LISTS[name]).content.count(b"format=xlsx") == 1
    assert b"format=xlsx" not in browser_of("olga").get(LISTS[name]).content


def test_both_formats_say_the_same(case: Matter, browser_of: Browser) -> None:
    response = browser_of("paul").get(LISTS["matters"], {"format": "xlsx"})

    assert response["Content-Disposition"].startswith('attachment; filename="matters-')
    sheet = load_workbook(io.BytesIO(body(response)))["Legist"]
    told = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    plain = rows(browser_of("paul"), "matters")
    assert told[0] == list(plain[0])
    assert told[1][:3] == list(plain[0].values())[:3]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8, deadline=None)
@given(walls=st.sets(st.tuples(st.sampled_from(["alice", "paul", "mary"]), st.booleans()), max_size=4))
def test_no_file_reaches_past_a_wall(firm: Firm, browser_of: Browser, walls: set[tuple[str, bool]]) -> None:

    with transaction.atomic():
        for person, is_danas in walls:
            matter = firm.danas_matter if is_danas else firm.eves_matter
            wall_off(matter, getattr(firm, person), reason="A conflict.", actor=SYSTEM, now=NOW)
        for person in ("alice", "paul", "mary", "charlie"):
            open_to = set(visible_matters(firm.actor(person)).values_list("reference", flat=True))
            assert {row["Matter"] for row in rows(browser_of(person), "matters")} == open_to
        transaction.set_rollback(True)


def test_it_is_on_the_record_without_a_word_of_anybody(case: Matter, browser_of: Browser) -> None:
    make_deadline_rows = rows(browser_of("paul"), "deadlines", status="provisional")

    entry = AuditEntry.objects.get(action="practice.list_exported")
    assert entry.data == {
        "list": "deadlines",
        "format": "csv",
        "filters": "status,whose",
        "rows": len(make_deadline_rows),
    }
    assert make_deadline_rows


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("receipts", {"tier": "odd"}),
        ("receipts", {"stages": "x"}),
        ("matters", {"stage": "nowhere"}),
        ("matters", {"find": "00000000-0000-0000-0000-000000000000"}),
        ("deadlines", {"whose": "nobody"}),
        ("deadlines", {"view": "month"}),
        ("inbox", {"code": "NOTHING"}),
        ("reviews", {"kind": "odd"}),
        ("reviews", {"format": "pdf"}),
    ],
)
def test_a_filter_that_is_not_known_is_refused_and_never_left_out(
    browser_of: Browser, name: str, query: dict[str, str]
) -> None:
    response = browser_of("paul").get(LISTS[name], {"format": "csv"} | query)

    assert response.status_code == 422
    assert not AuditEntry.objects.filter(action="practice.list_exported").exists()


def test_a_list_longer_than_a_page_is_exported_whole(firm: Firm, browser_of: Browser) -> None:
    for _ in range(60):
        make_receipt(firm.danas_matter)

    assert len(rows(browser_of("paul"), "receipts")) == 60
    assert len({row["Receipt"] for row in rows(browser_of("paul"), "receipts")}) == 60


def test_numbers_stay_masked_as_on_the_page(firm: Firm, browser_of: Browser) -> None:
    receipt = make_receipt(firm.danas_matter)

    (row,) = rows(browser_of("paul"), "receipts")
    assert receipt.number not in row["Receipt"]
    assert row["Receipt"].endswith(receipt.number[-3:])


def test_names_are_read_as_names(firm: Firm, browser_of: Browser) -> None:
    client = firm.danas_matter.client
    client.name = "=HYPERLINK(1)"
    client.save(update_fields=["name"])
    make_deadline(firm)

    assert [row["Client"] for row in rows(browser_of("paul"), "deadlines")] == ["'=HYPERLINK(1)"]
