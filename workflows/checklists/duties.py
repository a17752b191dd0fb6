"""What is still open about a receipt for its client, whatever USCIS said last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import takewhile
from types import MappingProxyType
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from tracking.observations.standing import called_off_since
from tracking.statuses import CODES, Bucket, StatusCode, acts_as
from workflows.law.outcomes import OUTCOMES, REPLACED_BY
from workflows.law.remedies import leaves_remedies
from workflows.models import ChecklistItem, Deadline
from workflows.states import DeadlineState, ItemRole

# The status whose words fit a date that no status has brought: one read from paper, say.
CODE_OF: Mapping[str, str] = MappingProxyType(
    {
        "rfe": "RFE_ISSUED",
        "noid": "NOID_ISSUED",
        "noir": "NOIR_ISSUED",
        "biometrics": "BIOMETRICS_SCHEDULED",
        "interview": "INTERVIEW_SCHEDULED",
        "oath": "OATH_CEREMONY",
        "i290b_motion": "DENIED",
        "i290b_appeal": "DENIED",
        "eoir29_appeal": "DENIED",
        "n336_hearing": "DENIED",
        "court_review": "DENIED",
        "revocation_appeal": "REVOKED_TERMINATED",
        "n400_absence": "NO_SHOW",
        "returned_mail": "MAIL_RETURNED",
        "bia_motion": "DENIED",
        "fee_payment": "PAYMENT_DISHONORED",
        "court_address": "NTA_ISSUED",
        "court_hearing": "NTA_ISSUED",
    }
)
_REFUSED = frozenset({Bucket.DENIED, Bucket.REJECTED, Bucket.CLOSED})
# What is told beside either, a paper that came back included.
_BESIDE = frozenset({*_REFUSED, Bucket.NO_STAGE, Bucket.RETURNED_MAIL})
# Days that USCIS set for itself ask nothing of a client.
OF_USCIS = "premium_"


@dataclass(frozen=True, slots=True)
class Duties:
    """What is open about one receipt, and what the firm has closed.

    `codes`: the statuses that ask for what is open, the first date first; empty text where no status does.
    `settled`: the changes whose dates and steps are all closed. `has_remedy`: a date is open
    that a decision has left. `days_set`: when a person last set the day of one, by its code.
    """

    codes: tuple[str, ...] = ()
    settled: frozenset[UUID] = frozenset()
    has_remedy: bool = True
    days_set: Mapping[str, datetime] = field(default_factory=dict)

    def after(self, reported: Iterable[tuple[str, datetime]]) -> Duties:
        """Return what is open after what was reported, the newest code first, each with when it was seen.

        Nobody is told to keep an appointment that was called off, though the firm has not settled its date;
        unless a person has set the day since.
        """
        told = list(reported)
        return replace(self, codes=tuple(dict.fromkeys(self._now(code, told) for code in self.codes)))

    def _now(self, code: str, reported: Iterable[tuple[str, datetime]]) -> str:
        day_set = self.days_set.get(code)
        since = (said for said, at in reported if day_set is None or at > day_set)
        return called_off_since(code, since) or code


def overtaken_by(code: str, still_open: Iterable[str]) -> str:
    """Return the first of the open codes that news with this code may have settled, or an empty text.

    Both cannot be told a client at once: a refusal and good news, a request and the answer to it. News that
    asks for something itself is told beside what is open.
    """
    return next((each for each in still_open if _may_settle(code, each)), "")


def undone_since(told: Sequence[str], still_open: Iterable[str]) -> str:
    """Return the first of the open codes that anything told since may have settled; newest code first."""
    return next((each for each in still_open if _is_undone(each, told)), "")


def _is_undone(still_open: str, told: Sequence[str]) -> bool:
    since = takewhile(lambda code: acts_as(code) != acts_as(still_open), told) if still_open else ()
    return any(_may_settle(code, still_open) for code in since)


def _may_settle(code: str, still_open: str) -> bool:
    if not still_open or CODES[StatusCode(code)].client_action or acts_as(code) == acts_as(still_open):
        return False
    if CODES[StatusCode(still_open)].bucket in _REFUSED:
        return CODES[StatusCode(code)].bucket not in _BESIDE
    kinds = (kind for kind, asked in CODE_OF.items() if asked in {still_open, acts_as(still_open)})
    return any(code in OUTCOMES[kind] and acts_as(code) != REPLACED_BY.get(kind) for kind in kinds)


def client_duties(receipts: Iterable[UUID]) -> dict[UUID, Duties]:
    """Return the duties about receipts that the caller has authorised, by receipt; two queries.

    A deadline is open until a person closes it. A step of the client's is, until it is checked off or the
    dates of its playbook are all closed; and so is a step of the firm's, where the status had asked the
    client to act: until the firm is through with it nobody can say that nothing is to do.
    """
    ids = list(receipts)
    dates, days_set = _dates(ids)
    decided = {receipt for receipt, _change, code, is_open in dates if is_open and leaves_remedies(code)}
    rows = [*dates, *_steps(ids)]
    still_open = {change for _receipt, change, _code, is_open in rows if is_open}
    found: dict[UUID, Duties] = {}
    for receipt in ids:
        own = [row for row in rows if row[0] == receipt]
        codes = dict.fromkeys(code for _receipt, _change, code, is_open in own if is_open)
        settled = {change for _receipt, change, _code, _open in own if change} - still_open
        found[receipt] = Duties(
            tuple(codes),
            frozenset(settled),
            has_remedy=receipt in decided,
            days_set={code: at for (of, code), at in days_set.items() if of == receipt},
        )
    return found


_Row = tuple[UUID, UUID | None, str, bool]
_OF_A_DATE = ("receipt_id", "kind", "state", "confirmed_at", "created_at", "run__change__to_code")


def _dates(receipts: list[UUID]) -> tuple[list[_Row], dict[tuple[UUID, str], datetime]]:
    """Return the dates, and when a person set the days of those that are open, by receipt and code."""
    deadlines = Deadline.objects.filter(receipt__in=receipts).exclude(kind__startswith=OF_USCIS)
    rows, days_set = list[_Row](), dict[tuple[UUID, str], datetime]()
    for each in deadlines.select_related("run__change").only(*_OF_A_DATE):
        assert each.receipt_id is not None  # noqa: S101  selected by its receipt
        change = each.run.change if each.run else None
        code = (change.to_code if change else "") or CODE_OF.get(each.kind, "")
        is_open = each.state == DeadlineState.OPEN
        rows.append((each.receipt_id, change.pk if change else None, code, is_open))
        day_set = each.confirmed_at or (None if each.run else each.created_at)
        if is_open and day_set:
            known = days_set.get((each.receipt_id, code), day_set)
            days_set[each.receipt_id, code] = max(known, day_set)
    return rows, days_set


def _steps(receipts: list[UUID]) -> list[_Row]:
    dates = Deadline.objects.filter(run=OuterRef("checklist__run"))
    counts = Exists(dates.filter(state=DeadlineState.OPEN)) | ~Exists(dates)
    asks = Q(role=ItemRole.CLIENT) | Q(checklist__run__change__client_action=True)
    items = ChecklistItem.objects.filter(asks, checklist__run__receipt__in=receipts)
    columns = ("checklist__run__receipt", "checklist__run__change", "checklist__run__change__to_code")
    rows = items.annotate(counts=counts).order_by("due_date", "id").values_list(*columns, "done_at", "counts")
    return [
        (receipt, change, code, done_at is None and counts) for receipt, change, code, done_at, counts in rows
    ]
