"""What a client reads of a case that the firm has closed: that it has, what still stands, whom to call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legist.practice.models import Client
from legist.practice.selectors import closed_since
from tracking.selectors.client import ClientReceipt, list_client_receipts
from workflows.messages.client import OpenDate, open_dates
from workflows.plain_language import Wording

ANSWER = gettext_lazy("Answer to USCIS")
COURT = gettext_lazy("Immigration court")
REVIEW = gettext_lazy("Asking for the decision to be looked at again")

# Dates of the client's own, by kind; one that USCIS or the firm set for itself is not shown.
DATE_WORDS: Mapping[str, Promise] = MappingProxyType(
    {
        "rfe": ANSWER,
        "noid": ANSWER,
        "noir": ANSWER,
        "n400_absence": ANSWER,
        "oath_absence": ANSWER,
        "i290b_motion": REVIEW,
        "i290b_appeal": REVIEW,
        "revocation_appeal": REVIEW,
        "eoir29_appeal": REVIEW,
        "n336_hearing": REVIEW,
        "court_review": REVIEW,
        "bia_motion": REVIEW,
        "n400_reopen": REVIEW,
        "fee_payment": ANSWER,
        "court_address": COURT,
        "court_hearing": COURT,
        "returned_mail": gettext_lazy("Asking for the mail that came back"),
        "biometrics": gettext_lazy("Fingerprints and photo"),
        "interview": gettext_lazy("Interview"),
        "oath": gettext_lazy("Ceremony"),
    }
)


# Whether and how a decision is fought is told by a person, not by a date beside the case.
TOLD_BY_A_PERSON = REVIEW


@dataclass(frozen=True, slots=True)
class StandingDate:
    """One date that counts although the firm has closed the case; see `OpenDate`."""

    words: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Closing:
    """That the firm has closed a case: since when (None where it is not known), and the dates that remain."""

    since: datetime | None
    dates: tuple[StandingDate, ...] = ()


def read_closings(receipts: Sequence[ClientReceipt]) -> dict[UUID, Closing]:
    """Return what is to be said of those of a client's receipts whose matters are closed, by receipt."""
    since = closed_since(receipt.matter_id for receipt in receipts)
    closed = [receipt for receipt in receipts if receipt.matter_id in since]
    dates = open_dates(receipt.receipt_id for receipt in closed) if closed else {}
    return {
        receipt.receipt_id: Closing(since[receipt.matter_id], _standing(dates.get(receipt.receipt_id, [])))
        for receipt in closed
    }


def promises_news(client: Client, *, now: datetime) -> bool:
    """Whether a client is written to when a case changes: not once the firm has closed every one."""
    receipts = list_client_receipts(client.pk, now=now)
    return not receipts or len(read_closings(receipts)) < len(receipts)


def describe_closed(receipt: ClientReceipt, meaning: str, *, has_to_act: bool) -> Wording:
    """Return the words of a closed case: it promises no news, and does not say that nothing is to be done."""
    if receipt.current is None and (receipt.is_being_checked or receipt.is_unexplained):
        meaning = ""
    if has_to_act:
        todo = _("USCIS may still wait for something from you. Call us now and ask who takes care of it.")
    else:
        todo = _("Keep every letter from USCIS. If a new one comes, call us.")
    return Wording(meaning, todo, "")


def _standing(dates: Sequence[OpenDate]) -> tuple[StandingDate, ...]:
    told = (StandingDate(str(DATE_WORDS[each.kind]), each.day) for each in dates if each.kind in DATE_WORDS)
    return tuple(dict.fromkeys(told))
