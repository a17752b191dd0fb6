"""The simulated USCIS as a real process on a free port, and the steering wheel tests hold.

Use the `simulator` fixture (one process per test run, reset for each test, limits wide open), or
`running_simulator()` where a test needs a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.factories.practice import NOW
from tracking.sources.uscis import UscisConfig, UscisSource

ROOT = Path(__file__).resolve().parents[2]
CLIENT_ID = "client-of-the-tests"
CLIENT_SECRET = "secret-of-the-tests"


@dataclass(frozen=True, slots=True)
class Calls:
    """What the API has seen since the reset. `log` holds the latest calls asked for, oldest first."""

    total: int
    token_requests: int
    by_status: dict[str, int]
    by_receipt: dict[str, int]
    faults: dict[str, int]
    connections: int
    max_in_flight: int
    max_per_second: int
    max_requests_per_second: int
    over: int
    log: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class RunningSimulator:
    """One simulator process. Time stands still unless a test advances it."""

    url: str
    process: subprocess.Popen[str] = field(repr=False)
    _http: requests.Session = field(repr=False)

    @property
    def config(self) -> UscisConfig:
        """How the real client reaches it; a call that hangs is given up after half a second."""
        token_url = f"{self.url}/oauth/accesstoken"
        return UscisConfig(self.url, token_url, CLIENT_ID, CLIENT_SECRET, timeout_s=0.5)

    @contextmanager
    def source(self, **overrides: Any) -> Iterator[UscisSource]:
        """The real client, connected to this process."""
        source = UscisSource(replace(self.config, **overrides))
        yield source
        source.close()

    @property
    def settings(self) -> dict[str, Any]:
        """Django settings that point the product here."""
        return {
            "USCIS_API_URL": self.url,
            "USCIS_TOKEN_URL": f"{self.url}/oauth/accesstoken",
            "USCIS_CLIENT_ID": CLIENT_ID,
            "USCIS_CLIENT_SECRET": CLIENT_SECRET,
            "USCIS_TIMEOUT_S": 0.5,
        }

    @property
    def environment(self) -> dict[str, str]:
        """The same as environment variables for a process of its own."""
        return {name: str(value) for name, value in self.settings.items()}

    def reset(self) -> None:
        """Forget cases, faults and calls; everything else as at the start."""
        self._ask("POST", "reset")

    def advance(self, days: float) -> None:
        """Let simulated days go by at once."""
        self._ask("POST", "advance", days=days)

    def scenario(self, name: str) -> None:
        """Switch to `demo`, `steady`, `storm` or `outage`."""
        self._ask("POST", "scenario", name=name)

    def set_status(self, receipt: str, status: str, *, form: str | None = None, **texts: str) -> None:
        """Give a receipt this status now and no later one. `texts` override fields of the answer."""
        self._ask("POST", "cases", receipt=receipt, status=status, form=form, texts=texts or None)

    def set_title(self, receipt: str, title: str, description: str = "") -> None:
        """Give a receipt a status that is in nobody's list."""
        texts = {"current_case_status_text_en": title, "current_case_status_desc_en": description}
        self.set_status(receipt, "custom", **texts)

    def plan(self, receipt: str, *events: tuple[float, str], form: str | None = None) -> None:
        """Replace a receipt's future by statuses in so many days from now."""
        coming = [{"in_days": days, "status": status} for days, status in events]
        self._ask("POST", "cases", receipt=receipt, events=coming, form=form)

    def case(self, receipt: str) -> dict[str, Any]:
        """Where a case stands: `form`, `status`, `events`."""
        return self._ask("GET", "cases", receipt=receipt)

    def fault(self, kind: str, *, receipt: str | None = None, times: int | None = 1, **more: Any) -> None:
        """Let the next `times` calls fail (None: all). Kinds stand in `tracking.simulator.faults`."""
        self._ask("POST", "faults", kind=kind, receipt=receipt, times=times, **more)

    def clear_faults(self) -> None:
        """No more faults."""
        self._ask("DELETE", "faults")

    def expire_tokens(self) -> None:
        """Refuse every token issued so far."""
        self._ask("POST", "tokens/expire")

    def limits(self, **limits: Any) -> None:
        """Change `tps`, `daily_quota`, `retry_after`, `latency_ms`, ... until the reset."""
        self._ask("POST", "limits", **limits)

    def calls(self, receipt: str | None = None, *, tail: int = 0) -> Calls:
        """The calls since the reset, of one receipt if given."""
        chosen = {"receipt": receipt} if receipt else {}
        return Calls(**self._ask("GET", "calls", tail=tail, **chosen))

    def _ask(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        arguments: dict[str, Any] = {"params": given} if method == "GET" else {"json": given}
        response = self._http.request(method, f"{self.url}/_sim/{path}", timeout=5, **arguments)
        if response.status_code != 200:
            raise AssertionError(response.text)
        document: dict[str, Any] = response.json()
        return document


@contextmanager
def running_simulator(
    *arguments: str, seed: int = 1, speed: float = 0, scenario: str = "steady"
) -> Iterator[RunningSimulator]:
    """A simulator process of one's own; it dies with this one. `arguments`: more command line options."""
    options = [
        f"--seed={seed}",
        f"--speed={speed}",
        f"--scenario={scenario}",
        "--stop-with-stdin",
        f"--client-id={CLIENT_ID}",
        f"--client-secret={CLIENT_SECRET}",
        "--port=0",
    ]
    command = [sys.executable, "-m", "tracking.simulator", *options, *arguments]
    with (
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process,
        requests.Session() as http,
    ):
        http.trust_env = False
        assert process.stdout is not None
        ready = process.stdout.readline()
        if not ready.startswith("listening on "):
            raise AssertionError("The simulator did not start; its error is above.")
        try:
            yield RunningSimulator(ready.split()[-1], process, http)
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[RunningSimulator]:
    """One simulator for the whole run of this worker."""
    with running_simulator("--tps=1000000", "--daily-quota=1000000000", f"--today={NOW.date()}") as simulator:
        yield simulator


@pytest.fixture
def simulator(simulator_process: RunningSimulator) -> RunningSimulator:
    """The simulated USCIS, as if just started: it answers well, time stands still, limits are wide open."""
    simulator_process.reset()
    return simulator_process
