"""The import contracts cover what they speak of, and nothing is let out of them without a reason."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.structure.picture import PICTURE, draw
from tests.structure.test_shape import shape

ROOT = Path(__file__).parents[2]
APPS = ("legist", "tracking", "workflows", "portal")
SOURCE = (ROOT / "pyproject.toml").read_text()
CONTRACTS: dict[str, dict[str, Any]] = {
    contract["name"]: contract for contract in tomllib.loads(SOURCE)["tool"]["importlinter"]["contracts"]
}


def modules_called(*names: str) -> set[str]:
    found = (path for app in APPS for path in (ROOT / app).rglob("*") if path.name in names)
    return {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in found}


def test_it_keeps_models_out_of_every_page_and_template_tag() -> None:
    contract = CONTRACTS["Pages never import models"]

    assert set(contract["source_modules"]) == modules_called("web", "templatetags")
    assert set(contract["forbidden_modules"]) == modules_called("models", "models.py")


def test_it_ignores_no_import_without_a_reason_beside_it() -> None:
    in_list, bare = False, []
    for line in SOURCE.splitlines():
        in_list = in_list or line.startswith("ignore_imports")
        if in_list and "->" in line and not line.partition("#")[2].strip():
            bare.append(line.strip())
        in_list = in_list and "]" not in line.partition("#")[0]

    assert bare == []


def test_of_the_practice_others_name_people_clients_and_matters_only() -> None:
    """Nearly every table points at these, and every act is of a user; the others are read by selectors."""
    named = {
        f"{module}: {alias.name}"
        for module, tree in shape().trees.items()
        if not module.startswith("legist.practice")
        for node in at_run_time(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("legist.practice.models")
        for alias in node.names
        if alias.name not in {"Client", "Matter", "User"}
    }

    assert named == set()


def at_run_time(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all of a module but what stands under `if TYPE_CHECKING`."""
    for child in ast.iter_child_nodes(tree):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from at_run_time(child)


def test_the_picture_of_the_architecture_is_the_contracts() -> None:
    assert PICTURE.read_text() == draw(), "Run python -m tests.structure.picture."
