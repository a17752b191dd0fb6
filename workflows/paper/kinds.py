"""What each kind of notice leads to: which date it carries, and which status it belongs to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from tracking.statuses import StatusCode

# An online status and its notice rarely bear the same date; this much apart they still belong together.
SLACK = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """One kind of notice.

    `deadline` is the kind of date it carries (empty for none) and `title` what that date is called.
    `code` is the online status it goes with.
    """

    code: StatusCode | None = None
    deadline: str = ""
    title: str = ""
    is_appointment: bool = False


KINDS: Mapping[str, PaperFacts] = MappingProxyType(
    {
        "receipt": PaperFacts(StatusCode.RECEIVED),
        "rfe": PaperFacts(StatusCode.RFE_ISSUED, "rfe", "Answer to the request for evidence"),
        "noid": PaperFacts(StatusCode.NOID_ISSUED, "noid", "Answer to the notice of intent to deny"),
        "noir": PaperFacts(StatusCode.NOIR_ISSUED, "noir", "Answer to the notice of intent to revoke"),
        "biometrics": PaperFacts(
            StatusCode.BIOMETRICS_SCHEDULED, "biometrics", "Biometrics appointment", is_appointment=True
        ),
        "interview": PaperFacts(
            StatusCode.INTERVIEW_SCHEDULED, "interview", "Interview", is_appointment=True
        ),
        "oath": PaperFacts(StatusCode.OATH_CEREMONY, "oath", "Oath ceremony", is_appointment=True),
        "transfer": PaperFacts(StatusCode.TRANSFERRED),
        "approval": PaperFacts(StatusCode.APPROVED),
        "denial": PaperFacts(StatusCode.DENIED, "i290b_motion", "Motion or appeal after the denial"),
        "rejection": PaperFacts(StatusCode.REJECTED),
        "termination": PaperFacts(
            StatusCode.REVOKED_TERMINATED, "revocation_appeal", "Appeal of the termination"
        ),
        "other": PaperFacts(),
    }
)

# A denial is fought in another way for some forms; the others share the motion of Form I-290B.
DENIAL_BY_FORM: Mapping[str, str] = MappingProxyType(
    {"N400": "n336_hearing", "I130": "eoir29_appeal", "I130A": "eoir29_appeal"}
)
AFTER_DENIAL = frozenset({"i290b_motion", "i290b_appeal", "n336_hearing", "eoir29_appeal"})

WITH_RESPONSE = tuple(key for key, facts in KINDS.items() if facts.deadline and not facts.is_appointment)
APPOINTMENTS = tuple(key for key, facts in KINDS.items() if facts.is_appointment)


def deadline_kinds(kind: str, form: str) -> tuple[str, ...]:
    """Return the kinds of deadline that a notice speaks of, the one to make first."""
    facts = KINDS[kind]
    if not facts.deadline:
        return ()
    if kind != "denial":
        return (facts.deadline,)
    own = DENIAL_BY_FORM.get(form.upper().replace("-", ""), facts.deadline)
    return (own, *sorted(AFTER_DENIAL - {own}))


def kind_for(deadline_kind: str) -> str:
    """Return the kind of notice that carries a deadline of this kind; empty when none does."""
    if deadline_kind in AFTER_DENIAL:
        return "denial"
    return next((key for key, facts in KINDS.items() if facts.deadline == deadline_kind), "")


def correction(kind: str, notice_date: date, *, current_code: str, current_since: date | None) -> str:
    """Return the status that the paper speaks for where the online one says something else; else "".

    A status that is newer than the paper has moved past it and is no contradiction. Receipt and
    transfer notices say nothing that a later stage contradicts.
    """
    code = KINDS[kind].code
    if code is None or kind in {"receipt", "transfer"} or code == current_code:
        return ""
    if current_since is not None and current_since > notice_date + SLACK:
        return ""
    return str(code)
