"""Where the cases of a matter stand, on paper: for its client, or for the employer whose petition it is.

Each reads what the portal says and no more: no note, no task, no message, and receipt numbers masked. An
employer reads of its own petition alone, and nothing that is said to the client.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from legist.core.uow import unit_of_work
from legist.practice.audit_actions import REPORT_PRINTED
from legist.practice.clients.parties import list_parties
from legist.practice.firm_contact import Reach, read_reach
from legist.practice.models import Matter
from legist.practice.permissions import access_matter
from legist.practice.states import ClientKind, PartyRole
from portal.cases import Case
from portal.selectors import read_cases
from tracking.selectors.client import list_client_receipts
from workflows.plain_language.form_names import canonical

CLIENT, EMPLOYER = "client", "employer"
# Filed by an employer for somebody: 8 CFR 214.2 (I-129, I-129S) and 204.5 (I-140).
PETITIONS: Final = frozenset({"I-129", "I-129S", "I-140"})
_EMPLOYS: Final = (PartyRole.EMPLOYER, PartyRole.PETITIONER)


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it is printed: for whom, in which language, and each case beside its masked number."""

    matter: Matter
    reader: str
    language: str
    name: str = field(repr=False)
    cases: list[tuple[Case, str]]
    reach: Reach
    at: datetime

    @property
    def is_for_client(self) -> bool:
        return self.reader == CLIENT


def print_report(matter_id: UUID | str, *, reader: str, language: str, actor: Actor, now: datetime) -> Report:
    """Return what is printed, and put on the record who printed it for whom; NotFound to strangers.

    Raises InvalidInput for an unknown reader or language, and for an employer where none is a party, or
    several are: nobody can say whose petition is whose.
    """
    if language not in dict(settings.LANGUAGES):
        raise InvalidInput.at("language", _("Choose one of the languages in the list."))
    with unit_of_work(actor=actor, now=now) as unit:
        matter = access_matter(actor, matter_id)
        name = _name_of(matter, reader)
        receipts = {
            each.receipt_id: each
            for each in list_client_receipts(matter.client_id, now=now)
            if each.matter_id == matter.pk and (reader == CLIENT or canonical(each.form) in PETITIONS)
        }
        with translation.override(language):
            cases = read_cases(list(receipts.values()), language=language, now=now)
        told = [(case, receipts[case.id].masked) for case in cases]
        data: Mapping[str, object] = {"reader": reader, "language": language, "receipts": len(told)}
        unit.record(REPORT_PRINTED, matter, **data)
    return Report(matter, reader, language, name, told, read_reach(), now)


def _name_of(matter: Matter, reader: str) -> str:
    if reader == CLIENT:
        return matter.client.greeted_as
    if reader != EMPLOYER:
        raise InvalidInput.at("reader", _("Choose for whom it is: the client, or the employer."))
    employers = {
        party.client_id: party.client
        for party in list_parties(matter)
        if party.role in _EMPLOYS and party.client.kind == ClientKind.COMPANY
    }
    if not employers:
        message = _("No company is employer or petitioner of this matter. Note it among the parties first.")
        raise InvalidInput.at("reader", message)
    if len(employers) > 1:
        message = _(
            "Several companies are parties of this matter, and each may read of its own petition alone."
        )
        raise InvalidInput.at("reader", message)
    return next(iter(employers.values())).greeted_as
