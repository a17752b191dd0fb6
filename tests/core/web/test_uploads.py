"""What is uploaded never lies on a disk in the clear, however large it is."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from django.conf import LazySettings, settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.test import RequestFactory

MOST = 2_000


@pytest.fixture(autouse=True)
def _nowhere_to_write(settings: LazySettings, tmp_path: Path) -> None:
    """Whoever wrote an upload to a file would meet an error."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "nowhere")
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = MOST


def received(*sizes: int) -> list[UploadedFile[bytes]]:
    sent = {f"file{n}": SimpleUploadedFile(f"{n}.csv", b"x" * size) for n, size in enumerate(sizes)}
    files = RequestFactory().post("/imports/new/", sent).FILES
    return [cast("UploadedFile[bytes]", files[name]) for name in sent]


def test_it_keeps_a_file_whole() -> None:
    (file,) = received(MOST)

    assert file.size == MOST
    assert file.read() == b"x" * MOST


def test_a_file_that_is_too_large_arrives_empty_and_says_how_large_it_was() -> None:
    (file,) = received(200_000)

    assert file.size == 200_000
    assert file.read() == b""


def test_files_that_are_too_large_together_are_never_taken_for_small_ones() -> None:
    first, second, third = received(1_500, 600, 10)

    assert first.read() == b"x" * 1_500
    assert (second.read(), third.read()) == (b"", b"")
    assert [file.size for file in (second, third)] == [MOST + 1, MOST + 1]


def test_there_is_no_other_way_to_upload() -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["legist.core.web.uploads.InMemoryUploadHandler"]
