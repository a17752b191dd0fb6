"""Production does not start on keys that everybody knows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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
