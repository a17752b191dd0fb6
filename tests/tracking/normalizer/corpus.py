"""The sample of real status texts that the tests read; absent, they fail and say where it should be."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
DEFAULT = "../shared/domain/corpus"

Record = dict[str, Any]


@cache
def load(name: str) -> tuple[Record, ...]:
    """Return the records of one file: status_titles, status_texts or extractions."""
    path = ROOT / os.environ.get("LEGIST_CORPUS", DEFAULT) / f"{name}.jsonl"
    if not path.is_file():
        pytest.fail(
            f"The corpus is missing: no {path}. Set LEGIST_CORPUS to the folder that holds {name}.jsonl."
        )
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def body(record: Record) -> str:
    """The description as the API delivers it."""
    return record.get("description_raw") or record.get("description") or ""


def volume(record: Record) -> int:
    """How often the text was seen, at least once."""
    return max(record.get("count") or record.get("instances_seen") or 0, 1)
