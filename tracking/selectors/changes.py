"""Status changes: the inbox, its counts, and the facts other apps build on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from legist.core import seals
from legist.core.actors import Actor
from legist.practice.form_numbers import read_form
from legist.practice.models import Matter
from tracking.access import visible_changes
from tracking.models import FROM_HISTORY, STANDS_STILL, Acknowledgement, Receipt, ReviewItem, StatusChange
from tracking.states import MANUAL, ReviewKind, ReviewState

# What nobody looked at for two months is no news; it stays in the receipt's history.
INBOX_WINDOW: Final = timedelta(days=60)


class Scope(StrEnum):
    """Whose changes: of matters I am named on, of my teams' matters, or all that I may see."""

    MINE = "mine"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ChangeFilters:
    """Narrows the inbox. `attention` is one of act, tell, note."""

    scope: Scope = Scope.MINE
    attention: str = ""
    code: str = ""
    is_acknowledged: bool | None = False
    receipt_id: UUID | None = None
    matter_id: UUID | None = None


def list_changes(actor: Actor, filters: ChangeFilters, *, now: datetime) -> QuerySet[StatusChange]:
    """Return the changes of the last two months that match, newest first, with receipt, matter and client.

    Each carries `is_acknowledged`: for "mine" by the person, otherwise by anybody, since work that a
    colleague has taken is not waiting any more.
    """
    exact = {
        "attention": filters.attention,
        "to_code": filters.code,
        "receipt": filters.receipt_id,
        "receipt__matter": filters.matter_id,
    }
    changes = _inbox(actor, filters.scope, now=now).filter(
        **{key: value for key, value in exact.items() if value}
    )
    if filters.is_acknowledged is not None:
        changes = changes.filter(is_acknowledged=filters.is_acknowledged)
    return changes.select_related("receipt__matter__client", "override").order_by("-id")


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """Unacknowledged changes by what they ask of the firm."""

    act: int
    tell: int
    note: int

    @property
    def total(self) -> int:
        return self.act + self.tell + self.note

    @property
    def asking(self) -> int:
        """Those that ask for something: what the navigation counts, of one's own matters."""
        return self.act + self.tell


def inbox_counts(actor: Actor, *, scope: Scope = Scope.MINE, now: datetime) -> InboxCounts:
    """Count what waits in the inbox, in one query."""
    rows = _inbox(actor, scope, now=now).filter(is_acknowledged=False).order_by()
    found = dict(rows.values_list("attention").annotate(Count("pk")))
    return InboxCounts(found.get("act", 0), found.get("tell", 0), found.get("note", 0))


def _inbox(actor: Actor, scope: Scope, *, now: datetime) -> QuerySet[Any]:
    acknowledged = Acknowledgement.objects.filter(change=OuterRef("pk"))
    changes = visible_changes(actor).filter(detected_at__gte=now - INBOX_WINDOW).exclude(rule=STANDS_STILL)
    if actor.user is not None and scope == Scope.MINE:
        person = actor.user.pk
        acknowledged = acknowledged.filter(user=person)
        changes = changes.filter(Q(receipt__matter__attorney=person) | Q(receipt__matter__paralegal=person))
    elif actor.user is not None and scope == Scope.TEAM:
        shared = Matter.objects.filter(mattergroupobjectpermission__group__user=actor.user.pk)
        changes = changes.filter(receipt__matter__in=shared.values("pk"))
    return changes.annotate(is_acknowledged=Exists(acknowledged))


def without_repeats(changes: Iterable[StatusChange]) -> list[StatusChange]:
    """Return changes (newest first) as they happened: what stood still is told once, after what came before.

    A status that was written again because something older became known takes the place of what was written,
    as it was recorded first.
    """
    found, repeated_at = list[StatusChange](), None
    for change in changes:
        if repeated_at is None:
            repeated_at = len(found) if change.rule == STANDS_STILL else None
            found.append(change)
        elif change.rule.startswith(FROM_HISTORY):
            found.append(change)
        else:
            found[repeated_at] = change
            repeated_at = repeated_at if change.rule == STANDS_STILL else None
    return found


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """What rules may know about a change; values only, so that they can be decided on without a database.

    `is_restored` marks a correction taken back, or a status that still stands after something older became
    known: the source said this before, nothing new happened. So does
    `is_reread` for words that are read anew: both are dated by when those words were first seen. What a
    person sets by hand has no `detected_after`: it happened at some time, and the source did not say so.
    `form` is the receipt's as people read it; `forms` are those that rules go by, as `known_forms` says.
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
    change = changes.annotate(in_question=Subquery(asked.values("code")[:1])).get(pk=change_id)
    matter = change.receipt.matter
    is_override = change.override_id is not None
    is_by_hand = is_override and change.source == MANUAL
    said = _said(change)
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
        form=change.receipt.form_type if read_form(change.receipt.form_type) else _single(forms, change),
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
    )


def _single(forms: tuple[str, ...], change: StatusChange) -> str:
    """Return the form to call a case by whose own form cannot be read."""
    return forms[0] if len(forms) == 1 else str(change.receipt.form_type)


def _forms_in_question() -> QuerySet[ReviewItem]:
    return ReviewItem.objects.filter(kind=ReviewKind.OTHER_FORM, state=ReviewState.OPEN)


# A text about a decision names these as what may be filed against it.
_ANSWERS: Final = frozenset({"I-290B", "N-336", "EOIR-29"})


def known_forms(
    receipt: Receipt, change: StatusChange | None = None, *, in_question: str | None = None
) -> tuple[str, ...]:
    """Return the forms that a receipt may be about, each readable; the receipt's own comes first.

    That, the one that the text of the change names (all of them where the receipt's own cannot be read), and
    those of which a person is asked whether they are the receipt's: where they differ, rules have to hold for
    all.
    Where neither can be read, every form that any of its texts has named; empty where nothing names one.
    """
    if in_question is None:
        in_question = _forms_in_question().filter(receipt=receipt).values_list("code", flat=True).first()
    own = [read_form(receipt.form_type)]
    if change:
        own += _named_in(change)[: 1 if own[0] else None]
    own += (in_question or "").split()
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


def same_words(change: StatusChange) -> QuerySet[StatusChange]:
    """Return the other changes about the same words of the source.

    The one that brought them, and what was made of them since: corrections, corrections taken back, and
    new readings. Nothing new was said between any two of them.
    """
    texts = _texts(change.receipt_id)
    following = texts.filter(sequence__gt=change.sequence).values_list("sequence", flat=True).first()
    found: QuerySet[StatusChange] = StatusChange.objects.filter(
        receipt=change.receipt_id, sequence__gte=_said(change).sequence
    ).exclude(pk=change.pk)
    return found.filter(sequence__lt=following) if following else found
