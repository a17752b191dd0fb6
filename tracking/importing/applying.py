"""Write what was planned for one chunk of rows; the caller holds the unit of work."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from legist.core import audit
from legist.core.actors import Actor
from legist.core.errors import InvalidInput
from legist.core.uow import unit_of_work
from legist.practice.models import Client, Matter, MatterState
from legist.practice.services import (
    NOBODY,
    fill_seats,
    find_or_create_client,
    find_or_create_matter,
    open_matter,
)
from tracking import audit_actions as actions
from tracking.importing.planning import PlannedRow
from tracking.importing.rows import ParsedRow
from tracking.models import ImportBatch, ImportRow, Priority, Receipt, RowOutcome, Tier
from tracking.polling.cadence import first_poll
from tracking.receipts import ReceiptNumber

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
    """Build a receipt that is due for its first check; the caller saves it."""
    tier = TIERS[Priority(priority or Priority.NORMAL)]
    plan = first_poll(tier=tier, now=now)
    return Receipt(
        number=number.canonical,
        number_index=index,
        prefix=number.prefix,
        form_type=form,
        matter=matter,
        priority=priority or Priority.NORMAL,
        tier=tier,
        next_poll_at=plan.at,
        next_poll_reason=plan.reason,
        created_at=now,
        created_by=actor.key,
    )


class Applier:
    """Writes the rows of one import; matters and clients opened by earlier rows are found again."""

    def __init__(self, batch: ImportBatch | None, *, actor: Actor, now: datetime) -> None:
        self._batch = batch
        self._actor = actor
        self._now = now

    def apply(self, plans: list[PlannedRow]) -> Counter[str]:
        """Write a chunk; return how many rows had each outcome, and how many went to the tray."""
        created: list[Receipt] = []
        for plan in plans:
            if plan.outcome in {RowOutcome.CREATED, RowOutcome.UPDATED}:
                self._apply_row(plan, created)
        Receipt.objects.bulk_create(created)
        for receipt in created:
            self._audit(actions.RECEIPT_TRACKED, receipt, {"tier": receipt.tier})
        if self._batch is not None:
            ImportRow.objects.bulk_create([_report(self._batch, plan) for plan in plans])
        counts = Counter(str(plan.outcome) for plan in plans)
        counts["unassigned"] = sum(plan.is_unassigned for plan in plans)
        return counts

    def _apply_row(self, plan: PlannedRow, created: list[Receipt]) -> None:
        try:
            matter = self._open_matter(plan) if plan.opens_matter else plan.matter
        except InvalidInput as error:
            # Somebody took the reference between our look and our write.
            plan.outcome, plan.reason, plan.receipt = RowOutcome.REJECTED, error.message, None
            return
        if plan.seats != NOBODY:
            self._fill_seats(plan, matter)
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
        with unit_of_work(actor=self._actor):
            existing = Matter.objects.filter(reference=row.reference).first() if row.reference else None
            if existing is not None and not row.client_email:
                return existing
            client = plan.client or self._client(row.client_name, row.client_email, row.language)
            title = _("%(form)s of %(client)s") % {"form": row.form or _("Case"), "client": client.name}
            if not row.reference:
                return _only_matter(client) or open_matter(
                    title=title, client=client, people=plan.people, actor=self._actor, now=self._now
                )
            return find_or_create_matter(
                reference=row.reference,
                title=title,
                client=client,
                people=plan.people,
                actor=self._actor,
                now=self._now,
            )[0]

    def _fill_seats(self, plan: PlannedRow, matter: Matter | None) -> None:
        kept = plan.receipt.matter if plan.receipt else None
        target = kept or matter
        assert target is not None  # noqa: S101  seats are planned on a matter that is there
        fill_seats(target, plan.seats, actor=self._actor, now=self._now)

    def _client(self, name: str, email: str, language: str) -> Client:
        return find_or_create_client(
            name=name, email=email or None, language=language, actor=self._actor, now=self._now
        )[0]

    def _update(self, plan: PlannedRow, receipt: Receipt, matter: Matter | None) -> None:
        fields: list[str] = [name for name in ("form_type", "priority") if name in plan.updates]
        for name in fields:
            setattr(receipt, name, plan.updates[name])
        if "priority" in fields and receipt.tier != Tier.PAUSED:
            receipt.tier = TIERS[Priority(receipt.priority)]
            fields.append("tier")
        if "matter" in plan.updates:
            receipt.matter = matter
            fields.append("matter")
        receipt.save(update_fields=fields)
        self._audit(actions.RECEIPT_UPDATED, receipt, {"fields": ",".join(fields)})

    def _audit(self, action: audit.Action, receipt: Receipt, data: dict[str, str]) -> None:
        data["import"] = str(self._batch.pk) if self._batch else ""
        audit.record(
            action, actor=self._actor, subject=receipt, scope=receipt.matter_id, now=self._now, data=data
        )


def _parsed(plan: PlannedRow) -> ParsedRow:
    assert plan.row is not None  # noqa: S101  only rows that could be read are applied
    return plan.row


def _only_matter(client: Client) -> Matter | None:
    matters = list(Matter.objects.filter(client=client, state=MatterState.OPEN, parent__isnull=True)[:2])
    return matters[0] if len(matters) == 1 else None


def _report(batch: ImportBatch, plan: PlannedRow) -> ImportRow:
    return ImportRow(
        batch=batch,
        line=plan.line,
        outcome=plan.outcome,
        value_masked=plan.value_masked[:40],
        reason=plan.reason[:300],
        receipt=plan.receipt,
    )
