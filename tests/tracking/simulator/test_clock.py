"""Simulated days against real seconds."""

from __future__ import annotations

from datetime import date

from tracking.simulator.clock import Clock, Mark, eastern_day


def test_it_makes_so_many_days_a_minute() -> None:
    clock = Clock([Mark(1000.0, 0.0, 20.0)])
    assert clock.day(1030.0) == 10.0
    assert clock.real(10.0) == 1030.0


def test_it_jumps_ahead_without_moving_what_has_happened() -> None:
    clock = Clock([Mark(1000.0, 0.0, 20.0)])
    clock.advance(100.0, real=1060.0)
    assert clock.day(1060.0) == 120.0
    assert clock.real(10.0) == 1030.0
    assert clock.real(70.0) == 1060.0
    assert clock.real(130.0) == 1090.0


def test_it_stands_still_at_speed_zero() -> None:
    clock = Clock([Mark(1000.0, 0.0, 0.0)])
    assert clock.day(9000.0) == 0.0
    clock.advance(3.0, real=2000.0)
    assert (clock.day(9000.0), clock.real(2.0), clock.real(3.0)) == (3.0, 2000.0, 2000.0)


def test_it_changes_its_speed_from_now_on() -> None:
    clock = Clock([Mark(0.0, 0.0, 1.0)])
    clock.run_at(10.0, real=60.0)
    assert (clock.day(60.0), clock.day(120.0)) == (1.0, 11.0)


def test_it_prints_eastern_days() -> None:
    assert eastern_day(1_772_424_000.0) == date(2026, 3, 1)  # 2026-03-02 04:00 UTC
