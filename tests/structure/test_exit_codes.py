"""Every command: 0 on success, 1 where what it checks does not hold, 2 on bad usage, never a trace."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

import manage
from tests.support.commands import ROOT, run_manage
from tests.support.migrated import lay_migrated_database
from tests.support.prepared import Run, prepared

pytestmark = pytest.mark.process
OURS = ("legist.", "tracking", "workflows", "portal")
TAKEN = "TAKEN"

# Command line, exit code, what standard error must say.
CASES = [
    ("migrate --verbosity 0", 0, ""),
    ("stats --json", 0, ""),
    ("verify_audit --json", 0, ""),
    ("kpis --from 2026-03-01 --to 2026-03-02 --json", 0, ""),
    ("kpis --from 2026-03-02 --to 2026-03-01", 2, "Give a span"),
    ("rotate_keys", 0, ""),
    ("rotate_keys --batch 0", 2, "--batch"),
    ("rotate_keys --json", 0, ""),
    ("retry_failed --json", 0, ""),
    ("move_to_postgres", 2, "LEGIST_TARGET_DATABASE_URL"),
    ("normalize", 0, ""),
    ("normalizer_report --json", 2, "set LEGIST_CORPUS"),
    ("deliver --once --json", 0, ""),
    ("poll --once --json", 0, ""),
    ("poll --limit 0", 2, "--limit"),
    ("poll --receipt 12", 2, "--receipt"),
    ("import_receipts no-such-file.csv", 2, "Check the path"),
    ("import_receipts", 2, "FILE"),
    ("import_receipts demo/Procfile --dry-run --json", 2, ""),
    ("deadline rfe --issued 2026-03-02 --json", 0, ""),
    ("deadline nonsense --issued 2026-03-02", 2, "nonsense"),
    ("deadline rfe --issued yesterday", 2, "--issued"),
    ("worker --workers 0", 2, "--workers"),
    ("staff list --json", 0, ""),
    ("staff add alice@firm.example --name Alice --role pope", 2, "--role"),
    ("staff add alice@firm.example --name Alice --role attorney --ask-password", 2, "too short"),
    ("demo_data --receipts -1", 2, "--receipts"),
    ("bench_pipeline --receipts 0", 2, "--receipts"),
    ("bench_quota --pollers 0", 2, "--pollers"),
    ("bench_quota --mode calmly", 2, "--mode"),
    ("bench_quota --days 2 --mode busy", 2, "--mode"),
    ("bench_reading --texts 0", 2, "--texts"),
    ("polling_policy cost --json", 0, ""),
    ("polling_policy dearer", 2, "cost"),
    ("playbooks export --json", 0, ""),
    ("playbooks dry_run --from 2026-03-01 --to 2026-03-02 --json", 0, ""),
    ("playbooks dry_run --from 2026-03-02 --to 2026-03-01", 2, "--to is before --from"),
    ("playbooks import no-such.yaml", 2, "no-such.yaml"),
    ("bench_polling --n 0", 2, "--n"),
    ("bench_polling --mix calm", 2, "--mix"),
    ("bench_reading --texts 60 --rounds 1 --json", 0, ""),
    (f"simulate_uscis --port {TAKEN}", 2, "is in use. Stop what uses it, or choose another one"),
    ("simulate_uscis --port 99999", 2, "a whole number from 0 to 65,535"),
    *((f"simulate_uscis --port 0 --speed={speed}", 2, "--speed") for speed in ("-1", "-0.5", "nan", "inf")),
    ("demo_data --json", 0, ""),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """What runs a command on a new database."""
    place = tmp_path_factory.mktemp("exit") / "firm.sqlite3"
    lay_migrated_database(place)
    given = {"PATH": "/usr/bin:/bin", "LEGIST_DATABASE_URL": f"sqlite:///{place}", "LEGIST_CORPUS": "nowhere"}
    with prepared(given) as run:
        yield run


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize(("line", "code", "says"), CASES)
def test_it_ends_with_its_code(line: str, code: int, says: str, run: Run, taken_port: int) -> None:
    done = run(*line.replace(TAKEN, str(taken_port)).split())

    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    if "--json" in line and not code:
        assert isinstance(json.loads(done.stdout.splitlines()[-1]), dict)


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    command = f"ulimit -f 40; exec {sys.executable} -W ignore manage.py migrate --verbosity 0"
    given = {"PATH": "/usr/bin:/bin", "LEGIST_DATABASE_URL": f"sqlite:///{tmp_path}/firm.sqlite3"}

    done = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, env=given, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (1, f"{manage.FULL}\n")


@pytest.mark.parametrize("line", ["stats", "staff list"])
def test_a_database_that_is_away_is_a_sentence(line: str) -> None:
    done = run_manage(*line.split(), LEGIST_DATABASE_URL="postgres://legist@127.0.0.1:1/legist")

    assert (done.returncode, done.stderr) == (1, f"{manage.AWAY}\n")


def test_the_table_names_every_command_that_can_fail() -> None:
    ours = {name for name, app in get_commands().items() if app.startswith(OURS)} - {"makemessages"}

    assert not ours - {re.split(r"\s", line)[0] for line, _code, _says in CASES}


def test_codes_are_documented() -> None:
    reference = Path(__file__).resolve().parents[2] / "docs/reference/commands.md"

    assert "0 on success, 1 when what it checks does not hold, and 2 on bad usage" in reference.read_text()
