"""Downloading a matter's document."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

from legist.core.models import AuditEntry
from tests.factories.practice import Firm
from tests.factories.workflows import make_news, run
from tests.workflows.web.asking import Browser, address, statuses, unknown
from workflows.models import Document


def letter(firm: Firm) -> Document:
    run(make_news(firm.danas_matter, "APPROVED"))
    return Document.objects.get()


def test_it_is_for_those_who_may_see_the_matter(firm: Firm, browser_of: Browser) -> None:
    url = address("document", letter(firm).pk)

    found = statuses(browser_of, url, ("alice", "paul", "mary", "charlie", "olga", "dana"))

    assert found == [200, 200, 200, 404, 404, 404]
    assert browser_of("alice").get(unknown("document")).status_code == 404


def test_it_hands_over_the_word_file_under_a_plain_name(firm: Firm, browser_of: Browser) -> None:
    response = browser_of("paul").get(address("document", letter(firm).pk))

    assert response.headers["Content-Disposition"] == 'attachment; filename="approval-letter.docx"'
    assert "no-store" in response.headers["Cache-Control"]
    assert "word/document.xml" in ZipFile(BytesIO(response.content)).namelist()


def test_it_puts_the_reader_on_the_record(firm: Firm, browser_of: Browser) -> None:
    browser_of("paul").get(address("document", letter(firm).pk))

    entry = AuditEntry.objects.get(action="workflows.document_read")
    assert entry.actor_id == str(firm.paul.pk)
