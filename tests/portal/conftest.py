"""Dana and Eve at their phones, and a law firm that writes to them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import approve, make_draft
from workflows.messages import sending
from workflows.models import Draft


@pytest.fixture
def dana(browser_of: Callable[[str], Client]) -> Client:
    return browser_of("dana")


@pytest.fixture
def eve(browser_of: Callable[[str], Client]) -> Client:
    return browser_of("eve")


@pytest.fixture
def write_to_dana(firm: Firm) -> Callable[[], Draft]:
    """Draft, approve and deliver a message to Dana."""

    def write() -> Draft:
        draft = approve(firm, make_draft(firm))
        sending.deliver_due(now=NOW, actor=SYSTEM)
        return draft

    return write
