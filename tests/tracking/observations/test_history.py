"""What only the history shows: a request is raised once, unless answered; what is old asks a person."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from legist.core.outbox import drain
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import APPROVED, RECEIVED, REVIEW, RFE, make_receipt, read
from tests.support.simulator import RunningSimulator
from tracking import overrides
from tracking.models import Receipt, ReviewItem, StatusChange
from tracking.polling.run import poll_due
from tracking.selectors import ChangeFilters, list_changes, receipt_detail
from tracking.selectors.client import list_client_receipts
from tracking.sources.base import HistoryItem
from tracking.sources.uscis import UscisSource
from tracking.states import Decision
from workflows.matters.timeline import read_timeline
from workflows.models import Deadline, Draft, PlaybookRun

DAY = timedelta(days=1)
TODAY = NOW.date()
RESPONSE = "Response To USCIS' Request For Evidence Was Received"
IN_REVIEW = "On March 1, 2026, we began to review your Form I-485."


def entry(title: str, days_ago: int | None) -> HistoryItem:
    return HistoryItem(None if days_ago is None else TODAY - days_ago * DAY, title)


def say(
    receipt: Receipt,
    title: str,
    *history: HistoryItem,
    text: str = "",
    at: datetime = NOW,
    form: str = "I-485",
) -> Decision:
    """Let the source say something with a history, and the workflows learn of it."""
    recorded = read(receipt, title, text, at=at, form_type=form, history=history)
    drain(now=at)
    return recorded.decision


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    return make_receipt(matter=firm.danas_matter)


def raised() -> list[tuple[date | None, str]]:
    changes = StatusChange.objects.filter(rule__startswith="history, ").order_by("sequence")
    return list(changes.values_list("event_date", "to_code"))


def listed() -> list[str]:
    return [item.detail or "" for item in ReviewItem.objects.filter(kind="past_request").order_by("id")]


def test_a_request_between_two_readings_is_raised(receipt: Receipt) -> None:
    say(receipt, RECEIVED)
    decision = say(receipt, REVIEW, entry(RFE, 5), entry(RECEIVED, 60), at=NOW + DAY)

    assert decision == Decision.CHANGED
    assert raised() == [(TODAY - 5 * DAY, "RFE_ISSUED")]
    codes = StatusChange.objects.order_by("sequence").values_list("from_code", "to_code")
    assert list(codes) == [("", "RECEIVED"), ("RECEIVED", "RFE_ISSUED"), ("RECEIVED", "IN_REVIEW")]
    assert receipt.current_code == "IN_REVIEW"
    deadline = Deadline.objects.get()
    assert (deadline.kind, deadline.issued_on, deadline.state) == ("rfe", TODAY - 5 * DAY, "open")


def test_it_is_raised_once_however_often_it_is_shown(receipt: Receipt) -> None:
    say(receipt, RECEIVED)
    for day in range(1, 5):
        more = [entry(REVIEW, 0)] if day > 2 else []
        say(receipt, REVIEW, *more, entry(RFE, 5), text=IN_REVIEW if day % 2 else "", at=NOW + day * DAY)

    assert len(raised()) == 1
    assert Deadline.objects.count() == 1


def test_a_request_that_was_seen_when_it_came_is_not_raised_again(receipt: Receipt) -> None:
    say(receipt, RECEIVED, at=NOW - 9 * DAY)
    say(receipt, RFE, at=NOW - 5 * DAY)
    say(receipt, REVIEW, entry(RFE, 5))

    assert raised() == []
    assert Deadline.objects.count() == 1


@pytest.mark.parametrize("answer", [RESPONSE, APPROVED, "Case Was Denied"])
def test_a_request_that_was_answered_or_decided_since_is_not_raised(answer: str, receipt: Receipt) -> None:
    say(receipt, REVIEW, entry(answer, 20), entry(RFE, 40), entry(RECEIVED, 60))
    say(receipt, answer, entry(RFE, 41), at=NOW + DAY)

    assert not any(code == "RFE_ISSUED" for _day, code in raised())
    assert not any(RFE in lines for lines in listed())
    assert not Deadline.objects.filter(kind="rfe").exists()


NOID = "Notice Of Intent To Deny Was Sent"
UNNAMED = "Response Was Received"
SPANISH = "Respuesta A La Petición De Evidencia Enviada Por USCIS Fue Recibida."


@pytest.mark.parametrize(
    ("request_", "answer", "is_answered"),
    [
        (RFE, RESPONSE, True),
        (NOID, RESPONSE, False),
        (NOID, "Response To Notice Of Intent To Deny Was Received", True),
        (RFE, "Response To Notice Of Intent To Deny Was Received", False),
        ("Notice Of Intent To Revoke Was Sent", "Card Was Produced", False),
        (RFE, "Card Was Produced", True),
        (NOID, UNNAMED, True),
        (RFE, UNNAMED, True),
    ],
)
def test_only_an_answer_to_the_same_kind_answers_a_request(
    *, request_: str, answer: str, is_answered: bool, receipt: Receipt
) -> None:
    say(receipt, REVIEW, entry(answer, 20), entry(request_, 25), entry(RECEIVED, 60))

    assert bool(raised()) == (not is_answered)
    assert listed() == []


def test_the_words_of_the_status_that_stands_say_what_it_answers(receipt: Receipt) -> None:
    say(receipt, RESPONSE, entry(NOID, 10), entry(RFE, 40))

    assert raised() == [(TODAY - 10 * DAY, "NOID_ISSUED")]


def test_spanish_words_say_what_they_answer(receipt: Receipt) -> None:
    answered = HistoryItem(TODAY - 5 * DAY, "", SPANISH)
    say(receipt, REVIEW, answered, entry(NOID, 10), entry(RFE, 40))

    assert raised() == [(TODAY - 10 * DAY, "NOID_ISSUED")]
    assert listed() == []


def test_an_answer_that_may_be_to_either_of_two_requests_is_put_to_a_person(receipt: Receipt) -> None:
    say(receipt, REVIEW, entry(UNNAMED, 5), entry(NOID, 10), entry(RFE, 40))

    assert raised() == []
    assert len(listed()[0].splitlines()) == 2


def test_an_answer_between_two_requests_leaves_the_later_one_open(receipt: Receipt) -> None:
    say(receipt, REVIEW, entry(UNNAMED, 5), entry(NOID, 10), entry(RESPONSE, 30), entry(RFE, 40))

    assert raised() == []
    assert listed() == []


@pytest.mark.parametrize("days", [(), (60,), (0,)])
@pytest.mark.parametrize("answer", [RESPONSE, APPROVED])
def test_on_one_day_the_order_of_the_list_decides(
    answer: str, days: tuple[int, ...], receipt: Receipt
) -> None:
    later = [entry(RECEIVED, day) for day in days if day < 5]
    earlier = [entry(RECEIVED, day) for day in days if day > 5]
    say(receipt, REVIEW, *later, entry(answer, 5), entry(RFE, 5), *earlier)
    assert raised() == []

    say(receipt, REVIEW, *later, entry(RFE, 5), entry(answer, 5), *earlier, at=NOW + DAY)
    assert raised() == [(TODAY - 5 * DAY, "RFE_ISSUED")]


def test_a_list_may_begin_with_the_oldest(receipt: Receipt) -> None:
    say(receipt, REVIEW, entry(RECEIVED, 60), entry(RFE, 5), entry(RESPONSE, 5))

    assert raised() == []


def test_an_answer_seen_on_the_day_of_the_request_does_not_answer_it(receipt: Receipt) -> None:
    say(receipt, RESPONSE, text="On March 1, 2026, we received your response.", at=NOW - 20 * DAY)
    say(receipt, REVIEW, HistoryItem(date(2026, 3, 1), RFE), at=NOW)

    assert raised() == [(date(2026, 3, 1), "RFE_ISSUED")]


def test_of_two_requests_between_two_readings_one_was_seen(receipt: Receipt) -> None:
    say(receipt, RECEIVED, at=NOW - 9 * DAY)
    say(receipt, RFE, at=NOW - 2 * DAY)
    say(receipt, REVIEW, entry(RFE, 3), entry(RFE, 7))

    assert raised() == [(TODAY - 7 * DAY, "RFE_ISSUED")]


def test_a_request_dated_by_its_text_is_not_raised_by_the_day_on_which_it_was_shown(receipt: Receipt) -> None:
    say(receipt, RECEIVED, at=NOW - 9 * DAY)
    text = f"On {TODAY - 6 * DAY:%B %-d, %Y}, we mailed a request for evidence for your Form I-485."
    say(receipt, RFE, text=text, at=NOW - 2 * DAY)
    say(receipt, REVIEW, entry(RFE, 3))

    assert raised() == []
    assert Deadline.objects.count() == 1


def test_a_request_that_was_shown_twice_is_not_raised_by_its_second_day(receipt: Receipt) -> None:
    text = f"On {TODAY - 9 * DAY:%B %-d, %Y}, we mailed a request for evidence for your Form I-485."
    say(receipt, RFE, text=text, at=NOW - 9 * DAY)
    say(receipt, REVIEW, at=NOW - 7 * DAY)
    say(receipt, RFE, text=text, at=NOW - 5 * DAY)
    say(receipt, REVIEW, entry(RFE, 5), entry(REVIEW, 7), entry(RFE, 9))

    assert raised() == []
    assert Deadline.objects.count() == 1


def test_a_request_of_the_day_after_the_last_reading_is_raised(receipt: Receipt) -> None:
    text = f"On {TODAY - 9 * DAY:%B %-d, %Y}, we mailed a request for evidence for your Form I-485."
    say(receipt, RFE, text=text, at=NOW - 6 * DAY)
    say(receipt, REVIEW, entry(RFE, 5), entry(RFE, 9))

    assert raised() == [(TODAY - 5 * DAY, "RFE_ISSUED")]


DOUBTFUL = "Something About Your Case Was Perhaps Changed"


@pytest.mark.parametrize("listed_again", [True, False])
def test_what_waits_for_a_person_is_raised_once_they_have_decided(
    *, listed_again: bool, receipt: Receipt
) -> None:
    say(receipt, DOUBTFUL, at=NOW - DAY)
    say(receipt, DOUBTFUL, entry(RFE, 5))
    assert ReviewItem.objects.filter(kind="unknown_status", state="open").exists()
    assert (raised(), len(listed())) == ([], 1)

    ReviewItem.objects.exclude(kind="past_request").update(state="resolved", resolved_at=NOW)
    more = [entry(RECEIVED, 60)] if listed_again else []
    for day in (1, 2):
        say(receipt, DOUBTFUL, entry(RFE, 5), *more, at=NOW + day * DAY)

    assert raised() == [(TODAY - 5 * DAY, "RFE_ISSUED")]
    assert Deadline.objects.count() == 1
    assert not ReviewItem.objects.filter(kind="past_request", state="open").exists()


def test_what_waits_is_raised_when_the_source_says_something_else(receipt: Receipt) -> None:
    say(receipt, DOUBTFUL, entry(RECEIVED, 60), at=NOW - DAY)
    say(receipt, DOUBTFUL, entry(RFE, 5), entry(RECEIVED, 60))
    say(receipt, REVIEW, entry(RFE, 5), entry(RECEIVED, 60), at=NOW + DAY)

    assert raised() == [(TODAY - 5 * DAY, "RFE_ISSUED")]


def test_an_answer_to_an_earlier_request_is_none_to_a_later_one(receipt: Receipt) -> None:
    say(receipt, REVIEW, entry(RFE, 10), entry(RESPONSE, 30), entry(RFE, 60))

    assert raised() == [(TODAY - 10 * DAY, "RFE_ISSUED")]


@pytest.mark.parametrize("days", [1, 60, 91, 98])
def test_a_first_reading_raises_what_may_still_be_answered(days: int, receipt: Receipt) -> None:
    assert say(receipt, REVIEW, entry(RFE, days)) == Decision.FIRST

    assert Deadline.objects.get().kind == "rfe"
    # Where the case stands already is no news, so that nobody is written to about it.
    assert not Draft.objects.filter(purpose="status_update").exists()


@pytest.mark.parametrize("days", [99, 400, None])
def test_what_is_older_than_any_period_goes_to_a_list_and_starts_nothing(
    days: int | None, receipt: Receipt
) -> None:
    say(receipt, REVIEW, entry(RFE, days))
    say(receipt, RECEIVED, entry(REVIEW, 1), entry(RFE, days), at=NOW + DAY)

    assert raised() == []
    assert [detail.split(" ", 1)[1] for detail in listed()] == [RFE]
    assert not PlaybookRun.objects.filter(playbook_key="rfe").exists()


def test_what_a_person_has_looked_at_is_not_listed_again(firm: Firm, receipt: Receipt) -> None:
    say(receipt, REVIEW, entry(RFE, 120))
    ReviewItem.objects.update(state="resolved", resolved_at=NOW)
    say(receipt, REVIEW, entry("Request for Initial Evidence Was Sent", 110), entry(RFE, 120), at=NOW + DAY)

    assert len(listed()) == 2
    assert listed()[1].endswith("Request for Initial Evidence Was Sent")


def test_the_first_reading_after_an_upgrade_looks_through_what_was_there(receipt: Receipt) -> None:
    """The status has not changed since, and it still stands afterwards."""
    say(receipt, REVIEW, text=IN_REVIEW, at=NOW - DAY)
    Receipt.objects.update(history_digest="")
    decision = say(receipt, REVIEW, entry(RFE, 5), entry(RFE, 200), text=IN_REVIEW)

    assert decision == Decision.CHANGED
    assert (receipt.current_code, receipt.sequence) == ("IN_REVIEW", 3)
    assert Deadline.objects.get().issued_on == TODAY - 5 * DAY
    assert len(listed()) == 1
    assert say(receipt, REVIEW, entry(RFE, 5), entry(RFE, 200), text=IN_REVIEW) == Decision.UNCHANGED
    assert not ReviewItem.objects.filter(kind="same_notice").exists()


def test_a_status_that_still_stands_is_told_once(firm: Firm, receipt: Receipt) -> None:
    """On the receipt's page, in the matter's timeline, in the inbox and in the portal, where it leads."""
    say(receipt, RECEIVED, at=NOW - 9 * DAY)
    say(receipt, REVIEW, at=NOW - DAY)
    for day in (0, 1):
        say(receipt, REVIEW, *[entry(RFE, 5), entry(NOID, 4)][: day + 1], at=NOW + day * DAY)
    assert receipt.sequence == 6

    told = ["IN_REVIEW", "NOID_ISSUED", "RFE_ISSUED", "RECEIVED"]
    alice = firm.actor("alice")
    detail = receipt_detail(alice, receipt.pk, now=NOW)
    assert [change.to_code for change in detail.changes] == told
    (shown,) = list_client_receipts(firm.danas_matter.client_id, now=NOW)
    assert [change.code for change in shown.history] == told
    assert shown.current == shown.history[0]
    assert shown.current.detected_at == NOW - DAY
    lines = read_timeline(alice, firm.danas_matter.pk).lines
    assert sorted(line.change.to_code for line in lines if line.change) == sorted(told)
    inbox = list_changes(alice, ChangeFilters(), now=NOW + DAY)
    assert [change.to_code for change in inbox] == told[:1]


def test_a_status_that_still_stands_starts_nothing_again(receipt: Receipt) -> None:
    say(receipt, RECEIVED, at=NOW - 2 * DAY)
    say(receipt, "Case Was Transferred", at=NOW - DAY)
    before = Draft.objects.count()
    say(receipt, "Case Was Transferred", entry(RFE, 5))

    assert Deadline.objects.count() == 1
    assert Draft.objects.count() == before
    assert not ReviewItem.objects.filter(kind="same_notice").exists()


def test_nothing_comes_between_a_person_and_what_they_set(firm: Firm, receipt: Receipt) -> None:
    say(receipt, REVIEW, text=IN_REVIEW)
    overrides.override_status(
        receipt.pk, actor=firm.actor("alice"), code="ON_HOLD", reason="Called.", now=NOW
    )
    say(receipt, REVIEW, entry(RFE, 5), text=IN_REVIEW, at=NOW + DAY)

    assert receipt.current_code == "ON_HOLD"
    assert raised() == []
    assert len(listed()) == 1


def test_the_simulated_uscis_shows_a_request_in_its_history_only(
    firm: Firm, simulator: RunningSimulator, uscis: UscisSource
) -> None:
    number = "EAC9999103403"
    simulator.set_status(number, "received", form="I-485")
    make_receipt(number, matter=firm.danas_matter)
    poll_due(source=uscis, now=NOW)
    simulator.plan(number, (1, "rfe_initial"), (2, "in_review"), form="I-485")
    simulator.advance(3)
    Receipt.objects.update(next_poll_at=NOW)
    poll_due(source=uscis, now=NOW + DAY)

    assert StatusChange.objects.filter(to_code="RFE_ISSUED").count() == 1
    assert Receipt.objects.get().current_code == "IN_REVIEW"


def test_a_request_behind_a_decision_asks_first(receipt: Receipt) -> None:
    say(receipt, APPROVED, text="On January 5, 2026, we approved your Form I-485.")
    say(receipt, "Case Was Reopened", at=NOW + DAY)
    say(receipt, APPROVED, text="On January 6, 2026, we approved your Form I-485.", at=NOW + 2 * DAY)
    say(receipt, "Expedite Request Received", entry(RFE, 3), at=NOW + 3 * DAY)

    assert ReviewItem.objects.get(kind="behind_decision").code == "APPROVED"
    assert not Draft.objects.filter(purpose="rfe_received").exists()


def test_a_doubtful_request_starts_its_clock_and_is_asked_about(receipt: Receipt) -> None:
    say(receipt, RECEIVED)
    for day in (1, 2, 3):
        say(receipt, REVIEW, entry("We Need More Evidence", 5), entry(RECEIVED, 60), at=NOW + day * DAY)

    assert raised() == [(TODAY - 5 * DAY, "RFE_ISSUED")]
    assert Deadline.objects.get().kind == "rfe"
    assert len(listed()) == 1
    assert "We Need More Evidence" in listed()[0]


@pytest.mark.parametrize("title", ["Zebra Crossing Was Repainted", "Case Was Denied"])
def test_an_entry_that_is_old_seen_overtaken_or_a_transfer_asks_nobody(title: str, receipt: Receipt) -> None:
    say(receipt, REVIEW, entry("Case Was Transferred", 5), entry(RECEIVED, 200))
    say(receipt, REVIEW, entry(title, 120), entry(RECEIVED, 200))
    say(receipt, "Case Was Reopened", entry(title, 9), entry(RECEIVED, 200), at=NOW + DAY)
    say(receipt, title, entry("Case Was Reopened", 0), entry(title, 9), at=NOW + 2 * DAY)
    say(receipt, REVIEW, entry(title, -2), entry("Case Was Reopened", 0), entry(title, 9), at=NOW + 3 * DAY)

    assert listed() == []
