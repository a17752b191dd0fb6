"""Commands at the price of one start: a process that has imported the product forks for each of them.

Each command is a process of its own all the same, which runs `manage.py` and ends with its exit code.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.support.commands import ROOT

STREAMS: Final = (("stdin", os.O_RDONLY), ("stdout", os.O_WRONLY), ("stderr", os.O_WRONLY))
Run = Callable[..., subprocess.CompletedProcess[str]]


@contextmanager
def prepared(environment: dict[str, str]) -> Iterator[Run]:
    """Yield what runs a command with these settings and no others: `run("poll", "--once", stdin="")`."""
    with (
        TemporaryDirectory(prefix="legist-commands-") as folder,
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.support.prepared", folder],
            cwd=ROOT,
            env=environment | {"DJANGO_SETTINGS_MODULE": "legist.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        asks, answers = process.stdin, process.stdout
        assert asks is not None
        assert answers is not None
        stdin, stdout, stderr = (Path(folder) / name for name, _flags in STREAMS)

        def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
            stdin.write_text(given)
            stdout.write_text("")
            stderr.write_text("")
            asks.write(f"{json.dumps(arguments)}\n")
            asks.flush()
            code = int(answers.readline())
            return subprocess.CompletedProcess(arguments, code, stdout.read_text(), stderr.read_text())

        yield run


def next_command() -> list[str]:
    """Return the arguments of a command, in the process that is to run it; nothing in the one that forks."""
    for line in sys.stdin:
        if os.fork() == 0:
            return ["manage.py", *json.loads(line)]
        _pid, status = os.wait()
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201
    return []


if __name__ == "__main__":
    import django
    from django.core.management import get_commands, load_command_class
    from django.urls import get_resolver

    django.setup()
    for name, app in get_commands().items():
        load_command_class(app, name)
    assert get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    if command := next_command():
        for number, (stream, flags) in enumerate(STREAMS):
            os.dup2(os.open(f"{sys.argv[1]}/{stream}", flags), number)
        sys.stdin = open(0)  # noqa: SIM115
        sys.argv = command
        runpy.run_path(str(ROOT / "manage.py"), run_name="__main__")
