"""Read a file in a process of its own: whatever is in it, it costs that process and nothing else."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from legist.core.errors import LegistError
from legist.core.reasons import Unable
from tracking.remarks import REMARKS, Remark
from tracking.tables.limits import BYTES, MEMORY, PATIENCE_S, SECONDS
from tracking.tables.table import Table

_ROOT: Final = Path(__file__).resolve().parents[2]
_COMMAND: Final = (sys.executable, "-B", "-m", "tracking.tables.child")
_OUT_OF_MEMORY: Final = 3
# Somebody stopped the process, or the computer had no room for it: nothing is known about the file.
_FROM_OUTSIDE: Final = frozenset({-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, -signal.SIGKILL})


class ReadingStoppedError(LegistError):
    """The reading was stopped from outside, or did not begin; another try may well succeed."""


def read_apart(content: bytes) -> Table:
    """Read the bytes of a CSV or XLSX file within its budgets; the name of the file decides nothing.

    Raises InvalidInput that says what is wrong with the file as a whole, or which budget it exceeds, and
    what to do; ReadingStoppedError when nothing was learnt about it.
    """
    if len(content) > BYTES.most:
        raise unusable(BYTES.refusal)
    try:
        # The environment stays behind: it holds keys.
        done = subprocess.run(  # noqa: S603  our own module
            _COMMAND,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={},
            timeout=PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        raise ReadingStoppedError(_stopped()) from None
    if done.returncode in _FROM_OUTSIDE:
        raise ReadingStoppedError(_stopped())
    if done.returncode:
        raise unusable(_why(done.returncode))
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise unusable(Remark.read(answer["refused"]))
    return Table.from_plain(answer["table"])


def unusable(remark: Remark) -> Unable:
    """Return the refusal of a file as a whole."""
    error = Unable(REMARKS, remark.kept["code"], **remark.kept["values"])
    error.errors = {"file": [error.message]}
    return error


def _why(code: int) -> Remark:
    if code == -signal.SIGXCPU:
        return SECONDS.refusal
    if code == _OUT_OF_MEMORY:
        return MEMORY.refusal
    return Remark("breaks_reader")


def _stopped() -> str:
    return _("The file could not be read just now: the reading was stopped. Try again in a moment.")
