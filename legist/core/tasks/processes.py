"""Which process runs a ticket, whether it still lives, and whether it is to end."""

from __future__ import annotations

import ctypes
import os
import socket
from pathlib import Path

NAMESPACE = Path("/proc/self/ns/pid")

# Shared by a pool and the processes forked from it, without a lock that a killed process could keep.
_to_end = ctypes.c_bool()


def share_end(flag: ctypes.c_bool) -> None:
    """Have this process, and those forked from it, be told by `flag` that they are to end."""
    global _to_end  # noqa: PLW0603  what is shared by fork is known to the module
    _to_end = flag


def is_to_end() -> bool:
    """Say whether the worker was told to stop: what takes long ends at the next good moment."""
    return _to_end.value


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
