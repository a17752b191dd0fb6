"""When a case moves on, what it has overtaken is offered as one thing to settle, and can be taken back."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest

from legist.core.errors import Forbidden, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.practice.services import close_matter
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import ENGINE, approve, make_change, make_news, run
from tracking.models import Receipt, StatusChange
from tracking.statuses import CODES
from workflows.checklists.services import reopen_item
from workflows.deadlines.services import reopen_deadline
from workflows.law.outcomes import leaves_without_aim
from workflows.messages.selectors import list_waiting_drafts
from workflows.models import ChecklistItem, Deadline, Draft
from workflows.overtaken import services
from workflows.overtaken.bundle import Bundle
from workflows.overtaken.selectors import bundles
from workflows.states import DraftState

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def bundle(firm: Firm, receipt: Receipt, who: str = "paul") -> Bundle:
    return next(iter(bundles(firm.actor(who), [receipt.pk])), Bundle(receipt, ()))


def kinds(found: Bundle) -> list[int]:
    return [len(each) for each in (found.withdrawn, found.skipped, found.met, found.replaced, found.left)]


@pytest.fixture
def answered(firm: Firm) -> StatusChange:
    """A request for evidence that was answered: a message, a date and the steps to the answer stand open."""
    change = make_news(firm.danas_matter, "RFE_ISSUED")
    run(change)
    make_change(change.receipt, "RESPONSE_RECEIVED", at=LATER)
    return change


def settle(firm: Firm, change: StatusChange, who: str = "paul", shown: str = "") -> services.Counts:
    expected = shown or bundle(firm, change.receipt, who).hash
    return services.settle(change.receipt_id, expected=expected, actor=firm.actor(who), now=LATER)


def test_what_was_answered_is_one_bundle(firm: Firm, answered: StatusChange) -> None:
    assert kinds(bundle(firm, answered.receipt)) == [1, 7, 1, 0, 0]


def test_it_is_settled_at_once_on_the_record_and_taken_back(firm: Firm, answered: StatusChange) -> None:
    counts = settle(firm, answered)

    assert (counts.messages, counts.steps, counts.dates) == (1, 7, 1)
    assert Deadline.objects.get().closed_by == firm.paul
    assert {item.closing for item in ChecklistItem.objects.all()} == {"overtaken"}
    assert Draft.objects.get(change=answered).state == DraftState.VOID
    assert bundle(firm, answered.receipt).size == 0
    entry = AuditEntry.objects.get(action="workflows.overtaken_settled")
    assert entry.data == {"code": "RESPONSE_RECEIVED", "messages": 1, "steps": 7, "dates": 1}

    paul = firm.actor("paul")
    back = services.take_back(answered.receipt_id, at=LATER, actor=paul, now=LATER + timedelta(minutes=1))

    assert back == counts
    assert kinds(bundle(firm, answered.receipt)) == [1, 7, 1, 0, 0]
    assert Deadline.objects.get().reminders.filter(state="pending").exists()
    draft = Draft.objects.get(change=answered)
    assert draft.state == DraftState.IN_REVIEW
    assert approve(firm, draft).state == DraftState.APPROVED


@pytest.mark.parametrize(("who", "minutes"), [("alice", 1), ("paul", 61)])
def test_only_who_settled_it_takes_it_back_and_soon(
    firm: Firm, answered: StatusChange, who: str, minutes: int
) -> None:
    settle(firm, answered)

    with pytest.raises(WrongState):
        services.take_back(
            answered.receipt_id, at=LATER, actor=firm.actor(who), now=LATER + timedelta(minutes=minutes)
        )


def test_nothing_is_opened_again_in_a_closed_matter(firm: Firm, answered: StatusChange) -> None:
    settle(firm, answered)
    close_matter(firm.danas_matter, actor=firm.actor("mary"), now=LATER)
    paul, item, date_met = firm.actor("paul"), ChecklistItem.objects.first(), Deadline.objects.get()
    assert item is not None

    for act in (
        partial(services.take_back, answered.receipt_id, at=LATER),
        partial(reopen_item, item.pk),
        partial(reopen_deadline, date_met.pk),
    ):
        with pytest.raises(WrongState, match="closed"):
            act(actor=paul, now=LATER)
    assert not Deadline.objects.filter(state="open").exists()
    assert not ChecklistItem.objects.filter(done_at=None).exists()


def test_nobody_settles_what_they_were_not_shown(firm: Firm, answered: StatusChange) -> None:
    shown = bundle(firm, answered.receipt).hash
    ChecklistItem.objects.first().delete()  # type: ignore[union-attr]

    with pytest.raises(WrongState):
        settle(firm, answered, shown=shown)
    assert Deadline.objects.get().state == "open"


@pytest.mark.parametrize(("who", "error"), [("charlie", NotFound), ("olga", Forbidden), ("mary", Forbidden)])
def test_it_is_for_those_who_work_on_the_matter(
    firm: Firm, answered: StatusChange, who: str, error: type[Exception]
) -> None:
    assert bundle(firm, answered.receipt, who).size == 0
    with pytest.raises(error):
        settle(firm, answered, who, shown="x")


def test_a_wall_hides_it(firm: Firm, answered: StatusChange) -> None:
    wall_off(firm.danas_matter, firm.paul, reason="A conflict.", actor=SYSTEM, now=NOW)

    assert bundle(firm, answered.receipt).size == 0


def test_a_date_without_a_point_is_left_to_a_person(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "RFE_ISSUED")
    run(change)
    make_change(change.receipt, "DENIED", at=LATER)

    assert kinds(bundle(firm, change.receipt, "alice")) == [1, 7, 0, 0, 1]


def test_a_new_appointment_replaces_the_one_before(firm: Firm) -> None:
    first = make_news(firm.danas_matter, "INTERVIEW_SCHEDULED")
    run(first)
    second = make_change(first.receipt, "INTERVIEW_SCHEDULED", at=LATER, event_date=date(2026, 3, 1))
    run(second, now=LATER)

    assert kinds(bundle(firm, first.receipt))[2:] == [0, 1, 0]
    settle(firm, first)
    assert sorted(Deadline.objects.values_list("state", flat=True)) == ["moved", "open"]
    services.take_back(first.receipt_id, at=LATER, actor=firm.actor("paul"), now=LATER)
    assert sorted(Deadline.objects.values_list("state", "previous")) == [("open", None), ("open", None)]


def test_a_message_is_not_overtaken_while_what_it_asks_is_open(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "BIOMETRICS_SCHEDULED")
    run(change)
    make_change(change.receipt, "IN_REVIEW", at=LATER)

    assert bundle(firm, change.receipt).size == 0
    assert not list_waiting_drafts(firm.actor("alice"))[0].is_overtaken


def test_news_that_nobody_has_looked_at_settles_nothing(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "RFE_ISSUED")
    run(change)
    make_change(change.receipt, "RESPONSE_RECEIVED", at=LATER, needs_review=True)

    assert bundle(firm, change.receipt).size == 0


def test_when_the_card_has_come_only_what_it_asks_for_is_left(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "RFE_ISSUED")
    at, news = NOW, [change]
    run(change)
    for code in ("RESPONSE_RECEIVED", "APPROVED", "DOC_PRODUCTION", "DOC_MAILED", "DOC_DELIVERED"):
        at += timedelta(days=3)
        news.append(make_change(change.receipt, code, at=at, event_date=at.date()))
        run(news[-1], now=at)

    settle(firm, change)

    assert [draft.change_id for draft in Draft.objects.exclude(state="void")] == [news[-1].pk]
    left = ChecklistItem.objects.filter(done_at=None).select_related("checklist")
    assert {item.checklist.key for item in left} == {"approval"}
    assert not Deadline.objects.filter(state="open").exists()


def test_a_playbook_clears_only_what_it_names_and_never_a_date(firm: Firm, answered: StatusChange) -> None:
    services.clear(answered.receipt_id, purposes=[], checklists=["rfe"], actor=ENGINE, now=LATER)

    assert kinds(bundle(firm, answered.receipt)) == [1, 0, 1, 0, 0]
    assert ChecklistItem.objects.filter(closing="overtaken", done_by=None).count() == 7


def test_no_status_ends_the_steps_that_it_began_unless_it_sets_another_day() -> None:
    ends = {str(code) for code in CODES if leaves_without_aim(code, [code])}

    assert {code.partition("_")[0] for code in ends} <= {"BIOMETRICS", "INTERVIEW", "OATH"}
