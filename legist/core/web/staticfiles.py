"""Static files as production serves them: one style sheet, and modules that import hashed files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r"""@import url\("([^"]+)"\);\n?""")
RELATIVE = re.compile(r"""url\("(?!data:|/)([^"]+)"\)""")
BUNDLE = "css/app.css"
OUR_MODULES = "js/ui/*.js"
MODULE_IMPORTS = (
    (
        r"""(?P<matched>import\s*(?P<names>\{[^}]*\})\s*from\s*"(?P<url>\./[^"]+)";)""",
        'import %(names)s from "%(url)s";',
    ),
    (r"""(?P<matched>import\s*"(?P<url>\./[^"]+)";)""", 'import "%(url)s";'),
)
Paths = dict[str, tuple[Storage, str]]


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise is untyped
    """Puts the imported style sheets of css/app.css in its place, so that a page fetches one file."""

    # Django's own switch would also touch packaged modules, whose bare imports it cannot resolve.
    patterns = (*CompressedManifestStaticFilesStorage.patterns, (OUR_MODULES, MODULE_IMPORTS))

    def post_process(self, paths: Paths, dry_run: bool = False, **options: Any) -> Iterator[Any]:  # noqa: FBT001, FBT002  Django's signature
        if BUNDLE in paths and not dry_run:
            text = bundle(paths)
            self.delete(BUNDLE)
            self._save(BUNDLE, ContentFile(text.encode()))
            paths = {**paths, BUNDLE: (self, BUNDLE)}
        yield from super().post_process(paths, dry_run=dry_run, **options)


def bundle(paths: Paths) -> str:
    """Return css/app.css with every import replaced by the text of its file."""
    folder = PurePosixPath(BUNDLE).parent

    def imported(match: re.Match[str]) -> str:
        name = str(folder / match.group(1))
        return rebased(_read(paths, name), PurePosixPath(match.group(1)).parent)

    return IMPORT.sub(imported, _read(paths, BUNDLE))


def rebased(text: str, folder: PurePosixPath) -> str:
    """Return a style sheet with its relative addresses as seen from one folder up its own."""
    if str(folder) == ".":
        return text
    return RELATIVE.sub(lambda match: f'url("{folder / match.group(1)}")', text)


def _read(paths: Paths, name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode("utf-8"))
