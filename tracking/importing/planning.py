"""Decide what becomes of each row, without writing: the dry run and the import share every line of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from uuid import UUID

from django.utils.translation import gettext as _

from legist.core.actors import Actor
from legist.practice.accounts import email_index
from legist.practice.models import Client, Matter, MatterState, User
from legist.practice.permissions import Capability, visible_matters, visible_to
from legist.practice.roles import Role
from legist.practice.services import NOBODY, People
from tracking.importing.columns import RECEIPT
from tracking.importing.rows import ParsedRow, RowError, mask, parse_row
from tracking.importing.seating import Seating, Walls, look_up_walls
from tracking.importing.tables import Row
from tracking.models import Receipt, RowOutcome
from tracking.selectors import hidden_number, number_index, visible_receipts, working_capability

_STAFF = {"attorney_email": Role.ATTORNEY, "paralegal_email": Role.PARALEGAL}


@dataclass(slots=True)
class PlannedRow:
    """What is to become of one row. `reason` says why not, or carries a remark about an accepted row.

    `people` work on the matter if it is opened; `seats` are filled on one that is there already.
    """

    line: int
    outcome: RowOutcome
    value_masked: str
    reason: str = ""
    row: ParsedRow | None = None
    index: str = ""
    receipt: Receipt | None = None
    matter: Matter | None = None
    client: Client | None = None
    opens_matter: bool = False
    people: People = field(default_factory=People)
    seats: People = field(default_factory=People)
    updates: dict[str, str] = field(default_factory=dict)

    @property
    def is_unassigned(self) -> bool:
        return self.outcome == RowOutcome.CREATED and self.matter is None and not self.opens_matter


@dataclass(slots=True)
class _Known:
    """What the database holds about the rows of one chunk: seven queries, however many rows."""

    receipts: dict[str, Receipt]
    workable: set[UUID]
    visible: set[UUID]
    changeable: set[UUID]
    matters: dict[str, Matter]
    clients: dict[str, Client]
    open_matters: dict[UUID, list[Matter]]
    staff: dict[tuple[str, str], User]
    walls: Walls


def folded(name: str) -> str:
    """Return a name as people compare it: without case, accents and stray spaces."""
    plain = unicodedata.normalize("NFKD", name)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


class Planner:
    """Plans the rows of one file in order, remembering what earlier rows of the file have taken."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._taken: set[str] = set()
        self._references: dict[str, str] = {}
        self._named: set[str] = set()
        self._names: dict[str, str] = {}
        self._seating = Seating()

    def remember(self, values: dict[str, str]) -> None:
        """Count a row as accepted that an earlier, interrupted run has written."""
        try:
            self._take(parse_row(values))
        except RowError:
            return

    def plan(self, rows: Iterable[Row]) -> list[PlannedRow]:
        """Return one plan per row, in order."""
        parsed = [(row, _parse(row)) for row in rows]
        known = self._look_up([each for _row, each in parsed if isinstance(each, ParsedRow)])
        return [self._plan_row(row, each, known) for row, each in parsed]

    def _plan_row(self, row: Row, parsed: ParsedRow | RowError, known: _Known) -> PlannedRow:
        if isinstance(parsed, RowError):
            return _rejected(row, mask(row.values.get(RECEIPT, "")), parsed.message)
        if parsed.number.canonical in self._taken:
            return PlannedRow(
                row.line, RowOutcome.DUPLICATE, parsed.number.masked, _("Repeats an earlier row.")
            )
        planned = PlannedRow(
            row.line,
            RowOutcome.CREATED,
            parsed.number.masked,
            reason=parsed.number.warning or "",
            row=parsed,
            index=number_index(parsed.number.canonical),
        )
        try:
            self._place(planned, parsed, known)
            named = _named(parsed, known)
        except RowError as error:
            return _rejected(row, parsed.number.masked, error.message)
        planned.people = self._people(named)
        planned.receipt = known.receipts.get(planned.index)
        if planned.receipt is not None and planned.receipt.pk not in known.visible:
            return _rejected(row, parsed.number.masked, hidden_number())
        matter = planned.matter
        if planned.receipt is not None:
            matter = self._compare(planned, planned.receipt, known)
        if matter is not None:
            self._seat(planned, named, matter, walls=known.walls)
        self._take(parsed)
        return planned

    def _take(self, parsed: ParsedRow) -> None:
        self._taken.add(parsed.number.canonical)
        if parsed.reference and parsed.names_client:
            self._references.setdefault(parsed.reference, parsed.client_email)
        if parsed.client_name and parsed.client_email:
            self._named.add(parsed.client_email)

    def _place(self, planned: PlannedRow, parsed: ParsedRow, known: _Known) -> None:
        """Find the matter of a row, or settle that one is opened, or that it waits in the tray."""
        planned.client = known.clients.get(email_index(parsed.client_email)) if parsed.client_email else None
        self._expect_same_name(parsed, planned.client)
        if parsed.reference:
            self._place_by_reference(planned, parsed, known)
        elif planned.client is not None:
            self._place_by_client(planned, planned.client, known)
        elif parsed.client_email and (parsed.client_name or parsed.client_email in self._named):
            planned.opens_matter = True
        elif parsed.names_client:
            planned.reason = _(
                "Unassigned: a client needs client_email or matter_reference, so that nobody is mixed up."
            )

    def _expect_same_name(self, parsed: ParsedRow, client: Client | None) -> None:
        """A column that slipped by a line must not give one person's case to another."""
        if not parsed.client_email or not parsed.client_name:
            return
        known = client.name if client else self._names.get(parsed.client_email, parsed.client_name)
        if folded(known) != folded(parsed.client_name):
            raise RowError(_("client_email belongs to a client with another name. Check both columns."))
        self._names.setdefault(parsed.client_email, parsed.client_name)

    def _place_by_reference(self, planned: PlannedRow, parsed: ParsedRow, known: _Known) -> None:
        matter = known.matters.get(parsed.reference)
        if matter is not None:
            if not self._may_work(matter, known):
                raise RowError(_("You cannot use this matter. Check matter_reference, or ask for access."))
            if parsed.client_email and (planned.client is None or planned.client.pk != matter.client_id):
                raise RowError(_("matter_reference belongs to another client than client_email."))
            planned.matter = matter
            return
        earlier = self._references.get(parsed.reference, parsed.client_email)
        if earlier != parsed.client_email and parsed.client_email:
            raise RowError(_("An earlier row gives this matter_reference to another client_email."))
        if planned.client is None and not parsed.client_name and parsed.reference not in self._references:
            planned.reason = _("Unassigned: there is no such matter, and client_name is needed to open it.")
            return
        planned.opens_matter = True

    def _place_by_client(self, planned: PlannedRow, client: Client, known: _Known) -> None:
        """A client with one open matter means that one; with several, a person chooses."""
        matters = [each for each in known.open_matters.get(client.pk, []) if self._may_work(each, known)]
        if len(matters) == 1:
            planned.matter = matters[0]
        elif known.open_matters.get(client.pk):
            planned.reason = _(
                "Unassigned: the client has several matters. Choose one, or give matter_reference."
            )
        else:
            planned.opens_matter = True

    def _may_work(self, matter: Matter, known: _Known) -> bool:
        return self._actor.is_system or matter.pk in known.workable

    def _people(self, named: People) -> People:
        """Who works on a matter that is opened: as the row says, else whoever uploads."""
        uploader = self._actor.user
        if named != NOBODY or not isinstance(uploader, User):
            return named
        found = {uploader.role: uploader}
        return People(attorney=found.get(Role.ATTORNEY), paralegal=found.get(Role.PARALEGAL))

    def _seat(self, planned: PlannedRow, named: People, matter: Matter, *, walls: Walls) -> None:
        """Fill the empty seats of a matter that is there already; a contradiction is only remarked on."""
        seated = self._seating.plan(matter, named, walls)
        planned.seats = seated.people
        if planned.seats != NOBODY and planned.outcome == RowOutcome.ALREADY_TRACKED:
            planned.outcome, planned.reason = RowOutcome.UPDATED, ""
        planned.reason = " ".join(filter(None, [planned.reason, *seated.remarks]))

    def _compare(self, planned: PlannedRow, receipt: Receipt, known: _Known) -> Matter | None:
        """A number that is tracked already gets what was missing; it is never moved to another matter.

        Returns the matter whose empty seats the row may fill.
        """
        parsed = planned.row
        assert parsed is not None  # noqa: S101  only a parsed row gets here
        planned.outcome, planned.reason = RowOutcome.ALREADY_TRACKED, ""
        wants_matter = planned.matter is not None or planned.opens_matter
        is_elsewhere = (
            receipt.matter_id is not None and wants_matter and _id(planned.matter) != receipt.matter_id
        )
        if is_elsewhere:
            planned.reason = _(
                "Already tracked under another matter. Move it there by hand if that is right."
            )
        planned.opens_matter = planned.opens_matter and receipt.matter_id is None
        if receipt.pk not in known.changeable:
            return None
        planned.updates = _updates(planned, parsed, receipt)
        if planned.updates:
            planned.outcome, planned.reason = RowOutcome.UPDATED, ""
        return None if is_elsewhere else receipt.matter or planned.matter

    def _look_up(self, rows: list[ParsedRow]) -> _Known:
        indexes = [number_index(row.number.canonical) for row in rows]
        receipts = list(Receipt.objects.filter(number_index__in=indexes).select_related("matter"))
        emails = {row.client_email for row in rows if row.client_email}
        clients = {
            str(client.email_index): client
            for client in Client.objects.filter(email_index__in={email_index(email) for email in emails})
        }
        matters = {
            matter.reference: matter
            for matter in Matter.objects.filter(
                reference__in={row.reference for row in rows if row.reference}
            )
        }
        open_matters: dict[UUID, list[Matter]] = {}
        for matter in Matter.objects.filter(
            client__in=list(clients.values()), state=MatterState.OPEN, parent__isnull=True
        ):
            open_matters.setdefault(matter.client_id, []).append(matter)
        staff = _staff(rows)
        return _Known(
            receipts={receipt.number_index: receipt for receipt in receipts},
            workable=self._workable([*matters.values(), *chain.from_iterable(open_matters.values())]),
            visible=self._visible(receipts),
            changeable=self._changeable(receipts),
            matters=matters,
            clients=clients,
            open_matters=open_matters,
            staff=staff,
            walls=look_up_walls(
                [*matters.values(), *chain.from_iterable(open_matters.values()), *_matters_of(receipts)],
                staff.values(),
            ),
        )

    def _workable(self, matters: list[Matter]) -> set[UUID]:
        """Operations upload for everybody and see every receipt; others need to work on the matter."""
        if self._actor.is_system or not matters:
            return set()
        ids = [matter.pk for matter in matters]
        held = (Capability.WORK_RECEIPT, Capability.OPERATE_POLLER)
        visible = (visible_matters(self._actor, capability).filter(pk__in=ids) for capability in held)
        return {pk for matters_ in visible for pk in matters_.values_list("pk", flat=True)}

    def _visible(self, receipts: list[Receipt]) -> set[UUID]:
        found = visible_receipts(self._actor).filter(pk__in=[receipt.pk for receipt in receipts])
        return set(found.values_list("pk", flat=True))

    def _changeable(self, receipts: list[Receipt]) -> set[UUID]:
        found = visible_to(
            self._actor,
            Receipt.objects.filter(pk__in=[receipt.pk for receipt in receipts]),
            via="matter",
            capability=working_capability(self._actor),
            unassigned=Capability.TRIAGE_UNASSIGNED,
        )
        return set(found.values_list("pk", flat=True))


def _parse(row: Row) -> ParsedRow | RowError:
    try:
        return parse_row(row.values)
    except RowError as error:
        return error


def _rejected(row: Row, value_masked: str, reason: str) -> PlannedRow:
    return PlannedRow(row.line, RowOutcome.REJECTED, value_masked, reason)


def _id(matter: Matter | None) -> UUID | None:
    return matter.pk if matter else None


def _matters_of(receipts: Iterable[Receipt]) -> list[Matter]:
    return [receipt.matter for receipt in receipts if receipt.matter is not None]


def _updates(planned: PlannedRow, parsed: ParsedRow, receipt: Receipt) -> dict[str, str]:
    """What the row adds to a receipt that is tracked already."""
    updates: dict[str, str] = {}
    if parsed.form and not receipt.form_type:
        updates["form_type"] = parsed.form
    if parsed.priority and parsed.priority != receipt.priority:
        updates["priority"] = parsed.priority
    if receipt.matter_id is None and (planned.matter is not None or planned.opens_matter):
        updates["matter"] = "new" if planned.opens_matter else str(_id(planned.matter))
    return updates


def _named(parsed: ParsedRow, known: _Known) -> People:
    """The people a row names; raises RowError for an address that is nobody's with that role."""
    found: dict[str, User] = {}
    for column, role in _STAFF.items():
        if email := getattr(parsed, column):
            person = known.staff.get((email, role))
            if person is None:
                message = _("%(column)s is nobody with that role here. Correct it or leave it empty.")
                raise RowError(message % {"column": column})
            found[role] = person
    return People(attorney=found.get(Role.ATTORNEY), paralegal=found.get(Role.PARALEGAL))


def _staff(rows: list[ParsedRow]) -> dict[tuple[str, str], User]:
    emails = {getattr(row, column) for row in rows for column in _STAFF} - {""}
    found = User.objects.filter(email__in=emails, is_active=True) if emails else []
    return {(user.email, user.role): user for user in found}
