"""Which process runs a ticket, whether it still lives, and whether it is to end."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import socket
from pathlib import Path

NAMESPACE = Path("/proc/self/ns/pid")


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
