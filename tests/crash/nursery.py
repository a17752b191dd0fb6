"""Workers at the price of one start: a process that has imported the product forks for each of them.

Each is `manage.py worker` in a process group of its own all the same, with the failpoint it was given.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Final

from tests.support.commands import ROOT

WORKER: Final = ("worker", "--workers", "1")
MODULES: Final = ("legist.core.management.commands.worker", "legist.core.tasks.celery", "legist.urls")


@dataclass(frozen=True, slots=True)
class Nursery:
    """Starts workers; each is the leader of its group, which holds its pool as well."""

    asks: IO[str]
    answers: IO[str]

    def start(self, failpoint: str = "") -> int:
        """Start a worker, to be killed at a failpoint if one is given; return its process id."""
        self.asks.write(f"{failpoint}\n")
        self.asks.flush()
        return int(self.answers.readline())


def is_alive(worker: int) -> bool:
    """Say whether anything of a worker lives."""
    with suppress(ProcessLookupError):
        os.killpg(worker, 0)
        return True
    return False


@contextmanager
def nursery(environment: dict[str, str]) -> Iterator[Nursery]:
    """Yield what starts workers with these settings."""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.crash.nursery"],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "legist.settings"} | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Nursery(process.stdin, process.stdout)


def next_worker() -> str | None:
    """Return the failpoint of a worker in the process that is to be it; None in the one that forks."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            return line.strip()
        os.setpgid(pid, pid)
        print(pid, flush=True)  # noqa: T201
    return None


def be_worker(failpoint: str) -> None:
    from django.conf import settings

    from legist.core import failpoints
    from legist.core.tasks.processes import PR_SET_PDEATHSIG

    ctypes.CDLL(None).prctl(
        PR_SET_PDEATHSIG, signal.SIGKILL
    )  # nobody is left behind by a test that is killed
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    settings.LEGIST_FAILPOINT = failpoint
    importlib.reload(failpoints)  # as in a process that finds it in its environment
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.argv = ["manage.py", *WORKER]
    runpy.run_path(str(ROOT / "manage.py"), run_name="__main__")


if __name__ == "__main__":
    import django

    django.setup()
    for module in MODULES:
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever has ended is gone
    gc.collect()
    gc.freeze()
    if (told := next_worker()) is not None:
        be_worker(told)
