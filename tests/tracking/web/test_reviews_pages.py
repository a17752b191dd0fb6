"""The review queue: what a person must look at, why, and what was done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from legist.core.uow import unit_of_work
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import later, make_receipt, make_receipts, read
from tests.tracking.web.conftest import FRAGMENT
from tracking import reviews
from tracking.models import Receipt, ReviewItem
from tracking.states import ReviewKind

Browser = Callable[[str], Client]
UNKNOWN = "Request for Evidance Were Pondered Upon"


@pytest.fixture
def question(danas: Receipt) -> ReviewItem:
    """USCIS said something about Dana's receipt that nobody has seen before."""
    read(danas, UNKNOWN)
    return ReviewItem.objects.get()


def ask_about_source() -> ReviewItem:
    with unit_of_work(actor=SYSTEM):
        return reviews.open_item(
            ReviewKind.ACCESS_REFUSED,
            receipt=None,
            source="uscis",
            code="unauthorized",
            detail="",
            now=NOW,
            actor=SYSTEM,
        )


def test_it_shows_why_and_the_words_of_the_source(question: ReviewItem, browser_of: Browser) -> None:
    page = browser_of("paul").get("/reviews/").content.decode()

    assert str(question.get_kind_display()) in page
    assert UNKNOWN in page
    assert "nobody yet" in page


def test_it_names_the_closest_known_status(danas: Receipt, browser_of: Browser) -> None:
    item = reviews.open_item(
        ReviewKind.UNKNOWN_STATUS,
        receipt=danas,
        source="uscis",
        code="UNKNOWN",
        detail="Request for Evidance Was Sent",
        now=NOW,
        actor=SYSTEM,
    )

    assert "Request for evidence" in browser_of("paul").get(f"/reviews/{item.pk}/").content.decode()


def test_it_says_in_words_what_it_is_about(danas: Receipt, browser_of: Browser) -> None:
    asked = [
        (ReviewKind.CHECK_READING, "RFE_ISSUED", "Request for evidence"),
        (ReviewKind.UNREADABLE, "http_418", "Refused, HTTP 418"),
    ]
    for kind, code, words in asked:
        item = reviews.open_item(
            kind,
            receipt=danas,
            source="uscis",
            code=code,
            detail="",
            now=NOW,
            actor=SYSTEM,
        )
        page = browser_of("paul").get(f"/reviews/{item.pk}/").content.decode()
        assert words in page
        assert f"{code}<" not in page


def test_it_opens_in_the_side_panel(question: ReviewItem, browser_of: Browser) -> None:
    headers = FRAGMENT | {"HX-Target": "side-panel-body"}

    panel = browser_of("paul").get(f"/reviews/{question.pk}/", headers=headers).content.decode()

    assert "<html" not in panel
    assert "Settle the question" in panel


@pytest.mark.parametrize("name", ["paul", "alice", "olga"])
def test_it_is_settled_with_what_was_found(name: str, question: ReviewItem, browser_of: Browser) -> None:
    client, url = browser_of(name), f"/reviews/{question.pk}/resolve/"
    assert client.post(url, {"resolution": " "}, headers=FRAGMENT).status_code == 422

    assert client.post(url, {"resolution": "A typing error at USCIS."}, headers=FRAGMENT).status_code == 204

    assert not client.get("/reviews/").context["rows"]
    settled = client.get("/reviews/", {"state": "resolved"}).context["rows"]
    assert [line.resolved_by for line in settled] == [name.capitalize()]
    assert "A typing error at USCIS." in client.get(f"/reviews/{question.pk}/").content.decode()


def test_it_cannot_be_settled_twice(question: ReviewItem, browser_of: Browser) -> None:
    paul, url = browser_of("paul"), f"/reviews/{question.pk}/resolve/"
    paul.post(url, {"resolution": "Done."})

    assert paul.post(url, {"resolution": "Done."}).status_code == 409


def test_it_is_given_to_a_person_and_back(question: ReviewItem, firm: Firm, browser_of: Browser) -> None:
    paul, url = browser_of("paul"), f"/reviews/{question.pk}/assign/"

    paul.post(url, {"assignee": str(firm.alice.pk)}, headers=FRAGMENT)
    assert [line.item for line in browser_of("alice").get("/reviews/", {"mine": "1"}).context["rows"]] == [
        question
    ]

    paul.post(url, {"assignee": ""}, headers=FRAGMENT)
    question.refresh_from_db()
    assert question.assigned_to is None


@pytest.mark.parametrize("assignee", ["charlie", "nonsense"])
def test_it_is_not_given_to_somebody_who_cannot_see_it(
    assignee: str, question: ReviewItem, firm: Firm, browser_of: Browser
) -> None:
    person = getattr(firm, assignee, None)
    given = {"assignee": str(person.pk) if person else assignee}

    assert browser_of("paul").post(f"/reviews/{question.pk}/assign/", given).status_code == 422


@pytest.mark.parametrize(("name", "status"), [("mary", 403), ("charlie", 404), ("dana", 404)])
def test_who_may_not_settle(name: str, status: int, question: ReviewItem, browser_of: Browser) -> None:
    client = browser_of(name)

    assert client.get(f"/reviews/{question.pk}/").status_code == (200 if status == 403 else 404)
    for act, given in (("resolve", {"resolution": "Done."}), ("resolve", {}), ("assign", {"assignee": "x"})):
        assert client.post(f"/reviews/{question.pk}/{act}/", given).status_code == status


def test_readers_are_shown_no_form(question: ReviewItem, browser_of: Browser) -> None:
    assert "Settle the question" not in browser_of("mary").get(f"/reviews/{question.pk}/").content.decode()


def test_a_question_about_the_source_belongs_to_operations(firm: Firm, browser_of: Browser) -> None:
    url = f"/reviews/{ask_about_source().pk}/"

    assert "Settle the question" not in browser_of("paul").get(url).content.decode()
    assert browser_of("paul").post(f"{url}resolve/", {"resolution": "Done."}).status_code == 403
    assert browser_of("olga").post(f"{url}resolve/", {"resolution": "New secret."}).status_code == 302


def test_it_narrows_by_why_and_by_receipt(question: ReviewItem, browser_of: Browser) -> None:
    paul = browser_of("paul")
    other = make_receipt("IOE0912345679")

    assert paul.get("/reviews/", {"kind": "keeps_failing"}).context["rows"] == []
    assert paul.get("/reviews/", {"receipt": str(other.pk)}).context["rows"] == []
    assert paul.get("/reviews/", {"kind": "nonsense"}).status_code == 422


def test_a_client_finds_no_queue(browser_of: Browser) -> None:
    assert browser_of("dana").get("/reviews/").status_code == 404


def test_an_empty_queue_says_so(browser_of: Browser) -> None:
    assert "No question waits" in browser_of("paul").get("/reviews/").content.decode()


def test_more_questions_cost_no_more_queries(
    firm: Firm, browser_of: Browser, count_queries: Callable[[Client, str], int]
) -> None:
    receipts, paul = make_receipts(12, matter=firm.danas_matter), browser_of("paul")
    read(receipts[0], UNKNOWN)
    few = count_queries(paul, "/reviews/")
    for receipt in receipts[1:]:
        read(receipt, UNKNOWN, at=later())

    assert count_queries(paul, "/reviews/") == few <= 18


@pytest.mark.parametrize(
    ("answer", "state", "said"), [("start", "resolved", "start"), ("", "open", ""), ("perhaps", "open", "")]
)
def test_work_that_waits_needs_an_answer(
    *, answer: str, state: str, said: str, danas: Receipt, browser_of: Browser
) -> None:
    item = reviews.open_item(
        ReviewKind.SAME_NOTICE,
        receipt=danas,
        source="uscis",
        code="RFE_ISSUED",
        detail="Request for Evidence Was Sent",
        change=read(danas, "Request for Evidence Was Sent").change,
        now=NOW,
        actor=SYSTEM,
    )
    browser = browser_of("paul")
    assert "A new notice: start the work" in browser.get(f"/reviews/{item.pk}/").content.decode()

    browser.post(f"/reviews/{item.pk}/resolve/", {"resolution": "The letter is another.", "answer": answer})

    item.refresh_from_db()
    assert (item.state, item.answer) == (state, said)
