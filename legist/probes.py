"""Whether a container's process lives: `python -m legist.probes web 8000` or `worker`, for its health check.

Both look at this container alone: the web process answers on its own port, and the worker's sign of life is
the file it touches after each one it leaves in the database. Ends with 0 when it lives, with 1 and a sentence
when it does not, with 2 on bad usage.
"""

from __future__ import annotations

import sys
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

from legist.environment import text, words

TIMEOUT_S: Final = 4
# Several times the distance of two signs of life.
SILENT_AFTER_S: Final = 60


def web_fault(port: int) -> str:
    """Return what is wrong with the web process on that port, or nothing."""
    # One that Legist answers to; where a whole domain is allowed, or every host, one that belongs to it.
    host = words("LEGIST_ALLOWED_HOSTS", "localhost")[0].lstrip(".").replace("*", "localhost")
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return f"The web process does not answer ({type(error).__name__})."
    finally:
        connection.close()
    return "" if status == HTTPStatus.OK else f"The web process answers with {status}."


def worker_fault() -> str:
    """Return what is wrong with the worker, or nothing."""
    path = text("LEGIST_ALIVE_PATH")
    if not path:
        return "Set LEGIST_ALIVE_PATH, for the worker and for this probe."
    try:
        silent_s = time.time() - Path(path).stat().st_mtime
    except OSError:
        return "The worker has left no sign of life at LEGIST_ALIVE_PATH yet."
    if silent_s < -SILENT_AFTER_S:
        return f"The worker's latest sign of life lies {-silent_s:.0f} s in the future: a clock was wrong."
    return "" if silent_s <= SILENT_AFTER_S else f"The worker has been silent for {silent_s:.0f} s."


def main(arguments: list[str]) -> int:
    """Run the probe that is asked for and return its exit code."""
    match arguments:
        case ["web", port] if port.isdecimal():
            fault = web_fault(int(port))
        case ["worker"]:
            fault = worker_fault()
        case _:
            sys.stderr.write("Say which: web PORT, or worker.\n")
            return 2
    if fault:
        sys.stderr.write(f"{fault}\n")
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
