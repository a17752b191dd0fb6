"""No sentence of ours is stored: what the program keeps of why something is so is a code with values.

A sentence is in the language of whoever happened to be there, cannot be counted and never gets better.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.structure.test_budgets import ROOT, SOURCE, modules, parsed

# Columns that hold why something is so, by the keyword or the attribute through which they are filled.
COLUMNS = {"reason", "next_poll_reason", "closing", "detail", "resolution", "why", "note", "end_reason"}
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}
# Words that are no row's: of a log line, of a person in the sample firm, of what a run prints, of the law.
ELSEWHERE = {
    "legist/core/tasks/processes.py",
    "legist/sample_firm/firm.py",
    "tracking/polling/run.py",
    "workflows/law/periods.py",
}


def is_sentence(value: ast.expr) -> bool:
    """True for words: a literal with a space in it, or a text that is translated where it is written."""
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
            return True
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS:
            return True
    return False


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = [(each.arg, each.value) for each in node.keywords]
        elif isinstance(node, ast.Assign):
            named = [(each.attr, node.value) for each in node.targets if isinstance(each, ast.Attribute)]
        else:
            continue
        yield from ((node.lineno, name) for name, value in named if name in COLUMNS and is_sentence(value))


def test_no_reason_is_stored_in_words() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in modules(*SOURCE)
        if str(path.relative_to(ROOT)) not in ELSEWHERE
        for line, name in sentences(parsed(path))
    ]

    assert found == [], "Store a code of a family in `legist.core.reasons`, with its values."
