"""What becomes of strangers and duplicates, and correcting what was misread."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import make_receipt
from tests.workflows.notices.sheets import DATED, DUE, NUMBER, PDF, log, make_entry
from workflows.access import access_notice, visible_notices
from workflows.models import Notification, UscisNotice
from workflows.notices import actions
from workflows.notices.intake import correct_notice

OTHER = "IOE0912340002"


def correct(firm: Firm, notice: UscisNotice, kind: str = "rfe", **fields: object) -> UscisNotice:
    entry = make_entry(kind, **fields)
    return correct_notice(notice.pk, entry=entry, version=notice.version, actor=firm.actor("paul"), now=NOW)


def match(firm: Firm, notice: UscisNotice, number: str = "", who: str = "paul") -> UscisNotice:
    return actions.match_notice(notice.pk, number=number, actor=firm.actor(who), now=NOW)


def test_a_stranger_is_matched_once_its_number_is_tracked(firm: Firm) -> None:
    notice = log(firm, response_due=DUE)
    receipt = make_receipt(NUMBER, matter=firm.danas_matter)

    assert actions.has_ready(NOW)
    actions.run_ready(now=NOW, actor=SYSTEM)

    notice.refresh_from_db()
    assert (notice.state, notice.receipt) == ("logged", receipt)
    assert notice.deadline is not None
    assert (notice.deadline.due_date, notice.deadline.confirmed_by) == (DUE, firm.paul)
    assert not actions.has_ready(NOW)


def test_a_person_matches_one_whose_number_was_misread(firm: Firm) -> None:
    receipt = make_receipt(OTHER, matter=firm.danas_matter)

    notice = match(firm, log(firm), OTHER)

    assert (notice.state, notice.receipt, notice.number) == ("logged", receipt, NUMBER)


def test_it_says_when_no_case_has_the_number(firm: Firm) -> None:
    notice = log(firm)

    with pytest.raises(InvalidInput):
        match(firm, notice)
    with pytest.raises(InvalidInput):
        match(firm, notice, "nonsense")


def test_what_its_logger_may_not_see_is_offered_to_who_works_on_it(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    notice = log(firm, who="charlie")

    actions.run_ready(now=NOW, actor=SYSTEM)
    actions.run_ready(now=NOW, actor=SYSTEM)

    notice.refresh_from_db()
    told = Notification.objects.filter(kind="paper")
    assert (notice.state, notice.receipt) == ("to_match", None)
    assert {row.user for row in told} == {firm.alice, firm.paul}
    assert match(firm, notice).state == "logged"


def test_a_wall_holds_before_anybody_has_matched_the_paper(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    of_mary = log(firm, who="alice", number="")
    hidden = log(firm, who="charlie", number=OTHER)
    make_receipt(OTHER, matter=firm.eves_matter)

    assert set(visible_notices(firm.actor("paul"))) == {of_mary}
    assert set(visible_notices(firm.actor("charlie"))) == {of_mary, hidden}
    assert not visible_notices(firm.actor("dana")).exists()


def test_a_matched_notice_follows_its_matter(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    notice = log(firm)

    with pytest.raises(NotFound):
        access_notice(firm.actor("charlie"), notice.pk)
    with pytest.raises(Forbidden):
        access_notice(firm.actor("mary"), notice.pk, work=True)
    assert access_notice(firm.actor("olga"), notice.pk) == notice


def test_the_date_waits_until_the_receipt_has_a_matter(firm: Firm) -> None:
    receipt = make_receipt(NUMBER, matter=None)
    notice = log(firm, response_due=DUE)
    assert (notice.state, notice.waits_for_matter, notice.deadline) == ("logged", True, None)

    receipt.matter = firm.danas_matter
    receipt.save(update_fields=["matter"])
    actions.run_ready(now=NOW, actor=SYSTEM)

    notice.refresh_from_db()
    assert notice.deadline is not None
    assert (notice.deadline.due_date, notice.waits_for_matter) == (DUE, False)


def test_the_same_notice_again_is_a_duplicate_of_the_first(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    first = log(firm, response_due=DUE)

    again = log(firm, who="alice", response_due=DUE + timedelta(days=1))

    assert (again.state, again.first) == ("duplicate", first)
    assert first.deadline is not None
    first.deadline.refresh_from_db()
    assert first.deadline.due_date == DUE


@pytest.mark.parametrize("tracked", [True, False])
def test_the_same_picture_is_a_duplicate_however_it_was_keyed_in(firm: Firm, tracked: bool) -> None:
    if tracked:
        make_receipt(NUMBER, matter=firm.danas_matter)
    first = log(firm, scan=PDF)

    again = log(firm, "noid", scan=PDF, notice_date=DATED - timedelta(days=3))

    assert (again.state, again.first) == ("duplicate", first)


def test_one_sheet_may_concern_several_cases(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    make_receipt(OTHER, matter=firm.danas_matter)

    assert [log(firm, scan=PDF, number=number).state for number in (NUMBER, OTHER)] == ["logged", "logged"]


def test_a_duplicate_on_a_closed_matter_is_never_shown_to_strangers(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    log(firm, scan=PDF)

    theirs = log(firm, who="charlie", scan=PDF)

    assert (theirs.state, theirs.first) == ("to_match", None)


def test_another_copy_is_kept_with_its_reason(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    first = log(firm)
    again = log(firm)

    kept = actions.keep_copy(again.pk, reason="For the beneficiary.", actor=firm.actor("paul"), now=NOW)

    assert (kept.state, kept.first, kept.reason) == ("logged", first, "For the beneficiary.")
    with pytest.raises(WrongState):
        actions.keep_copy(again.pk, reason="Again.", actor=firm.actor("paul"), now=NOW)


def test_what_is_not_ours_is_set_aside_and_can_be_taken_back(firm: Firm) -> None:
    paul = firm.actor("paul")
    notice = actions.set_aside(log(firm).pk, reason="The neighbour's.", actor=paul, now=NOW)
    assert (notice.state, notice.closed_by) == ("set_aside", firm.paul)

    assert actions.take_back(notice.pk, actor=paul, now=NOW).state == "to_match"
    with pytest.raises(InvalidInput):
        actions.set_aside(notice.pk, reason=" ", actor=paul, now=NOW)


def test_it_does_not_come_back_beside_one_that_was_logged_anew(firm: Firm) -> None:
    paul = firm.actor("paul")
    notice = actions.set_aside(log(firm).pk, reason="Not ours.", actor=paul, now=NOW)
    log(firm)

    with pytest.raises(WrongState):
        actions.take_back(notice.pk, actor=paul, now=NOW)


def test_a_correction_keeps_what_was_read_before(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    notice = correct(firm, log(firm, response_due=DUE), response_due=DUE - timedelta(days=7), note="Page 2.")

    before = notice.revisions.get()
    assert (before.values["response_due"], before.by, before.version) == (DUE.isoformat(), firm.paul, 1)
    assert notice.deadline is not None
    assert (notice.version, notice.deadline.due_date) == (2, DUE - timedelta(days=7))


def test_another_number_matches_it_anew_and_names_the_date_left_behind(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    right = make_receipt(OTHER, matter=firm.danas_matter)
    notice = log(firm, response_due=DUE)
    left = notice.deadline

    notice = correct(firm, notice, number=OTHER, response_due=DUE)

    assert notice.receipt == right
    assert notice.deadline != left
    assert notice.revisions.get().deadline == left


def test_another_kind_makes_the_right_date(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)

    notice = correct(firm, log(firm, response_due=DUE), "noid", response_due=date(2026, 3, 28))

    assert notice.deadline is not None
    assert (notice.deadline.kind, notice.deadline.due_date) == ("noid", date(2026, 3, 28))


def test_two_people_cannot_correct_the_same_version(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    notice = log(firm)
    stale = UscisNotice.objects.get(pk=notice.pk)
    correct(firm, notice, note="First.")

    with pytest.raises(WrongState):
        correct(firm, stale, note="Second.")


def test_corrected_into_a_known_notice_it_becomes_its_duplicate(firm: Firm) -> None:
    make_receipt(NUMBER, matter=firm.danas_matter)
    first, second = log(firm), log(firm, notice_date=DATED - timedelta(days=1))

    corrected = correct(firm, second)

    assert (corrected.state, corrected.first, corrected.deadline) == ("duplicate", first, None)


@pytest.mark.parametrize("act", ["match", "set_aside"])
def test_readers_decide_nothing(firm: Firm, act: str) -> None:
    notice = log(firm)

    with pytest.raises(Forbidden):
        if act == "match":
            match(firm, notice, who="olga")
        else:
            actions.set_aside(notice.pk, reason="No.", actor=firm.actor("olga"), now=NOW)
    with pytest.raises(NotFound):
        actions.set_aside(uuid4(), reason="No.", actor=firm.actor("paul"), now=NOW)
