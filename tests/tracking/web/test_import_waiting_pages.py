"""Rows that wait: found, looked at and settled on the page; and an import that an error stopped."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import NUMBER, numbers, previewed
from tracking import importing
from tracking.models import ImportBatch, Receipt, WaitingRow

Browser = Callable[[str], Client]
HEADER = "receipt_number,form,matter_reference,client_name,client_email\n"


@pytest.fixture
def waiting(firm: Firm) -> WaitingRow:
    """Charlie, walled off from Dana, has her address in his list."""
    wall_off(firm.danas_matter.client, firm.charlie, reason="A relative.", actor=SYSTEM, now=NOW)
    content = (
        f"{HEADER}{NUMBER},I-765,,Dina <b>Example</b>,\n{numbers(1)[0]},,,Dina Example,dana@mail.example\n"
    )
    importing.import_now(content.encode(), filename="a.csv", actor=firm.actor("charlie"), now=NOW)
    return WaitingRow.objects.get()


def test_paul_finds_it_and_sees_both_names(waiting: WaitingRow, browser_of: Browser) -> None:
    paul = browser_of("paul")
    assert f"/imports/waiting/{waiting.pk}/" in paul.get("/imports/waiting/").content.decode()

    page = paul.get(f"/imports/waiting/{waiting.pk}/").content.decode()
    assert "Dina Example" in page
    assert "Dana Example" in page
    assert "M-2026-0001" in page
    assert "may not see what the row names" in page


def test_a_row_that_names_nobody_is_listed_too(firm: Firm, browser_of: Browser) -> None:
    wall_off(firm.danas_matter.client, firm.charlie, reason="A relative.", actor=SYSTEM, now=NOW)
    content = f"{HEADER}{NUMBER},,M-2026-0001,,\n".encode()
    importing.import_now(content, filename="a.csv", actor=firm.actor("charlie"), now=NOW)
    page = browser_of("paul").get("/imports/waiting/").content.decode()
    assert Receipt.objects.get().masked in page
    assert "M-2026-0001" in page


def test_charlie_sees_that_it_waits_and_no_more(waiting: WaitingRow, browser_of: Browser) -> None:
    charlie = browser_of("charlie")
    page = charlie.get(f"/imports/{ImportBatch.objects.get().pk}/").content.decode()
    assert "1 row waits for a decision" in page
    assert "Show those that wait for you" not in page
    assert "Dana" not in page
    assert "No row waits for you" in charlie.get("/imports/waiting/").content.decode()
    assert charlie.get(f"/imports/waiting/{waiting.pk}/").status_code == 404


def test_paul_settles_it(firm: Firm, waiting: WaitingRow, browser_of: Browser) -> None:
    paul, url = browser_of("paul"), f"/imports/waiting/{waiting.pk}/"
    answer = paul.post(f"{url}decide/", {"decision": "link", "reference": "M-2026-0001"})
    assert answer["Location"] == "/imports/waiting/"
    assert Receipt.objects.filter(matter=firm.danas_matter).exists()
    assert "Put into a matter" in paul.get(url).content.decode()
    assert paul.post(f"{url}decide/", {"decision": "keep"}).status_code == 409


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "This field is required."),
        ({"decision": "link", "reference": "M-2026-0002"}, "You work on no matter with this reference"),
        ({"decision": "refuse"}, "Say why the row is refused"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(
    given: dict[str, str], says: str, waiting: WaitingRow, browser_of: Browser
) -> None:
    answer = browser_of("paul").post(f"/imports/waiting/{waiting.pk}/decide/", given)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "open"


def test_the_preview_counts_every_line(firm: Firm, browser_of: Browser) -> None:
    text = f"{HEADER}\n{NUMBER},,M-2026-0001,Somebody Else,\n{numbers(1)[0]},,,,\n"
    batch = previewed(text.encode(), filename="a.csv", actor=firm.actor("paul"))
    page = browser_of("paul").get(f"/imports/{batch.pk}/")

    assert "Import 2 receipts" in page.content.decode()
    assert [line.outcome.label for line in page.context["lines"]] == ["Waits for a decision", "New receipt"]
    assert "2 other lines or sheets hold no receipts" in page.content.decode()


def test_an_import_that_failed_says_so_and_goes_on(firm: Firm, browser_of: Browser) -> None:
    paul = browser_of("paul")
    batch = previewed(f"receipt_number\n{NUMBER}".encode(), filename="a.csv", actor=SYSTEM)
    batch.uploaded_by = firm.paul
    batch.state, batch.error_class, batch.finished_at = "failed", "builtins.KeyError", NOW
    batch.save()

    page = paul.get(f"/imports/{batch.pk}/").content.decode()
    assert "An error stopped this import" in page
    assert "KeyError" not in page
    assert "Stopped by an error" in paul.get("/imports/").content.decode()

    assert paul.post(f"/imports/{batch.pk}/retry/")["Location"] == f"/imports/{batch.pk}/"
    batch.refresh_from_db()
    assert batch.state == "queued"
    assert paul.post(f"/imports/{batch.pk}/retry/").status_code == 409
