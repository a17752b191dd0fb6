"""What other rooms build on: the facts of a change, and rows as they are, whoever may see them.

For programs. What is shown to a person comes through `access_...` and `visible_...`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from legist.core import seals
from legist.practice.form_numbers import narrowed, read_form
from legist.practice.permissions import teams_of
from tracking.models import ImportBatch, Receipt, ReviewItem, StatusChange
from tracking.observations.identity import MODIFIED
from tracking.observations.standing import REQUESTS
from tracking.states import MANUAL, STANDS_STILL, ReviewKind, ReviewState
from tracking.statuses import acts_as


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """What rules may know about a change; values only, so that they can be decided on without a database.

    `is_restored` marks a correction taken back, or a status that still stands after something older became
    known: the source said this before, nothing new happened. So does
    `is_reread` for words that are read anew: both are dated by when those words were first seen. What a
    person sets by hand has no `detected_after`: it happened at some time, and the source did not say so.
    `form` is the receipt's as people read it; `forms` are those that rules go by, as `known_forms` says.
    `teams` are the ids of those to whom the matter is open, `language` is the client's.
    """

    change_id: UUID
    receipt_id: UUID
    matter_id: UUID | None
    client_id: UUID | None
    code: str
    bucket: str
    previous_code: str
    previous_bucket: str
    event_date: date | None
    detected_at: datetime
    detected_after: datetime | None
    form: str
    client_action: bool
    terminal: bool
    needs_review: bool
    source: str
    sequence: int
    is_override: bool
    is_restored: bool
    correlation_id: str
    title_en: str
    title_es: str
    facts: dict[str, Any] = field(default_factory=dict, repr=False)
    is_reread: bool = False
    reread_at: datetime | None = None
    forms: tuple[str, ...] = ()
    matter_kind: str = ""
    teams: frozenset[str] = frozenset()
    priority: str = ""
    language: str = ""
    filed_on: date | None = None
    number: str = field(default="", repr=False)

    @property
    def appointment_on(self) -> date | None:
        """The day of the appointment that the text names, if it does."""
        day = (self.facts.get("appointment") or {}).get("day")
        return date.fromisoformat(day) if day else None

    @property
    def modified_on(self) -> date | None:
        """The day on which the source last changed its answer, where that may date what it says."""
        day = self.facts.get(MODIFIED)
        return date.fromisoformat(day) if day else None

    @property
    def read_at(self) -> datetime:
        """When this was made of the words: as they were first seen, or when they were read anew."""
        return self.reread_at or self.detected_at

    @property
    def is_new(self) -> bool:
        """True when USCIS or a person says something that had not been said before."""
        return not (self.is_restored or self.is_reread)


def get_change_facts(change_id: UUID | str) -> ChangeFacts:
    """Return the facts of a change for rules, not for people; raises StatusChange.DoesNotExist.

    Nothing follows from what was written past the application: SealBrokenError is raised.
    """
    asked = _forms_in_question().filter(receipt=OuterRef("receipt"))
    changes = StatusChange.objects.select_related("receipt__matter", "override")
    change = changes.annotate(
        in_question=Subquery(asked.values("code")[:1]), language=F("receipt__matter__client__language")
    ).get(pk=change_id)
    matter = change.receipt.matter
    is_override = change.override_id is not None
    is_by_hand = is_override and change.source == MANUAL
    said = _said(change)
    own = str(change.receipt.form_type)
    forms = known_forms(change.receipt, change, in_question=getattr(change, "in_question", None) or "")
    for row in filter(None, (change, said, change.override)):
        seals.require(row)
    return ChangeFacts(
        change_id=change.pk,
        receipt_id=change.receipt_id,
        matter_id=matter.pk if matter else None,
        client_id=matter.client_id if matter else None,
        code=change.to_code,
        bucket=change.to_bucket,
        previous_code=change.from_code if is_by_hand else said.from_code,
        previous_bucket=change.from_bucket if is_by_hand else said.from_bucket,
        event_date=change.event_date,
        detected_at=change.detected_at if is_by_hand else said.detected_at,
        detected_after=None if is_by_hand else said.detected_after,
        # A case whose own form cannot be read is called by the one form that its texts name.
        form=forms[0] if len(forms) == 1 and not read_form(own) else own,
        client_action=change.client_action,
        terminal=change.terminal,
        needs_review=change.needs_review,
        source=change.source,
        sequence=change.sequence,
        is_override=is_override,
        is_restored=(is_override and not is_by_hand) or change.rule == STANDS_STILL,
        correlation_id=change.correlation_id,
        title_en=change.title_en,
        title_es=change.title_es,
        facts=change.facts or {},
        is_reread=change.reread_of_id is not None,
        reread_at=change.detected_at,
        forms=forms,
        matter_kind=matter.kind if matter else "",
        teams=teams_of([matter.pk]).get(matter.pk, frozenset()) if matter else frozenset(),
        priority=change.receipt.priority,
        language=getattr(change, "language", None) or "",
        filed_on=timezone.localdate(change.receipt.submitted_at) if change.receipt.submitted_at else None,
        number=change.receipt.number,
    )


def _forms_in_question() -> QuerySet[ReviewItem]:
    return ReviewItem.objects.filter(kind=ReviewKind.OTHER_FORM, state=ReviewState.OPEN)


# A text about a decision names these as what may be filed against it.
_ANSWERS: Final = frozenset({"I-290B", "N-336", "EOIR-29"})


def known_forms(
    receipt: Receipt, change: StatusChange | None = None, *, in_question: str | None = None
) -> tuple[str, ...]:
    """Return the forms that a receipt may be about, each readable; the receipt's own comes first.

    That, the one that the text of the change names (all of them in a request, whose days go by the shortest
    of their periods, and where the receipt's own cannot be read), and
    those of which a person is asked whether they are the receipt's: where they differ, rules have to hold for
    all.
    Where neither can be read, every form that any of its texts has named; empty where nothing names one.
    """
    if in_question is None:
        in_question = _forms_in_question().filter(receipt=receipt).values_list("code", flat=True).first()
    own = [read_form(receipt.form_type)]
    if change:
        is_request = acts_as(change.to_code) in REQUESTS
        own += _named_in(change)[: 1 if own[0] and not is_request else None]
    own = narrowed(own) + (in_question or "").split()
    if not any(own):
        own = [form for each in _texts(receipt.pk) for form in _named_in(each)]
    return tuple(dict.fromkeys(filter(None, own)))


def _named_in(change: StatusChange) -> list[str]:
    """Return the forms that a text names, its own first, without those that answer a decision."""
    facts: Mapping[str, Any] = change.facts or {}
    others = (read_form(form) for form in facts.get("other_forms") or ())
    return [read_form(facts.get("form")), *(form for form in others if form not in _ANSWERS)]


def _texts(receipt_id: UUID) -> QuerySet[StatusChange]:
    """Return the changes in which a source said something new."""
    found: QuerySet[StatusChange] = StatusChange.objects.filter(
        receipt=receipt_id, override=None, reread_of=None
    )
    return found.order_by("sequence")


def _said(change: StatusChange) -> StatusChange:
    """Return the change that first brought the words which this one is about; itself, before any words."""
    if change.override_id is None and change.reread_of_id is None:
        return change
    return _texts(change.receipt_id).filter(sequence__lte=change.sequence).last() or change


def same_words(change: StatusChange | ChangeFacts) -> QuerySet[StatusChange]:
    """Return the other changes about the same words of the source.

    The one that brought them, and what was made of them since: corrections, corrections taken back, and
    new readings. Nothing new was said between any two of them.
    """
    if isinstance(change, ChangeFacts):
        change = get_change(change.change_id)
    texts = _texts(change.receipt_id)
    following = texts.filter(sequence__gt=change.sequence).values_list("sequence", flat=True).first()
    found: QuerySet[StatusChange] = StatusChange.objects.filter(
        receipt=change.receipt_id, sequence__gte=_said(change).sequence
    )
    since = found.exclude(pk=change.pk)
    return since.filter(sequence__lt=following) if following else since


def get_change(change_id: UUID | str) -> StatusChange:
    """Return a change with its receipt; raises StatusChange.DoesNotExist."""
    change: StatusChange = StatusChange.objects.select_related("receipt").get(pk=change_id)
    return change


def changes_of(receipts: Collection[UUID]) -> QuerySet[StatusChange]:
    """Return all changes of these receipts."""
    found: QuerySet[StatusChange] = StatusChange.objects.filter(receipt__in=receipts)
    return found


def changes_after(receipt: UUID | OuterRef, sequence: int | OuterRef) -> QuerySet[StatusChange]:
    """Return the changes of a receipt that came after the one with this number."""
    found: QuerySet[StatusChange] = StatusChange.objects.filter(receipt=receipt, sequence__gt=sequence)
    return found


def find_changes(ids: Iterable[str | None]) -> dict[str, StatusChange]:
    """Return changes by their ids, as many as there are."""
    wanted = [pk for pk in ids if pk]
    return {str(change.pk): change for change in StatusChange.objects.filter(pk__in=wanted)}


def readings_of(change: StatusChange | None) -> Iterator[StatusChange]:
    """Yield a change, as it was read first and ever since."""
    while change is not None:
        yield change
        change = StatusChange.objects.filter(reread_of=change).first()


def locked_receipts() -> QuerySet[Receipt]:
    """Return receipts that are held, once fetched, until the unit of work ends; their matters are not."""
    return Receipt.objects.select_for_update(of=("self",), no_key=True)


def receipts_numbered(index: str | OuterRef) -> QuerySet[Receipt]:
    """Return the receipt with this lookup key, if it is tracked; see `number_index`."""
    return Receipt.objects.filter(number_index=index)


def questions_about(*kinds: ReviewKind, **about: Any) -> QuerySet[ReviewItem]:
    """Return the questions of these kinds about a `change=` or a `receipt=`, open or closed."""
    return ReviewItem.objects.filter(kind__in=kinds, **about)


def get_import(import_id: UUID | str) -> ImportBatch:
    """Return an upload with who made it, without what is encrypted in it: that may be what does not open."""
    return ImportBatch.objects.select_related("uploaded_by").only("pk", "uploaded_by").get(pk=import_id)
