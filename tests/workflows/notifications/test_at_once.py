"""Whatever USCIS says, and however often and in whatever order it is handled: once per notice, none lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.factories.practice import NOW, Firm
from tests.factories.tracking import RECEIVED, RFE, make_receipt, read
from tests.factories.workflows import run
from tracking.models import Receipt, ReviewItem, StatusChange
from workflows.models import Deadline, Draft, PlaybookRun

DAY = timedelta(days=1)
SENT = "we mailed a request for additional evidence for your Form I-485."
SAYINGS = {
    "first": (RFE, f"On March 1, 2026, {SENT}"),
    "second": (RFE, f"On March 20, 2026, {SENT}"),
    "undated": (RFE, SENT.capitalize()),
    "received": (RECEIVED, "On February 1, 2026, we received your Form I-485."),
    "expedite": ("Expedite Request Received", "On March 5, 2026, we received your request to expedite."),
    "response": ("Response To RFE Was Received", "On March 25, 2026, we received your response."),
    "heading": ("CASE STATUS", ""),
}
_numbers = count(9_200_000_001)


@contextmanager
def example() -> Iterator[None]:
    """Take back what an example wrote."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def say(firm: Firm, sayings: list[str]) -> Receipt:
    receipt = make_receipt(f"IOE{next(_numbers)}", matter=firm.danas_matter)
    for day, saying in enumerate(sayings):
        title, text = SAYINGS[saying]
        read(receipt, title, text, at=NOW + day * DAY, form_type="I-485")
    return receipt


@given(
    sayings=st.lists(st.sampled_from(sorted(SAYINGS)), min_size=2, max_size=6),
    order=st.randoms(use_true_random=False),
    again=st.booleans(),
)
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],
)
def test_each_notice_is_acted_on_once_and_none_is_lost(
    firm: Firm, *, sayings: list[str], order: object, again: bool
) -> None:
    with example():
        receipt = say(firm, sayings)
        changes = list(StatusChange.objects.filter(receipt=receipt).order_by("sequence"))
        shuffled = changes * (2 if again else 1)
        order.shuffle(shuffled)  # type: ignore[attr-defined]
        for change in shuffled:
            run(change, now=NOW + 10 * DAY)

        notices = {"first", "second", "undated"} & set(sayings)
        acted = PlaybookRun.objects.filter(receipt=receipt, playbook_key="rfe", state="done")
        asked = ReviewItem.objects.filter(receipt=receipt, kind="same_notice", state="open")
        assert acted.count() <= len(notices)
        assert Deadline.objects.filter(receipt=receipt).count() <= len(notices)
        assert Draft.objects.filter(change__receipt=receipt, purpose="rfe_received").count() <= len(notices)
        # Each notice has its work, or stands before a person.
        dates = set(Deadline.objects.filter(receipt=receipt).values_list("issued_on", flat=True))
        assert len(dates) >= len(notices) or asked.filter(code="RFE_ISSUED").exists()
        if notices:
            assert Deadline.objects.filter(receipt=receipt, state="open").exists()


def test_the_database_remembers_a_notice(firm: Firm) -> None:
    receipt = say(firm, ["first", "received"])
    first, received = StatusChange.objects.filter(receipt=receipt).order_by("sequence")
    run(first)
    done = PlaybookRun.objects.get(change=first, playbook_key="rfe")
    done.pk, done.change, done._state.adding = None, received, True

    with pytest.raises(IntegrityError), transaction.atomic():
        done.save(force_insert=True)
