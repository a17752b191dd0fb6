"""Every commit and every call to another machine stands between two failpoints, found in the syntax tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Final, TypeGuard

import pytest

from tests.structure.test_shape import APPS, ROOT

HOME: Final = "legist.core.failpoints"
# They measure, and make what is measured; a probe asks the process it stands beside whether it lives.
NO_WORK_OF_A_FIRM: Final = ("legist.bench", "legist.probes", "legist.sample_firm", "tracking.simulator")
TO_MACHINES: Final = frozenset(
    {"aiohttp", "celery", "ftplib", "http.client", "httpx", "kombu", "openai", "anthropic", "paramiko"}
    | {"django.core.mail", "django_q", "pydantic_ai", "requests", "smtplib", "socket", "urllib.request"}
    | {"urllib3", "websockets"}
)
# What such a library offers is called by its name, or a method of what it made is.
BY_NAME: Final = frozenset(
    {"async_task", "create_connection", "mail_admins", "mail_managers", "send_mail", "send_mass_mail"}
    | {"delete", "get", "head", "options", "patch", "post", "put", "request", "stream", "urlopen"}
)
BY_METHOD: Final = frozenset(
    {"apply_async", "delay", "iter", "request", "run_stream", "run_sync", "send", "send_message"}
    | {"send_messages", "send_task", "sendmail", "urlopen"}
)
# `run` asks a model where a library of models is imported.
OF_MODELS: Final = frozenset({"pydantic_ai"})


def imported_from(tree: ast.Module) -> dict[str, str]:
    """Return the names that a module imports from libraries that speak to other machines, and which."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(alias.asname or alias.name).split(".")[0]: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return {name: path for name, path in found.items() if library_of(path)}


def library_of(path: str) -> str:
    return next((library for library in TO_MACHINES if f"{path}.".startswith(f"{library}.")), "")


def is_call_out(node: ast.AST, names: dict[str, str]) -> TypeGuard[ast.Call]:
    """Whether a call speaks to another machine, by what it calls."""
    if not isinstance(node, ast.Call):
        return False
    match node.func:
        case ast.Name(id=name):
            return name in names and name in BY_NAME
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super"))):
            return False  # a library's own way through what we add to it
        case ast.Attribute(value=ast.Name(id=root), attr=attr) if root in names:
            return attr in BY_NAME | BY_METHOD
        case ast.Attribute(attr=attr):
            libraries = {library_of(path) for path in names.values()} - {"socket"}
            return bool(libraries and attr in BY_METHOD) or bool(libraries & OF_MODELS and attr == "run")
    return False


def bare_calls(tree: ast.Module) -> list[int]:
    """Return the lines of calls to other machines that do not stand within `with calling(...)`."""
    guarded = {id(node) for block in ast.walk(tree) for part in guarded_by(block) for node in executed(part)}
    return [call.lineno for call in calls_out(tree) if id(call) not in guarded]


def calls_out(tree: ast.Module) -> list[ast.Call]:
    names = imported_from(tree)
    return [node for node in ast.walk(tree) if is_call_out(node, names)]


def guarded_by(block: ast.AST) -> list[ast.AST]:
    """Return what stands after `calling` in a `with`: what it goes on with, and its body."""
    if not isinstance(block, ast.With | ast.AsyncWith):
        return []
    entered = [item.context_expr for item in block.items]
    first = next((at for at, each in enumerate(entered) if is_calling(each)), None)
    return [] if first is None else [*entered[first + 1 :], *block.body]


def executed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and what is below it, without what is only defined there and called elsewhere."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        yield node
        for part in ast.iter_child_nodes(node):
            yield from executed(part)


def is_calling(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "calling"


def bare_commits(tree: ast.Module) -> list[int]:
    """Return the lines that open or end a transaction past the one place that does."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and node.module == "django.db.transaction")
        or (isinstance(node, ast.Attribute) and node.attr in {"atomic", "commit", "set_autocommit"})
    ]


def product(words: Iterable[str]) -> list[tuple[str, ast.Module]]:
    """Return the modules that a firm's work runs through, and that hold one of the words at all."""
    named = re.compile("|".join(map(re.escape, sorted(words))))
    paths = (path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in paths}
    left_out = (HOME, *NO_WORK_OF_A_FIRM)
    texts = {name: path.read_text() for name, path in names.items() if not name.startswith(left_out)}
    return [(name, ast.parse(text)) for name, text in texts.items() if named.search(text)]


def test_each_call_to_another_machine_stands_between_two_failpoints() -> None:
    found = product(TO_MACHINES)
    assert {f"{name}:{line}" for name, tree in found for line in bare_calls(tree)} == set()
    assert {name for name, tree in found if calls_out(tree)} >= {
        *("legist.core.channels.email", "legist.core.language_model", "tracking.sources.transport"),
        *("legist.core.tasks.celery", "legist.core.tasks.djangoq"),
    }


def test_every_transaction_is_opened_where_its_commit_has_failpoints() -> None:
    found = product({"atomic", "commit"})
    assert {f"{name}:{line}" for name, tree in found for line in bare_commits(tree)} == set()
    assert "legist.core.uow" in {name for name, _tree in found}


@pytest.mark.parametrize(
    "code",
    [
        "import requests\nrequests.get('a')",
        "import requests\nwith requests.Session() as session:\n    session.send(1)",
        "from requests import post\npost('a')",
        "import httpx as web\nweb.post('a')",
        "from urllib.request import urlopen\nurlopen('a')",
        "import urllib.request\nurllib.request.urlopen('a')",
        "from django.core.mail import send_mail\nsend_mail('a')",
        "from django.core.mail import EmailMessage\nEmailMessage().send()",
        "import smtplib\nsmtplib.SMTP('a').sendmail(1)",
        "import socket\nsocket.create_connection(('a', 1))",
        "def later():\n    from pydantic_ai import Agent\n    Agent().run('a')",
        "import requests\nwith calling('source'):\n    def later():\n        requests.get('a')",
        "import requests\nwith calling('source'):\n    pass\nrequests.get('a')",
        "import requests\nwith requests.get('a'), calling('source'):\n    pass",
    ],
)
def test_it_finds_a_call_that_stands_bare(code: str) -> None:
    assert len(bare_calls(ast.parse(code))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "import requests\nwith calling('source'):\n    requests.get('a')",
        "import requests\nwith calling('source'), requests.get('a') as answer:\n    pass",
        "pipe.send(1)\n{}.get('a')",
        "import requests\n{}.get('a')",
    ],
)
def test_it_lets_pass_what_stands_between_failpoints_or_calls_nobody(code: str) -> None:
    assert not bare_calls(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        "from django.db import transaction\nwith transaction.atomic():\n    pass",
        "from django.db import transaction\n@transaction.atomic\ndef act(): pass",
        "from django.db.transaction import atomic",
        "from django.db import connection\nconnection.commit()",
    ],
)
def test_it_finds_a_transaction_that_is_opened_elsewhere(code: str) -> None:
    assert len(bare_commits(ast.parse(code))) == 1
