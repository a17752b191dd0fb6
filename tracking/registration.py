"""Receipts entered by hand, one or a paste of many, with the matter and the client they are for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from legist.core import outbox
from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from legist.core.uow import unit_of_work
from legist.practice.clients.intake import NewMatter, find_made, open_vetted, vet_matter
from legist.practice.models import Matter
from legist.practice.names import checked, form_fault
from legist.practice.permissions import Capability, require, visible_matters
from tracking import audit_actions as actions
from tracking.access import hidden_number
from tracking.importing.applying import new_receipt
from tracking.importing.rows import mask, read_form
from tracking.models import Receipt
from tracking.polling.placing import place_new
from tracking.receipts import ReceiptNumber, ReceiptNumberError, ReceiptReason, split_numbers
from tracking.selectors import number_index, visible_receipts
from tracking.states import EntryOutcome, Priority

MOST_NUMBERS = 200
LONGEST_PASTE = 20_000
KNOWN_TOPIC = "tracking.known_number_entered"


@dataclass(slots=True)
class Line:
    """One number of a paste and its answer; `shown` is masked."""

    shown: str
    outcome: EntryOutcome
    said: str = ""
    number: ReceiptNumber | None = None
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """The answer to a paste: a line for each number of it, and where the new ones are."""

    lines: list[Line]
    matter: Matter | None = None

    @property
    def counts(self) -> list[tuple[EntryOutcome, int]]:
        """How many lines had each outcome; together they are all of them."""
        found = Counter(line.outcome for line in self.lines)
        return [(outcome, found[outcome]) for outcome in EntryOutcome if found[outcome]]

    @property
    def added(self) -> list[Line]:
        return [line for line in self.lines if line.outcome == EntryOutcome.ADDED]


@dataclass(frozen=True, slots=True)
class Entered:
    """What a person entered; an empty text says nothing.

    `reference` is that of a matter they work on. `opens` is a matter to open instead, under that reference
    where it is nobody's yet; with neither the receipts stay without a matter.
    """

    numbers: str = field(repr=False)
    form: str = ""
    priority: str = Priority.NORMAL
    reference: str = ""
    opens: NewMatter | None = None


class _NothingAddedError(Exception):
    """Somebody else took every number between our look and our write: no matter is opened for them."""


def register_receipts(given: Entered, *, actor: Actor, now: datetime) -> Registered:
    """Begin to track every new number of a paste, each due for its first check at once.

    Every number is answered. Nothing is written, and no matter opened, where none of them is new; a form that
    is sent twice is answered with the matter that the first send opened. Raises InvalidInput for what cannot
    be used, and ConflictFound until the actor was told who is like the client.
    """
    require(actor, Capability.TRACK_RECEIPT)
    form = read_form(checked(given.form, form_fault, field="form")) if given.form.strip() else ""
    if given.priority not in Priority.values:
        raise InvalidInput.at("priority", _("Choose one of the priorities."))
    lines = _read(given.numbers)
    _look_up(lines, actor=actor, now=now)
    new = [line for line in lines if line.outcome == EntryOutcome.ADDED]
    matter = None
    try:
        if new:
            matter = _add(new, given, form=form, actor=actor, now=now)
    except (_NothingAddedError, InvalidInput) as error:
        # What it stumbled over may be the first send of this very form.
        _look_up(new, actor=actor, now=now)
        if isinstance(error, InvalidInput) and any(map(_is_new, new)):
            raise
    _look_up([line for line in new if line.receipt is None], actor=actor, now=now)
    return Registered(lines, matter or (find_made(given.opens, actor=actor) if given.opens else None))


def _add(new: list[Line], given: Entered, *, form: str, actor: Actor, now: datetime) -> Matter | None:
    """Save the new receipts, in a matter where one was named or is to be opened, and return that."""
    matter = _known_matter(given, actor=actor)
    opens = replace(given.opens, reference=given.reference) if given.opens else None
    vetted = vet_matter(opens, actor=actor, now=now) if opens else None
    with unit_of_work(actor=actor, now=now):
        if opens and vetted:
            matter = open_vetted(opens, vetted, actor=actor, now=now)
        built = [
            _build(line, matter, form=form, priority=given.priority, actor=actor, now=now) for line in new
        ]
        place_new(built, now=now)
        for line, receipt in zip(new, built, strict=True):
            line.receipt = _save(receipt, actor=actor, now=now)
        if not any(line.receipt for line in new):
            raise _NothingAddedError
    return matter


def _read(text: str) -> list[Line]:
    """One line for each number, or for what was meant to be one; raise InvalidInput for none, or too many."""
    pieces = split_numbers(text[: LONGEST_PASTE + 1])
    if not pieces:
        raise InvalidInput.at("receipt_number", ReceiptNumberError(ReceiptReason.EMPTY).message)
    if len(pieces) > MOST_NUMBERS or len(text) > LONGEST_PASTE:
        message = _("At most %(n)d numbers at once. Import a list of more from a file.")
        raise InvalidInput.at("receipt_number", message % {"n": MOST_NUMBERS})
    lines: list[Line] = []
    seen: set[str] = set()
    for piece in pieces:
        try:
            number = ReceiptNumber.parse(piece)
        except ReceiptNumberError as error:
            lines.append(Line(mask(piece), EntryOutcome.WRONG, error.message))
            continue
        is_again = number.canonical in seen
        seen.add(number.canonical)
        said = _("It stands in your list more than once.") if is_again else str(number.warning or "")
        lines.append(
            Line(number.masked, EntryOutcome.TWICE if is_again else EntryOutcome.ADDED, said, number)
        )
    return lines


def _look_up(lines: Iterable[Line], *, actor: Actor, now: datetime) -> None:
    """Mark what is tracked already: here where the actor may see it, else hidden, and a manager is told."""
    wanted = {number_index(line.number.canonical): line for line in lines if line.number and _is_new(line)}
    known = Receipt.objects.filter(number_index__in=wanted)
    open_to = visible_receipts(actor).filter(pk__in=known.values("pk")).in_bulk()
    for receipt in known:
        line = wanted[receipt.number_index]
        if receipt.pk in open_to:
            line.outcome, line.receipt = EntryOutcome.HERE, receipt
            line.said = _("The firm watches it already.")
        else:
            line.outcome, line.said = EntryOutcome.HIDDEN, hidden_number()
            _tell(receipt, actor=actor, now=now)


def _tell(receipt: Receipt, *, actor: Actor, now: datetime) -> None:
    """Have the managers of the matter told, once a day for each person who enters the number."""
    data = {"receipt": str(receipt.pk), "matter": str(receipt.matter_id), "by": actor.id}
    with unit_of_work(actor=actor, now=now):
        outbox.publish(KNOWN_TOPIC, key=f"{receipt.pk}:{actor.id}:{now:%Y%m%d}", data=data, now=now)


def _is_new(line: Line) -> bool:
    return line.outcome == EntryOutcome.ADDED


def _known_matter(given: Entered, *, actor: Actor) -> Matter | None:
    """Return the matter that the reference names among those the actor works on.

    Raises InvalidInput where there is none and no new one is to be opened.
    """
    if not given.reference:
        return None
    works = visible_matters(actor, Capability.WORK_MATTER)
    matter = works.filter(reference__iexact=given.reference).first()
    if matter is None and given.opens is None:
        raise InvalidInput.at("matter_reference", _("There is no such matter among those you work on."))
    if matter is not None and given.opens is not None:
        raise InvalidInput.at(
            "matter_reference", _("This matter is there already. Leave the client empty, or the reference.")
        )
    return matter


def _build(
    line: Line, matter: Matter | None, *, form: str, priority: str, actor: Actor, now: datetime
) -> Receipt:
    assert line.number is not None  # noqa: S101  it was read
    index = number_index(line.number.canonical)
    return new_receipt(
        line.number, index=index, matter=matter, form=form, priority=priority, actor=actor, now=now
    )


def _save(receipt: Receipt, *, actor: Actor, now: datetime) -> Receipt | None:
    """Insert one receipt; None where somebody else was first."""
    try:
        with unit_of_work(actor=actor, now=now) as unit:
            receipt.save(force_insert=True)
            unit.record(actions.RECEIPT_TRACKED, receipt, tier=receipt.tier)
    except IntegrityError:
        return None
    return receipt
