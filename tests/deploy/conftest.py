"""What `docker compose up -d --build` would start, as processes of this machine on a real PostgreSQL."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from tests.core.tasks.processes import eventually
from tests.support.commands import free_port
from tests.support.containers import NOBODY, PATH, ROOT, Image, compose, copy_context
from tests.support.postgres import server

DEPLOY = (ROOT / "docs/howto/deploy.md").read_text()
RUNNING = ("web", "worker", "polling")
SCRATCH = "/tmp"  # noqa: S108  the writable folder of a container
NO_RIGHTS = ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]


def block(containing: str) -> str:
    """Return the one block of commands or settings in the instructions that holds these words."""
    blocks = re.findall(r"^ *```\n(.*?)^ *```", DEPLOY, re.MULTILINE | re.DOTALL)
    (found,) = [each for each in blocks if containing in each]
    return str(found)


def documented_settings() -> dict[str, str]:
    """Return the .env file that the instructions have people write."""
    lines = (line.strip() for line in block("LEGIST_BASE_URL=").splitlines())
    return dict(line.split("=", 1) for line in lines if line)


def confined() -> list[str]:
    """Return what to write before a command so that it has the rights of a container, and no others.

    Another user where this one is root; where nobody else reaches the interpreter, root without any right of
    root. Neither may write to a file that is not writable.
    """
    if subprocess.run(["id", "-u"], capture_output=True, check=True).stdout.strip() != b"0":
        return ["setpriv", "--no-new-privs"]
    as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *NO_RIGHTS]
    start = ["sh", "-c", "python -c pass"]
    reached = subprocess.run([*as_nobody, *start], env={"PATH": PATH}, capture_output=True, check=False)
    return as_nobody if reached.returncode == 0 else ["setpriv", *NO_RIGHTS]


def start_caddy(
    folder: Path, host: str, web: int, *, http: int, https: int, web2: int = 0
) -> subprocess.Popen[bytes]:
    """Start the Caddyfile for that host with a certificate of its own; what it prints goes to folder/log."""
    own = f"admin off\n\tlocal_certs\n\tskip_install_trust\n\thttp_port {http}\n\thttps_port {https}"
    text = (ROOT / "deploy/Caddyfile").read_text().replace("admin off", own)
    config = folder / "Caddyfile"
    text = text.replace("web:8000", f"127.0.0.1:{web}").replace("web2:8000", f"127.0.0.1:{web2}")
    config.write_text(text)
    environment = {"PATH": PATH, "LEGIST_ALLOWED_HOSTS": host, "HOME": str(folder)}
    environment |= {"CADDY_PROXY": "scale" if web2 else "alone", "CADDY_HEALTH_HOST": host}
    environment |= {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    command = [str(shutil.which("caddy")), "run", "--adapter", "caddyfile", "--config", str(config)]
    with (folder / "log").open("w") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


@dataclass(slots=True)
class Containers:
    """The services of compose.yaml over one built image."""

    image: Image
    services: dict[str, Any]
    secrets: Path
    scratch: Path
    prefix: list[str]
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    def here(self, word: str, service: str) -> str:
        """Return the word with what stands here for the folders and the port of that service's container."""
        scratch = self.scratch / service
        scratch.mkdir(mode=0o777, exist_ok=True)
        scratch.chmod(0o1777)
        stands_for = {"/run/secrets/": f"{self.secrets}/", f"{SCRATCH}/": f"{scratch}/"}
        stands_for |= {"0.0.0.0:8000": f"127.0.0.1:{self.port}", "8000": str(self.port)}
        there = next((each for each in stands_for if word.startswith(each)), "")
        return stands_for.get(there, "") + word.removeprefix(there)

    def environment(self, service: str) -> dict[str, str]:
        given = self.image.environment | self.services[service]["environment"]
        return {"PATH": PATH} | {name: self.here(str(value), service) for name, value in given.items()}

    def probe(self, service: str) -> list[str]:
        check = self.services[service].get("healthcheck")
        return list(check["test"][1:]) if check else self.image.probe

    def run(self, service: str, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command as a container of that service and wait for it."""
        return subprocess.run(
            [*self.prefix, *(self.here(word, service) for word in command)],
            cwd=self.image.tree,
            env=self.environment(service),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=110,
            check=False,
            **options,
        )

    def start(self, service: str) -> subprocess.Popen[str]:
        """Start the service's own command; what it prints goes to its log."""
        command = self.services[service].get("command") or self.image.command
        with self.log_of(service).open("w") as log:
            self.running[service] = subprocess.Popen(
                [*self.prefix, *(self.here(word, service) for word in command)],
                cwd=self.image.tree,
                env=self.environment(service),
                text=True,
                stdout=log,
                stderr=log,
            )
        return self.running[service]

    def log_of(self, service: str) -> Path:
        return self.secrets.parent / f"{service}.log"

    def is_well(self, service: str) -> bool:
        return self.run(service, self.probe(service)).returncode == 0


def make_secrets(folder: Path, database_url: str) -> Path:
    """Make the secrets with the commands of the instructions; only the database is one of ours."""
    script = block("secrets/field_keys")
    subprocess.run(["sh", "-ec", script], cwd=folder, env={"PATH": PATH}, check=True, timeout=60)
    made = folder / "secrets"
    url = (made / "database_url").read_text()
    assert urlsplit(url).hostname == "postgres"
    (made / "database_url").chmod(0o600)
    (made / "database_url").write_text(database_url)
    (made / "database_url").chmod(0o444)
    made.chmod(0o755)  # an engine hands over the files, without their folder
    return made


@pytest.fixture(scope="package")
def database_url() -> Iterator[str]:
    with server() as url:
        name = f"legist_{uuid4().hex}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="package")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Build the image as compose.yaml asks for it, and make its files such that nobody writes to them."""
    folder = tmp_path_factory.mktemp("image")
    copy_context(folder / "context")
    arguments = compose(documented_settings())["services"]["web"]["build"]["args"]
    built = Image(folder / "context", folder / "app", arguments).build()
    subprocess.run(["chmod", "-R", "a-w", built.tree], check=True)
    for above in (folder, *folder.parents[:3]):
        above.chmod(above.stat().st_mode | 0o011)
    return built


@pytest.fixture(scope="package")
def containers(
    image: Image, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Containers]:
    folder = tmp_path_factory.mktemp("machine")
    folder.chmod(0o755)
    scratch = folder / "tmp"
    scratch.mkdir()
    scratch.chmod(0o1777)
    services = compose(documented_settings())["services"]
    found = Containers(image, services, make_secrets(folder, database_url), scratch, confined())
    yield found
    for process in found.running.values():
        process.kill()
        process.wait()
    shutil.rmtree(scratch, ignore_errors=True)


def state_of(tree: Path) -> dict[str, tuple[int, int]]:
    found = ((path, path.stat()) for path in tree.rglob("*") if path.is_file())
    return {str(path): (stat.st_size, stat.st_mtime_ns) for path, stat in found}


@pytest.fixture(scope="package")
def started(containers: Containers) -> Iterator[Containers]:
    """Prepare the database, then start web and workers, in the order of compose.yaml: once for every test."""
    before = state_of(containers.image.tree)
    done = containers.run("migrate", containers.services["migrate"]["command"])
    assert done.returncode == 0, done.stdout[-3000:]
    for service in RUNNING:
        assert not containers.is_well(service)
        containers.start(service)
    for service in RUNNING:
        is_well = partial(containers.is_well, service)
        # A probe is a process, which takes time from those that are to become well.
        assert eventually(is_well, within_s=120, every_s=1), containers.log_of(service).read_text()[-3000:]
    yield containers
    for process in containers.running.values():
        process.send_signal(signal.SIGTERM)
    assert [process.wait(timeout=60) for process in containers.running.values()] == [0, 0, 0]
    assert not containers.is_well("web")
    assert state_of(containers.image.tree) == before
