"""A server on this machine that speaks enough of OpenAI's chat protocol to be asked by the real client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class Reply:
    """What the server answers; `hold` makes it keep the line open until the test is over."""

    status: int = 200
    answer: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    hold: bool = False


@dataclass
class FakeServer:
    """The running server: its address, and the bodies it was sent."""

    url: str
    reply: Reply
    requests: list[dict[str, Any]] = field(default_factory=list)
    released: Event = field(default_factory=Event)


def completion(answer: dict[str, Any], tool: str) -> str:
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": tool, "arguments": json.dumps(answer)},
    }
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    whole = {
        "id": "chat_1",
        "object": "chat.completion",
        "created": 1,
        "model": "small",
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
    return json.dumps(whole)


@contextmanager
def openai_server(reply: Reply) -> Iterator[FakeServer]:
    """Run the server on a free port of the loopback interface."""
    running: FakeServer

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            running.requests.append(sent)
            if reply.hold:
                running.released.wait(20)
                return
            failed = json.dumps({"error": {"message": "IOE0912345678 is wrong", "code": "x"}})
            good = completion(reply.answer, sent["tools"][0]["function"]["name"])
            body = (reply.body or (good if reply.status == 200 else failed)).encode()
            self.send_response(reply.status)
            for name, value in ({"Content-Type": "application/json"} | reply.headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running = FakeServer(f"http://127.0.0.1:{server.server_address[1]}/v1", reply)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield running
    finally:
        running.released.set()
        server.shutdown()
        server.server_close()
