"""`make soak`: the matrices that are too long for every day, one part after the other, and their figures.

python -m tests.support.soak [part …]

Every part runs, whatever became of the one before. `LEGIST_SOAK=2/5` walks a share of each matrix: every
fifth cell, from the second. What the parts tell stays in `var/soak.txt`.

The suite itself walks a share of some matrices each day, and all of them in a few days. It says which day
that was: `make test DAY=…` walks the same share again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

ROOT: Final = Path(__file__).resolve().parents[2]
FIGURES: Final = ROOT / "var" / "soak.txt"
SHARE: Final = os.environ.get("LEGIST_SOAK", "")
IS_SOAK: Final = bool(SHARE)
# Fixed in the first process, for those that it starts: a suite may run past midnight.
DAY: Final = int(os.environ.setdefault("LEGIST_TEST_DAY", str(datetime.now(UTC).toordinal())))
PYTHON: Final = (sys.executable, "-W", "ignore")
PYTEST: Final = (*PYTHON, "-m", "pytest", "-n0", "-q", "-o", "timeout=14400")
# On the configured database, or on a PostgreSQL of its own.
POSTGRES: Final = (*PYTHON, "-m", "tests.support.postgres")
CELERY: Final = (*PYTHON, "-m", "tests.support.brokers")
MANAGE: Final = (*PYTHON, "manage.py")
MATRIX: Final = "tests/crash/test_matrix.py"
PARTS: Final[dict[str, tuple[str, ...]]] = {
    "crash": (*PYTEST, MATRIX),
    "crash-celery": (*POSTGRES, *PYTEST, MATRIX),
    # Every case of every test that the half on PostgreSQL thins out or leaves to SQLite; not the other parts.
    "postgres": (
        *(*POSTGRES, *PYTEST, "--only-database", "-m", "not browser"),
        *("--ignore=tests/crash", "--ignore-glob=*/test_stateful*"),
    ),
    "rolling": (*PYTEST, "tests/crash/rolling.py"),
    "quota": (*PYTEST, "tests/crash/test_quota_holds.py"),
    "patience": (*PYTEST, "tests/tracking/polling/test_patience.py"),
    "pages": (*PYTEST, "tests/security"),
    "outage": (*MANAGE, "bench_quota", "--outage", "all"),
    "stateful": (*PYTEST, "tests/tracking/polling/test_stateful.py"),
    "axe": (*PYTEST, "tests/e2e/test_accessible.py", "tests/e2e/test_dana_on_the_phone.py"),
    "drain": (*CELERY, *POSTGRES, *MANAGE, "bench_pipeline", "--drain", "1", "2", "4"),
}

T = TypeVar("T")


def share(cells: Sequence[T]) -> list[T]:
    """Return the cells that are to be walked: all of them, or the share that was asked for."""
    first, _of, step = SHARE.partition("/")
    return list(cells[int(first) - 1 :: int(step)] if step else cells)


def of_today(cells: Sequence[T], *, days: int) -> list[T]:
    """Return the cells that the suite walks today: all of them in so many days. The soak walks its share."""
    return share(cells) if IS_SOAK else list(cells[DAY % days :: days])


def keep(**figures: object) -> None:
    """Keep figures of a matrix for the end; outside of `make soak` nobody reads them."""
    if IS_SOAK:
        _write(json.dumps(figures) + "\n")


def _write(text: str) -> None:
    FIGURES.parent.mkdir(exist_ok=True)
    with FIGURES.open("a") as file:
        file.write(text)


def main(names: list[str]) -> int:
    """Run the parts, all without a name, and say what became of each; 1 when one of them failed."""
    if unknown := set(names) - set(PARTS):
        sys.stderr.write(f"No such part: {', '.join(sorted(unknown))}. There are {', '.join(PARTS)}.\n")
        return 2
    FIGURES.unlink(missing_ok=True)
    failed, ends = 0, list[str]()
    for name in names or PARTS:
        sys.stdout.write(f"== {name}\n")
        sys.stdout.flush()
        began, code = time.monotonic(), _run(PARTS[name])
        failed += code != 0
        ends.append(f"{name}: {f'FAILED ({code})' if code else 'holds'}, {time.monotonic() - began:.0f} s\n")
    sys.stdout.write(f"== Figures\n{FIGURES.read_text() if FIGURES.exists() else ''}== Ends\n{''.join(ends)}")
    return int(failed > 0)


def _run(command: tuple[str, ...]) -> int:
    """Run a part and return its exit code; what a benchmark prints is a figure."""
    environment = os.environ | {"LEGIST_SOAK": SHARE or "1"}
    prints = subprocess.PIPE if "manage.py" in command else None
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=prints, text=True, check=False)
    if done.stdout:
        _write(done.stdout)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
