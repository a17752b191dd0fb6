"""Playbooks for decisions: approvals, and what may be filed against the other ones."""

from __future__ import annotations

from workflows.definitions.base import NEWS_DAYS, REMEDY_DAYS, URGENT, Definition, checklist, deadline, item

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
RELATIVE, NATURALIZATION, HEARING = "I-130", "N-400", "N-336"
# Denials that no appeal lies from: 8 CFR 245.2(a)(5)(ii), 214.1(c)(5), 274a.13(c), 216.4(d)(2), 216.6(d)(2),
# 208.21(e), 212.7(e)(11); the relative petition goes to the Board, naturalization to a hearing.
NO_APPEAL = [
    "I-290B",
    "I-485",
    "I-539",
    "I-589",
    "I-601A",
    "I-730",
    "I-751",
    "I-765",
    "I-821D",
    "I-829",
    RELATIVE,
    NATURALIZATION,
    HEARING,
]
# Petitions for an immigrant, whose revocation on notice has an appeal of its own. A form that is not known
# might be one of them.
IMMIGRANT_PETITIONS = ["I-130", "I-140", "I-360", "I-526", "I-526E", "I-600", "I-800", ""]

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

DENIAL = Definition(
    key="denial",
    name="Denial",
    purpose="Every remedy is on the board until the attorney chooses one and waives the others.",
    codes=("DENIED",),
    conditions={"first_reading_max_age_days": REMEDY_DAYS},
    position=40,
    actions=(
        deadline(
            "i290b_motion",
            "Motion to reopen or reconsider",
            key="motion",
            when={"form_not_in": [NATURALIZATION, HEARING]},
        ),
        deadline("i290b_appeal", "Appeal to the AAO", key="appeal", when={"form_not_in": NO_APPEAL}),
        deadline("eoir29_appeal", "Appeal to the BIA", key="bia", when={"form_in": [RELATIVE]}),
        deadline(
            "n336_hearing",
            "Request for a hearing",
            key="hearing",
            when={"form_in": [NATURALIZATION]},
        ),
        deadline(
            "court_review",
            "Review by the district court",
            key="court",
            when={"form_in": [HEARING]},
        ),
        checklist(
            "denial",
            "After the denial",
            item(
                "notice", "paralegal", "Get the decision and confirm its date and the days it gives", days=2
            ),
            item(
                "read",
                "attorney",
                "Read the decision: grounds, remedies it names, where they are filed",
                days=3,
            ),
            item(
                "status",
                "attorney",
                "Check what the client loses now: status, permission to work, travel",
                days=3,
            ),
            item(
                "talk",
                "attorney",
                "Talk it over with the client: motion, appeal, filing anew, or none",
                days=5,
            ),
            item("choose", "attorney", "Waive the remedies that are not used, each with the reason", days=10),
            item("draft", "paralegal", "Complete the filing and its fee", anchor=-10),
            item("file", "paralegal", "File it so that it is received in time; keep the proof", anchor=-5),
        ),
        URGENT,
    ),
)

REVOCATION = Definition(
    key="revocation",
    name="Revocation or termination",
    purpose="The shortest remedy there is, half the usual days, is not missed.",
    codes=("REVOKED_TERMINATED",),
    conditions={"first_reading_max_age_days": REMEDY_DAYS},
    position=41,
    actions=(
        deadline(
            "revocation_appeal",
            "Appeal of the revocation",
            key="appeal",
            when={"form_in": IMMIGRANT_PETITIONS},
        ),
        deadline(
            "i290b_appeal",
            "Appeal to the AAO",
            key="aao",
            when={"form_in": ["I-129", "I-129F", "I-821"]},
        ),
        deadline("i290b_motion", "Motion to reopen or reconsider", key="motion"),
        checklist(
            "revocation",
            "After the revocation",
            item("notice", "paralegal", "Get the decision today and confirm its date", days=1),
            item("read", "attorney", "Read it: automatic or on notice, which grounds, which remedy", days=1),
            item("effects", "attorney", "Check what falls with it: status, work permit, other cases", days=2),
            item("choose", "attorney", "Waive the remedies that are not used, each with the reason", days=4),
            item("file", "paralegal", "File it so that it is received in time; keep the proof", anchor=-3),
        ),
        URGENT,
    ),
)

REJECTION = Definition(
    key="rejection",
    name="Rejected filing",
    purpose="A filing that was sent back goes out again before another date is lost.",
    codes=("REJECTED",),
    conditions={"first_reading_max_age_days": NEWS_DAYS},
    position=42,
    actions=(
        checklist(
            "rejection",
            "Rejected filing",
            item("why", "paralegal", "Find the reason: fee, signature, edition of the form, address", days=1),
            item(
                "dates",
                "attorney",
                "Check which dates the first filing was to keep: status, age, visa bulletin",
                days=1,
            ),
            item(
                "refile", "paralegal", "File again, complete; no law sets the day, so do it at once", days=3
            ),
            item("receipt", "paralegal", "Watch for the new receipt number and enter it", days=21),
        ),
        URGENT,
    ),
)
