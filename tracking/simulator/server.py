"""A small HTTP/1.1 server: keep-alive, one event loop, and answers that may come late, cut off or never.

Steered under `/_sim/`: set statuses and faults, move time, read the journal. JSON in and out.

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

import asyncio
import contextlib
import errno
import itertools
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from tracking.simulator.api import STATUS_PATH, TOKEN_PATH, Simulator
from tracking.simulator.cases import Case, Event
from tracking.simulator.clock import Clock, Mark
from tracking.simulator.faults import EFFECTS, Fault
from tracking.simulator.limits import Limits
from tracking.simulator.messages import Request, Response, as_html, as_json
from tracking.simulator.options import Options
from tracking.simulator.scenarios import SCENARIOS
from tracking.simulator.wording import ENGLISH

PREFIX: Final = "/_sim/"
Document = Mapping[str, Any]
Handler = Callable[[Simulator, Document], Any]


def control(simulator: Simulator, request: Request) -> Response:
    """Answer a call of the steering wheel; a wrong one gets 400 with the reason."""
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


def save(simulator: Simulator, path: Path) -> None:
    """Write the state; a reader sees the old file or the new one, never half of one."""
    book = simulator.book
    now = time.time()
    document = {
        "seed": simulator.options.seed,
        "day": book.clock.day(now),
        "saved_at": now,
        "marks": [[mark.real, mark.day, mark.speed] for mark in book.clock.marks],
        "cases": [_case_row(case) for case in book.cases.values()],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(document, ensure_ascii=False))
    draft.replace(path)


def load(simulator: Simulator, path: Path) -> bool:
    """Continue from the file. False where there is none or it has another seed: then all starts anew."""
    if not path.exists():
        return False
    document = json.loads(path.read_text())
    if document["seed"] != simulator.options.seed:
        return False
    stopped = Mark(document["saved_at"], document["day"], 0.0)
    resumed = Mark(time.time(), document["day"], simulator.options.speed)
    simulator.book.clock = Clock([*(Mark(*row) for row in document["marks"]), stopped, resumed])
    cases = [_case(row) for row in document["cases"]]
    simulator.book.cases = {case.receipt: case for case in cases}
    return True


def _case_row(case: Case) -> list[Any]:
    events = [[event.at, event.status, event.custom] for event in case.events]
    return [case.receipt, case.form, case.opened, case.opened_real, events]


def _case(row: list[Any]) -> Case:
    receipt, form, opened, opened_real, events = row
    return Case(receipt, form, opened, opened_real, [Event(*event) for event in events])


_HOST: Final = "127.0.0.1"
_SAVE_EVERY_S: Final = 2.0
Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class PortError(Exception):
    """The port cannot be opened; the message names it and the remedy."""


def run(options: Options) -> None:
    """Serve until SIGINT or SIGTERM. Prints `listening on http://127.0.0.1:PORT` once the port is open.

    Raises PortError when another program has the port, or when it may not be had.
    """
    asyncio.run(_serve(options))


async def _serve(options: Options) -> None:
    simulator = Simulator(options)
    if options.state:
        load(simulator, options.state)
    stop = asyncio.Event()
    _stop_on_signals(stop, with_stdin=options.stop_with_stdin)
    connections = itertools.count(1)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await _converse(simulator, reader, writer, connection=next(connections))
        writer.close()

    server = await _open(connected, options.port)
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(f"listening on http://{_HOST}:{port}\n")
    sys.stdout.flush()
    await _until(stop, simulator)


async def _open(connected: Connected, port: int) -> asyncio.Server:
    try:
        return await asyncio.start_server(connected, _HOST, port)
    except OSError as error:
        cause = "is in use" if error.errno == errno.EADDRINUSE else "cannot be opened"
        message = f"Port {port} of {_HOST} {cause}. Stop what uses it, or choose another one with --port."
        raise PortError(message) from None


async def _until(stop: asyncio.Event, simulator: Simulator) -> None:
    """Wait for the end; keep the state file at most some seconds behind."""
    path = simulator.options.state
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _SAVE_EVERY_S if path else None)
        if path:
            _save(simulator, path)


def _save(simulator: Simulator, path: Path) -> None:
    """Keep the state; without room it goes on and says so, for the cases live on in memory."""
    try:
        save(simulator, path)
    except OSError as error:
        sys.stderr.write(f"{path} was not saved: {error.strerror}. Make room; it is tried again.\n")


def _stop_on_signals(stop: asyncio.Event, *, with_stdin: bool) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if with_stdin:
        descriptor = sys.stdin.fileno()
        loop.add_reader(descriptor, lambda: None if os.read(descriptor, 1) else stop.set())


async def _converse(
    simulator: Simulator, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, connection: int
) -> None:
    """Answer the requests of one connection, one after the other."""
    while request := await _read(reader, connection=connection):
        with simulator.journal.under_way():
            response = _route(simulator, request)
            close = response.cut_at is not None or request.headers.get("connection", "").lower() == "close"
            await _write(writer, response, close=close)
        if close:
            return


async def _write(writer: asyncio.StreamWriter, response: Response, *, close: bool) -> None:
    if response.delay_s:
        await asyncio.sleep(response.delay_s)
    wire = response.encode(close=close)[: response.cut_at]
    head = len(wire) - len(response.body) if response.drip_s else len(wire)
    writer.write(wire[:head])
    await writer.drain()
    for byte in wire[head:]:
        await asyncio.sleep(response.drip_s)
        writer.write(bytes([byte]))
        await writer.drain()


def _route(simulator: Simulator, request: Request) -> Response:
    if request.path.startswith(PREFIX):
        return control(simulator, request)
    if request.path == TOKEN_PATH or request.path.startswith(STATUS_PATH):
        return simulator.handle(request)
    return as_html(404, "Not found")


async def _read(reader: asyncio.StreamReader, *, connection: int) -> Request | None:
    """The next request; None when the other side has closed or sends what is no HTTP."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        method, target, _version = first.split(" ")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
        return None
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    path, _, query = target.partition("?")
    return Request(method, path, query, headers, body, connection)
