"""The import wizard: upload, look first, import, read the report."""

from __future__ import annotations

import resource
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import NUMBER, make_receipt
from tests.tracking.web.conftest import FRAGMENT
from tracking import importing
from tracking.models import ImportBatch, Receipt
from tracking.tables.columns import COLUMNS
from tracking.tables.limits import BYTES

Browser = Callable[[str], Client]
CSV = b"receipt_number,favourite_colour\nioe-09-123-45678,green\nIOE0912345678,red\nIOE09,blue\n"


def upload(client: Client, content: bytes = CSV, **headers: Any) -> Any:
    return client.post(
        "/imports/new/", {"file": SimpleUploadedFile("Danas list.csv", content)}, headers=headers
    )


@pytest.fixture
def url(browser_of: Browser) -> str:
    """The page of Paul's upload, previewed."""
    page = str(upload(browser_of("paul"))["Location"])
    run_worker()
    return page


def run_worker() -> None:
    batch = ImportBatch.objects.get()
    importing.check_import(batch.pk, actor=SYSTEM, now=NOW)
    importing.run_import(batch.pk, actor=SYSTEM, now=NOW)


def test_it_looks_before_it_writes(url: str, browser_of: Browser) -> None:
    page = browser_of("paul").get(url).content.decode()

    assert "Import 1 receipt" in page
    assert "favourite_colour" in page
    assert "too few digits" in page
    assert "Repeated in this file" in page
    assert NUMBER not in page
    assert not Receipt.objects.exists()


def test_what_needs_a_hand_comes_first(url: str, browser_of: Browser) -> None:
    lines = browser_of("paul").get(url).context["lines"]

    assert [line.outcome.label for line in lines] == ["Not imported", "New receipt", "Repeated in this file"]


@pytest.mark.parametrize(("outcome", "expected"), [("rejected", 1), ("created", 1), ("updated", 0)])
def test_it_narrows_to_an_outcome(outcome: str, expected: int, url: str, browser_of: Browser) -> None:
    assert len(browser_of("paul").get(url, {"outcome": outcome}).context["lines"]) == expected


def test_it_imports_and_reports(url: str, browser_of: Browser) -> None:
    paul = browser_of("paul")
    assert paul.post(f"{url}start/")["Location"] == url
    assert "Waiting for the worker" in paul.get(url).content.decode()

    run_worker()

    report = paul.get(url).content.decode()
    assert "1 receipt is watched now" in report
    assert "1 row was not imported" in report
    assert Receipt.objects.get().number == NUMBER


def test_the_progress_is_only_sent_when_it_has_moved(url: str, browser_of: Browser) -> None:
    paul = browser_of("paul")
    paul.post(f"{url}start/")
    token = paul.get(url).context["token"]
    assert paul.get(url, {"since": token}, headers=FRAGMENT).status_code == 204

    run_worker()

    refreshed = paul.get(url, {"since": token}, headers=FRAGMENT).content.decode()
    assert "<html" not in refreshed
    assert "watched now" in refreshed


def test_it_cannot_begin_twice(url: str, browser_of: Browser) -> None:
    paul = browser_of("paul")
    paul.post(f"{url}start/")

    assert paul.post(f"{url}start/").status_code == 409


def test_it_can_be_discarded(url: str, browser_of: Browser) -> None:
    paul = browser_of("paul")
    assert paul.post(f"{url}cancel/", headers=FRAGMENT).status_code == 204

    assert "This import was cancelled" in paul.get(url).content.decode()
    assert paul.post(f"{url}cancel/").status_code == 409


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"x" * (BYTES.most + 1), BYTES.refusal),
        (b"x" * (BYTES.most * 2), BYTES.refusal),
    ],
    ids=["empty", "too large", "larger than any request"],
)
def test_what_is_plainly_no_list_is_refused_at_the_field(
    content: bytes, says: str, browser_of: Browser
) -> None:
    response = upload(browser_of("paul"), content, **FRAGMENT)

    assert response.status_code == 422
    assert says in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_the_page_follows_the_check_and_says_why_a_file_cannot_be_used(browser_of: Browser) -> None:
    paul = browser_of("paul")
    url = upload(paul, b"name\nDana\n")["Location"]
    page = paul.get(url)
    assert "Checking the file" in page.content.decode()
    assert 'data-live="1"' in page.content.decode()
    assert paul.get(url, {"since": page.context["token"]}, headers=FRAGMENT).status_code == 204
    assert paul.post(f"{url}start/").status_code == 409

    run_worker()

    refused = paul.get(url, {"since": page.context["token"]}, headers=FRAGMENT).content.decode()
    assert "This file cannot be used" in refused
    assert "No column is called receipt_number" in refused
    assert "data-live" not in refused
    assert "Cannot be used" in paul.get("/imports/").content.decode()
    assert [paul.post(f"{url}{act}/").status_code for act in ("start", "retry", "cancel")] == [409] * 3


def test_an_upload_can_be_discarded_before_anybody_looked_at_it(browser_of: Browser) -> None:
    paul = browser_of("paul")
    url = upload(paul)["Location"]
    paul.post(f"{url}cancel/")

    run_worker()

    page = paul.get(url).content.decode()
    assert "This import was cancelled" in page
    assert "Nothing had been imported." in page
    assert "Choose another file" in page


def test_no_file_is_said_at_the_field(browser_of: Browser) -> None:
    response = browser_of("paul").post("/imports/new/", headers=FRAGMENT)

    assert response.status_code == 422
    assert "This field is required." in response.content.decode()


def test_its_template_is_understood_and_the_made_up_line_refused(browser_of: Browser) -> None:
    response = browser_of("paul").get("/imports/template.csv")

    assert "attachment" in response["Content-Disposition"]
    assert response.content.decode("utf-8-sig").splitlines()[0] == ",".join(COLUMNS)
    report = importing.dry_run(response.content, actor=SYSTEM)
    assert (report.unknown_columns, report.counts["rejected"]) == ((), 1)


def test_uploads_are_found_again(url: str, browser_of: Browser) -> None:
    assert url in browser_of("paul").get("/imports/").content.decode()
    assert url not in browser_of("alice").get("/imports/").content.decode()
    assert url in browser_of("olga").get("/imports/").content.decode()


def test_there_is_a_next_step_before_the_first_upload(browser_of: Browser) -> None:
    assert "No list was brought in yet" in browser_of("paul").get("/imports/").content.decode()


@pytest.mark.parametrize(("name", "status"), [("mary", 403), ("dana", 404)])
def test_who_may_not_import(name: str, status: int, browser_of: Browser) -> None:
    client = browser_of(name)

    for path in ("/imports/", "/imports/new/", "/imports/template.csv"):
        assert client.get(path).status_code == status
    assert upload(client).status_code == status


def test_an_upload_of_others_is_not_there(url: str, browser_of: Browser) -> None:
    for name in ("alice", "charlie", "mary", "dana"):
        client = browser_of(name)
        assert client.get(url).status_code == 404
        assert client.post(f"{url}start/").status_code == 404
        assert client.post(f"{url}cancel/").status_code == 404


def test_what_is_tracked_already_is_recognised(firm: Firm, browser_of: Browser) -> None:
    make_receipt(matter=firm.danas_matter)

    url = upload(browser_of("paul"))["Location"]
    run_worker()
    page = browser_of("paul").get(url).content.decode()

    assert "Choose another file" in page
    assert "Already tracked" in page


def test_the_list_costs_no_more_queries_for_more(
    browser_of: Browser, count_queries: Callable[[Client, str], int]
) -> None:
    paul = browser_of("paul")
    upload(paul)
    few = count_queries(paul, "/imports/")
    for _ in range(4):
        upload(paul)

    assert count_queries(paul, "/imports/") == few <= 18


def test_an_upload_costs_the_same_whatever_is_in_it(browser_of: Browser) -> None:
    """The page starts no process and asks the database the same questions."""
    paul = browser_of("paul")
    rows = b"\n".join(f"IOE{9100000001 + number}".encode() for number in range(1000))
    upload(paul)
    costs = []
    for content in (CSV, b"receipt_number\n" + rows, b"PK\x03\x04 no workbook", b"\0\1\2", b"%PDF-1.7"):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with CaptureQueriesContext(connection) as queries:
            assert upload(paul, content).status_code == 302
        assert resource.getrusage(resource.RUSAGE_CHILDREN) == before
        costs.append(len(queries))

    assert len(set(costs)) == 1
    assert set(ImportBatch.objects.values_list("state", "total")) == {("checking", 0)}
