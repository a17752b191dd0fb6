"""The Caddyfile in a real Caddy, in front of a service that says what it was asked."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.core.tasks.processes import eventually
from tests.deploy.conftest import start_caddy
from tests.support.commands import free_port
from tests.support.containers import PATH, ROOT

pytestmark = pytest.mark.process
SECRET = "s3cr3t"
FORGED = "203.0.113.7"


class Echo(BaseHTTPRequestHandler):
    """Answers with the headers that arrived; hangs up where it is to break."""

    def do_GET(self) -> None:
        if "broken" in self.path:
            self.close_connection = True
            return
        body = json.dumps(dict(self.headers.items())).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Location", f"/?{SECRET}")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running Caddy."""

    http: int
    https: int
    log: Path
    authority: Path
    web: ThreadingHTTPServer

    def ask(self, path: str, **headers: str) -> tuple[int, dict[str, str]]:
        context = ssl.create_default_context(cafile=self.authority)
        with closing(HTTPSConnection("localhost", self.https, context=context, timeout=30)) as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
        return answer.status, json.loads(body) if answer.status == 200 else {}

    def is_up(self) -> bool:
        try:
            return self.authority.exists() and self.ask("/")[0] == 200
        except OSError:
            return False


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("caddy")
    web = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=web.serve_forever)
    thread.start()
    authority = folder / "caddy/pki/authorities/local/root.crt"
    found = Proxy(free_port(), free_port(), folder / "log", authority, web)
    running = start_caddy(folder, "localhost", web.server_port, http=found.http, https=found.https)
    assert eventually(found.is_up), found.log.read_text()[-3000:]
    yield found
    running.terminate()
    running.wait(timeout=30)
    web.shutdown()
    web.server_close()
    thread.join()


def test_its_configuration_is_valid(tmp_path: Path) -> None:
    command = [
        str(shutil.which("caddy")),
        "validate",
        "--adapter",
        "caddyfile",
        "--config",
        "deploy/Caddyfile",
    ]
    hosts = "legist.firm.example, portal.firm.example"
    environment = {"PATH": PATH, "LEGIST_ALLOWED_HOSTS": hosts, "HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert '"warn"' not in done.stderr


def test_it_sends_plain_http_to_https(proxy: Proxy) -> None:
    with closing(HTTPConnection("localhost", proxy.http, timeout=30)) as connection:
        connection.request("GET", "/matters/")
        answer = connection.getresponse()

    assert answer.status == 308
    assert str(answer.headers["Location"]).startswith("https://localhost")


def test_it_overwrites_what_a_visitor_says_of_the_way(proxy: Proxy) -> None:
    forged = {"X-Forwarded-For": FORGED, "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}

    _status, arrived = proxy.ask("/", **forged)

    assert arrived["X-Forwarded-For"] in {"127.0.0.1", "::1"}
    assert arrived["X-Forwarded-Proto"] == "https"
    assert "evil.example" not in arrived.values()
    assert arrived["Host"] == f"localhost:{proxy.https}"


def test_its_log_holds_no_secret(proxy: Proxy) -> None:
    said = {"Cookie": f"a={SECRET}", "Referer": f"https://localhost/?{SECRET}", "User-Agent": SECRET}
    for path in (f"/calendar/{SECRET}.ics", f"/calendar/{SECRET}.ics?a=b", f"/logged/?token={SECRET}"):
        assert proxy.ask(path, **said)[0] == 200
    assert proxy.ask(f"/calendar/broken-{SECRET}.ics", **said)[0] == 502
    assert proxy.ask(f"/broken/?{SECRET}", **said)[0] == 502

    assert eventually(lambda: proxy.log.read_text().count("/broken/") == 2)
    requests = [line for line in map(json.loads, proxy.log.read_text().splitlines()) if "request" in line]
    assert {line["request"]["uri"] for line in requests} >= {"/calendar/", "/logged/", "/broken/"}
    assert {line["logger"] for line in requests} >= {"http.log.access", "http.log.error"}
    assert not [line for line in requests if SECRET in str(line) or "remote_ip" in str(line)]
