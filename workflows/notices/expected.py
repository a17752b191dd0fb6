"""Which paper a status promises, how long it may take, and when nobody needs it any more. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from tracking.statuses import StatusCode as S
from tracking.statuses import older
from workflows.notices.kinds import KINDS, SLACK

REQUESTS = frozenset({"rfe", "noid", "noir"})
DECIDED = frozenset({S.APPROVED, S.DENIED, S.REJECTED, S.WITHDRAWN, S.CLOSED, S.REVOKED_TERMINATED})
CARDS = frozenset({S.SENT_TO_DOS, S.DOC_PRODUCTION, S.DOC_MAILED, S.DOC_DELIVERED})
AGAIN = frozenset({S.REOPENED, S.APPEAL_MOTION})
ANSWERED = DECIDED | CARDS | {S.RESPONSE_RECEIVED, S.REQUEST_CANCELLED}
MOST_DAYS = 120


@dataclass(frozen=True, slots=True)
class Expected:
    """The paper that goes with one status.

    `kinds` are the notices that answer the wait (empty: any). `days` is how long it is given from the
    day USCIS acted; 0 raises it at once. `moot` are the later statuses that make it needless.
    """

    kinds: frozenset[str]
    days: int
    moot: frozenset[S] = frozenset()
    is_urgent: bool = False


EXPECTED: Mapping[str, Expected] = MappingProxyType(
    {
        S.RECEIVED: Expected(frozenset({"receipt"}), 30, DECIDED | CARDS),
        S.RFE_ISSUED: Expected(REQUESTS, 10, ANSWERED, is_urgent=True),
        S.NOID_ISSUED: Expected(REQUESTS, 10, ANSWERED, is_urgent=True),
        S.NOIR_ISSUED: Expected(REQUESTS, 10, ANSWERED, is_urgent=True),
        S.NOTICE_MAILED: Expected(
            frozenset(),
            14,
            ANSWERED
            | {S.RFE_ISSUED, S.NOID_ISSUED, S.NOIR_ISSUED}
            | {S.BIOMETRICS_SCHEDULED, S.INTERVIEW_SCHEDULED, S.OATH_CEREMONY, S.TRANSFERRED},
        ),
        S.BIOMETRICS_SCHEDULED: Expected(
            frozenset({"biometrics"}), 10, ANSWERED | {S.BIOMETRICS_DONE, S.NO_SHOW}, is_urgent=True
        ),
        S.INTERVIEW_SCHEDULED: Expected(
            frozenset({"interview"}),
            10,
            ANSWERED | {S.INTERVIEW_COMPLETED, S.INTERVIEW_CANCELLED, S.NO_SHOW, S.OATH_CEREMONY},
            is_urgent=True,
        ),
        S.OATH_CEREMONY: Expected(frozenset({"oath"}), 10, DECIDED | CARDS | {S.NO_SHOW}, is_urgent=True),
        S.TRANSFERRED: Expected(frozenset({"transfer"}), 30, DECIDED | CARDS),
        S.APPROVED: Expected(frozenset({"approval"}), 30, AGAIN | {S.DENIED, S.REVOKED_TERMINATED}),
        S.DENIED: Expected(frozenset({"denial"}), 10, AGAIN | {S.APPROVED}, is_urgent=True),
        S.REJECTED: Expected(frozenset({"rejection"}), 14, frozenset({S.APPROVED})),
        S.REVOKED_TERMINATED: Expected(
            frozenset({"termination", "denial"}), 10, AGAIN | {S.APPROVED}, is_urgent=True
        ),
        S.MAIL_RETURNED: Expected(frozenset(), 0, CARDS | AGAIN | {S.DENIED}, is_urgent=True),
    }
)


def answers(code: str, since: date, *, kind: str, notice_date: date) -> bool:
    """True when a notice of this kind and date is the one that the status promised."""
    kinds = EXPECTED[code].kinds or frozenset(KINDS)
    return kind in kinds and notice_date >= since - SLACK


def is_moot(code: str, later_codes: Iterable[str]) -> bool:
    """True when what USCIS said afterwards makes the paper needless; the same status anew does, too.

    So does one that refines the same status: a new day, or none any more.
    """
    gone = EXPECTED[code].moot | {code}
    return any(later in gone or older(later) in gone for later in later_codes)


def due_day(since: date, learned: date, *, days: int) -> date:
    """Return the day on which a paper counts as missing.

    Never sooner than two days after we learned of it, so that what lies on the desk can be logged.
    """
    return max(since + timedelta(days=days), learned + timedelta(days=2))
