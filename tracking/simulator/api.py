"""The simulated API: its token endpoint, its one resource, and the order in which its gateway refuses."""

from __future__ import annotations

import random
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, unquote

from tracking.simulator.answers import case_status, fault, flat
from tracking.simulator.cases import WELL_FORMED, CaseBook, is_known
from tracking.simulator.clock import EASTERN, Clock, Mark
from tracking.simulator.faults import Fault, FaultBox, limited, spoil
from tracking.simulator.limits import DailyQuota, SpikeArrest, TokenDesk, is_closed
from tracking.simulator.messages import Request, Response, as_html, as_json
from tracking.simulator.options import Options
from tracking.simulator.scenarios import FLAKY_RECEIPT, SCENARIOS, Scenario

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


TOKEN_PATH: Final = "/oauth/accesstoken"  # noqa: S105 - a path
STATUS_PATH: Final = "/case-status/"


class Simulator:
    """All state of one run. Single-threaded: the server's event loop owns it."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.tokens = TokenDesk(options.seed)
        self.reset()

    def reset(self) -> None:
        """Back to how the process started: no cases, calls or faults. Tokens stay good."""
        options = self.options
        self.limits = replace(options.limits)
        self.scenario: Scenario = SCENARIOS[options.scenario]
        now = time.time()
        marks = [Mark(now, 0.0, options.speed)]
        if options.today:  # nothing passes until the machine's clock takes over
            noon = datetime.combine(options.today, datetime.min.time(), EASTERN) + timedelta(hours=12)
            marks.insert(0, Mark(noon.timestamp(), 0.0, 0.0))
        self.book = CaseBook(Clock(marks), seed=options.seed)
        self.journal = Journal()
        self.faults = FaultBox()
        self.spikes = SpikeArrest()
        self.quota = DailyQuota()
        self.chance = random.Random(f"{options.seed}:troubles")  # noqa: S311 - repeatable, not secret
        if self.scenario.flaky_demo:
            self.faults.faults += [Fault("http_500", FLAKY_RECEIPT), Fault("http_503", FLAKY_RECEIPT)]

    def handle(self, request: Request) -> Response:
        """Answer one API call and note it in the journal."""
        target = "token" if request.path == TOKEN_PATH else "status"
        receipt = unquote(request.path.removeprefix(STATUS_PATH)) if target == "status" else ""
        response, fault_kind = self._answer(request, target=target, receipt=receipt)
        call = Call(
            at=time.time(),
            target=target,
            receipt=receipt,
            status=response.status,
            fault=fault_kind,
            request_id=request.headers.get("x-request-id", ""),
            demo_id=request.headers.get("demo_id", ""),
            user_agent=request.headers.get("user-agent", ""),
            connection=request.connection,
        )
        self.journal.calls.append(call)
        delay = response.delay_s + self.limits.latency_ms / 1000
        return replace(response, delay_s=delay) if delay else response

    def _answer(self, request: Request, *, target: str, receipt: str) -> tuple[Response, str]:
        now = time.time()
        if self.scenario.outage or (self.limits.closed_hours and is_closed(now)):
            return as_html(503, "Service unavailable"), "outage"
        if target == "token":
            response = self._token(request, now=now)
        elif refusal := self._refuse(request, now=now):
            return refusal, ""
        else:
            response = self._status(receipt, now=now)
        if set_fault := self.faults.take(target, receipt):
            return spoil(response, set_fault.kind, set_fault.options), set_fault.kind
        if target == "status" and (kind := self._trouble()):
            return spoil(response, kind, {}), kind
        return response, ""

    def _token(self, request: Request, *, now: float) -> Response:
        form = {key: values[0] for key, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
        if request.method != "POST" or form.get("grant_type") != "client_credentials":
            return as_json(400, {"ErrorCode": "invalid_request", "Error": "Required param : grant_type"})
        known = (self.options.client_id, self.options.client_secret)
        if (form.get("client_id"), form.get("client_secret")) != known:
            return as_json(401, {"ErrorCode": "invalid_client", "Error": "Client credentials are invalid"})
        lifetime = self.limits.token_lifetime_s
        token = self.tokens.issue(now, lifetime_s=lifetime)
        return as_json(200, self._grant(token, lifetime=lifetime, now=now))

    def _grant(self, token: str, *, lifetime: float, now: float) -> dict[str, object]:
        return {
            "refresh_token_expires_in": "0",
            "api_product_list": "[case-status-api]",
            "organization_name": "simulated-uscis",
            "token_type": "BearerToken",
            "issued_at": str(int(now * 1000)),
            "client_id": self.options.client_id,
            "access_token": token,
            "scope": "",
            "expires_in": f"{lifetime:g}" if self.limits.expires_in_text else lifetime,
            "refresh_count": "0",
            "status": "approved",
        }

    def _refuse(self, request: Request, *, now: float) -> Response | None:
        """Spike arrest, token, quota: in this order, so that a refused call costs no quota."""
        if not self.spikes.accept(now, tps=self.limits.tps):
            wait = 1 if self.limits.retry_after else None
            text = f"Spike arrest violation. Allowed rate : {self.limits.tps:g}ps"
            return limited("policies.ratelimit.SpikeArrestViolation", text, wait)
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not self.tokens.is_good(bearer, now=now):
            return as_json(401, fault("keymanagement.service.invalid_access_token", "Invalid Access Token"))
        if not self.quota.accept(now, daily_quota=self.limits.daily_quota):
            wait = int(86_400 - now % 86_400) + 1 if self.limits.retry_after else None
            return limited("policies.ratelimit.QuotaViolation", "Rate limit quota violation", wait)
        if request.method != "GET":
            return as_json(405, flat("Method not allowed"))
        return None

    def _status(self, receipt: str, *, now: float) -> Response:
        if not WELL_FORMED.fullmatch(receipt):
            return as_json(422, flat(f"The receipt number {receipt} is not in the expected format."))
        if not is_known(receipt):
            return as_json(404, flat(f"The receipt number {receipt} is not known to Case Status Online."))
        case = self.book.open(receipt, real=now)
        return as_json(200, case_status(self.book, case, real=now))

    def _trouble(self) -> str | None:
        """The scenario's share of failures, drawn from the seed."""
        if not self.scenario.troubles:
            return None
        draw = self.chance.random()
        for trouble in self.scenario.troubles:
            draw -= trouble.share
            if draw < 0:
                return trouble.fault
        return None
