"""The sample of real status texts that the tests read; absent, they fail and say where it should be."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

import pytest

from tracking.normalizer.scoring import Record

ROOT = Path(__file__).resolve().parents[3]
DEFAULT = "../shared/domain/corpus"


def folder() -> Path:
    """Where the sample should be."""
    return ROOT / os.environ.get("LEGIST_CORPUS", DEFAULT)


@cache
def load(name: str) -> tuple[Record, ...]:
    """Return the records of one file: status_titles, status_texts or extractions."""
    path = folder() / f"{name}.jsonl"
    if not path.is_file():
        pytest.fail(
            f"The corpus is missing: no {path}. Set LEGIST_CORPUS to the folder that holds {name}.jsonl."
        )
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
