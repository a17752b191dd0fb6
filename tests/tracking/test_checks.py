"""Settings that cannot work are named before anything starts."""

from __future__ import annotations

from django.conf import LazySettings

from tracking.registrations import check_budget, check_tier_intervals


def test_it_names_intervals_it_cannot_read(settings: LazySettings) -> None:
    assert check_tier_intervals() == []
    settings.LEGIST_TIER_INTERVALS = "standard=often"
    (error,) = check_tier_intervals()
    assert error.id == "tracking.E001"
    assert error.msg == "LEGIST_TIER_INTERVALS cannot be read."
    assert "often" not in f"{error.msg} {error.hint}"


def test_it_wants_a_budget(settings: LazySettings) -> None:
    assert check_budget() == []
    settings.USCIS_TPS = 0
    assert [error.id for error in check_budget()] == ["tracking.E002"]
