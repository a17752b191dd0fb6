"""A line of the record names what it is about once, and links to it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

from legist.core.clock import utc_now

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
