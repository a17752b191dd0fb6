"""The pages are looked at on the day of the tests, by people of the firm."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_receipt
from tracking.models import Receipt

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def danas(firm: Firm) -> Receipt:
    """A receipt of Dana's matter: Paul and Alice work on it, Charlie is shut out."""
    return make_receipt(matter=firm.danas_matter, form_type="I-765")


@pytest.fixture
def count_queries() -> Callable[[Client, str], int]:
    """Count the queries of a page, after a first look has filled the caches of the process."""

    def count(client: Client, url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    return count
