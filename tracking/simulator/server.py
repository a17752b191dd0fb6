"""A small HTTP/1.1 server: keep-alive, one event loop, and answers that may come late, cut off or never."""

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
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from tracking.simulator.api import STATUS_PATH, TOKEN_PATH, Simulator
from tracking.simulator.cases import Case, Event
from tracking.simulator.clock import Clock, Mark
from tracking.simulator.control import PREFIX, control
from tracking.simulator.messages import Request, Response, as_html
from tracking.simulator.options import Options


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
