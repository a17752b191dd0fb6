"""Playbooks for what USCIS wants answered: requests for evidence and notices of intent."""

from __future__ import annotations

from workflows.playbooks.builtin.base import (
    REQUEST_DAYS,
    URGENT,
    Definition,
    checklist,
    deadline,
    item,
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
        {
            "key": "matter",
            "kind": "matter",
            "params": {"kind": "rfe", "title": "Answer to a request for evidence"},
        },
        {"key": "attorney", "kind": "assign", "params": {"in": "matter"}},
        deadline("rfe", "Answer to the request for evidence", **{"in": "matter"}),
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
            **{"in": "matter"},
        ),
        {
            "key": "response",
            "kind": "document",
            "params": {"in": "matter", "template": "rfe_response", "language": "en"},
        },
        {"key": "message", "kind": "message", "params": {"template": "rfe_received"}},
        {"key": "notice", "kind": "notice", "params": {"in": "matter", "level": "urgent"}},
    ),
)

NOID = Definition(
    key="noid",
    version=2,
    name="Notice of intent to deny",
    purpose="The few days to answer are counted, owned and used from the first one.",
    codes=("NOID_ISSUED",),
    conditions={"first_reading_max_age_days": REQUEST_DAYS},
    position=21,
    actions=(
        deadline("noid", "Answer to the notice of intent to deny"),
        checklist(
            "noid",
            "Answer the notice of intent to deny",
            item("notice", "paralegal", "Get the paper notice and confirm the date printed on it", days=2),
            item("read", "attorney", "Read the notice and list each ground it gives for a denial", days=3),
            item("talk", "attorney", "Talk it over with the client: answer, withdraw, or file anew", days=5),
            item("ask", "paralegal", "Ask the client for what rebuts each ground", days=5),
            item("send", "client", "Send us the documents on the list", anchor=-14),
            item("draft", "paralegal", "Complete the answer: one exhibit for each ground", anchor=-10),
            item("review", "attorney", "Review and sign the answer", anchor=-7),
            item(
                "file", "paralegal", "Send the answer so that it arrives in time; keep the proof", anchor=-5
            ),
        ),
        URGENT,
    ),
)

NOIR = Definition(
    key="noir",
    version=2,
    name="Notice of intent to revoke",
    purpose="An approval that is in danger is defended within the days the notice gives.",
    codes=("NOIR_ISSUED",),
    conditions={"first_reading_max_age_days": REQUEST_DAYS},
    position=22,
    actions=(
        deadline("noir", "Answer to the notice of intent to revoke"),
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
            item("draft", "paralegal", "Complete the answer and its exhibits", anchor=-10),
            item("review", "attorney", "Review and sign the answer", anchor=-7),
            item(
                "file", "paralegal", "Send the answer so that it arrives in time; keep the proof", anchor=-5
            ),
        ),
        URGENT,
    ),
)
