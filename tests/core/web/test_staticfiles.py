"""What collectstatic leaves for production."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.templatetags.static import static

from legist.core.web.staticfiles import IMPORT


def served(name: str) -> str:
    """Return the path under which a file is served, below the static root."""
    return static(name).removeprefix("/static/")


@pytest.fixture
def collected(settings: LazySettings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "legist.core.web.staticfiles.BundledStaticFilesStorage"}
    }
    # To compress takes most of the time and changes no file; the image of tests/deploy does it.
    settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["css", "js", "json", "map", "mjs", "svg", "txt"]
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_it_leaves_one_sheet_and_modules_that_know_their_hashed_names(collected: Path) -> None:
    sheet = (collected / served("css/app.css")).read_text()
    module = (collected / served("js/ui/app.js")).read_text()

    assert not IMPORT.search(sheet)
    assert ".badge {" in sheet
    assert Path(served("fonts/inter-latin.woff2")).name in sheet
    assert f'import "./{Path(served("js/ui/rows.js")).name}";' in module
