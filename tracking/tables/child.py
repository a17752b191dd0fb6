"""The process that reads one file: `python -m tracking.tables.child`, bytes in, one JSON document out.

It has no database, no key and no setting, and gives itself limits before it looks at the first byte. It
ends with OUT_OF_MEMORY when these do not suffice; the kernel ends it when it takes too long.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

from django.conf import settings

from tracking.tables.limits import BYTES, MEMORY, SECONDS, UnreadableError
from tracking.tables.reading import read_table

OUT_OF_MEMORY = 3


def main() -> int:
    """Read standard input, answer with the table or with why there is none."""
    _limit()
    settings.configure(USE_I18N=False)
    content = sys.stdin.buffer.read(BYTES.most + 1)
    try:
        try:
            answer: dict[str, Any] = {"table": read_table(content).as_plain()}
        except UnreadableError as error:
            answer = {"refused": str(error)}
        sys.stdout.write(json.dumps(answer))
        sys.stdout.flush()
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _limit() -> None:
    """Bound time and memory; no file is written, no core is left behind. Narrower limits stay as they are."""
    for which, soft, hard in (
        (resource.RLIMIT_AS, MEMORY.most, MEMORY.most),
        (resource.RLIMIT_CPU, SECONDS.most, SECONDS.most + 5),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        given = resource.getrlimit(which)
        resource.setrlimit(which, (_narrower(soft, given[0]), _narrower(hard, given[1])))


def _narrower(wanted: int, given: int) -> int:
    return wanted if given == resource.RLIM_INFINITY else min(wanted, given)


if __name__ == "__main__":
    sys.exit(main())
