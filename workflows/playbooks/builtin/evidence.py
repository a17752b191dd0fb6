"""Playbooks for what USCIS wants answered: requests for evidence and notices of intent."""

from __future__ import annotations

from typing import Any

from workflows.playbooks.builtin.base import (
    REQUEST_DAYS,
    Definition,
    checklist,
    deadline,
    item,
)

# The answer is a matter of its own, where its papers, dates and hours are kept together.
IN_MATTER = {"in": "matter"}


def _opened(title: str) -> tuple[dict[str, Any], ...]:
    return (
        {"key": "matter", "kind": "matter", "params": {"kind": "rfe", "title": title}},
        {"key": "attorney", "kind": "assign", "params": IN_MATTER},
    )


def _drafted(document: str, message: str) -> tuple[dict[str, Any], ...]:
    return (
        {
            "key": "response",
            "kind": "document",
            "params": {**IN_MATTER, "template": document, "language": "en"},
        },
        {"key": "message", "kind": "message", "params": {"template": message}},
        {"key": "notice", "kind": "notice", "params": {**IN_MATTER, "level": "urgent"}},
    )


RFE = Definition(
    key="rfe",
    version=3,
    name="Request for evidence",
    purpose="The answer has an owner, a file, a counted date and a first draft on the first day.",
    codes=("RFE_ISSUED",),
    conditions={"first_reading_max_age_days": REQUEST_DAYS},
    position=20,
    actions=(
        *_opened("Answer to a request for evidence"),
        deadline("rfe", "Answer to the request for evidence", **IN_MATTER),
        checklist(
            "rfe",
            "Answer the request",
            item("notice", "paralegal", "Get the paper notice and confirm the date printed on it", days=7),
            item("list", "attorney", "Read the notice and list the evidence USCIS asks for", days=10),
            item("ask", "paralegal", "Ask the client for the documents on the list", days=12),
            item("send", "client", "Send us the documents on the list", anchor=-28),
            item("draft", "paralegal", "Complete the answer and its exhibits", anchor=-14),
            item("review", "attorney", "Review and sign the answer", anchor=-10),
            item(
                "file", "paralegal", "Send the answer so that it arrives in time; keep the proof", anchor=-7
            ),
            **IN_MATTER,
        ),
        *_drafted("rfe_response", "rfe_received"),
    ),
)

NOID = Definition(
    key="noid",
    version=3,
    name="Notice of intent to deny",
    purpose="The few days to answer are counted, owned and used from the first one.",
    codes=("NOID_ISSUED",),
    conditions={"first_reading_max_age_days": REQUEST_DAYS},
    position=21,
    actions=(
        *_opened("Answer to a notice of intent to deny"),
        deadline("noid", "Answer to the notice of intent to deny", **IN_MATTER),
        checklist(
            "noid",
            "Answer the notice of intent to deny",
            item("notice", "paralegal", "Get the paper notice and confirm the date printed on it", days=2),
            item("read", "attorney", "Read the notice and list each ground it gives for a denial", days=3),
            item(
                "exposure",
                "attorney",
                "Check what a denial would cost: status, work permit, travel, other cases",
                days=4,
            ),
            item("talk", "attorney", "Talk it over with the client: answer, withdraw, or file anew", days=5),
            item("ask", "paralegal", "Ask the client for what rebuts each ground", days=5),
            item("send", "client", "Send us the documents on the list", anchor=-14),
            item("draft", "paralegal", "Complete the answer: one exhibit for each ground", anchor=-10),
            item("review", "attorney", "Review and sign the answer", anchor=-7),
            item(
                "file", "paralegal", "Send the answer so that it arrives in time; keep the proof", anchor=-5
            ),
            **IN_MATTER,
        ),
        *_drafted("intent_response", "intent_received"),
    ),
)

NOIR = Definition(
    key="noir",
    version=3,
    name="Notice of intent to revoke",
    purpose="An approval that is in danger is defended within the days the notice gives.",
    codes=("NOIR_ISSUED",),
    conditions={"first_reading_max_age_days": REQUEST_DAYS},
    position=22,
    actions=(
        *_opened("Answer to a notice of intent to revoke"),
        deadline("noir", "Answer to the notice of intent to revoke", **IN_MATTER),
        checklist(
            "noir",
            "Answer the notice of intent to revoke",
            item("notice", "paralegal", "Get the paper notice and confirm the date printed on it", days=2),
            item("read", "attorney", "Read the notice: which approval, which grounds, which period", days=3),
            item(
                "effects",
                "attorney",
                "Check what hangs on the approval: status, work permit, other cases",
                days=5,
            ),
            item("ask", "paralegal", "Ask the petitioner for what rebuts each ground", days=5),
            item("send", "client", "Send us the documents on the list", anchor=-14),
            item("draft", "paralegal", "Complete the answer and its exhibits", anchor=-10),
            item("review", "attorney", "Review and sign the answer", anchor=-7),
            item(
                "file", "paralegal", "Send the answer so that it arrives in time; keep the proof", anchor=-5
            ),
            **IN_MATTER,
        ),
        *_drafted("intent_response", "intent_received"),
    ),
)
