"""Django's SMTP backend, made to tell "not sent" from "nobody knows whether it was sent"."""

from __future__ import annotations

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

END_OF_MESSAGE = b"\r\n.\r\n"


class VerdictLostError(smtplib.SMTPException):
    """The whole message was handed over, and the connection ended before the server answered."""


class PartlyRefusedError(smtplib.SMTPException):
    """The server took the message for some of its recipients only."""


class _Watched(smtplib.SMTP):
    """Remembers whether the end of a message has been handed over and its answer is still out."""

    is_awaiting_verdict = False

    def login(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        try:
            return super().login(*args, **kwargs)
        except OSError:
            # Django leaves the socket open when the sign-in to the server fails.
            self.close()
            raise

    def send(self, s: Any) -> None:
        super().send(s)
        if isinstance(s, bytes) and s.endswith(END_OF_MESSAGE):
            self.is_awaiting_verdict = True

    def data(self, msg: Any) -> tuple[int, bytes]:
        try:
            answer = super().data(msg)
        except OSError as error:
            if self.is_awaiting_verdict:
                raise VerdictLostError from error
            raise
        self.is_awaiting_verdict = False
        return answer

    def sendmail(self, *args: Any, **kwargs: Any) -> dict[str, tuple[int, bytes]]:
        refused = super().sendmail(*args, **kwargs)
        if refused:
            raise PartlyRefusedError
        return refused


class _WatchedSsl(_Watched, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class Backend(EmailBackend):
    """Set EMAIL_BACKEND to this class for smtp:// addresses."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _WatchedSsl if self.use_ssl else _Watched
