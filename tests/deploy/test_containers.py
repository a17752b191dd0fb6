"""`docker compose up -d --build`, carried out: every command of Dockerfile and compose.yaml, as written."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection

import pytest

from tests.core.tasks.processes import eventually
from tests.deploy.conftest import RUNNING, Containers
from tests.support.containers import OFFLINE_PIP, PATH, Image, instructions

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]  # the first test builds
HOST = "legist.firm.example"


def status_of(containers: Containers, path: str, **headers: str) -> int:
    """Ask the web process as Caddy does."""
    with closing(HTTPConnection("127.0.0.1", containers.port, timeout=30)) as connection:
        connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"} | headers)
        return connection.getresponse().status


def test_the_image_holds_the_static_files_and_nothing_of_ours(image: Image) -> None:
    static = image.tree / "var/static"

    assert (static / "staticfiles.json").exists()
    assert list(static.rglob("*.css.br"))
    assert not [
        name
        for name in ("tests", "secrets", ".env", ".git", "var/legist.sqlite3")
        if (image.tree / name).exists()
    ]


def test_building_takes_no_key_and_makes_none_that_stays(image: Image) -> None:
    settings = "import django; django.setup()"
    done = subprocess.run(
        [sys.executable, "-c", settings],
        cwd=image.tree,
        env=image.environment | {"DJANGO_SETTINGS_MODULE": "legist.settings"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "LEGIST_FIELD_KEYS is not set" in done.stderr


@pytest.mark.parametrize(("model", "comes_along"), [("anthropic:any", True), ("", False)])
def test_the_packages_of_a_model_come_along_where_one_is_set(
    model: str, comes_along: bool, image: Image
) -> None:
    dockerfile = instructions((image.context / "Dockerfile").read_text())
    (install,) = [rest for name, rest in dockerfile if name == "RUN" and rest.startswith("pip ")]
    environment = {"PATH": PATH, "LEGIST_MODEL": model} | OFFLINE_PIP
    done = subprocess.run(
        ["sh", "-c", install], cwd=image.tree, env=environment, capture_output=True, text=True, check=True
    )

    assert "Django==5" in done.stdout
    assert ("pydantic-ai-slim" in done.stdout) is comes_along


@pytest.mark.parametrize("service", RUNNING)
def test_it_starts_without_a_complaint(service: str, started: Containers) -> None:
    lines = started.log_of(service).read_text().splitlines()

    # A stranger's host name is refused with a trace; nothing else goes wrong.
    assert not [line for line in lines if "Traceback" in line and "DisallowedHost" not in line]
    assert started.is_well(service)


def test_web_answers_behind_the_proxy(started: Containers) -> None:
    assert status_of(started, "/healthz") == 200
    assert status_of(started, "/accounts/login/") == 200
    assert status_of(started, "/accounts/login/", **{"X-Forwarded-Proto": "http"}) == 301
    assert status_of(started, "/accounts/login/", Host="another.example") == 400


def test_database_worker_and_web_find_each_other(started: Containers) -> None:
    assert eventually(lambda: status_of(started, "/readyz") == 200)


def test_migrating_again_changes_nothing(started: Containers) -> None:
    done = started.run("migrate", started.services["migrate"]["command"])

    assert done.returncode == 0
    assert "No migrations to apply." in done.stdout


def test_other_commands_run_as_the_instructions_say(started: Containers) -> None:
    assert started.run("web", ["python", "manage.py", "verify_audit"]).returncode == 0
    assert started.run("web", ["python", "manage.py", "stats", "--json"]).returncode == 0


def test_a_setting_that_cannot_work_stops_it_before_web_and_worker(started: Containers) -> None:
    started.services["broken"] = started.services["migrate"] | {
        "environment": started.services["migrate"]["environment"]
        | {"LEGIST_FIELD_KEYS_FILE": "/run/secrets/nothing"}
    }

    done = started.run("broken", started.services["migrate"]["command"])

    assert done.returncode != 0
    assert "LEGIST_FIELD_KEYS_FILE names a file that is missing, empty or not readable" in done.stdout
    assert "Traceback" not in done.stdout


def test_polling_does_not_start_without_credentials(started: Containers) -> None:
    polling = started.services["polling"]
    known = {name: value for name, value in polling["environment"].items() if "CLIENT" not in name}
    started.services["broken"] = polling | {"environment": known}

    done = started.run("broken", polling["command"])

    assert done.returncode != 0
    assert "USCIS_CLIENT_ID is not set" in done.stdout
