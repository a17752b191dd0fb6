"""What is still open about a receipt for its client, whatever USCIS said last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from django.db.models import Exists, OuterRef

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
    that a decision has left.
    """

    codes: tuple[str, ...] = ()
    settled: frozenset[UUID] = frozenset()
    has_remedy: bool = True


def overtaken_by(code: str, still_open: Iterable[str]) -> str:
    """Return the first of the open codes that news with this code may have settled, or an empty text.

    Both cannot be told a client at once: a refusal and good news, a request and the answer to it. News that
    asks for something itself is told beside what is open.
    """
    return next((each for each in still_open if _may_settle(code, each)), "")


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
    dates of its playbook are all closed.
    """
    ids = list(receipts)
    dates = _dates(ids)
    decided = {receipt for receipt, _change, code, is_open in dates if is_open and leaves_remedies(code)}
    rows = [*dates, *_steps(ids)]
    still_open = {change for _receipt, change, _code, is_open in rows if is_open}
    found: dict[UUID, Duties] = {}
    for receipt in ids:
        own = [row for row in rows if row[0] == receipt]
        codes = dict.fromkeys(code for _receipt, _change, code, is_open in own if is_open)
        settled = {change for _receipt, change, _code, _open in own if change} - still_open
        found[receipt] = Duties(tuple(codes), frozenset(settled), has_remedy=receipt in decided)
    return found


_Row = tuple[UUID, UUID | None, str, bool]


def _dates(receipts: list[UUID]) -> list[_Row]:
    deadlines = Deadline.objects.filter(receipt__in=receipts).exclude(kind__startswith=OF_USCIS)
    columns = ("receipt", "run__change", "run__change__to_code", "kind", "state")
    return [
        (receipt, change, code or CODE_OF.get(kind, ""), state == DeadlineState.OPEN)
        for receipt, change, code, kind, state in deadlines.values_list(*columns)
    ]


def _steps(receipts: list[UUID]) -> list[_Row]:
    dates = Deadline.objects.filter(run=OuterRef("checklist__run"))
    counts = Exists(dates.filter(state=DeadlineState.OPEN)) | ~Exists(dates)
    items = ChecklistItem.objects.filter(role=ItemRole.CLIENT, checklist__run__receipt__in=receipts)
    columns = ("checklist__run__receipt", "checklist__run__change", "checklist__run__change__to_code")
    rows = items.annotate(counts=counts).order_by("due_date", "id").values_list(*columns, "done_at", "counts")
    return [
        (receipt, change, code, done_at is None and counts) for receipt, change, code, done_at, counts in rows
    ]
