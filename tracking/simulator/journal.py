"""Every call the simulated API received, for tests and for the curious."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final

_KEPT: Final = 200_000


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `at` is epoch seconds; `target` is `status` or `token`."""

    at: float
    target: str
    receipt: str
    status: int
    fault: str
    request_id: str
    demo_id: str
    user_agent: str
    connection: int


class Journal:
    """The latest calls and what they add up to."""

    def __init__(self) -> None:
        self.calls: deque[Call] = deque(maxlen=_KEPT)
        self.in_flight = 0
        self.max_in_flight = 0

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """A call from its arrival to the last byte of its answer."""
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        try:
            yield
        finally:
            self.in_flight -= 1

    def summary(self, *, receipt: str | None = None, tail: int = 0, tps: float = 0) -> dict[str, Any]:
        """Counts over the calls kept, of one receipt if given; the log holds the latest `tail` of them.

        With `tps`, `over` counts the requests, also those for tokens, that came when a second was full.
        """
        calls = [call for call in self.calls if receipt in (None, call.receipt)]
        status_calls = [call for call in calls if call.target == "status"]
        return {
            "total": len(status_calls),
            "token_requests": len(calls) - len(status_calls),
            "by_status": dict(Counter(str(call.status) for call in status_calls)),
            "by_receipt": dict(Counter(call.receipt for call in status_calls)),
            "faults": dict(Counter(call.fault for call in calls if call.fault)),
            "connections": len({call.connection for call in calls}),
            "max_in_flight": self.max_in_flight,
            "max_per_second": busiest_second(call.at for call in status_calls),
            "max_requests_per_second": busiest_second(call.at for call in calls),
            "over": beyond(sorted(call.at for call in calls), tps=tps) if tps else 0,
            "log": [asdict(call) for call in calls[-tail:]] if tail else [],
        }


def beyond(times: Iterable[float], *, tps: float) -> int:
    """How many of the requests, in order, came when the second before them held `tps` already."""
    window: deque[float] = deque()
    count = 0
    for moment in times:
        while window and window[0] <= moment - 1:
            window.popleft()
        count += len(window) >= tps
        window.append(moment)
    return count


def busiest_second(times: Iterable[float]) -> int:
    """The most calls within any one second, wherever it starts."""
    window: deque[float] = deque()
    most = 0
    for moment in sorted(times):
        window.append(moment)
        while window[0] <= moment - 1:
            window.popleft()
        most = max(most, len(window))
    return most
