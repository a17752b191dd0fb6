"""What people see of the work: complete, theirs only, in a fixed number of queries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from legist.core.errors import NotFound
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import approve, make_change, make_deadline, make_draft, make_news, run
from tracking.states import ReviewKind
from workflows.access import access_run
from workflows.deadlines import services
from workflows.deadlines.selectors import (
    DeadlineFilters,
    board,
    count_near_deadlines,
    deadline_detail,
    on_board,
)
from workflows.labels import entry_words
from workflows.matters import timeline
from workflows.matters.selectors import matter_work
from workflows.matters.timeline import read_timeline
from workflows.messages import drafts
from workflows.messages.queue import count_waiting_drafts
from workflows.messages.selectors import draft_detail, list_waiting_drafts
from workflows.models import Deadline, Draft, Playbook, PlaybookRun
from workflows.notifications.selectors import list_notices
from workflows.playbooks.builtin import DEFINITIONS
from workflows.playbooks.rules import Hold
from workflows.playbooks.selectors import list_playbooks, playbook_detail
from workflows.states import DateSource

TODAY = NOW.date()
STRANGERS = ["charlie", "olga", "dana", "eve"]


def groups(firm: Firm, who: str, **filters: str) -> dict[str, int]:
    found = board(on_board(firm.actor(who), DeadlineFilters(**filters)), today=TODAY)
    return {group.key: len(group.rows) for group in found if group.rows}


def test_the_queue_says_what_waits_and_why(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    (row,) = list_waiting_drafts(firm.actor("alice"))
    assert (row.client_name, row.code, row.playbook) == ("Dana Example", "RFE_ISSUED", "Request for evidence")
    assert (row.due_date, row.is_overtaken) == (Deadline.objects.get().due_date, False)


def test_the_queue_marks_news_that_was_overtaken(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "RFE_ISSUED")
    run(change)
    make_change(change.receipt, "FEE_PAYMENT", at=NOW + timedelta(days=1))
    assert not list_waiting_drafts(firm.actor("alice"))[0].is_overtaken

    make_change(change.receipt, "RESPONSE_RECEIVED", at=NOW + timedelta(days=2))

    assert list_waiting_drafts(firm.actor("alice"))[0].is_overtaken


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_see_nothing_of_a_draft(firm: Firm, who: str) -> None:
    draft = make_draft(firm)

    assert list_waiting_drafts(firm.actor(who)) == []
    with pytest.raises(NotFound):
        draft_detail(firm.actor(who), draft.pk)


def test_the_queue_costs_the_same_for_one_and_for_many(
    firm: Firm, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for code in ("APPROVED", "RFE_ISSUED", "DENIED"):
        run(make_news(firm.danas_matter, code))
    list_waiting_drafts(firm.actor("alice"))  # content types are cached from here on

    with django_assert_num_queries(2):  # one: what was reported since
        assert len(list_waiting_drafts(firm.actor("alice"))) == 3


def test_a_draft_comes_with_the_reasons_for_it(firm: Firm) -> None:
    approve(firm, make_draft(firm))
    change = make_news(firm.danas_matter, "RFE_ISSUED")
    run(change)
    draft = Draft.objects.get(purpose="rfe_received")

    detail = draft_detail(firm.actor("alice"), draft.pk)

    assert (detail.change, detail.email_to) == (change, "dana@mail.example")
    assert detail.playbook_purpose
    assert [deadline.kind for deadline in detail.deadlines] == ["rfe"]
    assert [earlier.purpose for earlier in detail.history] == ["status_update"]
    assert [view.language for view in detail.languages] == ["es", "en"]
    assert (detail.can_approve, detail.can_edit) == (True, True)


def test_a_reader_is_told_that_they_cannot_decide(firm: Firm) -> None:
    detail = draft_detail(firm.actor("mary"), make_draft(firm).pk)

    assert (detail.can_approve, detail.can_edit) == (False, False)


def test_an_edit_shows_as_a_difference_from_the_template(firm: Firm) -> None:
    draft = make_draft(firm)
    texts = {"es": {"subject": "Un mensaje sobre su caso", "body": "Hola, Dana:\n\nMuy buenas noticias."}}
    drafts.edit_draft(
        draft.pk, texts=texts, version_hash=draft.content_hash, actor=firm.actor("paul"), now=NOW
    )

    spanish, english = draft_detail(firm.actor("alice"), draft.pk).languages
    changed = [(line.kind, line.text) for line in spanish.diff if line.kind != "same"]
    assert changed == [("removed", "Buenas noticias."), ("added", "Muy buenas noticias.")]
    assert (spanish.is_changed, english.is_changed) == (True, False)


def test_the_preview_is_what_the_client_gets(firm: Firm) -> None:
    spanish = draft_detail(firm.actor("alice"), make_draft(firm).pk).languages[0]

    assert "Buenas noticias." in spanish.email.text
    assert spanish.sent_to


def test_the_board_groups_deadlines_by_how_near_they_are(firm: Firm) -> None:
    for days in (-1, 0, 14, 15, 60, 61):
        make_deadline(firm, TODAY + timedelta(days=days))
    make_deadline(firm, None)

    expected = {"overdue": 1, "unknown": 1, "soon": 2, "later": 2, "far": 1}
    assert groups(firm, "paul") == expected


def test_the_board_can_show_what_is_not_confirmed(firm: Firm) -> None:
    make_deadline(firm)
    confirmed = make_deadline(firm)
    services.confirm_deadline(confirmed.pk, due=date(2026, 4, 1), actor=firm.actor("paul"), now=NOW)

    assert groups(firm, "alice", status="provisional") == {"later": 1}
    assert groups(firm, "alice", status="confirmed") == {"later": 1}


def test_the_board_shows_mine_or_all_that_i_may_see(firm: Firm) -> None:
    make_deadline(firm)

    assert groups(firm, "mary", whose="mine") == {}
    assert groups(firm, "mary", whose="all") == {"later": 1}
    assert groups(firm, "charlie", whose="all") == {}


def test_the_board_costs_one_query(firm: Firm, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for days in range(5):
        make_deadline(firm, TODAY + timedelta(days=days))
    groups(firm, "paul")  # content types are cached from here on

    with django_assert_num_queries(1):
        groups(firm, "paul")


def test_a_deadline_shows_how_it_was_counted_and_what_it_replaced(firm: Firm) -> None:
    old = make_deadline(firm)
    new = services.move_deadline(
        old.pk, due=date(2026, 6, 1), reason="New notice", actor=firm.actor("paul"), now=NOW
    )

    detail = deadline_detail(firm.actor("paul"), new.pk, today=TODAY)
    assert (detail.earlier, detail.row.deadline.citation) == ([old], "8 CFR 103.2(b)(8)(iv)")
    assert (detail.can_work, detail.can_waive) == (True, False)
    assert deadline_detail(firm.actor("alice"), old.pk, today=TODAY).successor == new


def test_a_matter_shows_its_work_and_that_of_the_matters_below(
    firm: Firm, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    run(make_news(firm.danas_matter, "APPROVED"))

    with django_assert_max_num_queries(16):
        work = matter_work(firm.actor("paul"), firm.danas_matter.pk)
    assert work.next_deadline == Deadline.objects.get()
    assert len(work.checklists) == len(work.drafts) == len(work.documents) == len(work.runs) == 2
    assert len(work.billing_events) == len(work.children) == 1


def test_the_timeline_tells_who_or_what_acted_in_order(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "APPROVED"))
    approve(firm, Draft.objects.get())

    lines = read_timeline(firm.actor("paul"), firm.danas_matter.pk).lines
    events = [line.event for line in lines]
    assert (events[0].who, events[0].entry.action) == ("Alice", "workflows.draft_approved")
    assert [event.entry.sequence for event in events] == sorted(
        (event.entry.sequence for event in events), reverse=True
    )
    assert any(event.who == "playbooks" for event in events)


def test_the_timeline_comes_in_pages(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    run(make_news(firm.danas_matter, "APPROVED"))

    def sequences(pages: int) -> list[int]:
        lines = read_timeline(firm.actor("paul"), firm.danas_matter.pk, pages=pages).lines
        told = [each for line in lines for each in (line, *line.steps)]
        return sorted((each.event.entry.sequence for each in told), reverse=True)

    whole = sequences(1)
    monkeypatch.setattr(timeline, "PAGE", 3)

    assert (sequences(1), sequences(2)) == (whole[:3], whole[:6])


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_see_nothing_of_a_matter(firm: Firm, who: str) -> None:
    for read in (matter_work, read_timeline):
        with pytest.raises(NotFound):
            read(firm.actor(who), firm.danas_matter.pk)


def test_playbooks_show_their_runs_where_the_matter_may_be_read(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "APPROVED"))
    playbook = Playbook.objects.get(key="approval")

    assert len(playbook_detail(firm.actor("paul"), playbook.pk).runs) == 1
    assert playbook_detail(firm.actor("charlie"), playbook.pk).runs == []


def test_playbooks_are_listed_with_their_counts(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "APPROVED"))

    listed = list_playbooks(firm.actor("olga"))
    found = {playbook.key: vars(playbook)["run_count"] for playbook in listed}
    assert (found["approval"], found["rfe"], len(found)) == (1, 0, len(DEFINITIONS))
    with pytest.raises(NotFound):
        list_playbooks(firm.actor("dana"))


@pytest.mark.parametrize(("who", "count"), [("paul", 1), ("mary", 1), ("olga", 1), ("charlie", 0)])
def test_playbooks_count_what_ran_where_one_may_read(firm: Firm, who: str, count: int) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    [rfe] = [vars(row) for row in list_playbooks(firm.actor(who)) if row.key == "rfe"]

    assert (rfe["run_count"], rfe["waiting_count"]) == (count, 0)
    assert (rfe["latest_run_at"] is not None) == bool(count)


def test_the_rail_counts_what_waits_for_this_person(firm: Firm) -> None:
    make_draft(firm)
    make_deadline(firm, TODAY + timedelta(days=3))

    counts = {
        who: (
            count_waiting_drafts(firm.actor(who)),
            count_near_deadlines(firm.actor(who), today=TODAY),
        )
        for who in ("alice", "paul", "mary", "charlie")
    }
    assert counts == {"alice": (1, 1), "paul": (1, 1), "mary": (1, 0), "charlie": (0, 0)}


def test_a_notice_vanishes_when_the_matter_is_closed_to_its_reader(firm: Firm) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    assert list_notices(firm.actor("alice")).exists()

    wall_off(firm.danas_matter, firm.alice, reason="Conflict", actor=SYSTEM, now=NOW)

    assert not list_notices(firm.actor("alice")).exists()


def test_a_parked_run_shows_to_nobody_without_the_matter(firm: Firm) -> None:
    run(make_news(None, "APPROVED"))

    run_id = PlaybookRun.objects.get().pk
    with pytest.raises(NotFound):
        access_run(firm.actor("paul"), run_id)


RECORDED = [
    *(("tracking.review_opened", "kind", kind) for kind in ReviewKind),
    *(("workflows.playbook_held", "reason", hold) for hold in Hold),
    *(("workflows.deadline_date_noted", "source", source) for source in DateSource),
    *(("tracking.disagreement_seen", key, "RFE_ISSUED") for key in ("code", "stands")),
]


@pytest.mark.parametrize(("action", "key"), sorted({(action, key) for action, key, _code in RECORDED}))
def test_the_record_tells_in_words_what_it_keeps_as_a_code(action: str, key: str) -> None:
    for code in (code for of, named, code in RECORDED if (of, named) == (action, key)):
        said = entry_words(action, key, code)
        assert said.strip("“”") not in {code, code.replace("_", " ").capitalize()}, said
        assert "_" not in said
