"""Handing a message to a real SMTP server, and what each of its answers means."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import LazySettings
from django.core import mail

from legist.core.channels.email import EmailMessageSpec, send_email
from legist.core.channels.errors import (
    MisconfiguredNotifyError,
    NotifyError,
    PermanentNotifyError,
    TransientNotifyError,
    UncertainNotifyError,
)

SMTP_BACKEND = "legist.core.channels.email.Backend"
SPEC = EmailMessageSpec(
    to=("dana@mail.example",),
    subject="Su caso: qué hacer ahora",
    text="Hola Dana.\n.\nA line that starts with a dot stands above.",
    html="<p>Hola Dana.</p>",
    message_id="<delivery-1@legist.example>",
    headers={"X-Legist-Delivery": "1"},
)


class Handler:
    """Answers as it is told and keeps what it accepted."""

    def __init__(self) -> None:
        self.accepted: list[Envelope] = []
        self.answers = {"RCPT": "250 OK", "DATA": "250 OK"}
        self.refuse_only = ""

    async def handle_RCPT(  # noqa: N802  aiosmtpd's interface
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.answers["RCPT"].startswith("250") or (self.refuse_only and self.refuse_only not in address):
            envelope.rcpt_tos.append(address)
            return "250 OK"
        return self.answers["RCPT"]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's interface
        if self.answers["DATA"].startswith("250"):
            self.accepted.append(envelope)
        return self.answers["DATA"]


@pytest.fixture
def server(settings: LazySettings) -> Iterator[Handler]:
    handler = Handler()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    use_smtp(settings, port)
    yield handler
    controller.stop()


def content_of(envelope: Envelope) -> bytes:
    assert isinstance(envelope.content, bytes)
    return envelope.content


def use_smtp(settings: LazySettings, port: int) -> None:
    settings.EMAIL_BACKEND = SMTP_BACKEND
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5


def test_it_hands_over_the_message_as_written(server: Handler) -> None:
    send_email(SPEC)

    (envelope,) = server.accepted
    content = content_of(envelope)
    assert envelope.rcpt_tos == ["dana@mail.example"]
    assert b"Message-ID: <delivery-1@legist.example>" in content
    assert b"X-Legist-Delivery: 1" in content
    assert b"text/plain" in content
    assert b"text/html" in content


def test_the_same_message_has_the_same_id_on_every_attempt(server: Handler) -> None:
    send_email(SPEC)
    send_email(SPEC)

    ids = [line for e in server.accepted for line in content_of(e).splitlines() if b"Message-ID" in line]
    assert len(ids) == 2
    assert len(set(ids)) == 1


@pytest.mark.parametrize(
    ("step", "answer", "family"),
    [
        ("RCPT", "450 4.2.1 mailbox busy", TransientNotifyError),
        ("RCPT", "550 5.1.1 no such user", PermanentNotifyError),
        ("DATA", "451 4.3.0 try later", TransientNotifyError),
        ("DATA", "554 5.7.1 looks like spam", PermanentNotifyError),
    ],
)
def test_the_servers_answer_decides(
    server: Handler, *, step: str, answer: str, family: type[NotifyError]
) -> None:
    server.answers[step] = answer

    with pytest.raises(NotifyError) as caught:
        send_email(SPEC)

    assert type(caught.value) is family
    assert caught.value.code == f"smtp_{answer[:3]}"
    assert server.accepted == []


def test_a_person_looks_when_some_recipients_were_refused(server: Handler) -> None:
    server.answers["RCPT"], server.refuse_only = "550 no such user", "eve"

    with pytest.raises(UncertainNotifyError, match="partly_refused"):
        send_email(replace(SPEC, to=("dana@mail.example", "eve@mail.example")))

    assert len(server.accepted) == 1


def test_a_message_without_a_recipient_is_not_taken_for_sent(server: Handler) -> None:
    with pytest.raises(PermanentNotifyError, match="no_recipient"):
        send_email(replace(SPEC, to=()))


def test_a_line_break_in_the_subject_is_refused(server: Handler) -> None:
    with pytest.raises(PermanentNotifyError, match="bad_message"):
        send_email(replace(SPEC, subject="Hello\nBcc: eve@mail.example"))


def test_a_server_that_is_not_there_is_transient(settings: LazySettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    use_smtp(settings, port)

    with pytest.raises(TransientNotifyError, match="unreachable"):
        send_email(SPEC)


def test_wrong_credentials_are_for_operations_and_may_be_tried_again(
    server: Handler, settings: LazySettings
) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "legist", "wrong"

    with pytest.raises(MisconfiguredNotifyError):
        send_email(SPEC)


def test_no_address_shows_in_the_error(server: Handler) -> None:
    server.answers["RCPT"] = "550 5.1.1 <dana@mail.example> unknown"

    with pytest.raises(NotifyError) as caught:
        send_email(SPEC)

    assert "dana" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@dataclass
class Script:
    """A server that follows a script of answers and then hangs up."""

    port: int
    received: bytearray


@contextmanager
def hanging_up(after: bytes, *, answers: tuple[bytes, ...]) -> Iterator[Script]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        script = Script(listener.getsockname()[1], bytearray())

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                for answer, expected in zip(answers, [*[b"\r\n"] * (len(answers) - 1), after], strict=True):
                    script.received.clear()
                    connection.sendall(answer)
                    while not script.received.endswith(expected):
                        script.received += connection.recv(65536)

        thread = threading.Thread(target=serve)
        thread.start()
        yield script
        thread.join(10)


GREETING = (b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n")


def test_an_answer_lost_after_the_message_is_uncertain(settings: LazySettings) -> None:
    with hanging_up(b"\r\n.\r\n", answers=(*GREETING, b"354 go on\r\n")) as script:
        use_smtp(settings, script.port)
        with pytest.raises(UncertainNotifyError, match="answer_lost"):
            send_email(SPEC)


def test_a_connection_lost_before_the_message_is_transient(settings: LazySettings) -> None:
    with hanging_up(b"data\r\n", answers=GREETING) as script:
        use_smtp(settings, script.port)
        with pytest.raises(TransientNotifyError, match="disconnected"):
            send_email(SPEC)


def test_a_mailbox_on_disk_keeps_one_readable_file_per_message(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = (
        "legist.core.channels.mailbox.Backend",
        str(tmp_path / "mail"),
    )

    send_email(SPEC)
    send_email(SPEC)
    send_email(replace(SPEC, message_id="<delivery-2@legist.example>"))

    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert all("dana@mail.example" in file.read_text() for file in files)
    assert {oct(file.stat().st_mode & 0o777) for file in [tmp_path / "mail", *files]} == {"0o700", "0o600"}


def test_tests_find_it_in_djangos_outbox() -> None:
    send_email(SPEC)

    assert mail.outbox[0].extra_headers["Message-ID"] == SPEC.message_id
