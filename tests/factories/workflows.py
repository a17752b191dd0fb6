"""Changes of status to start playbooks with, and what they lead to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from legist.core import outbox
from legist.core.actors import Actor
from legist.core.definitions.kinds import kind_of
from legist.core.definitions.services import Decision, publish
from legist.core.uow import unit_of_work
from legist.practice.models import Matter
from tests.factories.practice import NOW, SYSTEM, Firm
from tracking.models import Receipt, StatusChange
from tracking.observations.meaning import NewStatus
from tracking.observations.services import observe
from tracking.receipts import ReceiptNumber
from tracking.selectors import number_index
from tracking.statuses import CODES, StatusCode
from workflows.deadlines.reminder_days import RuleOfKind
from workflows.deadlines.services import NewDeadline, add_deadline
from workflows.labels import count_step
from workflows.law.counting import DeadlineResult
from workflows.messages.drafts import NewDraft, approve_draft, create_draft
from workflows.models import Deadline, Delivery, Draft
from workflows.playbooks import engine

ENGINE = Actor.system("playbooks")
_numbers = count(912_345_678)

TEXTS = {
    "en": {"subject": "A message about your case", "body": "Dear Dana,\n\nGood news."},
    "es": {"subject": "Un mensaje sobre su caso", "body": "Hola, Dana:\n\nBuenas noticias."},
}


def make_receipt(matter: Matter | None, *, form: str = "I-765") -> Receipt:
    number = ReceiptNumber.parse(f"IOE0{next(_numbers)}")
    receipt = Receipt(
        number=number.canonical,
        number_index=number_index(number.canonical),
        prefix=number.prefix,
        form_type=form,
        matter=matter,
        next_poll_at=NOW,
        created_at=NOW,
        created_by=SYSTEM.key,
    )
    receipt.save(force_insert=True)
    return receipt


def make_change(
    receipt: Receipt,
    code: str,
    *,
    at: datetime = NOW,
    event_date: date | None = date(2026, 2, 27),
    needs_review: bool = False,
    facts: dict[str, Any] | None = None,
    title_en: str = "",
) -> StatusChange:
    """Record a change as the poller does: row, receipt, record and event in one."""
    info = CODES[StatusCode(code)]
    status = NewStatus(
        code=StatusCode(code),
        bucket=info.bucket,
        source="uscis",
        title_en=title_en or info.label,
        event_date=event_date,
        client_action=info.client_action,
        terminal=info.terminal,
        needs_review=needs_review,
        facts=facts or {},
    )
    with unit_of_work(actor=SYSTEM):
        return observe(receipt, status, via=status.source, at=at, actor=SYSTEM).written


def make_news(matter: Matter | None, code: str, *, form: str = "I-765", **options: Any) -> StatusChange:
    """Record a change of a receipt whose case was received and in review before."""
    receipt = make_receipt(matter, form=form)
    make_change(receipt, "IN_REVIEW", at=NOW - timedelta(days=60), event_date=date(2026, 1, 1))
    return make_change(receipt, code, **options)


def run(change: StatusChange, *, now: datetime = NOW, confirmed: bool = False) -> engine.RunSummary:
    return engine.run_for_change(change.pk, now=now, actor=ENGINE, confirmed=confirmed)


def said(counted: Deadline | DeadlineResult) -> list[str]:
    """Say how a date was counted, step by step."""
    return [count_step(step) for step in counted.steps]


def hear(now: datetime = NOW) -> None:
    """Do what the worker does about everything that was told of so far."""
    while outbox.drain(now=now).claimed:
        pass


def make_draft(firm: Firm, *, submit: bool = True, now: datetime = NOW) -> Draft:
    matter = firm.danas_matter
    new = NewDraft(matter=matter, client=matter.client, purpose="status_update", texts=TEXTS)
    return create_draft(new, actor=ENGINE, now=now, submit=submit)


def approve(firm: Firm, draft: Draft, *, now: datetime = NOW) -> Draft:
    return approve_draft(
        draft.pk, actor=firm.actor("alice"), version_hash=draft.content_hash, now=now, authenticated_at=now
    )


def make_delivery(firm: Firm, channel: str = "email") -> Delivery:
    """Return a delivery of an approved message to Dana that waits to go out."""
    return Delivery.objects.get(draft=approve(firm, make_draft(firm)), channel=channel)


def make_deadline(
    firm: Firm, due: date | None = date(2026, 5, 1), *, offsets: list[int] | None = None, **options: Any
) -> Deadline:
    new = NewDeadline(
        kind="rfe",
        title="Answer to the request for evidence",
        due=due,
        rule="rfe.standard",
        citation="8 CFR 103.2(b)(8)(iv)",
        reminder_offsets=offsets or [30, 7],
        **options,
    )
    return add_deadline(new, matter=firm.danas_matter, run=None, actor=ENGINE, now=NOW)


def decide_reminders(
    firm: Firm, rule: RuleOfKind, *, who: str = "mary", reason: str = "As we work.", seen: str | None = None
) -> Any:
    """Have somebody decide how a kind of deadline reminds, having seen what holds or `seen`."""
    actor, kind = firm.actor(who), kind_of("reminders")
    kind.require(actor)
    key = kind.find(rule.kind)
    expected = kind.topic.read(key).hash if seen is None else seen
    return publish(kind.topic, key, rule.content, expected=expected, decision=Decision(reason, actor, NOW))
