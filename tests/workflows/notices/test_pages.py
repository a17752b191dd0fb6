"""The pages about paper: who sees which, the form, and what each says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import make_receipt
from tests.factories.workflows import make_change, make_deadline, make_news, run
from tests.workflows.notices.sheets import DATED, DUE, NUMBER, PDF, PNG, log
from tests.workflows.web.asking import Browser, address, said, statuses, text
from tracking.models import Receipt
from workflows.models import Deadline, GracePeriod, NoticeWatch, UscisNotice
from workflows.notices import overdue, watch
from workflows.notices.selectors import count_waiting

LIST, NEW = "/paper/", "/paper/new/"
PEOPLE = ("alice", "paul", "mary", "olga", "charlie", "dana")


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    return make_receipt(NUMBER, matter=firm.danas_matter, form_type="I-485")


def filled(**fields: object) -> dict[str, object]:
    """The form as Paul fills it in."""
    dates = {"notice_date": "2026-02-26", "received_on": "2026-03-02", "response_due": "2026-05-20"}
    return {"submission": str(uuid4()), "kind": "rfe", "number": NUMBER, **dates, **fields}


def missing(receipt: Receipt) -> NoticeWatch:
    found = watch.begin(make_change(receipt, "DENIED").pk, actor=SYSTEM, now=NOW)
    assert found is not None
    overdue.run_due(now=NOW + timedelta(days=30), actor=SYSTEM)
    return found


def test_it_is_for_the_firm(browser_of: Browser) -> None:
    assert statuses(browser_of, LIST, PEOPLE) == [200, 200, 200, 200, 200, 404]
    assert statuses(browser_of, NEW, PEOPLE) == [200, 200, 200, 403, 200, 404]


@pytest.mark.parametrize("tab", ["match", "missing", "logged", "aside"])
def test_an_empty_tab_says_what_it_is_for(browser_of: Browser, tab: str) -> None:
    assert "empty" in text(browser_of("paul").get(LIST, {"tab": tab}))


def test_what_did_not_come_leaves_as_a_file_to_those_who_see_it(
    receipt: Receipt, browser_of: Browser
) -> None:
    missing(receipt)
    query = {"tab": "missing", "format": "csv"}

    def file(who: str) -> str:
        response: Any = browser_of(who).get(LIST, query)
        return b"".join(response.streaming_content).decode()

    assert receipt.masked in file("paul")
    assert receipt.masked not in file("charlie")
    assert browser_of("paul").get(LIST, {"tab": "missing", "sort": "dated"}).status_code == 422


def test_a_tab_that_is_not_known_is_refused(browser_of: Browser) -> None:
    assert browser_of("paul").get(LIST, {"tab": "odd"}).status_code == 422


def test_a_filled_form_logs_the_notice_and_says_what_came_of_it(
    firm: Firm, receipt: Receipt, browser_of: Browser
) -> None:
    make_deadline(firm, DUE + timedelta(days=3), receipt_id=receipt.pk)
    scan = SimpleUploadedFile("anything.txt", PDF)
    response = browser_of("paul").post(NEW, filled(scan=scan, number="ioe 0912-340-001"))

    notice = UscisNotice.objects.get()
    assert response["Location"] == address("paper_notice", notice.pk)
    assert said(response) == ["Logged. Due May 20, 2026, 3 days earlier than counted."]
    assert (notice.receipt, notice.scan.content) == (receipt, PDF)


def test_a_form_sent_twice_comes_to_the_same_page(receipt: Receipt, browser_of: Browser) -> None:
    browser, data = browser_of("paul"), filled()

    assert browser.post(NEW, data)["Location"] == browser.post(NEW, data)["Location"]
    assert UscisNotice.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "said_about"),
    [
        ({"kind": ""}, "id_kind"),
        ({"number": "123"}, "id_number"),
        ({"received_on": "2027-01-01"}, "id_received_on"),
        ({"scan": SimpleUploadedFile("notice.pdf", b"<html>")}, "id_scan"),
        ({"scan": SimpleUploadedFile("notice.pdf", b"")}, "id_scan"),
        ({"scan": SimpleUploadedFile("notice.pdf", PDF + b"x" * 11_000_000)}, "id_scan"),
    ],
    ids=["kind", "number", "ahead", "html", "empty", "11MB"],
)
def test_what_cannot_be_logged_is_said_at_its_field(
    browser_of: Browser, fields: dict[str, object], said_about: str
) -> None:
    response = browser_of("paul").post(NEW, filled(**fields))

    assert response.status_code == 422
    assert f'href="#{said_about}"' in text(response)
    assert not UscisNotice.objects.exists()


@pytest.mark.parametrize("name", ["receipt", "matter", "deadline"])
def test_the_form_knows_where_it_was_opened(
    firm: Firm, receipt: Receipt, browser_of: Browser, name: str
) -> None:
    deadline = make_deadline(firm, receipt_id=receipt.pk)
    of = {"receipt": receipt.pk, "matter": firm.danas_matter.pk, "deadline": deadline.pk}[name].hex
    page = browser_of("paul").get(NEW, {name: of})

    assert receipt.masked in text(page)
    assert NUMBER not in text(page)
    assert page.context["form"].initial.get("kind", "") == ("rfe" if name == "deadline" else "")
    assert browser_of("charlie").get(NEW, {name: of}).status_code == 404


def test_a_matter_with_several_cases_lets_choose(firm: Firm, receipt: Receipt, browser_of: Browser) -> None:
    make_receipt("IOE0912340002", matter=firm.danas_matter)

    assert text(browser_of("paul").get(NEW, {"matter": str(firm.danas_matter.pk)})).count("<option") >= 3


def test_it_says_what_it_has_found_while_one_types(firm: Firm, receipt: Receipt, browser_of: Browser) -> None:
    make_deadline(firm, DUE + timedelta(days=3), receipt_id=receipt.pk)
    find = address("paper_find")

    assert "3 days earlier than counted" in text(browser_of("paul").post(find, filled()))
    assert "No case has this number" in text(browser_of("charlie").post(find, filled()))
    assert "too few digits" in text(browser_of("paul").post(find, filled(number="IOE09")))
    assert statuses(browser_of, find, PEOPLE, "post") == [200, 200, 200, 403, 200, 404]


def test_a_notice_is_shown_to_those_who_may_see_its_receipt(
    firm: Firm, receipt: Receipt, browser_of: Browser
) -> None:
    url = address("paper_notice", log(firm, note="Dana was worried.").pk)

    assert statuses(browser_of, url, PEOPLE) == [200, 200, 200, 200, 404, 404]
    assert "worried" in text(browser_of("mary").get(url))
    assert "worried" not in text(browser_of("olga").get(url))


@pytest.mark.parametrize(("scan", "shown"), [(PDF, "attachment"), (PNG, "inline")])
def test_a_scan_can_run_nothing_and_stays_nowhere(
    firm: Firm, receipt: Receipt, browser_of: Browser, scan: bytes, shown: str
) -> None:
    url = address("paper_scan", log(firm, scan=scan).pk)
    response = browser_of("paul").get(url)

    assert response.content == scan
    assert response.headers["Content-Disposition"].startswith(f'{shown}; filename="notice.')
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response.headers["Cache-Control"]
    assert statuses(browser_of, url, PEOPLE) == [200, 200, 200, 403, 404, 404]


def test_a_stranger_is_tracked_and_matched_in_one_step(firm: Firm, browser_of: Browser) -> None:
    notice = log(firm)
    page = text(browser_of("paul").get(address("paper_notice", notice.pk)))
    assert "Track this number" in page

    browser_of("paul").post(address("paper_match", notice.pk), {"track": "1"})

    notice.refresh_from_db()
    assert notice.state == "logged"


def test_a_duplicate_stands_beside_the_first(firm: Firm, receipt: Receipt, browser_of: Browser) -> None:
    log(firm)
    again = log(firm, response_due=DUE)
    page = text(browser_of("paul").get(address("paper_notice", again.pk)))

    assert "This notice was logged before" in page
    browser_of("paul").post(address("paper_keep", again.pk), {"reason": "The attorney's copy."})
    again.refresh_from_db()
    assert again.state == "logged"


def test_set_aside_and_taken_back(firm: Firm, browser_of: Browser) -> None:
    notice, browser = log(firm), browser_of("paul")
    browser.post(address("paper_set_aside", notice.pk), {"reason": "The neighbour's."})

    assert "The neighbour" in text(browser.get(address("paper_notice", notice.pk)))
    browser.post(address("paper_take_back", notice.pk))
    notice.refresh_from_db()
    assert notice.state == "to_match"


def test_a_correction_is_kept_beside_what_was_read_before(
    firm: Firm, receipt: Receipt, browser_of: Browser
) -> None:
    notice, browser = log(firm, response_due=DUE), browser_of("paul")
    url = address("paper_correct", notice.pk)
    assert browser.get(url).status_code == 200

    wrong = browser.post(url, filled(version=1, number="12"))
    browser.post(url, filled(version=1, response_due="2026-05-13", reason="Misread."))

    assert wrong.status_code == 422
    page = text(browser.get(address("paper_notice", notice.pk)))
    assert "May 20, 2026" in page
    assert "Misread." in page


@pytest.mark.parametrize(("who", "offered"), [("alice", True), ("paul", False)])
def test_paper_that_contradicts_the_status_offers_the_correction(
    firm: Firm, receipt: Receipt, browser_of: Browser, who: str, offered: bool
) -> None:
    make_change(receipt, "NOTICE_MAILED", event_date=DATED)
    notice = log(firm, "noid", response_due=DUE)
    browser = browser_of(who)
    page = text(browser.get(address("paper_notice", notice.pk)))

    assert "disagree" in page
    assert ("The paper notice of Feb 26, 2026 says: Notice of intent to deny." in page) is offered
    assert Deadline.objects.filter(kind="noid", due_date=DUE).exists()
    reason = {"code": "NOID_ISSUED", "reason": "The paper says so."}
    browser.post(reverse("tracking:receipt_override", args=[receipt.pk]), reason)
    assert ("disagree" not in text(browser.get(address("paper_notice", notice.pk)))) is offered


def test_a_missing_paper_says_what_to_do(firm: Firm, receipt: Receipt, browser_of: Browser) -> None:
    found = missing(receipt)
    page = text(browser_of("paul").get(LIST, {"tab": "missing"}))

    assert "Call the USCIS Contact Center" in page
    assert f"?receipt={receipt.pk}&amp;kind=denial" in page
    assert f'id="watch-{found.pk}"' in page
    assert "Denied" not in text(browser_of("charlie").get(LIST, {"tab": "missing"}))


@pytest.mark.parametrize("who", ["paul", "olga"])
def test_a_missing_paper_is_taken_on_or_given_up(receipt: Receipt, browser_of: Browser, who: str) -> None:
    found, browser = missing(receipt), browser_of(who)
    browser.post(address("paper_take", found.pk))
    found.refresh_from_db()
    assert found.taken_by is not None

    browser.post(address("paper_dismiss", found.pk), {"reason": "It came by e-mail."})
    found.refresh_from_db()
    assert (found.state, found.reason) == ("dismissed", "It came by e-mail.")


def test_receipt_and_matter_say_that_a_paper_is_missing(
    firm: Firm, receipt: Receipt, browser_of: Browser
) -> None:
    missing(receipt)
    browser = browser_of("paul")

    for url in (reverse("tracking:receipt", args=[receipt.pk]), address("matter", firm.danas_matter.pk)):
        assert "A paper notice is missing" in text(browser.get(url))
        assert f"{NEW}?" in text(browser.get(url))


def test_a_deadline_offers_to_log_its_notice(firm: Firm, receipt: Receipt, browser_of: Browser) -> None:
    deadline = make_deadline(firm, receipt_id=receipt.pk)

    page = text(browser_of("paul").get(address("deadline", deadline.pk)))

    assert f"{NEW}?deadline={deadline.pk}" in page


def test_the_number_beside_mail_counts_what_waits(firm: Firm, receipt: Receipt) -> None:
    missing(receipt)
    log(firm, number="")

    assert [count_waiting(firm.actor(who)) for who in ("paul", "olga", "charlie")] == [2, 2, 1]


@pytest.mark.parametrize(("who", "status"), [("mary", 302), ("alice", 302), ("paul", 403), ("olga", 403)])
def test_the_days_are_set_by_those_who_answer_for_the_firm(
    browser_of: Browser, who: str, status: int
) -> None:
    url = address("paper_watch")
    assert browser_of(who).get(url).status_code == 200

    response = browser_of(who).post(url, {"days_DENIED": "21", "on_DENIED": "on"})

    assert response.status_code == status
    assert GracePeriod.objects.filter(code="DENIED", days=21, is_on=True).exists() is (status == 302)


@pytest.mark.parametrize("wrong", ["many", "-1", "", "121", "9" * 500])
def test_days_that_make_no_sense_are_refused_with_all_the_others(browser_of: Browser, wrong: str) -> None:
    given = {"days_RECEIVED": "21", "on_RECEIVED": "on", "days_DENIED": wrong, "on_DENIED": "on"}

    assert browser_of("mary").post(address("paper_watch"), given).status_code == 422
    assert not GracePeriod.objects.exists()


def test_a_long_list_comes_in_pages(firm: Firm, browser_of: Browser) -> None:
    for _ in range(51):
        log(firm, number="")
    browser: Client = browser_of("paul")
    page = browser.get(LIST).context["page"]

    assert len(page.items) == 50
    assert len(browser.get(LIST, {"cursor": page.next_cursor}).context["page"].items) == 1
    assert not browser.get(LIST, {"kind": "noid"}).context["page"].items


@pytest.mark.parametrize("rows", [1, 8])
def test_it_asks_the_database_no_more_for_more_rows(
    firm: Firm, browser_of: Browser, django_assert_max_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _ in range(rows):
        run(make_news(firm.danas_matter, "RFE_ISSUED"))
        log(firm, number="")
    browser = browser_of("paul")

    with django_assert_max_num_queries(22):
        browser.get(LIST)


def test_alerts_are_called_so_and_mail_is_mail(browser_of: Browser) -> None:
    page = text(browser_of("paul").get("/notices/"))

    assert "<h1>Alerts</h1>" in page
    assert ">Mail<" in page


@pytest.mark.parametrize("rows", [1, 6])
def test_missing_papers_are_read_in_a_fixed_number_of_queries(
    firm: Firm, browser_of: Browser, django_assert_max_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _ in range(rows):
        watch.begin(make_news(firm.danas_matter, "RFE_ISSUED").pk, actor=SYSTEM, now=NOW)
    overdue.run_due(now=NOW + timedelta(days=30), actor=SYSTEM)
    browser = browser_of("paul")

    with django_assert_max_num_queries(28):
        browser.get(LIST, {"tab": "missing"})
