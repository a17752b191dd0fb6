"""What a browser fetches: bundles that are as new as their parts, the same in development and production."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.templatetags.static import static
from lxml.etree import fromstring  # type: ignore[import-untyped]  # ships no types

from legist.core.web.icons import ICONS, SPRITE
from legist.core.web.staticfiles import MODULE, SHEET, BundleFinder, module


def served(name: str) -> str:
    """Return the path under which a file is served, below the static root."""
    return static(name).removeprefix("/static/")


@pytest.fixture
def collected(settings: LazySettings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    # To compress takes most of the time and changes no file; the image of tests/deploy does it.
    settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["css", "js", "json", "map", "mjs", "svg", "txt"]
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


@pytest.fixture
def own(settings: LazySettings, tmp_path: Path) -> Path:
    """The source of two small bundles."""
    settings.BASE_DIR, settings.VAR_DIR = tmp_path, tmp_path / "var"
    for name, text in {
        "css/app.css": '@import url("parts/one.css");',
        "css/parts/one.css": ".one { color: red; }",
        "js/app.js": 'import "./ui/late.js";\nimport { early as first } from "./ui/early.js";\nfirst();',
        "js/ui/late.js": 'import { early } from "./early.js";\nearly();',
        "js/ui/early.js": "export function early() {}",
    }.items():
        path = tmp_path / "static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "static"


def test_collectstatic_leaves_one_sheet_and_one_module(collected: Path) -> None:
    sheet, script = (collected / served(SHEET)).read_text(), (collected / served(MODULE)).read_text()

    assert "@import" not in sheet
    assert ".badge{" in sheet
    assert Path(served("fonts/inter-latin.woff2")).name in sheet
    assert "import " not in script
    assert "data-confirm-yes" in script


def test_development_serves_the_same_bundles(collected: Path) -> None:
    found = {name: finders.find(name) for name in (SHEET, MODULE)}

    assert (collected / served(MODULE)).read_text() == Path(str(found[MODULE])).read_text()
    assert "@import" not in Path(str(found[SHEET])).read_text()


def test_every_icon_that_a_page_may_name_is_in_the_one_file(collected: Path) -> None:
    drawn = fromstring((collected / served(SPRITE)).read_bytes())

    assert {symbol.get("id") for symbol in drawn} == ICONS
    assert all(len(symbol) for symbol in drawn)


def test_a_bundle_follows_its_parts(own: Path) -> None:
    finder = BundleFinder()
    before = Path(finder.find(SHEET)).read_text()
    part = own / "css/parts/one.css"
    part.write_text(".two { color: red; }")
    later = part.stat().st_mtime + 5
    os.utime(part, (later, later))

    assert ".one{" in before
    assert ".two{" in Path(finder.find(SHEET)).read_text()


def test_a_part_stands_once_and_after_what_it_needs(own: Path) -> None:
    script = module(own / "js/app.js")

    assert script.count("function early()") == 1
    assert script.index("function early()") < script.index('const { early } = parts["ui/early.js"];')
    assert 'const { early: first } = parts["ui/early.js"];' in script


@pytest.mark.parametrize(
    "line",
    [
        'import thing from "./early.js";',
        'import * as all from "./early.js";',
        'export { early } from "./early.js";',
        "export default 1;",
        'const late = await import("./early.js");',
        'import "./late.js";',
    ],
)
def test_what_cannot_be_bundled_is_refused_by_name(own: Path, line: str) -> None:
    (own / "js/ui/late.js").write_text(line)

    with pytest.raises(ImproperlyConfigured, match=r"late\.js"):
        module(own / "js/app.js")
