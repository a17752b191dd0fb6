"""What a client reads of a case: what its newest words mean, and what is to do whatever they say."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.stages import WITHOUT_STAGE
from tracking.selectors.client import ClientReceipt
from workflows.checklists.duties import Duties
from workflows.plain_language import Catalog, Wording

UNREAD = "UNKNOWN"


def describe(receipt: ClientReceipt, language: str, book: Catalog) -> Wording:
    """Return what the case's status means, what to do, and when news comes."""
    if receipt.current is not None:
        return book.find(receipt.current.code, language)
    if receipt.is_being_checked:
        return book.find(UNREAD, language)
    return Wording(
        _("USCIS shows nothing about this case yet. That is normal in the first weeks."),
        _("You do not need to do anything right now. Keep every letter that comes from USCIS."),
        _("We look every day. We will write to you as soon as USCIS shows something."),
    )


def list_duties(receipt: ClientReceipt, duties: Duties, *, language: str, book: Catalog) -> list[str]:
    """Return what the client must do, the most pressing first; empty when nothing is open.

    First what the firm keeps open. Then what the newest words ask for, or those before them that a side event
    has left standing, unless the firm has closed it.
    """
    return book.duties([*duties.codes, *_asked_for(receipt, duties)], language)


def _asked_for(receipt: ClientReceipt, duties: Duties) -> Iterator[str]:
    for change in receipt.history:
        if change.client_action and change.change_id not in duties.settled:
            yield change.code
        if change.code not in WITHOUT_STAGE:
            return


def unread(book: Catalog, language: str) -> str:
    """Return what to do while the newest words are still being read: it is never nothing."""
    return book.find(UNREAD, language).todo
