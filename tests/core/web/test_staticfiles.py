"""What collectstatic leaves for production."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from legist.core.web.staticfiles import IMPORT


@pytest.fixture
def collected(settings: LazySettings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "legist.core.web.staticfiles.BundledStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_it_leaves_one_sheet_and_modules_that_know_their_hashed_names(collected: Path) -> None:
    sheet = (collected / staticfiles_storage.stored_name("css/app.css")).read_text()
    module = (collected / staticfiles_storage.stored_name("js/ui/app.js")).read_text()

    assert not IMPORT.search(sheet)
    assert ".badge {" in sheet
    assert staticfiles_storage.stored_name("fonts/inter-latin.woff2").rpartition("/")[2] in sheet
    assert f'import "./{Path(staticfiles_storage.stored_name("js/ui/rows.js")).name}";' in module
