"""Tasks that tests run: in this process, and in real worker processes (see apps.py)."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from django.db import OperationalError
from django_q.signals import post_execute_in_worker

from legist.core import correlation
from legist.core.tasks import Queue, Ran, enqueue, task

RUNS: list[str] = []


@task("tests.note")
def note(*, label: str = "") -> Ran:
    RUNS.append(label)
    return Ran(did=1)


@task("tests.note_correlation")
def note_correlation() -> Ran:
    RUNS.append(str(correlation.current()))
    return Ran(did=1)


@task("tests.poll", queue=Queue.POLLING)
def poll(*, path: str) -> Ran:
    with Path(path).open("a") as log:
        log.write("end polled\n")
    return Ran(did=1)


@task("tests.stumble", max_attempts=2)
def stumble() -> Ran:
    RUNS.append("stumbled")
    raise ConnectionError("no answer about Dana Doe")


@task("tests.waiting_for_the_database")
def waiting_for_the_database() -> Ran:
    raise OperationalError("database is locked")


@task("tests.ask_again")
def ask_again() -> Ran:
    RUNS.append("asked")
    if len(RUNS) == 1:
        enqueue(ask_again, dedup_key="again")
    return Ran(did=1)


@task("tests.pass_on")
def pass_on(*, links: int) -> Ran:
    RUNS.append(f"start {links}")
    if links > 1:
        enqueue(pass_on, {"links": links - 1})
    RUNS.append(f"end {links}")
    return Ran(did=1)


@task("tests.hang", timeout_s=1)
def hang() -> Ran:
    time.sleep(600)
    return Ran(did=1)


@task("tests.die_when_done")
def die_when_done() -> Ran:
    """Have this process killed once it has done its task, holding the lock that its guard reads under."""
    post_execute_in_worker.connect(_die)
    return Ran(did=1)


def _die(**_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@task("tests.append", timeout_s=30)
def append(*, path: str, label: str, wait_for: str = "") -> Ran:
    """Write who starts, wait for a file where one is named, then write who ended."""
    with Path(path).open("a") as file:
        print("start", label, os.getpid(), file=file, flush=True)
        while wait_for and not Path(wait_for).exists():
            time.sleep(0.05)
        print("end", label, os.getpid(), file=file, flush=True)
    return Ran(did=1)
