"""What a container's health check asks, and what it is told."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from legist import probes


class Health(BaseHTTPRequestHandler):
    """Answers to one host, as the product does."""

    status = 200
    asked: tuple[str, ...] = ()

    def do_GET(self) -> None:
        type(self).asked = (self.path, self.headers["Host"])
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Health, "status", 200)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Health)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield str(server.server_port)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("allowed", "host"),
    [
        ("legist.firm.example, portal.firm.example", "legist.firm.example"),
        (".firm.example", "firm.example"),
        ("*", "localhost"),
    ],
)
def test_web_is_asked_under_a_host_it_answers_to(
    allowed: str, host: str, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEGIST_ALLOWED_HOSTS", allowed)

    assert probes.main(["web", port]) == 0
    assert Health.asked == ("/healthz", host)


def test_web_is_not_well_with_another_answer(
    port: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Health, "status", 500)

    assert probes.main(["web", port]) == 1
    assert "answers with 500" in capsys.readouterr().err


def test_web_is_not_well_without_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert probes.main(["web", "1"]) == 1
    assert "does not answer (ConnectionRefusedError)" in capsys.readouterr().err


def test_the_worker_is_well_for_as_long_as_it_shows_signs_of_life(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sign = tmp_path / "alive"
    monkeypatch.setenv("LEGIST_ALIVE_PATH", str(sign))

    assert probes.main(["worker"]) == 1
    sign.touch()
    assert probes.main(["worker"]) == 0
    long_ago = sign.stat().st_mtime - probes.SILENT_AFTER_S - 1
    os.utime(sign, (long_ago, long_ago))
    assert probes.main(["worker"]) == 1
    assert "silent for 61 s" in capsys.readouterr().err


def test_the_worker_cannot_be_asked_without_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEGIST_ALIVE_PATH", raising=False)

    assert probes.main(["worker"]) == 1


@pytest.mark.parametrize("arguments", [[], ["web"], ["web", "x"], ["worker", "1"], ["database"]])
def test_it_says_what_may_be_asked(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert probes.main(arguments) == 2
    assert "web PORT, or worker" in capsys.readouterr().err
