"""Settings that cannot work are named before anything starts."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from tracking.registrations import check_budget, check_tier_intervals


def test_it_names_intervals_it_cannot_read(settings: LazySettings) -> None:
    assert check_tier_intervals() == []
    settings.LEGIST_TIER_INTERVALS = "standard=often"
    (error,) = check_tier_intervals()
    assert error.id == "tracking.E001"
    assert error.msg == "LEGIST_TIER_INTERVALS cannot be read."
    assert "often" not in f"{error.msg} {error.hint}"


@pytest.mark.django_db
def test_intervals_in_a_setting_are_refused_once_the_policy_has_them(settings: LazySettings) -> None:
    settings.LEGIST_TIER_INTERVALS = "standard=1h"
    (error,) = check_tier_intervals()
    assert error.id == "tracking.E006"
    assert "polling_policy import" in str(error.hint)


def test_it_wants_a_budget(settings: LazySettings) -> None:
    assert check_budget() == []
    settings.USCIS_TPS = 0
    assert [error.id for error in check_budget()] == ["tracking.E002"]
