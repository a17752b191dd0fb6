"""One change stands once for each reader: in the inbox, the approvals, their work or their alerts."""

from __future__ import annotations

from itertools import product
from uuid import UUID

import pytest

from legist.core.actors import Actor
from legist.practice.permissions import Capability, can
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import ENGINE, TEXTS, make_news
from tracking.models import StatusChange
from tracking.selectors import ChangeFilters, count_inbox, list_changes
from tracking.states import Attention
from workflows.messages.drafts import NewDraft, create_draft
from workflows.messages.queue import count_waiting_drafts
from workflows.messages.selectors import visible_drafts
from workflows.models import ChecklistItem, ChecklistRun, Deadline, Draft, Notification, Playbook, PlaybookRun
from workflows.my_work.selectors import my_work
from workflows.notifications.selectors import read_notices
from workflows.states import (
    DeadlineStatus,
    DraftState,
    ItemRole,
    NotificationKind,
    NotificationLevel,
    RunState,
    WorkKind,
)

pytestmark = pytest.mark.django_db

ASKS = {Attention.ACT: "RFE_ISSUED", Attention.TELL: "APPROVED"}
MESSAGES = ("", DraftState.DRAFTED, DraftState.IN_REVIEW, DraftState.VOID)
WORK = ("", "item", "date")


def make_case(firm: Firm, asks: Attention, message: str, work: str) -> StatusChange:
    """Return a change of Dana's with a message in a state and one kind of work that is open."""
    matter = firm.danas_matter
    change = make_news(matter, ASKS[asks])
    receipt = change.receipt
    assert change.attention == asks
    playbook = Playbook.objects.order_by("key")[0]
    run = PlaybookRun.objects.create(
        playbook=playbook,
        playbook_key=playbook.key,
        change=change,
        receipt=receipt,
        matter=matter,
        state=RunState.DONE,
        started_at=NOW,
    )
    if message:
        new = NewDraft(
            matter=matter, client=matter.client, purpose="x", texts=TEXTS, change_id=change.pk, run=run
        )
        draft = create_draft(new, actor=ENGINE, now=NOW)
        Draft.objects.filter(pk=draft.pk).update(state=message)
    if work == "item":
        steps = ChecklistRun.objects.create(matter=matter, run=run, key="x", created_at=NOW)
        ChecklistItem.objects.create(checklist=steps, key="x", position=1, role=ItemRole.PARALEGAL)
    if work == "date":
        provisional = DeadlineStatus.PROVISIONAL
        Deadline.objects.create(
            matter=matter, receipt=receipt, run=run, kind="x", status=provisional, created_at=NOW
        )
    for person in (firm.alice, firm.paul, firm.mary, firm.olga):
        Notification.objects.create(
            user=person,
            key=f"{change.pk}",
            kind=NotificationKind.CHANGE,
            level=NotificationLevel.ACTION,
            matter=matter,
            subject_kind="playbookrun",
            subject_id=run.pk,
            created_at=NOW,
        )
    return change


class Reader:
    """Where each change stands for one person, by id."""

    def __init__(self, actor: Actor) -> None:
        changes = list_changes(actor, ChangeFilters(), now=NOW)
        asking = {row.pk for row in changes if vars(row)["asks"] != Attention.NOTE}
        self.inbox = asking
        reads = can(actor, Capability.VIEW_MATTER)
        bands = my_work(actor, now=NOW).bands if reads else {}
        lines = [each for groups in bands.values() for group in groups for each in group.lines]
        self.lines = {each.change_id for each in lines}
        self.news = {each.id for each in lines if each.kind == WorkKind.CHANGE and not each.is_news}
        waiting = visible_drafts(actor).filter(state=DraftState.IN_REVIEW) if reads else []
        self.approvals = {each.change_id for each in waiting}
        runs = dict(PlaybookRun.objects.values_list("pk", "change"))
        self.alerts = {runs[each.subject_id] for each in read_notices(actor)}
        assert count_inbox(actor, now=NOW) == len(asking)
        assert count_waiting_drafts(actor) == len(self.approvals)

    def places(self, change: UUID) -> int:
        return sum(change in each for each in (self.inbox, self.news, self.alerts))


def test_a_change_stands_once_for_everybody_and_none_is_lost(firm: Firm) -> None:
    cases = {make_case(firm, *each).pk: each for each in product(ASKS, MESSAGES, WORK)}
    readers = {who: Reader(firm.actor(who)) for who in ("alice", "paul", "mary", "olga")}
    alice, paul = readers["alice"], readers["paul"]

    for change, case in cases.items():
        asks, message, work = case
        only_waits = message == DraftState.IN_REVIEW and not work
        is_told = asks == Attention.TELL and message in {DraftState.DRAFTED, DraftState.IN_REVIEW}
        for who, reader in readers.items():
            assert reader.places(change) <= 1, (who, case)
            if only_waits and who != "olga":
                assert reader.places(change) == 0, (who, case)
                assert change in reader.approvals, (who, case)
        for reader in (alice, paul):
            assert (change in reader.inbox) == (not only_waits and not is_told), case
        assert change in alice.inbox | alice.approvals | alice.lines | paul.lines, case
