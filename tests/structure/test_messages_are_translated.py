"""Whatever an expected error says is put into words in one way: by gettext, where it is raised.

What it says reaches people; a message built from pieces or left as it is stays English for ever.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from legist.core.errors import LegistError
from tests.structure.test_budgets import ROOT, SOURCE, modules, parsed

MARKS = {"_", "gettext", "ngettext"}


def families(kind: type[LegistError] = LegistError) -> Iterator[str]:
    """Yield the names of all expected errors that take a message."""
    yield kind.__name__
    for below in kind.__subclasses__():
        if below.__name__ not in {"Unable", "ReadingStoppedError"}:
            yield from families(below)


def name_of(node: ast.expr) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def is_bare(message: ast.expr, around: ast.AST) -> bool:
    """True for words as they are: a literal, an f-string, or a name that holds one."""
    if isinstance(message, ast.Name):
        given = [
            node.value
            for node in ast.walk(around)
            if isinstance(node, ast.Assign) and message.id in {name_of(each) for each in node.targets}
        ]
        return any(is_bare(value, around) for value in given)
    if isinstance(message, ast.Call):
        return name_of(message.func) not in MARKS and any(is_bare(each, around) for each in message.args)
    if isinstance(message, ast.BinOp):
        return is_bare(message.left, around)
    return isinstance(message, ast.JoinedStr) or (isinstance(message, ast.Constant) and bool(message.value))


def bare_messages(tree: ast.Module) -> Iterator[int]:
    errors = set(families())
    for around in ast.walk(tree):
        if not isinstance(around, ast.FunctionDef):
            continue
        for node in ast.walk(around):
            if isinstance(node, ast.Call) and name_of(node.func) in errors:
                fields = [each for each in node.args[1:] if isinstance(each, ast.Dict)]
                texts = [
                    text for field in fields for value in field.values for text in getattr(value, "elts", [])
                ]
                yield from (node.lineno for text in [*node.args[:1], *texts] if is_bare(text, around))


def is_command(path: str) -> bool:
    """Commands speak English; whoever runs one has no language of their own."""
    return "/management/" in path


def test_every_expected_error_speaks_the_readers_language() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules(*SOURCE)
        if not is_command(str(path))
        for line in sorted(set(bare_messages(parsed(path))))
    ]

    assert found == [], "Wrap the words in gettext, with values by name: _(…) % {…}."


def test_it_finds_words_that_nobody_translates() -> None:
    odd = """
def a(): raise WrongState("It is over.")
def b():
    message = f"It is {over}."
    raise InvalidInput(message, {"x": [message]})
def c(): raise InvalidInput(_("No."), {"x": ["No."]})
def d(): raise Forbidden(_("No, %(who)s.") % {"who": who})
def e(): raise NotFound
"""

    assert sorted(bare_messages(ast.parse(odd))) == [2, 5, 5, 6]
