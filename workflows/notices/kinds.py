"""What each kind of notice leads to: which date it carries, and which status it belongs to. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from tracking.statuses import StatusCode
from workflows.law.remedies import REMEDIES, After, remedies

# An online status and its notice rarely bear the same date; this much apart they still belong together.
SLACK = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """One kind of notice.

    `deadline` is the kind of date it carries (empty for none) and `title` what that date is called.
    `code` is the online status it goes with.
    """

    code: StatusCode | None = None
    deadline: str = ""
    title: str = ""
    is_appointment: bool = False


KINDS: Mapping[str, NoticeFacts] = MappingProxyType(
    {
        "receipt": NoticeFacts(StatusCode.RECEIVED),
        "rfe": NoticeFacts(StatusCode.RFE_ISSUED, "rfe", "Answer to the request for evidence"),
        "noid": NoticeFacts(StatusCode.NOID_ISSUED, "noid", "Answer to the notice of intent to deny"),
        "noir": NoticeFacts(StatusCode.NOIR_ISSUED, "noir", "Answer to the notice of intent to revoke"),
        "biometrics": NoticeFacts(
            StatusCode.BIOMETRICS_SCHEDULED, "biometrics", "Biometrics appointment", is_appointment=True
        ),
        "interview": NoticeFacts(
            StatusCode.INTERVIEW_SCHEDULED, "interview", "Interview", is_appointment=True
        ),
        "oath": NoticeFacts(StatusCode.OATH_CEREMONY, "oath", "Oath ceremony", is_appointment=True),
        "transfer": NoticeFacts(StatusCode.TRANSFERRED),
        "approval": NoticeFacts(StatusCode.APPROVED),
        "denial": NoticeFacts(StatusCode.DENIED, "i290b_motion", "Motion or appeal after the denial"),
        "rejection": NoticeFacts(StatusCode.REJECTED),
        "termination": NoticeFacts(
            StatusCode.REVOKED_TERMINATED, "revocation_appeal", "Appeal of the termination"
        ),
        "other": NoticeFacts(),
    }
)

# Notices of a decision: what may be filed against it is for the table of remedies to say.
DECISIONS: Mapping[str, After] = MappingProxyType({"denial": After.DENIAL, "termination": After.REVOCATION})

WITH_RESPONSE = tuple(key for key, facts in KINDS.items() if facts.deadline and not facts.is_appointment)
APPOINTMENTS = tuple(key for key, facts in KINDS.items() if facts.is_appointment)


def deadline_kinds(kind: str, forms: Collection[str]) -> tuple[str, ...]:
    """Return the kinds of deadline that a notice speaks of, the one to make first.

    `forms` are those that the case may be about. A decision comes first with the form's own remedies; a date
    may also stand under a remedy that was counted when less was known of the form.
    """
    facts = KINDS[kind]
    if kind not in DECISIONS:
        return (facts.deadline,) if facts.deadline else ()
    own = remedies(DECISIONS[kind], forms)
    every = [remedy for remedy in REMEDIES if remedy.after is DECISIONS[kind]]
    return tuple(
        dict.fromkeys([*(each.kind for each in own), facts.deadline, *(each.kind for each in every)])
    )


def kind_for(deadline_kind: str) -> str:
    """Return the kind of notice that carries a deadline of this kind; empty when none does."""
    own = next((key for key, facts in KINDS.items() if facts.deadline == deadline_kind), "")
    against = {remedy.kind: remedy.after for remedy in reversed(REMEDIES)}
    return own or next((key for key, after in DECISIONS.items() if against.get(deadline_kind) is after), "")


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
