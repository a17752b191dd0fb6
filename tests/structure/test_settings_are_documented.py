"""Every setting the code reads stands in the reference."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READERS = re.compile(
    r"\b(?:text|integer|number|boolean|choice|words|days|secret|page|sender|database|cache|broker|mail)\(\s*\"([A-Z_]+)\""
)


def test_it_documents_every_setting() -> None:
    read = set(READERS.findall((ROOT / "legist" / "settings.py").read_text()))
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", (ROOT / "docs/reference/settings.md").read_text()))

    assert len(read) > 20
    assert not read - documented
    assert not {name for name in documented - read if name.startswith(("LEGIST_", "USCIS_"))}


def test_it_reads_the_environment_in_one_place_only() -> None:
    sources = [
        p for root in ("legist", "tracking", "workflows", "portal") for p in (ROOT / root).rglob("*.py")
    ]
    elsewhere = re.compile(r"(environ|getenv)\W+\w*\W*(LEGIST|USCIS)_")
    readers = {path.name for path in sources if elsewhere.search(path.read_text())}

    assert not readers
