"""What a client can read: every text to be translated in the portal, the account and the error pages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
CATALOGUE = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")

CLIENT_TEMPLATES = ("portal", "emails", "account", "accounts", "mfa", "errors", "allauth")
CLIENT_MODULES = (
    "portal",
    "legist/core/errors.py",
    "legist/practice/accounts.py",
    "legist/practice/sign_in/forms.py",
    "legist/practice/clients/invitations.py",
)
COMPONENT_MODULES = ("legist/core/web/moments.py", "legist/core/templatetags")
NAMED_OTHERWISE = {"status_badge": "badge", "diff_view": "diff", "message_preview": "message"}

CALL = re.compile(r"\b(n?p?gettext(?:_lazy|_noop)?|_)\(")
LITERAL = re.compile(r"""\s*,?\s*u?((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))""", re.DOTALL)
INCLUDED = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
TAG = re.compile(r"{%\s*(\w+)")


def client_texts() -> dict[str, set[str]]:
    """Return the message ids that a client can meet, each with the files that use it."""
    found: dict[str, set[str]] = {}
    for path in sorted(client_templates()):
        for message in template_texts(path.read_text()):
            found.setdefault(message, set()).add(str(path.relative_to(ROOT)))
    for path in client_modules():
        for message in python_texts(path.read_text()):
            found.setdefault(message, set()).add(str(path.relative_to(ROOT)))
    return found


def client_templates() -> set[Path]:
    """Return the client's templates and everything they extend, include or draw as a component."""
    waiting = {path for folder in CLIENT_TEMPLATES for path in (TEMPLATES / folder).rglob("*.*")}
    waiting |= {TEMPLATES / "base.html"}
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        waiting |= {used for used in _used_by(path.read_text()) if used.exists()} - seen
    return seen


def client_modules() -> Iterator[Path]:
    for name in CLIENT_MODULES + COMPONENT_MODULES:
        path = ROOT / name
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def template_texts(source: str) -> Iterator[str]:
    """Yield the message ids of a template, plural forms included."""
    prepared = templatize(source)
    for call in CALL.finditer(prepared):
        texts = list(_literals(prepared, call.end()))
        yield from texts[1:] if "p" in call.group(1).removesuffix("gettext") else texts


def python_texts(source: str) -> Iterator[str]:
    """Yield the message ids of a module, plural forms included."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if CALL.fullmatch(f"{name}("):
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            yield from texts[1:] if "pgettext" in name else texts


def _used_by(source: str) -> Iterator[Path]:
    yield from (TEMPLATES / name for name in INCLUDED.findall(source))
    for tag in set(TAG.findall(source)):
        yield TEMPLATES / "components" / f"{NAMED_OTHERWISE.get(tag, tag)}.html"


def _literals(source: str, position: int) -> Iterator[str]:
    while literal := LITERAL.match(source, position):
        yield str(ast.literal_eval(literal.group(1)))
        position = literal.end()
