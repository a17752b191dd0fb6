"""A line of the record names what it is about once, and links to it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

from legist.core.audit import describe_action
from legist.core.clock import utc_now
from legist.core.models import AuditEntry

SUBJECT = "I-485 IOE•••••••018"


@pytest.mark.parametrize("sentence", [f"asked about {SUBJECT}: ok", "moved it to another matter"])
def test_it_names_its_subject_once(sentence: str) -> None:
    entry = SimpleNamespace(sequence=7, actor_id="1", correlation_id="")
    event = SimpleNamespace(
        entry=entry, at=utc_now(), who="poller", sentence=sentence, subject=SUBJECT, url="/receipts/7/"
    )

    row = render_to_string("practice/audit_row.html", {"event": event})

    assert row.count(SUBJECT) == 1
    assert row.count('href="/receipts/7/"') == 1
    assert sentence in row


@pytest.mark.parametrize(
    ("action", "data", "said"),
    [
        (
            "tracking.source_called",
            {"source": "uscis", "outcome": "permanent"},
            "asked USCIS about it: refused",
        ),
        (
            "tracking.status_changed",
            {"to": "RFE_ISSUED"},
            "recorded a new status of it: Request for evidence",
        ),
        ("tracking.tier_set", {"from": "standard", "to": "low"}, "set the tier of it from Standard to Low"),
        (
            "practice.matter_stage_set",
            {"from": "intake", "to": "filed"},
            "moved the matter it from “Intake” to “Filed”",
        ),
        (
            "workflows.draft_submitted",
            {"purpose": "status_update", "version": 1},
            "asked for approval of the message “Update on the case”",
        ),
        (
            "workflows.paper_not_awaited",
            {"code": "BIOMETRICS_SCHEDULED", "why": "moved_on"},
            "waits no more for the paper for “Biometrics scheduled”: the case moved on",
        ),
        ("workflows.draft_voided", {}, "withdrew the message –"),
    ],
)
def test_it_says_a_code_in_words(action: str, data: dict[str, object], said: str) -> None:
    assert describe_action(AuditEntry(action=action, data=data), subject="it") == said
