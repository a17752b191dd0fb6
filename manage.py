#!/usr/bin/env python
"""Command-line entry point: one sentence where a machine is at fault, never a trace.

Settings that cannot work end with code 2, a full disk and a database that is busy or away with 1.
"""

from __future__ import annotations

import gc
import os
import sys

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError, InterfaceError

FAILED, BAD_USAGE = 1, 2
FULL = "The disk is full, or what may be used of it. Make room, then run the command again."
AWAY = "The database is busy or cannot be reached. Look at it and at LEGIST_DATABASE_URL, then run it again."


def fault_of(error: Exception) -> str:
    """Say what is wrong with the machine; empty where it is the program's own fault."""
    if not apps.ready:
        return ""
    from legist.core.resilience.error_capture import is_transient
    from legist.core.storage import is_full

    if is_full(error):
        return FULL
    return AWAY if is_transient(error) else ""


if __name__ == "__main__":
    # What a start imports and a migration makes of models is looked through for waste less often: a tenth of
    # the time of any command, a quarter of that of `migrate`.
    gc.set_threshold(50_000, 20, 50)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "legist.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(BAD_USAGE)
    except (DatabaseError, InterfaceError, OSError) as error:
        fault = fault_of(error)
        if not fault:
            raise
        sys.stderr.write(f"{fault}\n")
        sys.exit(FAILED)
