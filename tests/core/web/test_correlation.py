"""What one request does carries one id, ours and no one else's."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from legist.core.models import AuditEntry
from tests.factories.practice import Firm


def test_it_puts_one_id_on_everything_a_request_records(
    firm: Firm, browser_of: Callable[[str], Client]
) -> None:
    browser = browser_of("dana")

    browser.post(reverse("set_language"), {"language": "en"}, headers={"x-correlation-id": "from outside"})

    entry = AuditEntry.objects.latest("sequence")
    assert len(entry.correlation_id) == 36
    browser.post(reverse("set_language"), {"language": "es"})
    assert AuditEntry.objects.latest("sequence").correlation_id != entry.correlation_id
