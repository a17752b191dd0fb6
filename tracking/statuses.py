"""The vocabulary of case statuses: codes, firm-level buckets, tones and defaults.

A code says what USCIS did; a bucket is the stage a firm sorts its work by. Pure module: labels
are plain English and are translated where they are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Tone(StrEnum):
    """How a stage feels to a reader; a colour always comes with the word."""

    NEUTRAL = "neutral"
    WAITING = "waiting"
    ACTION = "action"
    GOOD = "good"
    BAD = "bad"


class Bucket(StrEnum):
    """Firm-level stages. NO_STAGE marks events that leave the previous stage as it is."""

    RECEIVED = "RECEIVED"
    BIOMETRICS = "BIOMETRICS"
    IN_REVIEW = "IN_REVIEW"
    ACTION_REQUESTED = "ACTION_REQUESTED"
    INTERVIEW_OATH = "INTERVIEW_OATH"
    APPROVED = "APPROVED"
    DOCUMENT = "DOCUMENT"
    RETURNED_MAIL = "RETURNED_MAIL"
    DENIED = "DENIED"
    REJECTED = "REJECTED"
    CLOSED = "CLOSED"
    APPEAL_REOPEN = "APPEAL_REOPEN"
    NO_STAGE = "NO_STAGE"


class StatusCode(StrEnum):
    """Canonical codes, one per thing USCIS can say about a case."""

    RECEIVED = "RECEIVED"
    BIOMETRICS_SCHEDULED = "BIOMETRICS_SCHEDULED"
    BIOMETRICS_DONE = "BIOMETRICS_DONE"
    INITIAL_REVIEW = "INITIAL_REVIEW"
    IN_REVIEW = "IN_REVIEW"
    RESPONSE_RECEIVED = "RESPONSE_RECEIVED"
    TRANSFERRED = "TRANSFERRED"
    ON_HOLD = "ON_HOLD"
    RFE_ISSUED = "RFE_ISSUED"
    NOID_ISSUED = "NOID_ISSUED"
    NOIR_ISSUED = "NOIR_ISSUED"
    NOTICE_MAILED = "NOTICE_MAILED"
    INTERVIEW_READY = "INTERVIEW_READY"
    INTERVIEW_SCHEDULED = "INTERVIEW_SCHEDULED"
    INTERVIEW_CANCELLED = "INTERVIEW_CANCELLED"
    INTERVIEW_COMPLETED = "INTERVIEW_COMPLETED"
    NO_SHOW = "NO_SHOW"
    OATH_CEREMONY = "OATH_CEREMONY"
    APPROVED = "APPROVED"
    SENT_TO_DOS = "SENT_TO_DOS"
    DOC_PRODUCTION = "DOC_PRODUCTION"
    DOC_MAILED = "DOC_MAILED"
    DOC_DELIVERED = "DOC_DELIVERED"
    MAIL_RETURNED = "MAIL_RETURNED"
    DOC_DESTROYED = "DOC_DESTROYED"
    DENIED = "DENIED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    CLOSED = "CLOSED"
    REVOKED_TERMINATED = "REVOKED_TERMINATED"
    REOPENED = "REOPENED"
    APPEAL_MOTION = "APPEAL_MOTION"
    FEE_PAYMENT = "FEE_PAYMENT"
    EXPEDITE = "EXPEDITE"
    ADMIN_UPDATE = "ADMIN_UPDATE"
    UNKNOWN = "UNKNOWN"
    # Each of these refines an older code (`CodeInfo.refines`).
    REQUEST_CANCELLED = "REQUEST_CANCELLED"
    WAITING_LIST = "WAITING_LIST"
    BIOMETRICS_CANCELLED = "BIOMETRICS_CANCELLED"
    BIOMETRICS_RESCHEDULED = "BIOMETRICS_RESCHEDULED"
    INTERVIEW_RESCHEDULED = "INTERVIEW_RESCHEDULED"
    OATH_CANCELLED = "OATH_CANCELLED"
    OATH_RESCHEDULED = "OATH_RESCHEDULED"
    COURT_REFERRAL = "COURT_REFERRAL"
    NTA_ISSUED = "NTA_ISSUED"
    PAYMENT_DISHONORED = "PAYMENT_DISHONORED"


@dataclass(frozen=True, slots=True)
class BucketInfo:
    """How a bucket is shown."""

    label: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class CodeInfo:
    """What a code means by default; a single status text may say otherwise.

    `client_action`: somebody on the client's side must do or decide something.
    `terminal`: the adjudication of this filing is over (polling goes on all the same).
    `refines`: the older code that meant this too. What is labelled with the older one stays right.
    `called_off`: something that was due is not any more. It does none of the older code's work, and a person
    looks at what had been started.
    """

    bucket: Bucket
    label: str
    client_action: bool = False
    terminal: bool = False
    refines: StatusCode | None = None
    called_off: bool = False


BUCKETS: Mapping[Bucket, BucketInfo] = MappingProxyType(
    {
        Bucket.RECEIVED: BucketInfo("Received", Tone.NEUTRAL),
        Bucket.BIOMETRICS: BucketInfo("Biometrics", Tone.WAITING),
        Bucket.IN_REVIEW: BucketInfo("In review", Tone.WAITING),
        Bucket.ACTION_REQUESTED: BucketInfo("RFE / action requested", Tone.ACTION),
        Bucket.INTERVIEW_OATH: BucketInfo("Interview", Tone.ACTION),
        Bucket.APPROVED: BucketInfo("Approved", Tone.GOOD),
        Bucket.DOCUMENT: BucketInfo("Card / document", Tone.GOOD),
        Bucket.RETURNED_MAIL: BucketInfo("Returned mail", Tone.ACTION),
        Bucket.DENIED: BucketInfo("Denied", Tone.BAD),
        Bucket.REJECTED: BucketInfo("Rejected", Tone.BAD),
        Bucket.CLOSED: BucketInfo("Closed / archived", Tone.NEUTRAL),
        Bucket.APPEAL_REOPEN: BucketInfo("Appeal / reopened", Tone.WAITING),
        Bucket.NO_STAGE: BucketInfo("No stage change", Tone.NEUTRAL),
    }
)

CODES: Mapping[StatusCode, CodeInfo] = MappingProxyType(
    {
        StatusCode.RECEIVED: CodeInfo(Bucket.RECEIVED, "Received"),
        StatusCode.BIOMETRICS_SCHEDULED: CodeInfo(
            Bucket.BIOMETRICS, "Biometrics scheduled", client_action=True
        ),
        StatusCode.BIOMETRICS_DONE: CodeInfo(Bucket.BIOMETRICS, "Biometrics taken"),
        StatusCode.INITIAL_REVIEW: CodeInfo(Bucket.IN_REVIEW, "Initial review"),
        StatusCode.IN_REVIEW: CodeInfo(Bucket.IN_REVIEW, "In review"),
        StatusCode.RESPONSE_RECEIVED: CodeInfo(Bucket.IN_REVIEW, "Response received"),
        StatusCode.TRANSFERRED: CodeInfo(Bucket.IN_REVIEW, "Transferred"),
        StatusCode.ON_HOLD: CodeInfo(Bucket.IN_REVIEW, "On hold"),
        StatusCode.RFE_ISSUED: CodeInfo(Bucket.ACTION_REQUESTED, "Request for evidence", client_action=True),
        StatusCode.NOID_ISSUED: CodeInfo(
            Bucket.ACTION_REQUESTED, "Notice of intent to deny", client_action=True
        ),
        StatusCode.NOIR_ISSUED: CodeInfo(
            Bucket.ACTION_REQUESTED, "Notice of intent to revoke", client_action=True
        ),
        StatusCode.NOTICE_MAILED: CodeInfo(
            Bucket.ACTION_REQUESTED, "Notice mailed, read it", client_action=True
        ),
        StatusCode.INTERVIEW_READY: CodeInfo(Bucket.INTERVIEW_OATH, "Ready for interview"),
        StatusCode.INTERVIEW_SCHEDULED: CodeInfo(
            Bucket.INTERVIEW_OATH, "Interview scheduled", client_action=True
        ),
        StatusCode.INTERVIEW_CANCELLED: CodeInfo(Bucket.INTERVIEW_OATH, "Interview cancelled"),
        StatusCode.INTERVIEW_COMPLETED: CodeInfo(Bucket.INTERVIEW_OATH, "Interview completed"),
        StatusCode.NO_SHOW: CodeInfo(Bucket.INTERVIEW_OATH, "Missed appointment", client_action=True),
        StatusCode.OATH_CEREMONY: CodeInfo(Bucket.INTERVIEW_OATH, "Oath ceremony", client_action=True),
        StatusCode.APPROVED: CodeInfo(Bucket.APPROVED, "Approved", terminal=True),
        StatusCode.SENT_TO_DOS: CodeInfo(Bucket.APPROVED, "Sent to the Department of State", terminal=True),
        StatusCode.DOC_PRODUCTION: CodeInfo(Bucket.DOCUMENT, "Card or document in production", terminal=True),
        StatusCode.DOC_MAILED: CodeInfo(Bucket.DOCUMENT, "Card or document mailed", terminal=True),
        StatusCode.DOC_DELIVERED: CodeInfo(Bucket.DOCUMENT, "Card or document delivered", terminal=True),
        StatusCode.MAIL_RETURNED: CodeInfo(
            Bucket.RETURNED_MAIL, "Mail returned", client_action=True, terminal=True
        ),
        StatusCode.DOC_DESTROYED: CodeInfo(
            Bucket.RETURNED_MAIL, "Card or document destroyed", client_action=True, terminal=True
        ),
        StatusCode.DENIED: CodeInfo(Bucket.DENIED, "Denied", client_action=True, terminal=True),
        StatusCode.REJECTED: CodeInfo(Bucket.REJECTED, "Rejected", client_action=True, terminal=True),
        StatusCode.WITHDRAWN: CodeInfo(Bucket.CLOSED, "Withdrawn", terminal=True),
        StatusCode.CLOSED: CodeInfo(Bucket.CLOSED, "Closed", terminal=True),
        StatusCode.REVOKED_TERMINATED: CodeInfo(
            Bucket.CLOSED, "Revoked or terminated", client_action=True, terminal=True
        ),
        StatusCode.REOPENED: CodeInfo(Bucket.APPEAL_REOPEN, "Reopened"),
        StatusCode.APPEAL_MOTION: CodeInfo(Bucket.APPEAL_REOPEN, "Appeal or motion"),
        StatusCode.FEE_PAYMENT: CodeInfo(Bucket.NO_STAGE, "Fee or payment"),
        StatusCode.EXPEDITE: CodeInfo(Bucket.NO_STAGE, "Expedite or premium processing"),
        StatusCode.ADMIN_UPDATE: CodeInfo(Bucket.NO_STAGE, "Administrative update"),
        StatusCode.UNKNOWN: CodeInfo(Bucket.NO_STAGE, "Not understood yet"),
        StatusCode.REQUEST_CANCELLED: CodeInfo(
            Bucket.IN_REVIEW, "Request cancelled", refines=StatusCode.IN_REVIEW, called_off=True
        ),
        StatusCode.WAITING_LIST: CodeInfo(
            Bucket.IN_REVIEW, "On the waiting list", refines=StatusCode.IN_REVIEW
        ),
        StatusCode.BIOMETRICS_CANCELLED: CodeInfo(
            Bucket.BIOMETRICS,
            "Biometrics cancelled",
            refines=StatusCode.BIOMETRICS_SCHEDULED,
            called_off=True,
        ),
        StatusCode.BIOMETRICS_RESCHEDULED: CodeInfo(
            Bucket.BIOMETRICS,
            "Biometrics rescheduled",
            client_action=True,
            refines=StatusCode.BIOMETRICS_SCHEDULED,
        ),
        StatusCode.INTERVIEW_RESCHEDULED: CodeInfo(
            Bucket.INTERVIEW_OATH,
            "Interview rescheduled",
            client_action=True,
            refines=StatusCode.INTERVIEW_SCHEDULED,
        ),
        StatusCode.OATH_CANCELLED: CodeInfo(
            Bucket.INTERVIEW_OATH,
            "Oath ceremony cancelled",
            refines=StatusCode.OATH_CEREMONY,
            called_off=True,
        ),
        StatusCode.OATH_RESCHEDULED: CodeInfo(
            Bucket.INTERVIEW_OATH,
            "Oath ceremony rescheduled",
            client_action=True,
            refines=StatusCode.OATH_CEREMONY,
        ),
        StatusCode.COURT_REFERRAL: CodeInfo(
            Bucket.CLOSED,
            "Referred to the immigration court",
            client_action=True,
            terminal=True,
            refines=StatusCode.CLOSED,
        ),
        StatusCode.NTA_ISSUED: CodeInfo(
            Bucket.ACTION_REQUESTED,
            "Notice to appear issued",
            client_action=True,
            refines=StatusCode.NOTICE_MAILED,
        ),
        StatusCode.PAYMENT_DISHONORED: CodeInfo(
            Bucket.NO_STAGE, "Payment returned", client_action=True, refines=StatusCode.FEE_PAYMENT
        ),
    }
)

_BY_TEXT: Mapping[str, CodeInfo] = {str(code): info for code, info in CODES.items()}


def older(code: str) -> str:
    """Return the code that this one refines, or itself."""
    info = _BY_TEXT.get(code)
    return str(info.refines) if info and info.refines else code


def is_called_off(code: str) -> bool:
    """True for a code that says of something due that it is due no more."""
    info = _BY_TEXT.get(code)
    return info is not None and info.called_off


def acts_as(code: str) -> str:
    """Return the code whose work this one does until it has work of its own; a cancelled one does none."""
    return code if is_called_off(code) else older(code)


def with_newer(codes: Iterable[StatusCode]) -> frozenset[StatusCode]:
    """Return the codes and every one that refines one of them."""
    wanted = frozenset(codes)
    return wanted | {code for code, info in CODES.items() if info.refines in wanted}
