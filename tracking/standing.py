"""What stands in a case: decisions, what undoes them, what lies behind them, what answers a request. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tracking.statuses import CODES, Bucket, StatusCode

REQUESTS: Final = frozenset({StatusCode.RFE_ISSUED, StatusCode.NOID_ISSUED, StatusCode.NOIR_ISSUED})
DECIDED: Final = frozenset({Bucket.APPROVED, Bucket.DOCUMENT, Bucket.DENIED, Bucket.REJECTED, Bucket.CLOSED})
_BEFORE: Final = frozenset(
    {Bucket.RECEIVED, Bucket.BIOMETRICS, Bucket.IN_REVIEW, Bucket.ACTION_REQUESTED, Bucket.INTERVIEW_OATH}
)
# These follow a decision by their nature: an approval in danger, a letter, what is called off because of it,
# the oath of a new citizen.
_FOLLOWING: Final = frozenset(
    {
        "NOIR_ISSUED",
        "NOTICE_MAILED",
        "NTA_ISSUED",
        "BIOMETRICS_CANCELLED",
        "INTERVIEW_CANCELLED",
        "REQUEST_CANCELLED",
    }
)
_OATH: Final = "OATH_"


def is_decision(code: str) -> bool:
    """True for a code that says how the case ended, cards and documents included."""
    return _bucket(code) in DECIDED


def answers_request(code: str) -> bool:
    """True for what leaves a request of USCIS with nothing to answer: the answer came, or it has decided."""
    return is_decision(code) or code in {"RESPONSE_RECEIVED", "REQUEST_CANCELLED"}


def standing_decision(codes: Iterable[str]) -> str:
    """Return the latest decision that nothing has undone since, or an empty text; newest code first."""
    for code in codes:
        if is_decision(code):
            return code
        if _bucket(code) == Bucket.APPEAL_REOPEN:
            break
    return ""


def may_lie_behind(code: str) -> bool:
    """True for a status that comes before a decision, so that it contradicts one that stands."""
    return _bucket(code) in _BEFORE and code not in _FOLLOWING and not code.startswith(_OATH)


def _bucket(code: str) -> Bucket:
    return CODES[StatusCode(code)].bucket if code in StatusCode.__members__ else Bucket.NO_STAGE
