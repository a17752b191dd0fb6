"""Dockerfile and compose.yaml, read and carried out without a container engine.

Each command runs as it is written, in a copy of the build context, with the environment that the two files
give it and nothing of ours but the PATH of the virtual environment. What an engine would mount stands
elsewhere: `/run/secrets` and `/tmp` are folders of the test, port 8000 is a free one. An instruction that is
not known here raises, so that none goes unchecked.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parents[2]
PATH: Final = os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"])
NOBODY: Final = "65534"
# No download and no change of our own environment: what is asked for must be there already.
OFFLINE_PIP: Final = {"PIP_NO_INDEX": "1", "PIP_DRY_RUN": "1"}


@dataclass(slots=True)
class Image:
    """What carrying out a Dockerfile leaves behind in `tree`."""

    context: Path
    tree: Path
    given: dict[str, str]
    base: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    user: str = "root"
    command: list[str] = field(default_factory=list)
    probe: list[str] = field(default_factory=list)

    def build(self) -> Image:
        """Carry out each instruction; raises where one fails or is not known."""
        self.tree.mkdir()
        for name, rest in instructions((self.context / "Dockerfile").read_text()):
            getattr(self, f"_{name.lower()}")(rest)
        return self

    def _from(self, rest: str) -> None:
        self.base = rest

    def _env(self, rest: str) -> None:
        self.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))

    def _arg(self, rest: str) -> None:
        name, _, default = rest.partition("=")
        self.arguments[name] = self.given.get(name) or default

    def _user(self, rest: str) -> None:
        self.user = rest

    def _cmd(self, rest: str) -> None:
        self.command = json.loads(rest)

    def _healthcheck(self, rest: str) -> None:
        self.probe = json.loads(rest.partition(" CMD ")[2])

    def _workdir(self, rest: str) -> None:
        assert rest == "/app"

    def _expose(self, rest: str) -> None:
        assert rest == "8000"

    def _copy(self, rest: str) -> None:
        *sources, target = shlex.split(rest)
        assert target in {".", "./"}
        for source in sources:
            if source == ".":
                shutil.copytree(self.context, self.tree, dirs_exist_ok=True)
            else:
                shutil.copy2(self.context / source, self.tree)

    def _run(self, rest: str) -> None:
        extra = OFFLINE_PIP if rest.startswith("pip ") else {}
        done = subprocess.run(
            ["sh", "-c", rest],
            cwd=self.tree,
            env={"PATH": PATH} | self.environment | self.arguments | extra,
            capture_output=True,
            text=True,
            timeout=540,
            check=False,
        )
        assert done.returncode == 0, f"RUN {rest}: {done.stdout[-2000:]}{done.stderr[-2000:]}"


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and rest of each instruction of a Dockerfile."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        name, _, rest = line.strip().partition(" ")
        yield name, rest.strip()


def is_ignored(path: str, patterns: list[str]) -> bool:
    """Whether .dockerignore keeps the path, or a folder it lies in, out of the build context."""
    parts = path.split("/")
    prefixes = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    return any(_pattern(pattern).fullmatch(prefix) for pattern in patterns for prefix in prefixes)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    assert not pattern.startswith("!"), "exceptions are not read here"
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.strip("/"))
    return re.compile("".join(words.get(part) or re.escape(part) for part in parts))


def copy_context(target: Path) -> None:
    """Copy what an engine would be sent, with the modes of a checkout that only its owner may read."""
    lines = (line.strip() for line in (ROOT / ".dockerignore").read_text().splitlines())
    patterns = [line for line in lines if line and not line.startswith("#")]

    def ignored(folder: str, names: list[str]) -> set[str]:
        inside = Path(folder).relative_to(ROOT)
        return {name for name in names if is_ignored((inside / name).as_posix(), patterns)}

    shutil.copytree(ROOT, target, ignore=ignored)
    for path in target.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


_VARIABLE: Final = re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<name>\w+)(?::(?P<sign>[-?])(?P<rest>[^}]*))?\})")


def interpolate(text: str, given: dict[str, str]) -> str:
    """Fill in `${NAME}`, `${NAME:-default}` and `${NAME:?message}` as compose does; KeyError for the last."""

    def value(match: re.Match[str]) -> str:
        if match["escaped"]:
            return "$"
        found = given.get(match["name"], "")
        if not found and match["sign"] == "?":
            raise KeyError(match["name"])
        return found or (match["rest"] or "")

    return _VARIABLE.sub(value, text)


def compose(given: dict[str, str]) -> dict[str, Any]:
    """Return compose.yaml as compose reads it beside an .env file with these settings."""
    found: dict[str, Any] = _filled(yaml.safe_load((ROOT / "compose.yaml").read_text()), given)
    return found


def _filled(node: Any, given: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _filled(value, given) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(value, given) for value in node]
    return interpolate(node, given) if isinstance(node, str) else node
