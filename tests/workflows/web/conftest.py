"""What the tests of the staff's pages share."""

from __future__ import annotations

import pytest
from django.conf import LazySettings


@pytest.fixture(autouse=True)
def _files_are_found_when_asked_for(settings: LazySettings) -> None:
    """Nothing has to be collected for a test."""
    settings.WHITENOISE_AUTOREFRESH = True
