"""Playbooks for what the post brings back, for notices on their way, and for the rest of the news."""

from __future__ import annotations

from workflows.playbooks.builtin.base import NEWS_DAYS, URGENT, Definition, checklist, deadline, item

RETURNED_CARD = Definition(
    key="returned_card",
    name="Returned card or document",
    purpose="A card that came back is asked for before USCIS destroys it.",
    codes=("MAIL_RETURNED",),
    conditions={"first_reading_max_age_days": 90, "returned": "card"},
    position=50,
    actions=(
        deadline("returned_mail", "Ask for the returned card"),
        checklist(
            "returned_card",
            "Returned card",
            item("address", "paralegal", "Ask the client for the address where mail arrives today", days=1),
            item("change", "paralegal", "Change the address with USCIS for this case and all others", days=2),
            item("ask", "paralegal", "Ask USCIS to send the card again (e-request); keep the number", days=3),
            item("came", "client", "Tell us when the card has come", days=30),
        ),
        URGENT,
    ),
)

RETURNED_NOTICE = Definition(
    key="returned_notice",
    name="Returned notice",
    purpose="A notice that came back may ask for something by a day that nobody knows: find out today.",
    codes=("MAIL_RETURNED",),
    conditions={"first_reading_max_age_days": 90, "returned": "notice"},
    position=51,
    actions=(
        checklist(
            "returned_notice",
            "Returned notice",
            item("which", "paralegal", "Ask USCIS today which notice came back, and for a copy", days=0),
            item("account", "paralegal", "Look for it in the client's USCIS account and in ours", days=0),
            item(
                "address", "paralegal", "Correct the address with USCIS for this case and all others", days=1
            ),
            item(
                "clock",
                "attorney",
                "If it asks for an answer, enter its deadline; its days have been running since it was sent",
                days=2,
            ),
        ),
        URGENT,
    ),
)

DESTROYED = Definition(
    key="destroyed_card",
    name="Destroyed card or document",
    purpose="A new card is asked for, and the client can prove their status until it comes.",
    codes=("DOC_DESTROYED",),
    conditions={"first_reading_max_age_days": NEWS_DAYS},
    position=52,
    actions=(
        checklist(
            "destroyed_card",
            "Destroyed card",
            item(
                "why", "paralegal", "Find out why: returned by the post, or sent back by the client", days=2
            ),
            item("replace", "attorney", "Decide what to file for a new one, and who pays the fee", days=5),
            item("proof", "paralegal", "Help the client prove their status until then", days=5),
        ),
        URGENT,
    ),
)

NOTICE_TO_READ = Definition(
    key="notice_to_read",
    name="Notice to be read",
    purpose="USCIS sent something and does not say what: it is found and read before it can run out.",
    codes=("NOTICE_MAILED",),
    conditions={"first_reading_max_age_days": NEWS_DAYS},
    position=53,
    actions=(
        checklist(
            "notice_to_read",
            "Notice to be read",
            item("account", "paralegal", "Look for the notice in the USCIS account", days=1),
            item("read", "attorney", "Read it; if it asks for an answer, enter its deadline", days=7),
            item(
                "missing",
                "paralegal",
                "If it has not come, ask USCIS for a copy and check the address",
                days=14,
            ),
        ),
        URGENT,
    ),
)


STATUS_UPDATE = Definition(
    key="status_update",
    version=3,
    name="Other news",
    purpose="Every change that matters to a client is told in plain words; small ones stay inside the firm.",
    codes=(
        "BIOMETRICS_DONE",
        "RESPONSE_RECEIVED",
        "TRANSFERRED",
        "ON_HOLD",
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
