"""The status of a matter on paper: for its client, and for the employer whose petition it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from legist.core.models import AuditEntry
from legist.practice.clients.parties import add_party
from legist.practice.models import Client
from legist.practice.states import ClientKind
from tests.factories.practice import NOW, Firm, make_client
from tests.factories.tracking import make_change, make_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition(firm: Firm) -> None:
    matter = firm.danas_matter
    for number, form in (("IOE0987654321", "I-129"), ("IOE0987654322", "I-765")):
        receipt = make_receipt(number, matter=matter, form_type=form)
        make_change(receipt, "Case Was Approved")


@pytest.fixture
def acme(firm: Firm) -> Client:
    client = make_client("Acme", with_user=False)
    Client.objects.filter(pk=client.pk).update(kind=ClientKind.COMPANY)
    add_party(firm.danas_matter, client.pk, "employer", seen="", actor=firm.actor("mary"), now=NOW)
    return client


def printed(browser: Browser, firm: Firm, **given: str) -> str:
    answer = browser.post(f"/matters/{firm.danas_matter.pk}/report/", given)
    return answer.content.decode().partition("<article")[2].partition("</article>")[0]


def test_the_client_reads_what_the_portal_says_in_their_language(
    firm: Firm, petition: None, browser_of: Callable[[str], Browser]
) -> None:
    page = printed(browser_of("paul"), firm, reader="client", language="es")

    assert "En qué punto está el caso" in page
    assert "Qué tiene que hacer" in page
    assert "(I-129)" in page
    assert "(I-765)" in page
    assert "0987654321" not in page.replace(" ", "")
    entry = AuditEntry.objects.get(action="practice.report_printed")
    assert entry.data == {"reader": "client", "language": "es", "receipts": 2}
    assert (entry.actor_id, entry.scope) == (str(firm.paul.pk), firm.danas_matter.pk)


def test_the_employer_reads_of_its_petition_alone(
    firm: Firm, petition: None, acme: Client, browser_of: Callable[[str], Browser]
) -> None:
    page = printed(browser_of("paul"), firm, reader="employer", language="en")

    assert "Acme Example" in page
    assert "(I-129)" in page
    assert "I-765" not in page
    assert "What you need to do" not in page
    assert "0987654321" not in page.replace(" ", "")


def test_it_is_a_pdf_with_any_latin_name_and_says_what_it_cannot_draw(
    firm: Firm, petition: None, browser_of: Callable[[str], Browser]
) -> None:
    paul, dana = browser_of("paul"), firm.danas_matter.client
    where, given = f"/matters/{firm.danas_matter.pk}/report/", {"language": "es", "format": "pdf"}

    answers = []
    for name in ("Dana Nguyễn Łukasz", "王 小明"):
        dana.name = name
        dana.save()
        answers.append(paul.post(where, given))

    drawn, refused = answers
    assert drawn["Content-Type"] == "application/pdf"
    assert drawn.content.startswith(b"%PDF-")
    assert refused.status_code == 422
    assert b"PDF" in refused.content


def test_of_two_companies_neither_reads_the_others_petition(
    firm: Firm, petition: None, acme: Client, browser_of: Callable[[str], Browser]
) -> None:
    other = make_client("Zed", with_user=False)
    Client.objects.filter(pk=other.pk).update(kind=ClientKind.COMPANY)
    add_party(firm.danas_matter, other.pk, "petitioner", seen="", actor=firm.actor("mary"), now=NOW)

    assert printed(browser_of("paul"), firm, reader="employer", language="en") == ""
    assert not AuditEntry.objects.filter(action="practice.report_printed").exists()


def test_without_a_company_there_is_no_employer(
    firm: Firm, petition: None, browser_of: Callable[[str], Browser]
) -> None:
    where = f"/matters/{firm.danas_matter.pk}/report/"

    assert browser_of("paul").post(where, {"reader": "employer", "language": "en"}).status_code == 422
    assert browser_of("paul").post(where, {"language": "xx"}).status_code == 422
    assert browser_of("charlie").post(where, {}).status_code == 404
    assert not AuditEntry.objects.filter(action="practice.report_printed").exists()
