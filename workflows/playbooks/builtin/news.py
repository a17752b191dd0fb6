"""Playbooks for the rest of the news: what the client is told in plain words."""

from __future__ import annotations

from workflows.playbooks.builtin.base import Definition

STATUS_UPDATE = Definition(
    key="status_update",
    version=2,
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
        "COURT_REFERRAL",
        "NTA_ISSUED",
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
