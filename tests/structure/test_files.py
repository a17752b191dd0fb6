"""What people upload: taken in few known places, and looked into by none of the pages."""

from __future__ import annotations

import ast

import pytest

from tests.structure.test_budgets import ROOT, SOURCE, modules, parsed

# Each bounds the size and names the bound; a new one has to think of that too.
FILE_FIELDS = {
    "legist/core/web/views.py",  # never read: a picture of the component
    "tracking/web/imports/views.py",
    "workflows/web/notices/forms.py",
    "workflows/web/forms.py",  # documents, looked into by a process of their own
    "portal/web/views.py",  # photos and PDFs of clients, as these
    "workflows/web/definitions.py",  # letters, by attorneys and managers
    "workflows/web/playbooks/forms.py",  # text, by attorneys and managers
}
# They write files, or read one of a package; none that somebody sent is given to them.
OF_OURS = {"legist/core/web/sheets.py", "legist/core/web/icons.py"}
LOOKS_INTO = {
    *("tracking.importing.planning", "tracking.importing.checking", "tracking.importing.batches"),
    *("tracking.tables.apart", "tracking.tables.child", "tracking.tables.workbook"),
    *("tracking.tables.csv_file", "openpyxl", "zipfile", "csv.reader"),
}


def imported(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def test_files_are_taken_in_known_places_only() -> None:
    named = {"FileField", "ImageField", "FILES"}
    found = {
        str(path.relative_to(ROOT))
        for path in modules(*SOURCE)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in named
    }

    handed_on = {
        "workflows/web/notices/views.py",
        "workflows/web/matters/actions.py",
        "legist/core/web/definitions.py",
    }
    assert found == FILE_FIELDS | handed_on


def test_no_page_looks_into_a_file() -> None:
    ours = {ROOT / path for path in OF_OURS}
    pages = [path for path in modules(*SOURCE) if "web" in path.parts and path not in ours]
    assert len(pages) > 50

    assert not [(path, used) for path in pages if (used := imported(parsed(path)) & LOOKS_INTO)]


@pytest.mark.parametrize("name", ["check_import", "run_import", "dry_run", "import_now"])
def test_no_page_has_a_file_looked_into(name: str) -> None:
    pages = [path for path in modules(*SOURCE) if "web" in path.parts]
    used = [
        path
        for path in pages
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == f"importing.{name}"
    ]

    assert not used
