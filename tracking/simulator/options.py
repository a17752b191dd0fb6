"""How a run of the simulator is set up, from either command line."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from legist.core.options import PORT, SEED, Decimal, Whole
from tracking.simulator.limits import Limits
from tracking.simulator.scenarios import DEFAULT_SPEED, SCENARIOS

LIMITLESS = 10**9


@dataclass(frozen=True, slots=True)
class Options:
    """`speed` is simulated days in a real minute; port 0 takes a free one; `state` survives restarts."""

    port: int = 8701
    seed: int = 1
    speed: float = DEFAULT_SPEED
    scenario: str = "demo"
    client_id: str = "demo"
    client_secret: str = "demo"  # noqa: S105 - opens nothing but the simulator
    state: Path | None = None
    today: date | None = None
    stop_with_stdin: bool = False
    limits: Limits = field(default_factory=Limits)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options both command lines share."""
    default = Options()
    names = "; ".join(f"{scenario.name}: {scenario.summary}" for scenario in SCENARIOS.values())
    add = parser.add_argument
    add("--port", type=PORT, default=default.port, help="port on 127.0.0.1; 0 takes a free one")
    add("--seed", type=SEED, default=default.seed, help="decides the lives of all receipts")
    add(
        "--speed",
        type=Decimal(),
        default=default.speed,
        help="simulated days in a real minute; 0 stands still",
    )
    add("--today", type=date.fromisoformat, help="the day on which it begins; the machine's without it")
    add("--scenario", choices=sorted(SCENARIOS), default=default.scenario, help=names)
    add("--client-id", default=default.client_id, help="the credentials the token endpoint accepts")
    add("--client-secret", default=default.client_secret)
    add("--state", type=Path, help="file that lets cases go on where they were at the last stop")
    add("--stop-with-stdin", action="store_true", help="end when standard input closes")
    add(
        "--tps",
        type=Decimal(most=LIMITLESS),
        default=default.limits.tps,
        help="calls let through in any second",
    )
    add(
        "--daily-quota",
        type=Whole(0, LIMITLESS),
        default=default.limits.daily_quota,
        help="calls let through in a UTC day",
    )
    add("--latency-ms", type=Decimal(), default=default.limits.latency_ms, help="wait before each answer")
    add("--closed-hours", action="store_true", help="503 outside the sandbox's hours")


def options_from(arguments: argparse.Namespace) -> Options:
    """The parsed command line as options."""
    limits = Limits(
        tps=arguments.tps,
        daily_quota=arguments.daily_quota,
        latency_ms=arguments.latency_ms,
        closed_hours=arguments.closed_hours,
    )
    return Options(
        port=arguments.port,
        seed=arguments.seed,
        speed=arguments.speed,
        scenario=arguments.scenario,
        client_id=arguments.client_id,
        client_secret=arguments.client_secret,
        state=arguments.state,
        today=arguments.today,
        stop_with_stdin=arguments.stop_with_stdin,
        limits=limits,
    )
