"""What the tests of the workflows share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.support.mailserver import MailServer, running_mailserver


@pytest.fixture
def mailserver(settings: LazySettings) -> Iterator[MailServer]:
    with running_mailserver() as server:
        settings.EMAIL_BACKEND = "legist.core.channels.email.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        yield server


@pytest.fixture
def dana(browser_of: Callable[[str], Client]) -> Client:
    return browser_of("dana")


@pytest.fixture
def paul(browser_of: Callable[[str], Client]) -> Client:
    return browser_of("paul")
