"""What can come of handing a message to a channel. Policy reads the class, never a list of causes."""

from __future__ import annotations


class NotifyError(Exception):
    """Base of all. `code` is a short reason without personal data, fit for a row and a log line."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TransientNotifyError(NotifyError):
    """Not sent; the same message may go through later: try again with backoff."""


class MisconfiguredNotifyError(TransientNotifyError):
    """Not sent, and will not be until operations mend the channel's settings; then it may be tried again."""


class PermanentNotifyError(NotifyError):
    """Not sent, and the same message never will be: ask a person."""


class UncertainNotifyError(NotifyError):
    """It may have been sent: the answer got lost. Never send again by itself; ask a person."""
