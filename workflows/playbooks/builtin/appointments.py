"""Playbooks for the days on which somebody must appear."""

from __future__ import annotations

from workflows.playbooks.builtin.base import (
    NEWS_DAYS,
    URGENT,
    Definition,
    appointment,
    checklist,
    deadline,
    item,
)

# The form of naturalization, and of a case whose form nobody knows: it might be one.
NATURALIZATION = ("N-400", "")

BIOMETRICS = Definition(
    key="biometrics",
    version=2,
    name="Biometrics appointment",
    purpose="The client knows what to bring and nobody misses the appointment.",
    codes=("BIOMETRICS_SCHEDULED",),
    conditions={"first_reading_max_age_days": NEWS_DAYS},
    position=10,
    actions=(
        appointment("biometrics", "Biometrics appointment"),
        checklist(
            "biometrics",
            "Biometrics",
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
            item("attended", "paralegal", "Confirm with the client that the prints were taken", anchor=1),
        ),
        {"key": "instructions", "kind": "message", "params": {"template": "biometrics_instructions"}},
    ),
)

INTERVIEW = Definition(
    key="interview",
    name="Interview",
    purpose="The client comes prepared, on the right day, with the right papers.",
    codes=("INTERVIEW_SCHEDULED",),
    conditions={"first_reading_max_age_days": NEWS_DAYS},
    position=11,
    actions=(
        appointment("interview", "Interview"),
        checklist(
            "interview",
            "Interview",
            item("log_notice", "paralegal", "Enter the date and place printed on the notice", days=5),
            item(
                "ask_client",
                "paralegal",
                "Ask the client whether the day works; if not, ask USCIS to reschedule before it",
                days=7,
            ),
            item("replaced", "paralegal", "If this replaces an earlier date, settle that one", days=7),
            item("calendar", "attorney", "Decide who goes along and keep the day free", days=7),
            item("interpreter", "paralegal", "Arrange an interpreter if the client needs one", anchor=-14),
            item(
                "prepare",
                "attorney",
                "Go through the file and the likely questions with the client",
                anchor=-7,
            ),
            item(
                "bring",
                "client",
                "Take the interview notice, a photo ID, passports, and the originals on our list",
                anchor=0,
            ),
            item("attended", "paralegal", "Ask how it went and note what USCIS wants next", anchor=1),
        ),
        URGENT,
    ),
)

INTERVIEW_OFF = Definition(
    key="interview_cancelled",
    name="Interview cancelled or to be rescheduled",
    purpose="Nobody travels for nothing, and the new date is not missed.",
    codes=("INTERVIEW_CANCELLED",),
    conditions={"first_reading_max_age_days": NEWS_DAYS},
    position=12,
    actions=(
        checklist(
            "interview_cancelled",
            "Cancelled interview",
            item("tell", "paralegal", "Tell the client not to go to the earlier date", days=1),
            item(
                "settle",
                "paralegal",
                "Settle the earlier date on the deadline board, with the reason",
                days=2,
            ),
            item(
                "watch",
                "paralegal",
                "Look for the new notice; if none has come, ask USCIS and check the address",
                days=30,
            ),
        ),
    ),
)

OATH = Definition(
    key="oath",
    name="Oath ceremony",
    purpose="The last step of naturalization happens on the day it is set for.",
    codes=("OATH_CEREMONY",),
    conditions={"first_reading_max_age_days": NEWS_DAYS},
    position=13,
    actions=(
        appointment("oath", "Oath ceremony"),
        checklist(
            "oath",
            "Oath ceremony",
            item("log_notice", "paralegal", "Enter the date and place printed on the notice (N-445)", days=5),
            item(
                "ask_client",
                "paralegal",
                "Ask the client whether the day works; if not, ask USCIS for another one in writing",
                days=7,
            ),
            item(
                "since",
                "attorney",
                "Ask what has changed since the interview: travel, arrests, marriage",
                anchor=-5,
            ),
            item(
                "bring",
                "client",
                "Take the notice with its questions answered, the green card, and a photo ID",
                anchor=0,
            ),
            item(
                "check", "paralegal", "Check the certificate with the client before they leave it", anchor=1
            ),
        ),
        URGENT,
    ),
)

MISSED = Definition(
    key="missed_appointment",
    version=2,
    name="Missed appointment",
    purpose="A missed appointment is explained before the case counts as abandoned.",
    codes=("NO_SHOW",),
    conditions={"first_reading_max_age_days": NEWS_DAYS},
    position=14,
    actions=(
        deadline(
            "n400_absence",
            "Explain the missed interview",
            when={"form_in": [*NATURALIZATION], "missed": "interview"},
        ),
        deadline(
            "oath_absence",
            "Explain the missed oath ceremony",
            key="oath",
            when={"form_in": [*NATURALIZATION], "missed": "oath"},
        ),
        checklist(
            "missed_appointment",
            "Missed appointment",
            item("call", "paralegal", "Call the client today: was it missed, and why", days=0),
            item("proof", "paralegal", "Check whether a request to reschedule was made, and when", days=1),
            item(
                "ask",
                "attorney",
                "Ask USCIS for a new date in writing, with the reason and its proof",
                days=2,
            ),
            item("motion", "attorney", "Decide what to do if the case is denied as abandoned", days=7),
        ),
        URGENT,
    ),
)
