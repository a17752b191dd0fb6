"""The error families a person may meet; each message says what happened and what to do next.

Messages are put into the reader's language where they are raised, by gettext, with values by name.
"""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext as _


class LegistError(Exception):
    """Base of all expected errors. `message` is safe to show and never holds personal data."""

    status: HTTPStatus = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(LegistError):
    """The thing does not exist, or the actor may not know that it does."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("There is nothing here, or it is not shared with you."))


class Forbidden(LegistError):
    """The actor may see the thing but not do this with it."""

    status = HTTPStatus.FORBIDDEN


class WrongState(LegistError):
    """The action does not fit the state the thing is in now."""

    status = HTTPStatus.CONFLICT


class Overtaken(WrongState):
    """Somebody else, or the same person in another page, was faster: the page shows what is no more."""


class InvalidInput(LegistError):
    """What was entered cannot be used; `errors` names each field and its remedy."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: str, errors: dict[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.errors = errors or {}

    @staticmethod
    def at(field: str, message: str) -> InvalidInput:
        """Return the error about one field, whose remedy is the message itself."""
        return InvalidInput(message, {field: [message]})


class NeedsReauthentication(LegistError):
    """The session is too old for this act: the person must sign in again first."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("Please confirm that it is you before you continue."))
