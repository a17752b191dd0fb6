"""What cannot be published in a wording, in words, and what the firm calls its own."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from legist.practice.firm_contact import read_reach
from workflows.plain_language import Wording
from workflows.plain_language.checks import LIMIT, Contacts, Fault, faults_of
from workflows.plain_language.links import link_key
from workflows.plain_language.phones import phone_key

FAULT_WORDS: Mapping[Fault, str | Promise] = {
    Fault.EMPTY: _("Write something here: the client would read a gap."),
    Fault.LONG: _("Use at most %(limit)s characters: two short sentences do more."),
    Fault.SHAPE: _("Write whole sentences: no list, and no colon at the end."),
    Fault.HTML: _("Write plain text: clients would see the marks of HTML."),
    Fault.PLACEHOLDER: _("Take out brackets and blanks: nothing is filled in here."),
    Fault.RECEIPT: _("Take out the number: every client with this status reads the text."),
    Fault.DATE: _("Take out the date: every client with this status reads the text."),
    Fault.EMAIL: _("Take out the e-mail address: clients answer through the portal."),
    Fault.PHONE: _(
        "Take out the telephone number: only the firm's own may stand here, as the settings name it."
    ),
    Fault.LINK: _(
        "Take out the link: only the firm's own pages may stand here, as the settings name them. "
        "Where none is meant, put a space behind the full stop."
    ),
    Fault.PAYMENT: _(
        "Take out what asks for a payment: swindlers write so. A sentence that names the firm's own "
        "telephone number or page may speak of it."
    ),
    Fault.SIGNS: _("Use plain letters, digits and punctuation: some signs here look like others."),
}


def firm_contacts() -> Contacts:
    """Return the firm's own telephone numbers, published or of the settings, and its links."""
    links = (link_key(link) for link in settings.LEGIST_FIRM_LINKS)
    return Contacts(
        phones=frozenset(map(phone_key, {*settings.LEGIST_FIRM_PHONE, *read_reach().phones})),
        links=frozenset(link for link in links if link is not None),
    )


def faults_in(texts: Mapping[str, Wording]) -> dict[str, list[str]]:
    """Return what cannot be published, by field such as `todo_es`, in words."""
    own = firm_contacts()
    return {
        f"{part}_{language}": [str(FAULT_WORDS[fault]) % {"limit": LIMIT} for fault in found]
        for language, wording in texts.items()
        for part, found in faults_of(wording, own).items()
    }
