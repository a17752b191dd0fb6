"""What is uploaded stays in memory: it is personal data, and no part of it may lie on a disk in the clear."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class InMemoryUploadHandler(FileUploadHandler):
    """Keeps the files of one request in memory, up to FILE_UPLOAD_MAX_MEMORY_SIZE bytes together.

    What goes beyond is read to its end and dropped: the file arrives empty, and larger than any that is
    taken, so that the form it was put into says so in its own words.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._taken = 0
        self._kept: BytesIO | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        del start
        self._taken += len(raw_data)
        if self._taken > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            self._kept = None
        elif self._kept is not None:
            self._kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        too_large = max(file_size, settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1)
        kept = self._kept or BytesIO()
        kept.seek(0)
        return InMemoryUploadedFile(
            file=kept,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=too_large if self._kept is None else file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
