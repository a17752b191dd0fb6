"""Scans: only what they really are gets in, and who may read comes out on the record."""

from __future__ import annotations

import pytest
from django.db import connection

from legist.core.errors import Forbidden, InvalidInput, NotFound
from legist.core.models import AuditEntry
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_receipt
from tests.workflows.notices.sheets import JPEG, NUMBER, PDF, PNG, log
from workflows.models import NoticeScan, UscisNotice
from workflows.notices.scans import MAX_BYTES, open_scan, read_scan

HTML = b"<html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    ("content", "kind"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")]
)
def test_it_knows_a_file_by_its_content(content: bytes, kind: str) -> None:
    assert read_scan(content).content_type == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        HTML,
        b"  " + PDF,
        HTML + PDF,
        b"GIF89a" + HTML,
        b"MZ\x90\x00" + PDF,
        b"PK\x03\x04" + PDF,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        PDF[:30],
        PNG[:20],
        PDF + b"x" * MAX_BYTES,
    ],
    ids=["empty", "html", "indented", "html-pdf", "gif", "exe", "zip", "svg", "cut-pdf", "cut-png", "10MB+"],
)
def test_it_refuses_everything_else(firm: Firm, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        log(firm, scan=content)

    assert "scan" in refused.value.errors
    assert not UscisNotice.objects.exists()


def test_it_is_kept_encrypted(firm: Firm) -> None:
    log(firm, scan=PDF)

    with connection.cursor() as cursor:
        cursor.execute("select content from workflows_paperscan")
        assert "PDF" not in str(cursor.fetchone())
    assert NoticeScan.objects.get().content == PDF


def test_whoever_opens_it_is_on_the_record(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    notice = log(firm, scan=PDF)

    file = open_scan(notice.pk, actor=firm.actor("mary"), now=NOW)

    entry = AuditEntry.objects.get(action="workflows.paper_scan_opened")
    assert (file.name, file.content, file.is_picture) == ("notice.pdf", PDF, False)
    assert (entry.actor_id, entry.scope) == (str(firm.mary.pk), firm.danas_matter.pk)


@pytest.mark.parametrize(("who", "error"), [("olga", Forbidden), ("charlie", NotFound), ("dana", NotFound)])
def test_it_is_read_by_those_who_read_the_matter(firm: Firm, who: str, error: type[Exception]) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    notice = log(firm, scan=PDF)

    with pytest.raises(error):
        open_scan(notice.pk, actor=firm.actor(who), now=NOW)


def test_a_notice_without_a_scan_has_none(firm: Firm) -> None:
    with pytest.raises(NotFound):
        open_scan(log(firm).pk, actor=firm.actor("paul"), now=NOW)
