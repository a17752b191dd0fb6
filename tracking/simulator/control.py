"""The steering wheel under `/_sim/`: set statuses and faults, move time, read the journal. JSON in and out.

GET /_sim/health            {"ok", "seed", "scenario", "day"}
GET /_sim/names             the known statuses, faults and scenarios
POST /_sim/reset            forget cases, faults and calls; limits, speed and scenario as at the start
POST /_sim/advance          {"days": 3}: jump ahead
POST /_sim/speed            {"days_per_minute": 20}
POST /_sim/scenario         {"name": "outage"}
POST /_sim/limits           any of tps daily_quota retry_after token_lifetime_s expires_in_text
                            latency_ms closed_hours
GET /_sim/cases?receipt=R   where a case stands: {"form", "status", "events": [{"in_days", "status"}]}
POST /_sim/cases            {"receipt", "status"}: has it from now on, or "events": [{"in_days", "status"}];
                            optional "form" and "texts" (fields of the answer to override)
POST /_sim/faults           {"kind"}; optional "receipt", "times" (1; null for ever), "target" ("status" or
                            "token"), "retry_after", "seconds", "title"; for the kind "answer" also "status",
                            "headers", "content_type", "json" or "text", "charset", "prefix"
DELETE /_sim/faults         no more faults
POST /_sim/tokens/expire    refuse every token issued so far
GET /_sim/calls?receipt=R&tail=N&tps=T   counts, the latest N calls, and how many came beyond T in a second
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any, Final
from urllib.parse import parse_qsl

from tracking.simulator.api import Simulator
from tracking.simulator.cases import Event
from tracking.simulator.faults import EFFECTS, Fault
from tracking.simulator.limits import Limits
from tracking.simulator.messages import Request, Response, as_json
from tracking.simulator.scenarios import SCENARIOS
from tracking.simulator.wording import ENGLISH

PREFIX: Final = "/_sim/"
Document = Mapping[str, Any]
Handler = Callable[[Simulator, Document], Any]


def control(simulator: Simulator, request: Request) -> Response:
    """Answer a control call. A wrong one gets 400 with the reason."""
    handler = _ROUTES.get((request.method, request.path))
    if handler is None:
        return as_json(404, {"error": f"no control call {request.method} {request.path}"})
    try:
        given = json.loads(request.body) if request.body else dict(parse_qsl(request.query))
        return as_json(200, handler(simulator, given) or {"ok": True})
    except (KeyError, ValueError, TypeError) as problem:
        return as_json(400, {"error": f"{type(problem).__name__}: {problem}"})


def _health(simulator: Simulator, _given: Document) -> Document:
    day = simulator.book.clock.day(time.time())
    return {"ok": True, "seed": simulator.options.seed, "scenario": simulator.scenario.name, "day": day}


def _reset(simulator: Simulator, _given: Document) -> None:
    simulator.reset()


def _advance(simulator: Simulator, given: Document) -> None:
    simulator.book.clock.advance(float(given["days"]), real=time.time())


def _speed(simulator: Simulator, given: Document) -> None:
    simulator.book.clock.run_at(float(given["days_per_minute"]), real=time.time())


def _scenario(simulator: Simulator, given: Document) -> None:
    simulator.scenario = SCENARIOS[given["name"]]


def _limits(simulator: Simulator, given: Document) -> Document:
    unknown = set(given) - {field.name for field in fields(Limits)}
    if unknown:
        raise ValueError(f"unknown limits: {', '.join(sorted(unknown))}")
    for name, value in given.items():
        setattr(simulator.limits, name, value)
    return asdict(simulator.limits)


def _show_case(simulator: Simulator, given: Document) -> Document:
    now = time.time()
    book = simulator.book
    case = book.open(given["receipt"], real=now)
    today = book.clock.day(now)
    events = [{"in_days": event.at - today, "status": event.status} for event in case.events]
    return {"form": case.form, "status": book.so_far(case, real=now)[-1].status, "events": events}


def _set_case(simulator: Simulator, given: Document) -> None:
    coming = given.get("events") or [{"in_days": 0, "status": given["status"]}]
    texts = given.get("texts")
    events = [Event(float(item["in_days"]), _known(item["status"], texts), texts) for item in coming]
    simulator.book.script(given["receipt"], events, real=time.time(), form=given.get("form"))


def _known(status: str, texts: Document | None) -> str:
    if status not in ENGLISH.texts and not texts:
        raise ValueError(f"no status {status!r}; give texts or one of: {', '.join(ENGLISH.texts)}")
    return status


def _add_fault(simulator: Simulator, given: Document) -> None:
    if given["kind"] not in EFFECTS:
        raise ValueError(f"no fault {given['kind']!r}; known: {', '.join(EFFECTS)}")
    named = {name: given[name] for name in ("kind", "receipt", "times", "target") if name in given}
    rest = {name: value for name, value in given.items() if name not in named}
    simulator.faults.faults.append(Fault(**named, options=rest))


def _clear_faults(simulator: Simulator, _given: Document) -> None:
    simulator.faults.faults.clear()


def _expire_tokens(simulator: Simulator, _given: Document) -> None:
    simulator.tokens.expire_all()


def _calls(simulator: Simulator, given: Document) -> Document:
    tail, tps = int(given.get("tail", 0)), float(given.get("tps", 0))
    return simulator.journal.summary(receipt=given.get("receipt"), tail=tail, tps=tps)


def _names(_simulator: Simulator, _given: Document) -> Document:
    return {"statuses": list(ENGLISH.texts), "faults": list(EFFECTS), "scenarios": list(SCENARIOS)}


_ROUTES: Final[Mapping[tuple[str, str], Handler]] = {
    ("GET", "/_sim/health"): _health,
    ("POST", "/_sim/reset"): _reset,
    ("POST", "/_sim/advance"): _advance,
    ("POST", "/_sim/speed"): _speed,
    ("POST", "/_sim/scenario"): _scenario,
    ("POST", "/_sim/limits"): _limits,
    ("GET", "/_sim/cases"): _show_case,
    ("POST", "/_sim/cases"): _set_case,
    ("POST", "/_sim/faults"): _add_fault,
    ("DELETE", "/_sim/faults"): _clear_faults,
    ("POST", "/_sim/tokens/expire"): _expire_tokens,
    ("GET", "/_sim/calls"): _calls,
    ("GET", "/_sim/names"): _names,
}
