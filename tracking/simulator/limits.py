"""What the API's gateway guards: tokens, calls per second and calls per UTC day."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tracking.simulator.clock import EASTERN


@dataclass(slots=True)
class Limits:
    """The knobs. `retry_after` adds the header to refusals; `expires_in_text` makes that field a string."""

    tps: float = 10
    daily_quota: int = 10_000
    retry_after: bool = False
    token_lifetime_s: float = 1799
    expires_in_text: bool = True
    latency_ms: float = 0
    closed_hours: bool = False


class SpikeArrest:
    """No more than `tps` accepted calls within any one second."""

    def __init__(self) -> None:
        self._accepted: deque[float] = deque()

    def accept(self, now: float, *, tps: float) -> bool:
        """Whether a call at this second is let through."""
        while self._accepted and self._accepted[0] <= now - 1:
            self._accepted.popleft()
        if len(self._accepted) >= tps:
            return False
        self._accepted.append(now)
        return True


class DailyQuota:
    """Counts the calls let through since midnight UTC, failed ones too."""

    def __init__(self) -> None:
        self._day = ""
        self.used = 0

    def accept(self, now: float, *, daily_quota: int) -> bool:
        """Whether one more call fits in today."""
        day = datetime.fromtimestamp(now, UTC).date().isoformat()
        if day != self._day:
            self._day, self.used = day, 0
        if self.used >= daily_quota:
            return False
        self.used += 1
        return True


@dataclass(slots=True)
class TokenDesk:
    """Issues and checks bearer tokens; the n-th token of a seed is always the same."""

    seed: int
    issued: int = 0
    _expiry: dict[str, float] = field(default_factory=dict)

    def issue(self, now: float, *, lifetime_s: float) -> str:
        """A new token, good until `now + lifetime_s`."""
        self.issued += 1
        token = hashlib.sha256(f"{self.seed}:{self.issued}".encode()).hexdigest()[:28]
        self._expiry[token] = now + lifetime_s
        return token

    def is_good(self, token: str, *, now: float) -> bool:
        """Whether the token was issued here and has not expired."""
        return now < self._expiry.get(token, 0.0)

    def expire_all(self) -> None:
        """Every token out there is refused from now on."""
        self._expiry.clear()


def is_closed(now: float) -> bool:
    """Outside the sandbox's hours: Monday to Friday, 7:00 to 20:00 Eastern."""
    local = datetime.fromtimestamp(now, UTC).astimezone(EASTERN)
    return local.weekday() >= 5 or not 7 <= local.hour < 20
