"""What every firm starts with: three playbooks for the big moments and one for the rest of the news."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# A first reading older than this is history that the firm has dealt with already.
NEWS_DAYS = 45
# An unanswered request may still be open this long after it was sent (84 days and mailing).
REQUEST_DAYS = 90
# Forms whose approval is followed by a card or document that the client must receive.
CARD_FORMS = [
    "I-90",
    "I-131",
    "I-485",
    "I-751",
    "I-765",
    "I-821",
    "I-821D",
    "I-829",
    "N-400",
    "N-565",
    "N-600",
]


@dataclass(frozen=True, slots=True)
class Definition:
    """A playbook as it ships."""

    key: str
    name: str
    purpose: str
    codes: tuple[str, ...]
    actions: tuple[dict[str, Any], ...]
    position: int
    conditions: dict[str, Any] = field(default_factory=dict)
    version: int = 1


def item(key: str, role: str, text: str, **due: int) -> dict[str, Any]:
    """Return a checklist item; `days` counts from the change, `anchor` from the run's deadline."""
    return {"key": key, "role": role, "text": text, **due}


BIOMETRICS = Definition(
    key="biometrics",
    name="Biometrics appointment",
    purpose="The client knows what to bring and nobody misses the appointment.",
    codes=("BIOMETRICS_SCHEDULED",),
    conditions={"first_reading_max_age_days": NEWS_DAYS},
    position=10,
    actions=(
        {
            "key": "appointment",
            "kind": "appointment",
            "params": {"kind": "biometrics", "title": "Biometrics appointment", "reminders": [7]},
        },
        {
            "key": "checklist",
            "kind": "checklist",
            "params": {
                "key": "biometrics",
                "title": "Biometrics",
                "items": [
                    item(
                        "log_notice",
                        "paralegal",
                        "Enter the date and place printed on the appointment notice",
                        days=7,
                    ),
                    item(
                        "ask_client",
                        "paralegal",
                        "Ask the client whether the day works; if not, ask USCIS to reschedule before it",
                        days=10,
                    ),
                    item(
                        "address",
                        "paralegal",
                        "Check that USCIS and the firm have the client's current address",
                        days=10,
                    ),
                    item("bring", "client", "Take the appointment notice and a valid photo ID", anchor=0),
                    item(
                        "attended",
                        "paralegal",
                        "Confirm with the client that the prints were taken",
                        anchor=1,
                    ),
                ],
            },
        },
        {"key": "instructions", "kind": "message", "params": {"template": "biometrics_instructions"}},
    ),
)

RFE = Definition(
    key="rfe",
    name="Request for evidence",
    purpose="The answer has an owner, a file, a counted date and a first draft on the first day.",
    codes=("RFE_ISSUED",),
    conditions={"first_reading_max_age_days": REQUEST_DAYS},
    position=20,
    actions=(
        {
            "key": "matter",
            "kind": "matter",
            "params": {"kind": "rfe", "title": "Answer to a request for evidence"},
        },
        {"key": "attorney", "kind": "assign", "params": {"in": "matter"}},
        {
            "key": "deadline",
            "kind": "deadline",
            "params": {
                "in": "matter",
                "kind": "rfe",
                "title": "Answer to the request for evidence",
                "reminders": [30, 14, 7, 3, 1],
            },
        },
        {
            "key": "checklist",
            "kind": "checklist",
            "params": {
                "in": "matter",
                "key": "rfe",
                "title": "Answer the request",
                "items": [
                    item(
                        "notice",
                        "paralegal",
                        "Get the paper notice and confirm the date printed on it",
                        days=7,
                    ),
                    item("list", "attorney", "Read the notice and list the evidence USCIS asks for", days=10),
                    item("ask", "paralegal", "Ask the client for the documents on the list", days=12),
                    item("send", "client", "Send us the documents on the list", anchor=-28),
                    item("draft", "paralegal", "Complete the answer and its exhibits", anchor=-14),
                    item("review", "attorney", "Review and sign the answer", anchor=-10),
                    item(
                        "file",
                        "paralegal",
                        "Send the answer so that it arrives in time; keep the proof",
                        anchor=-7,
                    ),
                ],
            },
        },
        {
            "key": "response",
            "kind": "document",
            "params": {"in": "matter", "template": "rfe_response", "language": "en"},
        },
        {"key": "message", "kind": "message", "params": {"template": "rfe_received"}},
        {"key": "notice", "kind": "notice", "params": {"in": "matter", "level": "urgent"}},
    ),
)

APPROVAL = Definition(
    key="approval",
    name="Approval",
    purpose="The client hears the good news with a letter, the work is billed, and the matter moves on.",
    codes=("APPROVED", "SENT_TO_DOS", "DOC_PRODUCTION", "DOC_MAILED", "DOC_DELIVERED"),
    # A card can be the first sign of an approval; after one it is a different piece of news.
    conditions={"first_reading_max_age_days": NEWS_DAYS, "previous_bucket_not_in": ["APPROVED", "DOCUMENT"]},
    position=30,
    actions=(
        {"key": "letter", "kind": "document", "params": {"template": "approval_letter"}},
        {"key": "message", "kind": "message", "params": {"template": "approval_news"}},
        {"key": "billing", "kind": "billing", "params": {"kind": "approval", "title": "Case approved"}},
        {
            "key": "checklist",
            "kind": "checklist",
            "params": {
                "key": "approval",
                "title": "After the approval",
                "items": [
                    item(
                        "notice",
                        "paralegal",
                        "Check names and dates on the approval notice against the file",
                        days=14,
                    ),
                    item("dates", "paralegal", "Enter validity and renewal dates", days=14),
                    item(
                        "next",
                        "attorney",
                        "Decide what follows: card, consular processing, renewal, or the end",
                        days=21,
                    ),
                ],
            },
        },
        {
            "key": "await_card",
            "kind": "stage",
            "params": {"stage": "post_adjudication"},
            "when": {"form_in": CARD_FORMS},
        },
        {
            "key": "ready_to_close",
            "kind": "stage",
            "params": {"stage": "to_close"},
            "when": {"form_not_in": CARD_FORMS},
        },
    ),
)

STATUS_UPDATE = Definition(
    key="status_update",
    name="Other news",
    purpose="Every change that matters to a client is told in plain words; small ones stay inside the firm.",
    codes=(
        "BIOMETRICS_DONE",
        "RESPONSE_RECEIVED",
        "TRANSFERRED",
        "ON_HOLD",
        "NOID_ISSUED",
        "NOIR_ISSUED",
        "NOTICE_MAILED",
        "INTERVIEW_READY",
        "INTERVIEW_SCHEDULED",
        "INTERVIEW_CANCELLED",
        "INTERVIEW_COMPLETED",
        "NO_SHOW",
        "OATH_CEREMONY",
        "MAIL_RETURNED",
        "DOC_DESTROYED",
        "DENIED",
        "REJECTED",
        "WITHDRAWN",
        "CLOSED",
        "REVOKED_TERMINATED",
        "REOPENED",
        "APPEAL_MOTION",
    ),
    # The first reading after an import is where the case already was, not news.
    conditions={"previous_known": True},
    position=90,
    actions=(
        {"key": "message", "kind": "message", "params": {"template": "status_update"}},
        {"key": "notice", "kind": "notice", "params": {"level": "urgent"}, "when": {"client_action": True}},
    ),
)

CARD_UPDATE = Definition(
    key="card_update",
    name="Card on its way",
    purpose="After an approval the client can follow the card or document.",
    codes=("DOC_PRODUCTION", "DOC_MAILED", "DOC_DELIVERED", "SENT_TO_DOS"),
    conditions={"previous_known": True, "previous_bucket_in": ["APPROVED", "DOCUMENT"]},
    position=91,
    actions=({"key": "message", "kind": "message", "params": {"template": "status_update"}},),
)

DEFINITIONS = (BIOMETRICS, RFE, APPROVAL, STATUS_UPDATE, CARD_UPDATE)
