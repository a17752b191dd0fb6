"""The picture of a notice: what it may be, and handing it out again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import puremagic
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.crypto import keyed_hash
from legist.core.errors import InvalidInput, NotFound
from legist.core.uow import acting
from workflows import audit_actions as actions
from workflows.access import access_scan
from workflows.models import NoticeScan, UscisNotice

MAX_BYTES: Final = 10 * 1024 * 1024
# How a file of each type must begin; its name decides nothing.
BEGINNINGS: Final = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
# What a whole file of each type holds; an upload that broke off does not.
ENDS: Final = {"application/pdf": b"%%EOF", "image/jpeg": b"\xff\xd9", "image/png": b"IEND"}
ENDINGS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True, slots=True)
class Scan:
    """A picture that was looked at: its bytes, what they are, and a digest only we can compute."""

    content: bytes = field(repr=False)
    content_type: str
    digest: str


def read_scan(content: bytes) -> Scan:
    """Look at an upload by its content; raises InvalidInput that says what to do.

    PDF, JPEG or PNG, at most 10 MB. The beginning must be exactly that of the type, and the content
    must not be taken for anything else.
    """
    if not content:
        raise _unusable(_("The file is empty. Scan the notice again, or log it without a scan."))
    if len(content) > MAX_BYTES:
        raise _unusable(_("The file is larger than 10 MB. Scan at a lower resolution, in grey."))
    content_type = next((kind for kind, start in BEGINNINGS.items() if content.startswith(start)), "")
    if not content_type or content_type not in _taken_for(content):
        raise _unusable(_("This is no PDF, JPEG or PNG file. Scan the notice again as one of these."))
    if ENDS[content_type] not in content:
        raise _unusable(_("The file is not whole. Scan the notice again, or choose the file once more."))
    return Scan(content, content_type, keyed_hash(content, purpose="paper scan"))


def _taken_for(content: bytes) -> set[str]:
    try:
        found = puremagic.magic_string(content[:8192])
    except (puremagic.PureError, ValueError):
        return set()
    return {each.mime_type for each in found}


def _unusable(message: str) -> InvalidInput:
    return InvalidInput.at("scan", message)


def keep_scan(notice: UscisNotice, scan: Scan) -> NoticeScan:
    """Keep the picture of a notice, encrypted; the caller holds the unit of work."""
    kept = NoticeScan(notice=notice, content_type=scan.content_type, size=len(scan.content))
    kept.content = scan.content
    kept.save(force_insert=True)
    return kept


@dataclass(frozen=True, slots=True)
class ScanFile:
    """A picture to hand to a browser; its name says nothing about the case."""

    name: str
    content_type: str
    content: bytes = field(repr=False)

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


def open_scan(notice_id: UUID | str, *, actor: Actor, now: datetime) -> ScanFile:
    """Return the picture of a notice; who opened it goes on the record.

    NotFound to strangers and where there is none, Forbidden to those who may only see receipts.
    """
    notice = access_scan(actor, notice_id)
    scan = NoticeScan.objects.filter(notice=notice).first()
    if scan is None:
        raise NotFound
    matter_id = notice.receipt.matter_id if notice.receipt else None
    acting(actor=actor, now=now).record(actions.PAPER_SCAN_OPENED, notice, matter_id, paper=notice.kind)
    return ScanFile(f"notice.{ENDINGS[scan.content_type]}", scan.content_type, scan.content)
