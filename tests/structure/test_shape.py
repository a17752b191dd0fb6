"""The shape of the code: few modules that serve one neighbour only, few functions that only rename.

A module has a single importer when exactly one other module of the product imports it, at its top or within
a function; tests do not count, nor do packages themselves (`__init__`). The second figure leaves
out modules whose only importer is a registry, whose work it is to name others: `urls.py`, `apps.py`, a
package's `__init__`, or a command. A page is named by its addresses alone, and that is no fault.

The bounds stand a little above today's figures. Lower them when these fall; merge before raising one.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
APPS = ("legist", "tracking", "workflows", "portal")
REGISTRIES = ("urls.py", "apps.py", "__init__.py")

MODULES_AT_MOST = 603
SINGLE_AT_MOST = 90
SINGLE_WITHOUT_REGISTRIES_AT_MOST = 36
SHORT_FUNCTIONS_AT_MOST = 0.315


class Shape(NamedTuple):
    """The modules of the product by dotted name, and who imports each."""

    paths: dict[str, Path]
    trees: dict[str, ast.Module]
    importers: dict[str, set[str]]


@cache
def shape() -> Shape:
    paths = {}
    for path in (path for app in APPS for path in (ROOT / app).rglob("*.py")):
        if "migrations" not in path.parts:
            paths[".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")] = path
    trees = {name: ast.parse(path.read_text()) for name, path in paths.items()}
    importers: dict[str, set[str]] = defaultdict(set)
    for name, tree in trees.items():
        for named in named_in(tree):
            # A name within a module, or within what a package offers, is that module's or package's.
            ends = (named, named.rpartition(".")[0], named.rpartition(".")[0].rpartition(".")[0])
            found = next((end for end in ends if end in paths), name)
            if found != name:
                importers[found].add(name)
    return Shape(paths, trees, importers)


def named_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def with_a_single_importer() -> dict[str, str]:
    found = shape()
    return {
        name: next(iter(found.importers[name]))
        for name, path in found.paths.items()
        if path.name != "__init__.py" and len(found.importers[name]) == 1
    }


def is_registry(name: str) -> bool:
    path = shape().paths[name]
    return path.name in REGISTRIES or "commands" in path.parts


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for name, tree in shape().trees.items():
        yield from ((name, node) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def without_docstring(function: ast.FunctionDef) -> list[ast.stmt]:
    return function.body[1:] if ast.get_docstring(function) else function.body


def only_renames(function: ast.FunctionDef) -> bool:
    """True when it is a plain function that hands its own arguments, in order, to one other by its name.

    One that makes a value of a class says with what, and is none.
    """
    body, args = without_docstring(function), function.args
    if function.decorator_list or len(body) != 1 or not isinstance(body[0], ast.Return):
        return False
    call = body[0].value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or args.vararg or args.kwarg:
        return False
    if call.func.id[0].isupper():
        return False
    given = [
        *(ast.unparse(arg) for arg in call.args),
        *(f"{word.arg}={ast.unparse(word.value)}" for word in call.keywords),
    ]
    positional = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    return bool(given) and given == [*positional, *(f"{arg.arg}={arg.arg}" for arg in args.kwonlyargs)]


def test_it_has_no_more_modules_than_it_needs() -> None:
    assert len(shape().paths) <= MODULES_AT_MOST


def test_few_modules_serve_one_neighbour_only() -> None:
    single = with_a_single_importer()
    serving = {name: importer for name, importer in single.items() if not is_registry(importer)}

    assert len(single) <= SINGLE_AT_MOST
    assert len(serving) <= SINGLE_WITHOUT_REGISTRIES_AT_MOST, serving


def test_functions_are_not_cut_into_crumbs() -> None:
    lines = [
        function.end_lineno - function.lineno + 1 for _name, function in functions() if function.end_lineno
    ]

    assert sum(length <= 3 for length in lines) / len(lines) <= SHORT_FUNCTIONS_AT_MOST


def test_no_function_only_renames_another() -> None:
    assert [f"{name}.{function.name}" for name, function in functions() if only_renames(function)] == []
