"""Write a whole copy of the database into a folder, while everything runs: `python -m legist.backup FOLDER`.

The folder is made if need be, and only its owner reads it and what is in it. PostgreSQL needs the program
pg_dump. Prints the file's name; ends with 1 and a sentence when no whole copy could be made, and leaves none.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from legist import addresses

FIRST = Path(__file__).resolve().parent.parent / "var" / "legist.sqlite3"


class BackupError(Exception):
    """No copy was made; the message says why."""


def back_up(folder: Path, database: dict[str, Any], *, now: datetime) -> Path:
    """Return the file that holds the copy; raises BackupError, OSError or sqlite3.Error and leaves none."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_file = database["ENGINE"].endswith("sqlite3")
    target = folder / f"legist-{now:%Y-%m-%dT%H%M%SZ}.{'sqlite3' if is_file else 'dump'}"
    draft = target.with_name(f".{target.name}")
    draft.touch(mode=0o600)
    try:
        (_copy if is_file else _dump)(database, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def _copy(database: dict[str, Any], draft: Path) -> None:
    if not Path(database["NAME"]).is_file():
        raise BackupError("LEGIST_DATABASE_URL names no database yet: run migrate first.")
    with closing(sqlite3.connect(database["NAME"])) as source, closing(sqlite3.connect(draft)) as copy:
        source.backup(copy)


def _dump(database: dict[str, Any], draft: Path) -> None:
    # In the environment, where no other user of the machine sees the password.
    known = {
        "HOST": "PGHOST",
        "PORT": "PGPORT",
        "USER": "PGUSER",
        "PASSWORD": "PGPASSWORD",
        "NAME": "PGDATABASE",
    }
    given = {variable: str(database[name]) for name, variable in known.items() if database.get(name)}
    options = {f"PG{name.upper()}": str(value) for name, value in database.get("OPTIONS", {}).items()}
    try:
        command = ["pg_dump", "--format=custom", f"--file={draft}"]
        done = subprocess.run(command, env=os.environ | given | options, capture_output=True, check=False)  # noqa: S603  no word of it is from outside
    except FileNotFoundError:
        raise BackupError("The program pg_dump is missing: install PostgreSQL's client programs.") from None
    if done.returncode:
        raise BackupError(f"pg_dump failed: {done.stderr.decode(errors='replace').strip()}")


def main(arguments: list[str]) -> int:
    """Make one copy and return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("Say where to: FOLDER.\n")
        return 2
    os.umask(0o077)
    try:
        database = addresses.database("LEGIST_DATABASE_URL", f"sqlite:///{FIRST}")
        made = back_up(Path(arguments[0]), database, now=datetime.now(UTC))
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (BackupError, OSError, sqlite3.Error) as error:
        sys.stderr.write(f"No backup was made. {error}\n")
        return 1
    sys.stdout.write(f"{made}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
