"""The one door: what is said of a case, by whomever, and what it means for its receipt."""

from __future__ import annotations

import ast
import re
from datetime import timedelta

import pytest

from legist.core.uow import unit_of_work
from tests.factories.practice import NOW
from tests.factories.tracking import APPROVED, POLLER, RECEIVED, make_reading, make_receipt, read
from tests.structure.test_budgets import ROOT, SOURCE, modules, parsed
from tracking.models import Receipt, ReviewItem, StatusChange
from tracking.observations.meaning import NewStatus
from tracking.observations.services import Observed, observe, save
from tracking.sources.base import Reading
from tracking.sources.errors import Concern, ErrorKind, SourceError
from tracking.states import MANUAL
from tracking.statuses import Bucket, StatusCode

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
HELD = NewStatus(StatusCode.ON_HOLD, Bucket.IN_REVIEW, source="", title_en="Told on the phone")


def hear(
    receipt: Receipt, said: Reading | SourceError | NewStatus, *, via: str = "uscis", patience: int = 6
) -> Observed:
    with unit_of_work(actor=POLLER):
        observed = observe(receipt, said, via=via, at=LATER, actor=POLLER, patience=patience)
        save(receipt)
    return observed


def failure(kind: ErrorKind, code: str) -> SourceError:
    return SourceError(kind, code, public_message="It went wrong.")


@pytest.mark.parametrize(
    ("kind", "code", "decision", "question", "concern"),
    [
        (ErrorKind.TRANSIENT, "timeout", "retry", None, Concern.SERVICE),
        (ErrorKind.TRANSIENT, "rate_limited", "deferred", None, Concern.PACE),
        (ErrorKind.MISCONFIGURED, "unauthorized", "retry", None, Concern.ACCESS),
        (ErrorKind.PERMANENT, "unknown_receipt", "review", "not_recognised", Concern.RECEIPT),
        (ErrorKind.PERMANENT, "malformed_receipt", "review", "refused", Concern.RECEIPT),
        (ErrorKind.PERMANENT, "html", "review", "unreadable", Concern.RECEIPT),
    ],
)
def test_a_failure_counts_by_whom_it_concerns(
    kind: ErrorKind, code: str, decision: str, question: str | None, concern: Concern
) -> None:
    receipt = make_receipt()
    observed = hear(receipt, failure(kind, code))
    assert observed.failure is not None
    assert (observed.decision, observed.failure.question) == (decision, question)
    assert (observed.failure.concern, receipt.last_error) == (concern, code)
    assert receipt.attempts == (concern == Concern.SERVICE)
    assert list(ReviewItem.objects.values_list("kind", flat=True)) == ([question] if question else [])
    assert not StatusChange.objects.exists()


def test_a_person_is_asked_when_patience_ends_and_no_more_when_it_answers() -> None:
    receipt = make_receipt()
    timeout = failure(ErrorKind.TRANSIENT, "timeout")
    assert [hear(receipt, timeout, patience=3).decision for _ in range(3)] == ["retry", "retry", "review"]
    assert ReviewItem.objects.get().state == "open"
    assert hear(receipt, make_reading(RECEIVED)).decision == "first"
    assert ReviewItem.objects.get().state == "resolved"
    assert (receipt.attempts, receipt.last_error) == (0, "")


def test_a_heading_is_a_failure_of_the_answer_and_no_status() -> None:
    receipt = make_receipt()
    observed = hear(receipt, make_reading("Case Status Online"))
    assert observed.failure is not None
    assert (observed.decision, observed.failure.error.code) == ("review", "no_status")
    assert not StatusChange.objects.exists()


def test_a_status_that_a_person_states_is_written_at_once_and_carries_its_source() -> None:
    receipt = make_receipt()
    read(receipt, RECEIVED)
    change = hear(receipt, HELD, via=MANUAL).written
    assert (change.source, change.from_code, change.to_code) == (MANUAL, "RECEIVED", "ON_HOLD")
    assert change.detected_after == NOW
    assert Receipt.objects.get().latest_change_id == change.pk


def test_many_answers_commit_together_or_not_at_all() -> None:
    first, second = make_receipt(), make_receipt("EAC9999103400")

    def both() -> None:
        with unit_of_work(actor=POLLER):
            observe(first, make_reading(APPROVED), via="uscis", at=LATER, actor=POLLER)
            raise ZeroDivisionError(second.pk)

    with pytest.raises(ZeroDivisionError):
        both()
    assert not StatusChange.objects.exists()


def test_nothing_goes_past_the_door() -> None:
    """Only the writer builds a change, only the door calls the writer."""
    building, calling = set[str](), set[str]()
    for path in modules(*SOURCE):
        text = ast.unparse(parsed(path))
        building |= {str(path.relative_to(ROOT))} if re.search(r"\bStatusChange\(\w+=", text) else set()
        calling |= {str(path.relative_to(ROOT))} if re.search(r"\bchanges\.(build|write)\(", text) else set()
    assert building == {"tracking/observations/changes.py"}
    assert calling == {"tracking/observations/services.py"}
