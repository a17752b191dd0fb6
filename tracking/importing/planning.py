"""Decide what becomes of each row, without writing: the dry run and the import share every line of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from legist.core.actors import Actor
from legist.core.crypto import keyed_hash
from legist.practice.form_numbers import read_form
from legist.practice.models import Client, Matter, User
from legist.practice.roles import Role
from legist.practice.services import NOBODY, People
from tracking.importing.assigning import Seating
from tracking.importing.known import Known, look_up
from tracking.importing.offering import offers_of, speaks_of
from tracking.importing.placing import Cause, Memory, Place, is_any_other, place
from tracking.importing.rows import ParsedRow, RowError, mask, parse_row
from tracking.models import Receipt
from tracking.remarks import Remark
from tracking.selectors import number_index
from tracking.states import RowOutcome
from tracking.tables.columns import RECEIPT
from tracking.tables.table import Row

SAID = ("form", "reference", "client_name", "client_email", "language", "attorney_email", "paralegal_email")


@dataclass(slots=True)
class PlannedRow:
    """What is to become of one row. `remarks` say why not, or what a person should know.

    `people` work on the matter if it is opened; `seats` are filled on one that is there already. A row that
    waits has `causes` and changes no matter; `matter` and `client` are then what it names. `offers` are what
    it says of the client of `offered_in` otherwise than the firm.
    """

    line: int
    outcome: RowOutcome
    value_masked: str
    remarks: list[Remark] = field(default_factory=list)
    sheet: int = 0
    row: ParsedRow | None = None
    index: str = ""
    receipt: Receipt | None = None
    matter: Matter | None = None
    client: Client | None = None
    opens_matter: bool = False
    people: People = field(default_factory=People)
    seats: People = field(default_factory=People)
    updates: dict[str, str] = field(default_factory=dict)
    causes: set[Cause] = field(default_factory=set)
    offers: dict[str, str] = field(default_factory=dict)
    offered_in: Matter | None = None

    @property
    def kept(self) -> list[dict[str, Any]]:
        """The remarks as they are kept, each once."""
        return [remark.kept for remark in dict.fromkeys(self.remarks)]

    @property
    def is_unassigned(self) -> bool:
        return self.outcome == RowOutcome.CREATED and self.matter is None and not self.opens_matter


class Planner:
    """Plans the rows of one file in order, remembering what earlier rows of the file have taken."""

    def __init__(self, actor: Actor, *, own: Iterable[UUID] = ()) -> None:
        self._actor = actor
        self._own = set(own)
        self._taken: set[str] = set()
        self._memory = Memory()
        self._seating = Seating()

    def remember(self, values: dict[str, str], *, is_placed: bool = True) -> None:
        """Count a row as taken that an earlier, interrupted run has written."""
        try:
            parsed = parse_row(values)
        except RowError:
            return
        self._taken.add(parsed.number.canonical)
        if is_placed:
            self._memory.take(parsed)

    def open(self, matters: Iterable[UUID]) -> None:
        """Have the rows to come see the matters that this import has opened."""
        self._own.update(matters)

    def plan(self, rows: Iterable[Row]) -> list[PlannedRow]:
        """Return one plan per row, in order."""
        parsed = [(row, _parse(row)) for row in rows]
        readable = [each for _row, each in parsed if isinstance(each, ParsedRow)]
        known = look_up(readable, actor=self._actor, own=self._own)
        return [self._plan_row(row, each, known) for row, each in parsed]

    def _plan_row(self, row: Row, parsed: ParsedRow | RowError, known: Known) -> PlannedRow:
        if isinstance(parsed, RowError):
            value = mask(row.values.get(RECEIPT, ""))
            return PlannedRow(row.line, RowOutcome.REJECTED, value, [parsed.message], row.sheet)
        planned = PlannedRow(
            row.line,
            RowOutcome.CREATED,
            parsed.number.masked,
            sheet=row.sheet,
            row=parsed,
            index=number_index(parsed.number.canonical),
        )
        if parsed.number.canonical in self._taken:
            planned.outcome, planned.remarks = RowOutcome.DUPLICATE, [Remark("repeats")]
            return planned
        self._taken.add(parsed.number.canonical)
        planned.remarks += [*row.remarks, *parsed.remarks]
        planned.receipt = known.receipts.get(planned.index)
        self._settle(planned, parsed, known)
        return planned

    def _settle(self, planned: PlannedRow, parsed: ParsedRow, known: Known) -> None:
        receipt = planned.receipt
        at = place(parsed, known, self._memory, actor=self._actor)
        if receipt is not None and receipt.pk not in known.visible:
            at.causes.add(Cause.CLOSED)
        elif receipt is not None and receipt.matter is not None and at.causes:
            self._leave(planned, parsed, known, is_clear=Cause.FILE not in at.causes)
            return
        planned.matter, planned.client, planned.opens_matter = at.matter, at.client, at.opens_matter
        if at.causes:
            self._hold(planned, at, known)
            return
        if receipt is None or receipt.matter_id is None:
            planned.remarks += at.remarks
        if at.is_somewhere:
            self._memory.take(parsed, at.client)
        self._seat(planned, parsed, known)
        if planned.opens_matter and planned.outcome != RowOutcome.ALREADY_TRACKED:
            self._memory.open(parsed)

    def _leave(self, planned: PlannedRow, parsed: ParsedRow, known: Known, *, is_clear: bool = True) -> None:
        """A tracked receipt stays where it is; the row speaks of its client, or does not fit."""
        planned.outcome = RowOutcome.ALREADY_TRACKED
        receipt = planned.receipt
        is_ours = receipt is not None and receipt.pk in known.changeable
        if is_ours and is_clear and receipt and receipt.matter and speaks_of(parsed, receipt.matter, known):
            self._offer(planned, parsed, receipt.matter, known=known)
            return
        planned.remarks.append(Remark("elsewhere"))

    def _hold(self, planned: PlannedRow, at: Place, known: Known) -> None:
        """Have the row wait. What was said of the receipt before in the same words is not asked again."""
        receipt = planned.receipt
        planned.opens_matter = False
        if receipt is not None and (receipt.pk, said_digest(planned)) in known.held:
            planned.outcome = RowOutcome.ALREADY_TRACKED
            planned.remarks.append(Remark("said_before"))
            return
        planned.outcome, planned.causes = RowOutcome.WAITING, at.causes
        planned.remarks.insert(0, Remark("waits"))
        if receipt is not None and receipt.pk in known.visible & known.changeable:
            planned.updates = _own_updates(planned, receipt)

    def _seat(self, planned: PlannedRow, parsed: ParsedRow, known: Known) -> None:
        named, nobody = known.named(parsed)
        planned.remarks += [Remark("nobody", column=column) for column in nobody]
        planned.people = self._people(named)
        matter = planned.matter
        if planned.receipt is not None:
            matter = self._compare(planned, parsed, planned.receipt, known=known)
        if matter is not None:
            self._assign_missing(planned, named, matter, known=known)
            self._offer(planned, parsed, matter, known=known)

    def _offer(self, planned: PlannedRow, parsed: ParsedRow, matter: Matter, *, known: Known) -> None:
        planned.offers, planned.offered_in = offers_of(parsed, matter.client, known), matter
        if planned.offers:
            planned.remarks.append(Remark("offered"))

    def _people(self, named: People) -> People:
        """Who works on a matter that is opened: as the row says, else whoever uploads."""
        uploader = self._actor.user
        if named != NOBODY or not isinstance(uploader, User):
            return named
        found = {uploader.role: uploader}
        return People(attorney=found.get(Role.ATTORNEY), paralegal=found.get(Role.PARALEGAL))

    def _assign_missing(self, planned: PlannedRow, named: People, matter: Matter, *, known: Known) -> None:
        """Fill the empty seats of a matter that is there already; a contradiction is only remarked on."""
        seated = self._seating.plan(matter, named, known.walls)
        planned.seats = seated.people
        if planned.seats != NOBODY and planned.outcome == RowOutcome.ALREADY_TRACKED:
            planned.outcome = RowOutcome.UPDATED
        planned.remarks += seated.remarks

    def _compare(
        self, planned: PlannedRow, parsed: ParsedRow, receipt: Receipt, *, known: Known
    ) -> Matter | None:
        """A number that is tracked already gets what was missing; it is never moved to another matter.

        Returns the matter whose empty seats the row may fill.
        """
        planned.outcome = RowOutcome.ALREADY_TRACKED
        wants_matter = planned.matter is not None or planned.opens_matter
        is_elsewhere = receipt.matter is not None and (
            (wants_matter and _id(planned.matter) != receipt.matter_id)
            or is_any_other(parsed.client_name, [receipt.matter.client.name])
        )
        if is_elsewhere:
            self._leave(planned, parsed, known)
        planned.opens_matter = planned.opens_matter and receipt.matter_id is None
        if receipt.pk not in known.changeable:
            return None
        planned.updates = _own_updates(planned, receipt)
        if receipt.matter_id is None and wants_matter:
            planned.updates["matter"] = "new" if planned.opens_matter else str(_id(planned.matter))
        if planned.updates:
            planned.outcome = RowOutcome.UPDATED
        return None if is_elsewhere else receipt.matter or planned.matter


def what_is_said(row: ParsedRow) -> dict[str, str]:
    """Return what a row says beside its number."""
    return {name: value for name in SAID if (value := getattr(row, name))}


def said_digest(planned: PlannedRow) -> str:
    """Return a keyed digest of what a row says, to recognise it in a second upload."""
    assert planned.row is not None  # noqa: S101  only rows that could be read are compared
    said = json.dumps(what_is_said(planned.row), sort_keys=True)
    return keyed_hash(said.encode(), purpose="tracking import row")


def _parse(row: Row) -> ParsedRow | RowError:
    if row.fault:
        return RowError(row.fault)
    try:
        return parse_row(row.values)
    except RowError as error:
        return error


def _id(matter: Matter | None) -> UUID | None:
    return matter.pk if matter else None


def _own_updates(planned: PlannedRow, receipt: Receipt) -> dict[str, str]:
    """What the row adds to a receipt that is tracked already, apart from its matter."""
    parsed = planned.row
    assert parsed is not None  # noqa: S101  only a parsed row gets here
    updates: dict[str, str] = {}
    is_better = bool(read_form(parsed.form)) and not read_form(receipt.form_type)
    if is_better or (parsed.form and not receipt.form_type):
        updates["form_type"] = parsed.form
    if parsed.priority and parsed.priority != receipt.priority:
        updates["priority"] = parsed.priority
    return updates
