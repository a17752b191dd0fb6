"""A status that a person states: a source like another, but one that nobody asks."""

from __future__ import annotations

import pytest

from tracking.sources import REGISTERED, get_source, label_of, limits_of
from tracking.states import MANUAL


def test_it_is_known_by_the_key_that_corrections_carry() -> None:
    assert REGISTERED[MANUAL].key == MANUAL
    assert label_of(MANUAL) == "set by hand"


def test_nobody_asks_it() -> None:
    for ask in (get_source, limits_of):
        with pytest.raises(LookupError, match="can be polled"):
            ask(MANUAL)
