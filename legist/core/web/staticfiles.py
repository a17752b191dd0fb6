"""What a page fetches is few files: the style sheets of css/app.css, the modules of js/app.js, the icons.

Each is made of its parts whenever one of these has changed, by the finder that hands out static files. So
development, the demo and collectstatic serve the same bytes, and nobody runs a build.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import lightningcss
import lucide
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage

from legist.core.web import icons

SHEET: Final = "css/app.css"
MODULE: Final = "js/app.js"
IMPORT: Final = re.compile(r"^import (?:(\{[^}]*\}) from )?\"(\.[^\"]+)\";$", re.MULTILINE)
EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)
# What the two above leave over would be code that a browser cannot run inside a bundle.
LEFT_OVER: Final = re.compile(r"^\s*(?:import|export)\b|\bimport(?:\(|\.meta)", re.MULTILINE)


class BundleFinder(BaseFinder):
    """Finds the bundles, before any other finder comes to their sources of the same name."""

    def __init__(self, *_: object, **__: object) -> None:
        self.source = Path(settings.BASE_DIR) / "static"
        self.storage = FileSystemStorage(location=Path(settings.VAR_DIR) / "bundles")

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:  # noqa: FBT001, FBT002  Django's signature
        if path not in BUNDLES:
            return []
        made = str(self._made(path))
        return [made] if find_all else made

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:  # noqa: ARG002  Django's signature
        for name in BUNDLES:
            self._made(name)
            yield name, self.storage

    def _made(self, name: str) -> Path:
        """Return the path of a bundle that is as new as its parts."""
        place = Path(self.storage.path(name))
        parts = (self.source / name).parent.rglob("*.*")
        newest = max(part.stat().st_mtime for part in (*parts, *MAKERS))
        if not place.exists() or place.stat().st_mtime < newest:
            _write(place, BUNDLES[name](self.source / name))
        return place


def sheet(path: Path) -> str:
    """Return a style sheet with all it imports, without the spaces; addresses stay as app.css sees them."""
    return str(lightningcss.bundle_css(str(path)))


def module(path: Path) -> str:
    """Return a module with all it imports, each part once and after what it imports itself.

    Every part keeps a scope of its own. Only what our own modules use is understood, imports of names on one
    line and exports of declarations; anything else is refused.

    Raises ImproperlyConfigured: a part is written in another way, or parts import each other in a ring.
    """
    done: dict[Path, str] = {}
    _add(path.resolve(), done, ())
    return "const parts = {};\n" + "".join(done.values())


def _add(path: Path, done: dict[Path, str], above: tuple[Path, ...]) -> None:
    if path in above:
        message = f"{path.name} imports itself by way of {above[-1].name}."
        raise ImproperlyConfigured(message)
    if path in done:
        return
    text = path.read_text()
    for match in IMPORT.finditer(text):
        _add((path.parent / match[2]).resolve(), done, (*above, path))
    done[path] = _part(path, text)


def _part(path: Path, text: str) -> str:
    def taken(match: re.Match[str]) -> str:
        place = (path.parent / match[2]).resolve()
        return f'const {match[1].replace(" as ", ": ")} = parts["{_key(place)}"];' if match[1] else ""

    given = ", ".join(EXPORT.findall(text))
    body = EXPORT.sub("", IMPORT.sub(taken, text))
    if found := LEFT_OVER.search(body):
        message = f"{path.name} has a line that cannot be bundled: {found[0].strip()}"
        raise ImproperlyConfigured(message)
    return f'{{\n{body}\nparts["{_key(path)}"] = {{ {given} }};\n}}\n'


def _key(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _write(place: Path, text: str) -> None:
    """Put a file in its place at once: another process may be reading it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=place.parent, delete=False) as file:
        file.write(text)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(place)


BUNDLES: Final[dict[str, Callable[[Path], str]]] = {
    SHEET: sheet,
    MODULE: module,
    icons.SPRITE: lambda _path: icons.sprite(),
}
MAKERS: Final = [Path(__file__), *(Path(str(made.__file__)) for made in (icons, lucide))]
