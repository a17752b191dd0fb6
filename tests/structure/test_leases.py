"""Whoever takes work in portions takes it through one function, which keeps the limit."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models import Exists, OuterRef

from legist.core.models import OutboxDelivery, OutboxEvent
from tests.structure.test_budgets import ROOT, SOURCE, modules, parsed

HOME = ROOT / "legist" / "core" / "leases.py"


def is_limited(value: ast.expr, sliced: set[str]) -> bool:
    """True for a queryset with a limit; one that was read, by `list` or a comprehension, is no queryset."""
    if isinstance(value, ast.Name):
        return value.id in sliced
    if isinstance(value, ast.Subscript):
        return isinstance(value.slice, ast.Slice)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        return is_limited(value.func.value, sliced)
    return False


def limited_names(tree: ast.Module) -> set[str]:
    """Names of querysets with a limit."""
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    found = [node.targets for node in assigned if is_limited(node.value, set())]
    return {target.id for targets in found for target in targets if isinstance(target, ast.Name)}


def limited_memberships(tree: ast.Module) -> Iterator[int]:
    """Yield the lines of `filter(pk__in=<queryset with a limit>)`."""
    sliced = limited_names(tree)
    given = (node for node in ast.walk(tree) if isinstance(node, ast.keyword))
    for argument in given:
        if (argument.arg or "").endswith("__in") and is_limited(argument.value, sliced):
            yield argument.value.lineno


def where(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def test_it_chooses_rows_by_no_limit_within_another_statement() -> None:
    assert not [where(path, line) for path in modules(*SOURCE) for line in limited_memberships(parsed(path))]


def test_it_skips_rows_that_others_hold_in_one_place_only() -> None:
    skipping = {path for path in modules(*SOURCE) if "skip_locked" in path.read_text()}

    assert skipping == {HOME}


@pytest.mark.parametrize(
    "old",
    [
        "rows.filter(pk__in=due.values('pk')[:limit]).update(a=1)",
        "rows.exclude(id__in=due[:3].values('id')).delete()",
        "chosen = due.select_for_update()[:limit]\nrows.filter(pk__in=chosen).update(a=1)",
    ],
)
def test_it_would_notice(old: str) -> None:
    assert list(limited_memberships(ast.parse(old)))


def test_it_takes_what_was_read_before() -> None:
    read = "ids = list(due.values('pk')[:limit])\nrows.filter(pk__in=ids).update(a=1)"

    assert not list(limited_memberships(ast.parse(read)))


@pytest.mark.django_db
def test_no_test_gets_past_with_such_a_statement() -> None:
    chosen = OutboxDelivery.objects.filter(state="pending").values("pk")[:2]

    with pytest.raises(AssertionError, match="lock the rows first"):
        OutboxDelivery.objects.filter(pk__in=chosen).update(attempts=1)


@pytest.mark.django_db
def test_a_look_into_another_table_is_no_such_statement() -> None:
    looked_at = Exists(OutboxEvent.objects.filter(pk=OuterRef("event")))

    assert OutboxDelivery.objects.filter(looked_at, event__topic="tests.moved").update(attempts=1) == 0
