"""Which process runs a ticket and whether it still lives; the pool behind `manage.py worker`.

A pool is started at once, started anew when it dies, and ended in peace. Children die with their parent, so a
killed worker command leaves nothing behind. The ticket table makes up for whatever was under way.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import socket
import sys
import time
from abc import ABC, abstractmethod
from collections import deque
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

import structlog
from django.db import connections

from legist.core.tasks.base import PoolBrokenError, Queue

NAMESPACE = Path("/proc/self/ns/pid")
GRACE_S = 20
DEATHS_ALLOWED = 5
DEATHS_WINDOW_S = 30
POISONED = 70
PR_SET_PDEATHSIG = 1
FORK = multiprocessing.get_context("fork")

log = structlog.get_logger(__name__)


class End:
    """What a process and those forked from it are told once, by a signal handler as well.

    It has no lock and counts no sleepers: who was killed, or interrupted, while it listened keeps nobody from
    telling the others.
    """

    def __init__(self) -> None:
        self._flag: ctypes.c_bool = multiprocessing.RawValue(ctypes.c_bool)
        self._hears, self._says = multiprocessing.Pipe(duplex=False)

    def set(self) -> None:
        self._flag.value = True
        self._says.send(None)

    def is_set(self) -> bool:
        return self._flag.value

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until it is told; return whether it was."""
        return self._hears.poll(seconds)


_end: End | None = None


def share_end(end: End) -> None:
    """Have this process, and those forked from it, be told by `end` that they are to end."""
    global _end  # noqa: PLW0603  what is shared by fork is known to the module
    _end = end


def is_to_end() -> bool:
    """Say whether the worker was told to stop: what takes long ends at the next good moment."""
    return _end is not None and _end.is_set()


def here() -> str:
    """Name the place in which process ids mean the same: this host, and this container on it."""
    namespace = str(NAMESPACE.readlink()) if NAMESPACE.is_symlink() else ""
    return f"{socket.gethostname()[:60]}/{namespace}"


def this_process() -> str:
    """Name the running process, unique among the processes that live now."""
    return f"{here()}/{os.getpid()}"


def is_gone(runner: str) -> bool:
    """Return whether the named process ran here and has died; unknown counts as alive."""
    place, _, pid = runner.rpartition("/")
    if place != here() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _is_zombie(pid)


def _is_zombie(pid: str) -> bool:
    status = Path("/proc", pid, "stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return False


def leave_to_the_pool(_number: int, _frame: FrameType | None) -> None:
    """Go on: what is started by a pool ends when the pool says so, and on SIGKILL.

    Whoever stops a service may tell all its processes at once (systemd does), with tasks still running.
    """


class ForkedPool(ABC):
    """One forked process, the guard, which has the workers as its children."""

    def __init__(self, workers: int, queues: frozenset[Queue]) -> None:
        self.workers = workers
        self.queues = queues
        self.guard: BaseProcess | None = None
        self.deaths: deque[float] = deque(maxlen=DEATHS_ALLOWED)

    @abstractmethod
    def make_guard(self) -> BaseProcess:
        """Return the guard, not started yet."""

    def start(self) -> None:
        """Fork the pool. No thread may run in this process yet, and no connection may be shared."""
        _die_with_parent()
        self.end = End()
        share_end(self.end)
        guard = self.make_guard()
        _close_connections()
        guard.start()
        self.guard = guard
        log.info("pool_started", workers=self.workers, guard=guard.pid)

    def ensure(self) -> None:
        """Start the pool anew when its guard has ended; PoolBrokenError when it ends again and again."""
        if self.guard is None or self.guard.is_alive():
            return
        log.error("pool_ended", exitcode=self.guard.exitcode)
        self.deaths.append(time.monotonic())
        if len(self.deaths) == DEATHS_ALLOWED and self.deaths[-1] - self.deaths[0] < DEATHS_WINDOW_S:
            message = (
                f"The worker processes died {DEATHS_ALLOWED} times within {DEATHS_WINDOW_S} s: see the log."
            )
            raise PoolBrokenError(message)
        self.start()

    def stop(self) -> None:
        """Take no more tickets, let the running ones end for a while, then end every process."""
        if self.guard is None or not self.guard.is_alive():
            return
        self.end.set()
        self.guard.join(GRACE_S)
        if self.guard.is_alive():
            log.warning("pool_killed", reason="tasks still ran when the grace period ended")
            self.guard.kill()
            self.guard.join()


def _close_connections() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()
        close_pool = getattr(connection, "close_pool", None)
        if close_pool is not None:
            close_pool()


_parent_pid = 0
_is_hooked = False


def _die_with_parent() -> None:
    """Have the kernel kill every process forked from now on, and theirs, when its parent ends (Linux)."""
    global _is_hooked  # noqa: PLW0603  fork hooks are per process and cannot be taken back
    if _is_hooked or sys.platform != "linux":
        return
    _is_hooked = True
    libc = ctypes.CDLL(None, use_errno=True)

    def remember_parent() -> None:
        global _parent_pid  # noqa: PLW0603  read by the child right after the fork
        _parent_pid = os.getpid()

    def follow_parent() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != _parent_pid:
            os._exit(POISONED)  # the parent ended before the kernel knew

    os.register_at_fork(before=remember_parent, after_in_child=follow_parent)
