"""How large things may grow: small modules, small functions, small templates, nothing unexplained."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ("legist", "tracking", "workflows", "portal")
MODULE_LINES, FUNCTION_LINES, ARGUMENTS, POSITIONAL = 400, 60, 8, 3
VIEW_LINES, TEST_LINES, TEMPLATE_LINES, TEMPLATE_WIDTH = 30, 45, 150, 120
DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules(*roots: str) -> list[Path]:
    found = (path for root in roots for path in (ROOT / root).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions(*roots: str) -> Iterator[tuple[Path, Function]]:
    for path in modules(*roots):
        for node in ast.walk(parsed(path)):
            if isinstance(node, Function):
                yield path, node


def length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def where(path: Path, node: Function) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length(node)} lines"


def arguments(node: Function) -> tuple[int, int]:
    """Count the positional and all arguments, without self and cls."""
    given = [a for a in (*node.args.posonlyargs, *node.args.args) if a.arg not in {"self", "cls"}]
    return len(given), len(given) + len(node.args.kwonlyargs)


def test_it_keeps_modules_small() -> None:
    large = [path for path in modules(*SOURCE, "tests") if len(path.read_text().splitlines()) > MODULE_LINES]

    assert not large


def test_it_keeps_functions_small() -> None:
    assert not [where(path, node) for path, node in functions(*SOURCE) if length(node) > FUNCTION_LINES]


def test_it_keeps_arguments_few() -> None:
    counted = [(where(path, node), *arguments(node)) for path, node in functions(*SOURCE)]

    assert not [each for each in counted if each[1] > POSITIONAL or each[2] > ARGUMENTS]


def test_it_keeps_views_and_tasks_thin() -> None:
    edges = [(p, node) for p, node in functions(*SOURCE) if "web" in p.parts or p.name == "tasks.py"]

    assert not [where(path, node) for path, node in edges if length(node) > VIEW_LINES]


def test_it_keeps_tests_short() -> None:
    tests = [(path, node) for path, node in functions("tests") if node.name.startswith("test")]

    assert not [where(path, node) for path, node in tests if length(node) > TEST_LINES]


def test_it_keeps_templates_small() -> None:
    templates = (ROOT / "templates").rglob("*.html")

    assert not [path for path in templates if len(path.read_text().splitlines()) > TEMPLATE_LINES]


def test_it_has_no_junk_drawers() -> None:
    names = {path.name for path in modules(*SOURCE)}

    assert not names & {"utils.py", "helpers.py", "misc.py", "common.py"}


def is_public(node: ast.stmt) -> bool:
    return isinstance(node, DEFINITION) and not node.name.startswith("_")


def test_it_says_what_every_module_is_for() -> None:
    silent = [p for p in modules(*SOURCE) if parsed(p).body and not ast.get_docstring(parsed(p))]

    assert not silent


def test_it_explains_every_public_class_and_every_longer_function() -> None:
    unexplained = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules(*SOURCE)
        for node in parsed(path).body
        if is_public(node)
        and (isinstance(node, ast.ClassDef) or length(node) > 8)
        and not ast.get_docstring(node)  # type: ignore[arg-type]  # is_public has checked it
    ]

    assert not unexplained


def test_it_keeps_templates_narrow() -> None:
    wide = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > TEMPLATE_WIDTH
    ]

    assert wide == []
