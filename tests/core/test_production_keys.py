"""Production does not start on keys that everybody knows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from legist.environment import development_key, secret

ROOT = Path(__file__).resolve().parents[2]


def started(**environment: str) -> subprocess.CompletedProcess[str]:
    code = "import django; django.setup()"
    own = {"DJANGO_SETTINGS_MODULE": "legist.settings", "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=own | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.process
def test_it_names_the_key_that_is_missing() -> None:
    done = started(LEGIST_ENV="prod")

    assert done.returncode != 0
    assert "LEGIST_FIELD_KEYS is not set" in done.stderr


@pytest.mark.process
def test_it_refuses_an_environment_it_does_not_know() -> None:
    assert "Set it to dev or prod" in started(LEGIST_ENV="production").stderr


@pytest.mark.process
def test_a_fresh_checkout_starts_without_any() -> None:
    assert started().returncode == 0


@pytest.mark.parametrize("command", ["migrate", "worker", "runserver", "rotate_keys", "shell", ""])
def test_no_command_that_touches_data_does_without(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["manage.py", command, "collectstatic"])

    with pytest.raises(ImproperlyConfigured, match="LEGIST_SOME_KEY is not set"):
        secret("LEGIST_SOME_KEY", "field", is_production=True)


def test_collecting_static_files_gets_keys_that_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["manage.py", "collectstatic", "--no-input"])

    made = {secret("LEGIST_SOME_KEY", "field", is_production=True) for _ in range(3)}

    assert len(made) == 3
    assert development_key("field") not in made


def test_even_there_a_known_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["manage.py", "collectstatic"])
    monkeypatch.setenv("LEGIST_SOME_KEY", development_key("field"))

    with pytest.raises(ImproperlyConfigured):
        secret("LEGIST_SOME_KEY", "field", is_production=True)
