"""Files that clients and staff bring: looked into apart, drawn anew, kept encrypted, never replaced."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput
from legist.core.uow import unit_of_work
from legist.practice.clients.intake import used_form
from legist.practice.models import Matter
from legist.practice.names import clean_name
from legist.practice.permissions import Capability, access_matter, acting_person
from workflows import audit_actions as actions
from workflows.access import access_document
from workflows.documents.child import MOST_PIXELS, TOO_MANY_PIXELS
from workflows.models import Document, IncomingMessage
from workflows.states import DocumentOrigin

MB: Final = 1024 * 1024
LARGEST, MOST_AT_ONCE, LONGEST_NAME = 15 * MB, 6, 120
CLIENTS_FILES, CLIENTS_BYTES, CLIENTS_DAY = 30, 150 * MB, timedelta(days=1)
"""What one client may send within how long."""
KIND: Final = "upload"
PDF, JPEG = "application/pdf", "image/jpeg"
ENDINGS: Final = {PDF: "pdf", JPEG: "jpg"}
_ROOT: Final = Path(__file__).resolve().parents[2]
_COMMAND: Final = (sys.executable, "-B", "-m", "workflows.documents.child")
_PATIENCE_S: Final = 60


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was looked into: a PDF as it came, or a picture that was drawn anew."""

    content: bytes = field(repr=False)
    content_type: str
    name: str = field(default="", repr=False)


def look_at(content: bytes, name: str = "") -> Looked:
    """Look into a file by its content, whatever its name says; a picture comes back without what it carried.

    Raises InvalidInput that says what is wrong with it and what to do.
    """
    called = clean_name(name)[:LONGEST_NAME]
    if not content:
        raise _unusable(_("The file is empty. Choose it again."), called)
    if len(content) > LARGEST:
        most = _("The file is larger than %(most)d MB. Send a smaller one, or in parts.")
        raise _unusable(most % {"most": LARGEST // MB}, called)
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise _unusable(_("The file is not whole. Choose it again."), called)
        return Looked(content, PDF, called)
    return Looked(_redrawn(content, called), JPEG, called)


def _redrawn(content: bytes, called: str) -> bytes:
    """Return a picture drawn anew by a process of its own, without keys, settings or database."""
    try:
        done = subprocess.run(  # noqa: S603  our own module
            _COMMAND,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={},
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        raise _unusable(
            _("The file could not be looked at just now. Try again in a moment."), called
        ) from None
    if done.returncode == TOO_MANY_PIXELS:
        most = _("The picture has more than %(most)d million pixels. Send a smaller one.")
        raise _unusable(most % {"most": MOST_PIXELS // 1_000_000}, called)
    if done.returncode or not done.stdout:
        raise _unusable(_("This is no photo and no PDF that we can open. Send a photo or a PDF."), called)
    return done.stdout


def _unusable(message: str, called: str) -> InvalidInput:
    return InvalidInput.at("files", f"{called}: {message}" if called else message)


def keep_sent(files: Sequence[Looked], *, incoming: IncomingMessage, actor: Actor, now: datetime) -> None:
    """Keep what a client sent with a message, in its matter; the caller holds the client.

    Raises InvalidInput for more than one client may send within a day.
    """
    sent = Document.objects.filter(added_by=acting_person(actor), created_at__gt=now - CLIENTS_DAY)
    size = sum(len(each.content) for each in files) + (sent.aggregate(n=Sum("size"))["n"] or 0)
    if sent.count() + len(files) > CLIENTS_FILES or size > CLIENTS_BYTES:
        raise InvalidInput.at(
            "files", _("You have sent a lot of files today. Please call us, or go on tomorrow.")
        )
    for number, each in enumerate(files):
        key = uuid5(incoming.pk, str(number))
        told: dict[str, Any] = {"actor": actor, "now": now, "incoming": incoming}
        _keep(each, incoming.matter, key=key, origin=DocumentOrigin.CLIENT, **told)


def expect_kept(files: Sequence[Looked], *, incoming_id: UUID) -> None:
    """Raise InvalidInput where some of the files are not what a message came with: they are kept nowhere."""
    for number, each in enumerate(files):
        kept = Document.objects.filter(pk=uuid5(incoming_id, str(number)), incoming=incoming_id).first()
        if kept is None or bytes(kept.content) != each.content:
            raise InvalidInput.at("files", used_form())


def list_brought(matter_id: UUID, *, actor: Actor) -> list[Document]:
    """Return what was brought to a matter, for somebody who works on it and may add to it."""
    matter = access_matter(actor, matter_id, Capability.WORK_MATTER)
    return list(Document.objects.filter(matter=matter, template=None).defer("content"))


def add_document(
    matter_id: UUID, given: Looked, *, key: UUID, replaces: UUID | None, actor: Actor, now: datetime
) -> Document:
    """Keep a file that one of the staff brings, as a document or as the next version of one.

    `key` becomes its id, so that one form adds one. Raises InvalidInput where it was used for another.
    """
    with unit_of_work(actor=actor, now=now):
        matter = access_matter(actor, matter_id, Capability.WORK_MATTER, lock=True)
        known = Document.objects.filter(pk=key).first()
        if known is not None:
            is_ours = (known.matter_id, str(known.added_by_id)) == (matter.pk, actor.id)
            if not is_ours or bytes(known.content) != given.content:
                raise InvalidInput.at("files", used_form())
            return known
        more: dict[str, Any] = {}
        if replaces is not None:
            chosen = access_document(actor, replaces)
            first = chosen.first or chosen
            if first.matter_id != matter.pk or first.origin == DocumentOrigin.MADE:
                raise InvalidInput.at("replaces", _("Choose a document that was added to this matter."))
            latest = first.later_versions.aggregate(n=Max("version"))["n"] or 1
            more = {"first": first, "version": latest + 1}
        return _keep(given, matter, key=key, origin=DocumentOrigin.STAFF, actor=actor, now=now, **more)


def _keep(
    given: Looked,
    matter: Matter,
    *,
    key: UUID,
    origin: DocumentOrigin,
    actor: Actor,
    now: datetime,
    **more: Any,
) -> Document:
    person = acting_person(actor)
    if person is None:
        raise Forbidden(_("A document is added by a person."))
    with unit_of_work(actor=actor, now=now) as unit:
        document = Document(
            pk=key,
            matter=matter,
            origin=origin,
            kind=KIND,
            title=str(origin.label),
            filename=f"document-{now:%Y-%m-%d}-{str(key)[-6:]}.{ENDINGS[given.content_type]}",
            content_type=given.content_type,
            size=len(given.content),
            name=given.name or None,
            added_by=person,
            created_at=now,
            **more,
        )
        document.content = given.content
        document.save(force_insert=True)
        unit.record(
            actions.DOCUMENT_BROUGHT, document, matter.pk, version=document.version, origin=str(origin)
        )
    return document
