"""A mailbox on disk: one readable .eml file per message, for development and demonstrations."""

from __future__ import annotations

import os
from collections.abc import Sequence
from email.utils import make_msgid
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from legist.environment import keep_private


class Backend(BaseEmailBackend):
    """Set EMAIL_BACKEND to this class and EMAIL_FILE_PATH to the directory for file:// addresses.

    The file's name comes from the Message-ID, so the same message handed over twice is one file.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(getattr(settings, "EMAIL_FILE_PATH", "var/mail"))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            message.extra_headers.setdefault("Message-ID", make_msgid(domain="mailbox.invalid"))
            name = sha256(str(message.extra_headers["Message-ID"]).encode()).hexdigest()[:32]
            draft = folder / f".{name}.{os.getpid()}"
            keep_private(draft)
            draft.write_bytes(message.message().as_bytes())
            draft.replace(folder / f"{name}.eml")
        return len(email_messages)
