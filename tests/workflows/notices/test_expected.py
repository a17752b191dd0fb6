"""Which paper a status promises and when nobody needs it any more: tables, no database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legist.core.reasons import Reason
from tracking.statuses import CODES, StatusCode
from workflows.notices import overdue
from workflows.notices.expected import EXPECTED, MOST_DAYS, answers, due_day, is_moot
from workflows.notices.kinds import KINDS, correction, deadline_kinds, kind_for
from workflows.states import PAPER_STEP

SINCE = date(2026, 2, 27)


def said(reason: Reason) -> str:
    return PAPER_STEP.say(reason.code, reason.values)


DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("code", "later", "moot"),
    [
        ("RFE_ISSUED", "RESPONSE_RECEIVED", True),
        ("RFE_ISSUED", "APPROVED", True),
        ("RFE_ISSUED", "RFE_ISSUED", True),
        ("RFE_ISSUED", "FEE_PAYMENT", False),
        ("RFE_ISSUED", "NOID_ISSUED", False),
        ("RECEIVED", "IN_REVIEW", False),
        ("BIOMETRICS_SCHEDULED", "BIOMETRICS_DONE", True),
        ("INTERVIEW_SCHEDULED", "INTERVIEW_CANCELLED", True),
        ("INTERVIEW_SCHEDULED", "INTERVIEW_RESCHEDULED", True),
        ("BIOMETRICS_SCHEDULED", "BIOMETRICS_CANCELLED", True),
        ("OATH_CEREMONY", "OATH_CANCELLED", True),
        ("RFE_ISSUED", "REQUEST_CANCELLED", True),
        ("NOTICE_MAILED", "COURT_REFERRAL", True),
        ("NOTICE_MAILED", "NOID_ISSUED", True),
        ("APPROVED", "DOC_MAILED", False),
        ("APPROVED", "REVOKED_TERMINATED", True),
        ("DENIED", "REOPENED", True),
        ("MAIL_RETURNED", "DOC_MAILED", True),
    ],
)
def test_what_makes_a_paper_needless(code: str, later: str, moot: bool) -> None:
    assert is_moot(code, ["ADMIN_UPDATE", later]) is moot
    assert not is_moot(code, [])


@pytest.mark.parametrize(
    ("code", "kind", "days", "expected"),
    [
        ("RFE_ISSUED", "rfe", 0, True),
        ("RFE_ISSUED", "noid", -10, True),
        ("RFE_ISSUED", "noid", -11, False),
        ("RFE_ISSUED", "receipt", 0, False),
        ("NOTICE_MAILED", "other", 1, True),
        ("INTERVIEW_SCHEDULED", "biometrics", 1, False),
    ],
)
def test_which_notice_is_the_promised_one(code: str, kind: str, days: int, expected: bool) -> None:
    assert answers(code, SINCE, kind=kind, notice_date=SINCE + timedelta(days=days)) is expected


@given(DAYS, st.integers(0, MOST_DAYS), st.integers(0, 200))
def test_nothing_is_missing_before_its_days_are_over(since: date, days: int, late: int) -> None:
    learned = since + timedelta(days=late)
    day = due_day(since, learned, days=days)

    assert day >= since + timedelta(days=days)
    assert day >= learned + timedelta(days=2)


def test_every_promise_can_be_kept_by_some_notice() -> None:
    for code, expected in EXPECTED.items():
        assert expected.kinds <= set(KINDS), code
        assert 0 <= expected.days <= MOST_DAYS
        assert expected.moot <= set(StatusCode)


@pytest.mark.parametrize("code", list(EXPECTED))
def test_every_missing_paper_says_what_to_do(code: str) -> None:
    items = overdue.steps_for(code, due=SINCE + timedelta(days=1), today=SINCE)

    assert said(overdue.title(code))
    assert len({item["key"] for item in items}) == len(items) >= 4
    assert all(said(item["text"]) for item in items)


@pytest.mark.parametrize(
    ("left", "words"), [(40, "40 days are left"), (1, "one day is left"), (-2, "no day is left")]
)
def test_a_request_says_how_much_time_is_left(left: int, words: str) -> None:
    first = overdue.steps_for("RFE_ISSUED", due=SINCE + timedelta(days=left), today=SINCE)[0]

    assert words in said(first["text"])


@pytest.mark.parametrize(
    ("kind", "current", "since", "code"),
    [
        ("noid", "NOTICE_MAILED", SINCE, "NOID_ISSUED"),
        ("noid", "NOID_ISSUED", SINCE, ""),
        ("noid", "RESPONSE_RECEIVED", SINCE + timedelta(days=11), ""),
        ("noid", "", None, "NOID_ISSUED"),
        ("receipt", "IN_REVIEW", SINCE, ""),
        ("transfer", "RECEIVED", SINCE, ""),
        ("other", "RECEIVED", SINCE, ""),
    ],
)
def test_where_the_paper_speaks_against_the_status(
    kind: str, current: str, since: date | None, code: str
) -> None:
    assert correction(kind, SINCE, current_code=current, current_since=since) == code


def test_every_kind_of_deadline_knows_its_notice() -> None:
    for kind in KINDS:
        for deadline in deadline_kinds(kind, ["I-140"])[:1]:
            assert kind_for(deadline) == kind
    assert kind_for("premium_15") == ""
    assert all(facts.code is None or facts.code in CODES for facts in KINDS.values())
