"""What one person has to do, and what they decide about it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.practice.models import User
from legist.practice.permissions import grant_matter
from legist.practice.roles import Role
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm, make_user
from tests.factories.workflows import hear, make_change, make_deadline, make_draft, make_news, run
from tracking import reviews
from tracking.models import ReviewItem, StatusChange
from tracking.states import ReviewKind
from workflows.matters.tasks_by_hand import NewTask, add_task
from workflows.messages.correspondence import Written, receive
from workflows.messages.drafts import return_draft
from workflows.models import ChecklistItem, IncomingMessage, Notification, WorkChoice
from workflows.my_work import services
from workflows.my_work.lines import Band, Line
from workflows.my_work.selectors import COUNTED_FOR, MyWork, count_pressing, known_pressing, my_work
from workflows.notifications.selectors import read_notices
from workflows.states import NotificationKind, WorkKind

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def work_of(firm: Firm, who: str | User, days: int = 0) -> MyWork:
    actor = firm.actor(who) if isinstance(who, str) else Actor.for_user(who)
    return my_work(actor, now=NOW + timedelta(days=days))


def lines(firm: Firm, who: str | User, *bands: Band, days: int = 0) -> list[Line]:
    found = work_of(firm, who, days)
    return [line for band in bands or tuple(Band) for group in found.bands[band] for line in group.lines]


def kinds(firm: Firm, who: str, *bands: Band) -> list[str]:
    return sorted({str(line.kind) for line in lines(firm, who, *bands)})


def set_task(firm: Firm, owner: str = "paul", due: date | None = None) -> ChecklistItem:
    task = NewTask(uuid4(), "Call Dana", str(getattr(firm, owner).pk), due)
    return add_task(firm.danas_matter.pk, task, actor=firm.actor("alice"), now=NOW)


def write(firm: Firm) -> IncomingMessage:
    written = Written(uuid4(), firm.danas_matter.pk, "When is my interview?")
    receive(written, client=firm.danas_matter.client, actor=firm.actor("dana"), now=NOW)
    return IncomingMessage.objects.get(pk=written.key)


def ask(change: StatusChange) -> None:
    about = {"receipt": change.receipt, "source": "uscis", "code": "", "detail": ""}
    reviews.open_item(ReviewKind.UNREADABLE, **about, now=NOW, actor=SYSTEM)  # type: ignore[arg-type]


def put_off(firm: Firm, key: str, days: int, *, told: bool = False) -> int:
    until = TODAY + timedelta(days=days)
    return services.put_off([key], until=until, is_past_told=told, actor=firm.actor("paul"), now=NOW)


def test_it_holds_what_is_theirs_of_every_kind(firm: Firm) -> None:
    asked = make_news(firm.danas_matter, "RFE_ISSUED")
    run(asked)
    make_news(firm.danas_matter, "MAIL_RETURNED")
    set_task(firm)
    draft, alice = make_draft(firm), firm.actor("alice")
    return_draft(draft.pk, reason="Shorter.", version_hash=draft.content_hash, actor=alice, now=NOW)
    ask(asked)
    item = ReviewItem.objects.get(kind=ReviewKind.UNREADABLE)
    reviews.assign_review(item.pk, assignee_id=firm.paul.pk, actor=firm.actor("alice"), now=NOW)

    assert kinds(firm, "paul") == ["change", "date", "item", "message", "review"]
    assert kinds(firm, "mary") == []


def test_a_group_is_a_receipt_and_overdue_comes_first(firm: Firm) -> None:
    for days in (90, 1):
        at = NOW - timedelta(days=days)
        run(make_news(firm.danas_matter, "RFE_ISSUED", at=at, event_date=at.date()), now=at)

    found = work_of(firm, "paul")

    assert [len({line.receipt for line in group.lines}) for group in found.bands[Band.OVERDUE]] == [1]
    assert found.bands[Band.OVERDUE][0].lines[0].due < TODAY  # type: ignore[operator]
    assert found.bands[Band.NOW]


def test_one_event_stands_once(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    hear()

    assert "change" not in kinds(firm, "paul")
    assert all(line.code == "RFE_ISSUED" for line in lines(firm, "paul") if line.kind != WorkKind.REVIEW)
    assert "message" not in kinds(firm, "alice"), "it waits in her queue of approvals"
    told = {notice.kind for notice in read_notices(firm.actor("paul"))}
    assert NotificationKind.CHANGE not in told
    assert NotificationKind.CHANGE in {n.kind for n in read_notices(firm.actor("paul"), everything=True)}


def test_what_a_later_status_may_have_answered_is_folded_away_and_nothing_is_lost(firm: Firm) -> None:
    asked = make_news(firm.danas_matter, "RFE_ISSUED")
    run(asked)
    before = {line.key for line in lines(firm, "paul")}
    make_change(asked.receipt, "RESPONSE_RECEIVED", at=NOW + timedelta(hours=1))

    active = lines(firm, "paul", Band.OVERDUE, Band.NOW, Band.LATER, Band.OTHERS)
    assert [line for line in active if line.code == "RFE_ISSUED"] == []
    assert before <= {line.key for line in lines(firm, "paul")}


@pytest.mark.parametrize("who", ["charlie", "mary"])
def test_nobody_sees_the_work_of_others(firm: Firm, who: str) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    set_task(firm)

    assert lines(firm, who) == []


@pytest.mark.parametrize(("who", "error"), [("olga", Forbidden), ("dana", NotFound)])
def test_it_is_for_those_who_read_matters(firm: Firm, who: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        my_work(firm.actor(who), now=NOW)


def test_a_wall_takes_it_all_away(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    set_task(firm)
    make_draft(firm)
    assert lines(firm, "paul")

    wall_off(firm.danas_matter, firm.paul, reason="A conflict.", actor=SYSTEM, now=NOW)

    assert lines(firm, "paul") == []


def test_it_costs_the_same_for_little_and_for_much(
    firm: Firm, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    lines(firm, "paul")  # content types are cached from here on
    with django_assert_num_queries(9):
        lines(firm, "paul")

    for code in ("RFE_ISSUED", "NOID_ISSUED", "BIOMETRICS_SCHEDULED", "APPROVED"):
        run(make_news(firm.danas_matter, code))
    set_task(firm)
    with django_assert_num_queries(9):
        assert len(lines(firm, "paul")) > 12


def test_what_a_client_wrote_waits_in_the_work_of_who_is_seated_and_nowhere_else(firm: Firm) -> None:
    row = write(firm)

    assert kinds(firm, "paul", Band.NOW) == kinds(firm, "alice", Band.NOW) == ["reply"]
    assert lines(firm, "mary") == lines(firm, "charlie") == []
    assert not read_notices(firm.actor("paul")).exists(), "told once"

    services.finish([f"reply:{row.pk}"], actor=firm.actor("paul"), now=NOW)
    assert lines(firm, "paul") == lines(firm, "alice") == []
    services.unfinish([f"reply:{row.pk}"], actor=firm.actor("paul"), now=NOW)
    assert kinds(firm, "paul") == ["reply"]


def test_the_rail_counts_what_is_pressing_and_does_not_ask_each_time(
    firm: Firm, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    set_task(firm, due=TODAY + timedelta(days=30))
    actor = firm.actor("paul")
    assert known_pressing(actor) is None
    assert count_pressing(actor, now=NOW) == 0

    write(firm)
    with django_assert_num_queries(0):
        assert count_pressing(actor, now=NOW) == known_pressing(actor) == 0
    later = NOW + timedelta(seconds=COUNTED_FOR + 1)
    assert count_pressing(actor, now=later) == known_pressing(actor) == work_of(firm, "paul").pressing


def test_done_is_taken_back(firm: Firm) -> None:
    task, news = set_task(firm), make_news(firm.danas_matter, "MAIL_RETURNED")
    keys = [f"item:{task.pk}", f"change:{news.pk}"]

    finished = services.finish(keys, actor=firm.actor("paul"), now=NOW)
    assert [line.key for line in finished.lines] == keys
    assert lines(firm, "paul") == []

    assert services.unfinish(keys, actor=firm.actor("paul"), now=NOW) == 2
    assert sorted(line.key for line in lines(firm, "paul")) == sorted(keys)


def test_a_date_is_not_done_with_a_key_and_nothing_beside_it_is(firm: Firm) -> None:
    task, deadline = set_task(firm), make_deadline(firm)

    with pytest.raises(InvalidInput):
        services.finish([f"item:{task.pk}", f"date:{deadline.pk}"], actor=firm.actor("paul"), now=NOW)

    task.refresh_from_db()
    assert task.done_at is None


def test_what_is_put_off_comes_back_by_itself(firm: Firm) -> None:
    key = f"item:{set_task(firm).pk}"

    assert put_off(firm, key, 3) == 1

    assert [line.key for line in lines(firm, "paul", Band.ASLEEP)] == [key]
    assert [line.key for line in lines(firm, "paul", Band.NOW, days=3)] == [key]
    services.take_back([key], actor=firm.actor("paul"), now=NOW)
    assert [line.key for line in lines(firm, "paul", Band.NOW)] == [key]


def test_nothing_is_put_off_past_a_date_of_the_case_without_saying_so(firm: Firm) -> None:
    key = f"item:{set_task(firm).pk}"
    make_deadline(firm, TODAY + timedelta(days=5))

    put_off(firm, key, 5)
    with pytest.raises(InvalidInput):
        put_off(firm, key, 6)
    assert not AuditEntry.objects.filter(action="workflows.work_put_off").exists()

    put_off(firm, key, 6, told=True)
    entry = AuditEntry.objects.get(action="workflows.work_put_off")
    assert (entry.data["past"], entry.data["until"]) == ("2026-03-07", "2026-03-08")
    assert [line.key for line in lines(firm, "paul", Band.ASLEEP)] == [key]


def test_a_date_that_comes_near_later_wakes_what_was_put_off(firm: Firm) -> None:
    key = f"item:{set_task(firm).pk}"
    put_off(firm, key, 10)

    make_deadline(firm, TODAY + timedelta(days=4))

    assert lines(firm, "paul", Band.ASLEEP) == []


@pytest.mark.parametrize("days", [0, -1])
def test_it_is_put_off_to_a_day_to_come(firm: Firm, days: int) -> None:
    with pytest.raises(InvalidInput):
        put_off(firm, f"item:{set_task(firm).pk}", days)


def test_what_is_not_theirs_is_not_put_off(firm: Firm) -> None:
    key = f"item:{set_task(firm, owner='alice').pk}"
    for wrong in (key, f"item:{uuid4()}", "odd"):
        with pytest.raises(WrongState):
            put_off(firm, wrong, 3)
    assert not WorkChoice.objects.exists()


@pytest.fixture
def pia(firm: Firm) -> User:
    """Another paralegal who works on Dana's matter."""
    person = make_user("Pia", Role.PARALEGAL)
    grant_matter(firm.danas_matter, person)
    return person


@pytest.mark.parametrize("kind", ["item", "date", "change", "message", "review"])
def test_a_line_is_given_to_a_colleague_and_both_are_told(firm: Firm, pia: User, kind: str) -> None:
    key = make_line(firm, kind)

    services.give([key], to=str(pia.pk), actor=firm.actor("paul"), now=NOW)

    assert key in [line.key for line in lines(firm, pia, Band.NOW, Band.LATER)]
    (waiting,) = [line for line in lines(firm, "paul", Band.OTHERS) if line.key == key]
    assert (waiting.waits_for, waiting.is_given) == ("Pia", True)
    assert [n.user.name for n in Notification.objects.filter(data__given=True)] == ["Pia"]
    entry = AuditEntry.objects.get(action="workflows.work_given")
    assert (entry.data["kind"], entry.data["receiver"]) == (kind, str(pia.pk))

    services.take_back([key], actor=firm.actor("paul"), now=NOW + timedelta(minutes=1))
    assert key in [line.key for line in lines(firm, "paul", Band.NOW, Band.LATER)]
    assert key not in [line.key for line in lines(firm, pia)]
    assert [n.user.name for n in Notification.objects.filter(data__given=False)] == ["Pia"]


def make_line(firm: Firm, kind: str) -> str:
    if kind == "item":
        return f"item:{set_task(firm).pk}"
    if kind == "date":
        return f"date:{make_deadline(firm, TODAY + timedelta(days=5)).pk}"
    if kind == "message":
        return f"message:{make_draft(firm, submit=False).pk}"
    change = make_news(firm.danas_matter, "MAIL_RETURNED")
    if kind == "change":
        return f"change:{change.pk}"
    ask(change)
    item = ReviewItem.objects.get(kind=ReviewKind.UNREADABLE)
    reviews.assign_review(item.pk, assignee_id=firm.paul.pk, actor=firm.actor("alice"), now=NOW)
    return f"review:{item.pk}"


@pytest.mark.parametrize("kind", ["item", "date", "change", "message", "review"])
def test_nobody_is_given_what_they_may_not_see(firm: Firm, kind: str) -> None:
    key = make_line(firm, kind)

    for person in (firm.charlie, firm.paul, firm.dana):
        with pytest.raises(InvalidInput):
            services.give([key], to=str(person.pk), actor=firm.actor("paul"), now=NOW)
    assert not WorkChoice.objects.exists()
    assert not Notification.objects.filter(data__has_key="given").exists()


@pytest.mark.parametrize("kind", ["item", "date"])
def test_what_was_given_falls_back_when_the_colleague_is_walled_off(firm: Firm, pia: User, kind: str) -> None:
    key = make_line(firm, kind)
    services.give([key], to=str(pia.pk), actor=firm.actor("paul"), now=NOW)

    wall_off(firm.danas_matter, pia, reason="A conflict.", actor=SYSTEM, now=NOW)

    assert lines(firm, pia) == []
    if kind == "date":
        assert key in [line.key for line in lines(firm, "paul", Band.NOW)]
    else:
        assert ChecklistItem.objects.get().owner is None


def test_what_is_given_on_tells_who_gave_it_first(firm: Firm, pia: User) -> None:
    key = make_line(firm, "date")
    services.give([key], to=str(pia.pk), actor=firm.actor("paul"), now=NOW)

    services.give([key], to=str(firm.mary.pk), actor=Actor.for_user(pia), now=NOW + timedelta(minutes=1))

    assert key in [line.key for line in lines(firm, "mary")]
    assert key not in [line.key for line in lines(firm, pia)]
    (waiting,) = lines(firm, "paul", Band.OTHERS)
    assert waiting.waits_for == "Mary"
    assert Notification.objects.filter(user=firm.paul, data__given=False).exists()

    services.give([key], to=str(firm.paul.pk), actor=firm.actor("mary"), now=NOW + timedelta(minutes=2))
    assert key in [line.key for line in lines(firm, "paul", Band.NOW)]
    assert not WorkChoice.objects.exists()
