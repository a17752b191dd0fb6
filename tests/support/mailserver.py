"""A real SMTP server in the test's process, whose answers a test decides."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """Keeps what it accepted. `answer` is what it says to a message; `arrived` is set when one is there.

    While `silent` is set it takes messages and does not answer: the client waits for the verdict.
    """

    def __init__(self) -> None:
        self.accepted: list[Envelope] = []
        self.answer = "250 OK"
        self.arrived = threading.Event()
        self.silent = False
        self.port = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's interface
        if self.answer.startswith("250"):
            self.accepted.append(envelope)
        self.arrived.set()
        if self.silent:
            await asyncio.sleep(30)
        return self.answer

    @property
    def messages(self) -> list[Message]:
        """The accepted messages, parsed."""
        return [message_from_bytes(e.original_content or b"", policy=default) for e in self.accepted]


@contextmanager
def running_mailserver() -> Iterator[MailServer]:
    """Run a server on a free port of the loopback."""
    server = MailServer()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        server.port = probe.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
