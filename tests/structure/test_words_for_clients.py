"""What all clients read is written in few places: each asks for an approval, or is the product's own text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.structure import test_budgets as budgets

WRITES = re.compile(r"^a?(?:(?:bulk_)?create|(?:bulk_)?update|(?:get|update)_or_create)$")

# Model -> the modules that may make or change its rows.
WRITERS: dict[str, set[str]] = {
    # An approval of the exact words, or words of ours. (Approving afterwards changes a seal: `seals.change`.)
    "WordingVersion": {"workflows/plain_language/publishing.py"},
    "WordingApproval": {"workflows/plain_language/proposals.py"},
    "WordingProposal": {"workflows/plain_language/proposals.py"},
    # Shipped texts, installed by `migrate`. There is no editor.
    "MessageTemplate": {"workflows/messages/templates/store.py"},
    "DocumentTemplate": {"workflows/documents/letters/__init__.py"},
    "Playbook": {"workflows/playbooks/store.py"},
    "ShippedText": {"workflows/plain_language/shipped.py"},
}
# Who may call the two functions that put words in force.
PUBLISHERS = {"publish_approved": "approve", "publish_ours": "propose"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in budgets.modules(*budgets.SOURCE):
        yield str(path.relative_to(budgets.ROOT)), budgets.parsed(path)


def is_write(call: ast.Call, model: str) -> bool:
    """True for `Model(…)` and for `Model.objects.….create(…)`, `.update(…)` and their kin."""
    if isinstance(call.func, ast.Name):
        return call.func.id == model
    if not isinstance(call.func, ast.Attribute) or not WRITES.match(call.func.attr):
        return False
    return bool(re.match(rf"{model}\.(objects|_base_manager|_default_manager)\b", ast.unparse(call.func)))


@pytest.mark.parametrize("model", sorted(WRITERS))
def test_rows_are_written_by_the_modules_that_may(model: str) -> None:
    found = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and is_write(node, model)
    }

    assert found == WRITERS[model]


@pytest.mark.parametrize("function", sorted(PUBLISHERS))
def test_words_come_into_force_in_one_place(function: str) -> None:
    callers = {
        (name, outer.name)
        for name, tree in modules()
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef)
        for node in ast.walk(outer)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function
    }

    assert callers == {("workflows/plain_language/proposals.py", PUBLISHERS[function])}


def test_nothing_new_is_said_to_be_from_before_approvals() -> None:
    """Only the migration marks words so: a new version that claimed it would need no approval."""
    written = [
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword | ast.Assign) and "Basis.BEFORE" in ast.unparse(node.value)
    ]

    # The two that look for such rows.
    assert set(written) == {"workflows/models/plain_language.py", "workflows/plain_language/pending.py"}


def test_the_portal_has_words_of_its_own_for_stages() -> None:
    """A firm's names for stages are for its staff: nobody approves them."""
    imports = [
        f"{name}: {ast.unparse(node)}"
        for name, tree in modules()
        if name.startswith("portal/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert len(imports) > 50
    assert not [line for line in imports if "tracking.mapping_editor" in line or "workflows.labels" in line]
