"""Whether there is room to write: a full disk is noticed at once, and waited for instead of crashed on."""

from __future__ import annotations

import errno
import secrets
import shutil
import time
from pathlib import Path
from typing import Final

from django.db import DatabaseError, connection

from legist.core.failpoints import atomic
from legist.core.models import WriteProbe

# More than the pages that happen to be free, so that the probe does not get through where work does not.
PROBE_BYTES = 32 * 1024
# With less than this left beside a database file, its log has no room to grow.
LEAST_FREE = 1024 * 1024
# Asked again after so long, whoever asks.
KEPT_S = 2.0
OK, FULL, UNWRITABLE = "ok", "full", "unwritable"

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DISK_FULL: Final = "53100"
# SQLITE_FULL, and the I/O errors that writing, flushing and mapping end with when the disk refuses.
_SQLITE_FULL: Final = 13
_SQLITE_WRITE_ERRORS: Final = frozenset({778, 1034, 1546, 4874, 5386})

_found: tuple[float, str] | None = None


def is_full(error: BaseException | None) -> bool:
    """True when the error, or one behind it, says that the disk (or what may be used of it) is full."""
    while error is not None:
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None and (code & 0xFF == _SQLITE_FULL or code in _SQLITE_WRITE_ERRORS):
            return True
        if getattr(error, "sqlstate", None) == _DISK_FULL:
            return True
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            return True
        error = error.__cause__ or error.__context__
    return False


def probe() -> None:
    """Write a row and delete it; raises what the database says when it cannot. Outside any transaction."""
    with atomic():
        WriteProbe(filling=secrets.token_hex(PROBE_BYTES // 2)).save(force_insert=True)
    # With those that a probe left which was cut off.
    WriteProbe.objects.all().delete()


def verdict() -> str:
    """Return ok, full, or unwritable; asks the database at most every KEPT_S seconds."""
    global _found  # noqa: PLW0603  what this process has found out a moment ago
    if _found is None or time.monotonic() - _found[0] > KEPT_S:
        _found = (time.monotonic(), _ask())
    return _found[1]


def _ask() -> str:
    try:
        if free_beside_the_file() < LEAST_FREE:
            return FULL
        probe()
    except (DatabaseError, OSError) as error:
        return FULL if is_full(error) else UNWRITABLE
    return OK


def free_beside_the_file() -> float:
    """Return the free bytes where a database file lies; what a server has left only the server knows."""
    path = Path(str(connection.settings_dict["NAME"]))
    return shutil.disk_usage(path.parent).free if connection.vendor == "sqlite" else float("inf")
