"""What a client reads while USCIS has said nothing yet, or something that we still read."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tracking.selectors.client import ClientReceipt
from workflows.wording import Book, Wording


def describe(receipt: ClientReceipt, language: str, book: Book) -> Wording:
    """Return what the case's status means, what to do, and when news comes."""
    if receipt.current is not None:
        return book.find(receipt.current.code, language)
    if receipt.is_being_checked:
        return book.find("UNKNOWN", language)
    return Wording(
        _("USCIS shows nothing about this case yet. That is normal in the first weeks."),
        _("You do not need to do anything right now. Keep every letter that comes from USCIS."),
        _("We look every day. We will write to you as soon as USCIS shows something."),
    )
