"""The real client, pointed at the simulated USCIS, with limits out of the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from tests.support.simulator import RunningSimulator
from tracking.sources.uscis import UscisSource


@pytest.fixture
def uscis(simulator: RunningSimulator, settings: LazySettings, db: None) -> Iterator[UscisSource]:
    settings.USCIS_TPS = 100_000
    settings.USCIS_DAILY_QUOTA = 1_000_000
    with simulator.source() as source:
        yield source
