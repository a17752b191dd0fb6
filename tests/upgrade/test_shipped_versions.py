"""What ships is known by its version: whatever changed since a release has a higher one than it had there."""

from __future__ import annotations

import json
import lzma
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from workflows.playbooks.builtin import DEFINITIONS
from workflows.playbooks.builtin.base import Definition

DUMP = Path(__file__).with_name("v0.1.0.sqlite.sql.xz")
PARTS = ("name", "purpose", "codes", "conditions", "actions")


@pytest.fixture(scope="module")
def released() -> Iterator[dict[str, sqlite3.Row]]:
    """Yield the newest version of each playbook as the first release installed it."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(lzma.decompress(DUMP.read_bytes()).decode())
        database.row_factory = sqlite3.Row
        rows = database.execute("SELECT * FROM workflows_playbook ORDER BY version").fetchall()
        yield {row["key"]: row for row in rows}


def parts_of(definition: Definition) -> list[object]:
    return [json.loads(json.dumps(getattr(definition, part))) for part in PARTS]


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.key)
def test_a_playbook_that_changed_has_a_higher_version(
    definition: Definition, released: dict[str, sqlite3.Row]
) -> None:
    row = released.get(definition.key)
    if row is None or row["version"] < definition.version:
        return
    known = [row["name"], row["purpose"], *(json.loads(row[part]) for part in PARTS[2:])]

    assert parts_of(definition) == known
