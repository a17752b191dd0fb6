"""Playbooks for decisions what may be filed against them, and what ends a case unless somebody acts."""

from __future__ import annotations

from typing import Any

from workflows.law.remedies import REMEDIES, UNNAMED, After
from workflows.playbooks.builtin.base import (
    NEWS_DAYS,
    REMEDY_DAYS,
    URGENT,
    Definition,
    appointment,
    checklist,
    deadline,
    item,
)

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
# Forms whose approval opens the next step, a visa, an adjustment or a family's own filings: nothing is over.
STEP_FORMS = ["I-129F", "I-130", "I-140", "I-360", "I-589", "I-601A", "I-730", "I-918"]
# Of these the ones whose approval by itself gives no status, no work and no travel.
PETITIONS = ["I-129F", "I-130", "I-140", "I-360", "I-601A"]
GOES_ON = sorted([*CARD_FORMS, *STEP_FORMS])


def _against(decision: After) -> tuple[dict[str, Any], ...]:
    """Return a step for every remedy against a decision, each for the forms that have it."""
    return tuple(
        deadline(remedy.kind, remedy.title, key=remedy.key, when=remedy.when)
        for remedy in REMEDIES
        if remedy.after is decision
    )


APPROVAL = Definition(
    key="approval",
    version=3,
    name="Approval",
    purpose="The client hears the good news with a letter, the work is billed, and the matter moves on.",
    codes=("APPROVED", "SENT_TO_DOS", "DOC_PRODUCTION", "DOC_MAILED", "DOC_DELIVERED"),
    # A card can be the first sign of an approval; after one it is a different piece of news.
    conditions={"first_reading_max_age_days": NEWS_DAYS, "previous_bucket_not_in": ["APPROVED", "DOCUMENT"]},
    position=30,
    actions=(
        {"key": "letter", "kind": "document", "params": {"template": "approval_letter"}},
        {
            "key": "message",
            "kind": "message",
            "params": {"template": "approval_news"},
            "when": {"form_not_in": [*PETITIONS, "N-400"]},
        },
        {
            "key": "petition",
            "kind": "message",
            "params": {"template": "petition_approved"},
            "when": {"form_in": PETITIONS},
        },
        {
            "key": "naturalization",
            "kind": "message",
            "params": {"template": "naturalization_approved"},
            "when": {"form_in": ["N-400"]},
        },
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
            "key": "ready_to_close",
            "kind": "stage",
            "params": {"stage": "to_close"},
            "when": {"form_not_in": GOES_ON},
        },
        # Last, so that a case which may wait for a card is not closed where two forms are named.
        {
            "key": "await_card",
            "kind": "stage",
            "params": {"stage": "post_adjudication"},
            "when": {"form_in": GOES_ON},
        },
    ),
)

DENIAL = Definition(
    key="denial",
    version=4,
    name="Denial",
    purpose="Every remedy is on the board until the attorney chooses one and waives the others.",
    codes=("DENIED",),
    conditions={"first_reading_max_age_days": REMEDY_DAYS},
    position=40,
    actions=(
        *_against(After.DENIAL),
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
                "presence",
                "attorney",
                "Count unlawful presence: since when it runs, and when 180 days are over",
                days=3,
            ),
            item(
                "removal",
                "attorney",
                "Weigh the risk of a notice to appear, and what the client carries from today",
                days=3,
            ),
            item("others", "paralegal", "List the cases that hang on this one: family, permits", days=3),
            item(
                "talk",
                "attorney",
                "Talk it over with the client: motion, appeal, filing anew, or none",
                days=5,
            ),
            item("letter", "attorney", "Complete the letter to the client and send it", days=7),
            item("choose", "attorney", "Waive the remedies that are not used, each with the reason", days=10),
            item("draft", "paralegal", "Complete the filing and its fee", anchor=-10),
            item("file", "paralegal", "File it so that it is received in time; keep the proof", anchor=-5),
        ),
        {"key": "letter", "kind": "document", "params": {"template": "denial_letter"}},
        URGENT,
    ),
)

REVOCATION = Definition(
    key="revocation",
    version=3,
    name="Revocation or termination",
    purpose="The shortest remedy there is, half the usual days, is not missed.",
    codes=("REVOKED_TERMINATED",),
    conditions={"first_reading_max_age_days": REMEDY_DAYS},
    position=41,
    actions=(
        *_against(After.REVOCATION),
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

DISMISSAL = Definition(
    key="appeal_decided",
    version=2,
    name="Appeal or motion dismissed",
    purpose="What is left after an appeal was lost is weighed before its days are over.",
    codes=("APPEAL_MOTION",),
    # An appeal that was filed, sent on or sustained asks nothing of the client.
    conditions={"first_reading_max_age_days": REMEDY_DAYS, "client_action": True},
    position=43,
    actions=(
        *_against(After.DISMISSAL),
        checklist(
            "appeal_decided",
            "After the dismissal",
            item("notice", "paralegal", "Get the decision today and confirm its date", days=1),
            item(
                "read",
                "attorney",
                "Read it: who decided, on which grounds, and which motion it leaves",
                days=2,
            ),
            item(
                "court",
                "attorney",
                "Weigh review by a federal court, whose days run from the decision",
                days=5,
            ),
            item("status", "attorney", "Check what the client loses now: status, permission to work", days=3),
            item("talk", "attorney", "Talk it over with the client: motion, court, filing anew", days=7),
            item("choose", "attorney", "Waive what is not used, with the reason", days=10),
            item("file", "paralegal", "File it so that it is received in time; keep the proof", anchor=-5),
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


# An administratively closed N-400 can be reopened for a year.
REOPEN_DAYS = 365

DISHONORED = Definition(
    key="dishonored_fee",
    name="Fee not honored",
    purpose="A fee that the bank returned is paid before the case loses its receipt or its approval.",
    codes=("FEE_PAYMENT", "PAYMENT_DISHONORED"),
    # A refund or an immigrant fee asks nothing of the client.
    conditions={"first_reading_max_age_days": NEWS_DAYS, "client_action": True},
    position=44,
    actions=(
        deadline("fee_payment", "Pay the fee that was returned"),
        checklist(
            "dishonored_fee",
            "Fee not honored",
            item(
                "notice",
                "paralegal",
                "Get the notice today: which fee, how much, payable how and where",
                days=0,
            ),
            item(
                "bank",
                "paralegal",
                "Ask whoever paid what the bank says, and for another means to pay",
                days=0,
            ),
            item(
                "dates",
                "attorney",
                "Check what is lost if the receipt is void: receipt date, status, age, work permit",
                days=1,
            ),
            item(
                "pay",
                "paralegal",
                "Pay as the notice says, or file anew with the fee; keep the proof",
                days=1,
            ),
            item("approval", "attorney", "If it was approved: expect a notice of intent to revoke", days=5),
        ),
        URGENT,
    ),
)

NATURALIZATION_CLOSED = Definition(
    key="naturalization_closed",
    name="Naturalization closed without a decision",
    purpose="An application that was only put aside is reopened in its year, without a new fee.",
    codes=("CLOSED",),
    conditions={"first_reading_max_age_days": REOPEN_DAYS, "form_in": ["N-400", UNNAMED]},
    position=45,
    actions=(
        deadline("n400_reopen", "Ask to reopen the naturalization application"),
        checklist(
            "naturalization_closed",
            "Closed naturalization application",
            item("notice", "paralegal", "Get the notice: why it was closed, and on which day", days=5),
            item("why", "attorney", "Ask the client why the interview or the answer was missed", days=7),
            item(
                "decide",
                "attorney",
                "Decide: ask to reopen it in writing, or let it go; the client is still a resident",
                days=14,
            ),
            item(
                "file",
                "paralegal",
                "Send the request so that it is there in time; keep the proof",
                anchor=-30,
            ),
        ),
        URGENT,
    ),
)

COURT = Definition(
    key="court",
    name="Referred to the immigration court",
    purpose="The court has the right address, and nobody misses the hearing and is ordered removed.",
    codes=("COURT_REFERRAL", "NTA_ISSUED"),
    conditions={"first_reading_max_age_days": 90},
    position=46,
    actions=(
        deadline("court_address", "Tell the court the right address (EOIR-33)", key="address"),
        appointment("court_hearing", "Hearing before the immigration court"),
        checklist(
            "court",
            "Before the immigration court",
            item(
                "notice",
                "paralegal",
                "Get the notice to appear today; check name, address and charges",
                days=1,
            ),
            item(
                "eoir",
                "paralegal",
                "Look up the hearing with the court by A-number, and again each week",
                days=1,
            ),
            item(
                "address",
                "paralegal",
                "File EOIR-33 if the notice bears no or a wrong address; keep the proof",
                days=3,
            ),
            item(
                "appear", "attorney", "Enter an appearance with the court (EOIR-28), or say who will", days=7
            ),
            item(
                "asylum",
                "attorney",
                "Check the year for asylum, and what of the old filing the court has",
                days=7,
            ),
            item("permit", "attorney", "Check what becomes of the work permit and of other cases", days=7),
            item(
                "talk",
                "attorney",
                "Tell the client what missing a hearing means: an order in absence",
                days=7,
            ),
        ),
        URGENT,
    ),
)
