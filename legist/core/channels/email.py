"""E-mail: one message handed to the mail server, with an outcome a caller can act on."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.template import Context, Engine

from legist.core.channels.errors import (
    MisconfiguredNotifyError,
    NotifyError,
    PermanentNotifyError,
    TransientNotifyError,
    UncertainNotifyError,
)
from legist.core.failpoints import calling

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


PERMANENT_FROM = 500
# In this order: a certificate error is a ValueError too, and a lost answer a disconnection.
FAMILIES: tuple[tuple[type[Exception], type[NotifyError], str], ...] = (
    (VerdictLostError, UncertainNotifyError, "answer_lost"),
    (PartlyRefusedError, UncertainNotifyError, "partly_refused"),
    (smtplib.SMTPNotSupportedError, MisconfiguredNotifyError, "not_supported"),
    (ssl.SSLCertVerificationError, MisconfiguredNotifyError, "certificate"),
    (ValueError, PermanentNotifyError, "bad_message"),
    (TimeoutError, TransientNotifyError, "timeout"),
    (smtplib.SMTPServerDisconnected, TransientNotifyError, "disconnected"),
)


@dataclass(frozen=True, slots=True)
class EmailMessageSpec:
    """One message; `message_id` (`<...@domain>`) is the caller's and the same on every attempt."""

    to: tuple[str, ...]
    subject: str
    text: str
    message_id: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def render_text(template: str, context: Mapping[str, object]) -> str:
    """Fill a text/plain template. Every plain text of a mail comes from here.

    Nothing is escaped, so the result is a plain `str`, not the SafeString that the engine returns: a page
    that shows the text escapes it.
    """
    filled = Engine.get_default().get_template(template).render(Context(dict(context), autoescape=False))
    return filled + ""  # adding an unmarked text takes the mark of safety away


def send_email(spec: EmailMessageSpec) -> None:
    """Hand the message to the configured server; call it outside any transaction.

    Returns when the server has taken it. Raises TransientNotifyError, MisconfiguredNotifyError,
    PermanentNotifyError, or UncertainNotifyError when it may have been taken.
    """
    message = EmailMultiAlternatives(
        subject=spec.subject,
        body=spec.text,
        to=list(spec.to),
        headers={**spec.headers, "Message-ID": spec.message_id},
    )
    if spec.html:
        message.attach_alternative(spec.html, "text/html")
    try:
        with calling("mail"):
            taken = message.send()
    except (OSError, ValueError) as error:
        # The cause names addresses: it is dropped, the code says what a person needs.
        raise _translate(error) from None
    if not taken:
        raise PermanentNotifyError("no_recipient")


def _translate(error: OSError | ValueError) -> NotifyError:
    for kind, family, code in FAMILIES:
        if isinstance(error, kind):
            return family(code)
    answer = _answer_of(error)
    if answer is None:
        return TransientNotifyError("unreachable")
    family = _family_of(error, answer)
    return family(f"smtp_{answer}")


def _answer_of(error: OSError | ValueError) -> int | None:
    """Return the server's reply code, the worst one when several recipients were refused."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _ in error.recipients.values())
    return int(error.smtp_code) if isinstance(error, smtplib.SMTPResponseException) else None


def _family_of(error: OSError | ValueError, answer: int) -> type[NotifyError]:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return MisconfiguredNotifyError
    # A server that turns the connection itself away says nothing about the message.
    is_about_message = not isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError)
    return PermanentNotifyError if is_about_message and answer >= PERMANENT_FROM else TransientNotifyError
