"""A receipt is moved to another matter: its work goes along, and no message reaches the wrong client."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection

from legist.core.errors import WrongState
from legist.core.models import AuditEntry
from legist.core.uow import unit_of_work
from portal import selectors as portal
from tests.factories.practice import NOW, SYSTEM, Firm, make_firm
from tests.factories.workflows import approve, hear, make_change, make_news, run
from tests.support.mailserver import MailServer
from tracking import services as tracking
from tracking.models import StatusChange
from tracking.selectors import get_change_facts
from workflows.matters import moving
from workflows.messages import sending
from workflows.models import BillingEvent, ChecklistRun, Deadline, Delivery, Draft, Notification, PlaybookRun
from workflows.playbooks.steps.base import StepContext
from workflows.web.notifications.labels import explain

LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def worker_apart(settings: LazySettings) -> None:
    """The worker comes later, so that what holds before it does can be seen."""
    settings.LEGIST_TASK_ENGINE = "djangoq"


def make_rfe(firm: Firm) -> StatusChange:
    change = make_news(firm.danas_matter, "RFE_ISSUED")
    run(change)
    return change


def move(firm: Firm, change: StatusChange) -> None:
    tracking.assign_receipt(
        change.receipt_id, matter_id=firm.eves_matter.pk, actor=firm.actor("alice"), now=LATER
    )


def deliver() -> dict[str, int]:
    counts = sending.deliver_due(now=LATER, actor=SYSTEM)
    return {state: count for state, count in counts.items() if count}


def test_the_waiting_message_is_withdrawn_and_drafted_anew_for_the_other_client(firm: Firm) -> None:
    change = make_rfe(firm)
    old = Draft.objects.get(change=change)

    move(firm, change)
    hear(LATER)

    old.refresh_from_db()
    new = Draft.objects.get(change=change, state="in_review")
    assert old.state == "void"
    assert (new.matter, new.client) == (firm.eves_matter, firm.eves_matter.client)
    assert "Eve Example" in new.texts["en"]["body"]
    assert "Dana" not in str(new.texts)


def test_the_deadline_and_the_rest_of_the_work_go_along(firm: Firm) -> None:
    change = make_rfe(firm)
    before = Deadline.objects.get(receipt=change.receipt)

    move(firm, change)
    hear(LATER)

    deadline = Deadline.objects.get(receipt=change.receipt)
    assert (deadline.matter, deadline.due_date) == (firm.eves_matter, before.due_date)
    for model in (ChecklistRun, PlaybookRun):
        assert set(model.objects.values_list("matter", flat=True)) == {firm.eves_matter.pk}
    assert not BillingEvent.objects.exclude(matter=firm.eves_matter).exists()


def test_an_approved_message_stays_before_the_worker_has_come(firm: Firm, mailserver: MailServer) -> None:
    change = make_rfe(firm)
    approve(firm, Draft.objects.get(change=change))
    move(firm, change)

    assert deliver() == {"held": 2}
    assert mailserver.messages == []
    assert set(Delivery.objects.values_list("error", flat=True)) == {"moved"}


def test_nobody_approves_it_before_the_worker_has_come(firm: Firm) -> None:
    change = make_rfe(firm)
    move(firm, change)

    with pytest.raises(WrongState, match="moved to another matter"):
        approve(firm, Draft.objects.get(change=change))


def test_what_was_held_is_withdrawn_by_the_worker(firm: Firm, mailserver: MailServer) -> None:
    change = make_rfe(firm)
    draft = approve(firm, Draft.objects.get(change=change))
    move(firm, change)
    deliver()

    hear(LATER)

    draft.refresh_from_db()
    assert draft.state == "void"
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}
    assert deliver() == {}


def test_what_is_on_its_way_is_said_to_both(firm: Firm, mailserver: MailServer) -> None:
    change = make_rfe(firm)
    draft = approve(firm, Draft.objects.get(change=change))
    Delivery.objects.filter(draft=draft, channel="email").update(
        state="sending", lease_until=LATER + timedelta(minutes=5)
    )
    move(firm, change)

    hear(LATER)

    told = Notification.objects.filter(kind="handover")
    assert {notice.data["on_way"] for notice in told} == {1}
    assert all("had left already" in line.text for line in explain(told))
    assert deliver() == {"held": 1}


def test_both_matters_people_are_told(firm: Firm) -> None:
    change = make_rfe(firm)
    move(firm, change)
    hear(LATER)

    told = Notification.objects.filter(kind="handover").order_by("data__what", "user__name")
    assert [(notice.user.name, notice.matter, notice.data["what"]) for notice in told] == [
        ("Alice", firm.eves_matter, "moved_in"),
        ("Charlie", firm.eves_matter, "moved_in"),
        ("Alice", firm.danas_matter, "moved_out"),
        ("Paul", firm.danas_matter, "moved_out"),
    ]
    entries = AuditEntry.objects.filter(action__startswith="workflows.work_").order_by("action")
    assert [entry.scope for entry in entries] == [firm.eves_matter.pk, firm.danas_matter.pk]


def test_both_portals_are_right_at_once(firm: Firm, mailserver: MailServer) -> None:
    change = make_rfe(firm)
    approve(firm, Draft.objects.get(change=change))
    deliver()
    dana, eve = firm.actor("dana"), firm.actor("eve")
    assert len(portal.home(dana, language="en", now=NOW).cases) == 1
    assert len(portal.list_messages(dana, language="en")) == 1

    move(firm, change)

    assert portal.home(dana, language="en", now=NOW).cases == []
    assert portal.list_messages(dana, language="en") == []
    assert portal.count_new_messages(dana) == 0
    assert len(portal.home(eve, language="en", now=NOW).cases) == 1
    assert portal.list_messages(eve, language="en") == []


def test_what_was_sent_stays_on_file_where_it_was(firm: Firm, mailserver: MailServer) -> None:
    change = make_rfe(firm)
    draft = approve(firm, Draft.objects.get(change=change))
    deliver()
    move(firm, change)
    hear(LATER)

    draft.refresh_from_db()
    assert (draft.state, draft.matter.client) == ("sent", firm.danas_matter.client)
    assert Draft.objects.count() == 1


def test_a_message_that_is_overtaken_is_not_drafted_anew(firm: Firm) -> None:
    change = make_rfe(firm)
    make_change(change.receipt, "APPROVED", at=LATER)
    move(firm, change)
    hear(LATER)

    assert Draft.objects.get(change=change).state == "void"


def test_a_move_that_is_handled_twice_changes_nothing_more(firm: Firm) -> None:
    change = make_rfe(firm)
    move(firm, change)
    hear(LATER)
    drafts, told = Draft.objects.count(), Notification.objects.count()

    counts = moving.take_along(
        change.receipt_id, left=firm.danas_matter.pk, key="again", now=LATER, actor=SYSTEM
    )

    assert not any(counts.values())
    assert (Draft.objects.count(), Notification.objects.filter(kind="approval").count()) == (drafts, 2)
    assert Notification.objects.count() - told <= 4


def test_a_second_tab_does_not_move_what_was_moved(firm: Firm) -> None:
    change = make_rfe(firm)
    move(firm, change)

    with pytest.raises(WrongState, match="meanwhile"):
        tracking.assign_receipt(
            change.receipt_id,
            matter_id=firm.danas_matter.pk,
            actor=firm.actor("alice"),
            now=LATER,
            seen_in=str(firm.danas_matter.pk),
        )


def test_a_step_that_is_repeated_works_in_the_matter_it_is_in_now(firm: Firm) -> None:
    """What the playbook had opened under the old matter belongs to the old client."""
    change = make_rfe(firm)
    opened = Deadline.objects.get(receipt=change.receipt).matter
    move(firm, change)
    hear(LATER)

    made = PlaybookRun.objects.get(change=change)
    facts = get_change_facts(change.pk)
    results = {step.action_key: step.result_id for step in made.actions.all() if step.result_id}
    eves = firm.eves_matter
    context = StepContext(facts, made, eves, eves.client, SYSTEM, LATER, results)
    names = [key for key, made in context.results.items() if made == opened.pk]
    assert names
    assert context.matter_for({"in": names[0]}) == firm.eves_matter


@pytest.mark.django_db(transaction=True)
def test_a_hand_over_in_the_moment_of_the_move_waits_for_it_and_stays(mailserver: MailServer) -> None:
    firm = make_firm()
    change = make_rfe(firm)
    approve(firm, Draft.objects.get(change=change))

    def hand_over() -> None:
        try:
            deliver()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with unit_of_work():
            move(firm, change)
            at_work = pool.submit(hand_over)
            with pytest.raises(FutureTimeout):
                at_work.result(timeout=1)
        at_work.result()

    assert mailserver.messages == []
    assert set(Delivery.objects.values_list("error", flat=True)) == {"moved"}
