"""Playbooks for what ends a case unless somebody acts: an unpaid fee, a closed N-400, the court."""

from __future__ import annotations

from workflows.law.remedies import UNNAMED
from workflows.playbooks.builtin.base import (
    NEWS_DAYS,
    URGENT,
    Definition,
    appointment,
    checklist,
    deadline,
    item,
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
