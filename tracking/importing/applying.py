"""Write what was planned for one chunk of rows; the caller holds the unit of work."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from legist.core import audit
from legist.core.actors import Actor
from legist.core.crypto import blind_index
from legist.core.uow import acting
from legist.practice.clients import offers
from legist.practice.models import Client, Matter
from legist.practice.services import NOBODY, assign_missing, find_or_create_client, open_matter
from tracking import audit_actions as actions
from tracking.importing.planning import PlannedRow, said_digest, what_is_said
from tracking.importing.rows import ParsedRow
from tracking.models import ImportBatch, ImportRow, Receipt, WaitingRow
from tracking.polling import lifting, placing
from tracking.polling.cadence import first_poll
from tracking.receipts import FILING, ReceiptNumber
from tracking.states import Priority, RowOutcome, Tier

TIERS: Final = {
    Priority.HIGH: Tier.NEAR_REAL_TIME,
    Priority.NORMAL: Tier.STANDARD,
    Priority.LOW: Tier.LOW,
}


def new_receipt(
    number: ReceiptNumber,
    *,
    index: str,
    matter: Matter | None,
    form: str,
    priority: str,
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Build a receipt that is due for its first check; the caller places it (`place_new`) and saves it."""
    tier = TIERS[Priority(priority or Priority.NORMAL)]
    return Receipt(
        number=number.canonical,
        number_index=index,
        filing_index=blind_index(number.filing, FILING),
        prefix=number.prefix,
        form_type=form,
        matter=matter,
        priority=priority or Priority.NORMAL,
        tier=tier,
        **first_poll(tier=tier, now=now).columns,
        created_at=now,
        created_by=actor.key,
    )


class RacedError(Exception):
    """Somebody else took an address between our look and our write; the chunk is planned again."""


class Applier:
    """Writes the rows of one import; matters and clients opened by earlier rows are found again."""

    def __init__(self, batch: ImportBatch, *, actor: Actor, now: datetime) -> None:
        self._batch = batch
        self._actor = actor
        self._now = now
        self._by_reference: dict[str, Matter] = {}
        self._by_client: dict[UUID, Matter] = {}
        self._clients: dict[str, Client] = {}

    @property
    def opened(self) -> set[UUID]:
        """The matters that this import has opened."""
        return {matter.pk for matter in (*self._by_reference.values(), *self._by_client.values())}

    def apply(self, plans: list[PlannedRow]) -> Counter[str]:
        """Write a chunk; return how many rows had each outcome, and how many went to the tray.

        Raises RacedError, or an IntegrityError, when somebody else wrote the same at the same time.
        """
        created: list[Receipt] = []
        for plan in plans:
            if plan.outcome in {RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.WAITING}:
                self._apply_row(plan, created)
        placing.place_new(created, now=self._now)
        Receipt.objects.bulk_create(created)
        for receipt in created:
            self._audit(actions.RECEIPT_TRACKED, receipt, {"tier": receipt.tier})
        reports = [_report(self._batch, plan) for plan in plans]
        ImportRow.objects.bulk_create(reports)
        pairs = zip(plans, reports, strict=True)
        held = [self._held(plan, row) for plan, row in pairs if plan.outcome == RowOutcome.WAITING]
        WaitingRow.objects.bulk_create(held)
        updated = [plan.receipt.pk for plan in plans if plan.receipt and plan.updates]
        if updated:
            lifting.place_anew(Receipt.objects.filter(pk__in=updated), now=self._now)
        for plan in plans:
            self._offer(plan)
        counts = Counter(str(plan.outcome) for plan in plans)
        counts["unassigned"] = sum(plan.is_unassigned for plan in plans)
        return counts

    def _apply_row(self, plan: PlannedRow, created: list[Receipt]) -> None:
        is_held = plan.outcome == RowOutcome.WAITING
        matter = None if is_held else self._open_matter(plan) if plan.opens_matter else plan.matter
        if plan.seats != NOBODY:
            self._assign_missing(plan, matter)
        if plan.receipt is not None:
            if plan.updates:
                self._update(plan, plan.receipt, matter)
            return
        row = _parsed(plan)
        plan.receipt = new_receipt(
            row.number,
            index=plan.index,
            matter=matter,
            form=row.form,
            priority=row.priority,
            actor=self._actor,
            now=self._now,
        )
        created.append(plan.receipt)

    def _open_matter(self, plan: PlannedRow) -> Matter:
        """Open the matter of a row, unless an earlier row of the file has opened it."""
        row = _parsed(plan)
        if row.reference in self._by_reference:
            return self._by_reference[row.reference]
        client = plan.client or self._client(row)
        if not row.reference and client.pk in self._by_client:
            return self._by_client[client.pk]
        matter = open_matter(
            reference=row.reference or None,
            title=_("%(form)s of %(client)s") % {"form": row.form or _("Case"), "client": client.name},
            client=client,
            people=plan.people,
            actor=self._actor,
            now=self._now,
        )
        self._by_reference[matter.reference] = matter
        self._by_client.setdefault(client.pk, matter)
        return matter

    def _client(self, row: ParsedRow) -> Client:
        """Return the client that an earlier row has made, or a new one: never one we have not looked at."""
        if row.client_email in self._clients:
            return self._clients[row.client_email]
        if not row.client_name:
            raise RacedError
        client, is_new = find_or_create_client(
            name=row.client_name,
            email=row.client_email or None,
            language=row.language,
            actor=self._actor,
            now=self._now,
        )
        if not is_new:
            raise RacedError
        if row.client_email:
            self._clients[row.client_email] = client
        return client

    def _held(self, plan: PlannedRow, report: ImportRow) -> WaitingRow:
        row = _parsed(plan)
        assert plan.receipt is not None  # noqa: S101  watched from the first moment
        language = {"said_language": row.said_language} if row.said_language else {}
        sealed: dict[str, Any] = {"said": what_is_said(row) | language}
        return WaitingRow(
            **sealed,
            row=report,
            receipt=plan.receipt,
            matter=plan.matter or self._by_reference.get(row.reference),
            client=plan.client or self._clients.get(row.client_email),
            digest=said_digest(plan),
            causes=",".join(sorted(plan.causes)),
            opened_at=self._now,
        )

    def _offer(self, plan: PlannedRow) -> None:
        if plan.offered_in is not None and plan.offers:
            client = plan.offered_in.client
            offers.offer(client, plan.offers, source=self._batch.pk, actor=self._actor, now=self._now)

    def _assign_missing(self, plan: PlannedRow, matter: Matter | None) -> None:
        kept = plan.receipt.matter if plan.receipt else None
        target = kept or matter
        assert target is not None  # noqa: S101  seats are planned on a matter that is there
        assign_missing(target, plan.seats, actor=self._actor, now=self._now)

    def _update(self, plan: PlannedRow, receipt: Receipt, matter: Matter | None) -> None:
        fields: list[str] = [name for name in ("form_type", "priority") if name in plan.updates]
        for name in fields:
            setattr(receipt, name, plan.updates[name])
        if "matter" in plan.updates:
            receipt.matter = matter
            fields.append("matter")
        receipt.save(update_fields=fields)
        self._audit(actions.RECEIPT_UPDATED, receipt, {"fields": ",".join(fields)})

    def _audit(self, action: audit.Action, receipt: Receipt, data: dict[str, str]) -> None:
        data["import"] = str(self._batch.pk)
        acting(actor=self._actor, now=self._now).record(action, receipt, **data)


def _parsed(plan: PlannedRow) -> ParsedRow:
    assert plan.row is not None  # noqa: S101  only rows that could be read are applied
    return plan.row


def _report(batch: ImportBatch, plan: PlannedRow) -> ImportRow:
    return ImportRow(
        batch=batch,
        sheet=plan.sheet,
        line=plan.line,
        outcome=plan.outcome,
        value_masked=plan.value_masked[:40],
        remarks=plan.kept,
        receipt=plan.receipt,
    )
