"""Past texts read anew: what a dry run foretells is what happens, and nothing is rewritten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from legist.core.errors import Forbidden, WrongState
from legist.core.models import OutboxEvent
from legist.core.seals import SealBrokenError
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import APPROVED, POLLER, RECEIVED, later, make_change, make_receipt, read
from tests.support.forgery import alter
from tracking import overrides
from tracking.mapping.content import DEFAULT, StatusMapping
from tracking.mapping.current import current_mapping
from tracking.mapping.edits import DropRule, Edit, SetRule, Split, replay
from tracking.mapping_editor import checkup, reprocessing, versions
from tracking.mapping_editor.dry_run import dry_run
from tracking.mapping_editor.titles import all_titles, list_examples
from tracking.models import (
    Receipt,
    ReprocessedReading,
    ReprocessingRun,
    ReviewItem,
    StatusChange,
    VersionIsFixed,
)
from tracking.selectors import ReceiptFilters, get_change_facts, list_client_receipts, list_receipts
from tracking.states import TitleState

pytestmark = pytest.mark.django_db
STRANGE = "Zorp Was Frobnicated"
RULE = SetRule(STRANGE, "RFE_ISSUED")


@pytest.fixture
def cases(firm: Firm) -> dict[str, Receipt]:
    """Dana's case stands on a title nobody knows, Eve's has moved on from it, a third reads plainly."""
    dana = make_receipt("IOE0912345601", matter=firm.danas_matter)
    eve = make_receipt("IOE0912345602", matter=firm.eves_matter)
    plain = make_receipt("IOE0912345603")
    for receipt in (dana, eve):
        make_change(receipt, RECEIVED, receipt_number=receipt.number)
        make_change(receipt, STRANGE, at=later(), receipt_number=receipt.number)
    make_change(eve, APPROVED, at=later(2), receipt_number=eve.number)
    make_change(plain, RECEIVED, receipt_number=plain.number)
    return {"dana": dana, "eve": eve, "plain": plain}


def publish(*edits: Edit) -> None:
    versions.publish(edits, reason="Clear.", actor=POLLER, now=later(5))


def run_all(minutes: int = 7) -> None:
    for run_id in reprocessing.list_waiting(now=later(minutes)):
        assert reprocessing.run_reprocessing(run_id, actor=POLLER, now=later(minutes))


def status(receipt: Receipt) -> tuple[str, str]:
    receipt.refresh_from_db()
    return receipt.current_code, receipt.stage_code


def test_a_dry_run_counts_and_writes_nothing(firm: Firm, cases: dict[str, Receipt]) -> None:
    found = dry_run(firm.actor("olga"), base=DEFAULT, result=replay([RULE], on=DEFAULT))
    (line,) = found.lines
    assert (line.title, line.before, line.after) == (STRANGE, "UNKNOWN", "RFE_ISSUED")
    assert (found.changes, found.cases, found.looked_at, found.total) == (2, 1, 2, 2)
    assert not ReprocessedReading.objects.exists()
    assert status(cases["dana"]) == ("UNKNOWN", "RECEIVED")


def test_its_examples_are_those_the_reader_may_see(firm: Firm, cases: dict[str, Receipt]) -> None:
    result = replay([RULE], on=DEFAULT)
    seen = {who: dry_run(firm.actor(who), base=DEFAULT, result=result).examples for who in ("alice", "olga")}
    assert {change.receipt for change in seen["alice"]} == {cases["dana"], cases["eve"]}
    with pytest.raises(Forbidden):
        dry_run(firm.actor("paul"), base=DEFAULT, result=result)


def test_a_dry_run_of_stages_counts_the_cases_that_would_move(firm: Firm, cases: dict[str, Receipt]) -> None:
    result = replay([Split("APPROVED", ("SENT_TO_DOS",), "At the consulate")], on=DEFAULT)
    (line,) = dry_run(firm.actor("alice"), base=DEFAULT, result=result).stages
    assert (line.code, line.after.name, line.cases) == ("SENT_TO_DOS", "At the consulate", 0)


def test_publishing_reads_the_touched_titles_anew(cases: dict[str, Receipt]) -> None:
    publish(RULE)
    run_all()
    run = ReprocessingRun.objects.get()
    assert (run.state, run.position, run.differing, run.moved) == ("done", 2, 2, 1)
    assert status(cases["dana"]) == ("RFE_ISSUED", "RFE_ISSUED")
    assert status(cases["eve"]) == ("APPROVED", "APPROVED")


def test_history_is_added_to_and_never_rewritten(cases: dict[str, Receipt]) -> None:
    before = {change.pk: change.reads for change in StatusChange.objects.all()}
    publish(RULE)
    run_all()
    assert {pk: StatusChange.objects.get(pk=pk).reads for pk in before} == before
    replaced = StatusChange.objects.get(reread_of__isnull=False)
    assert (replaced.from_code, replaced.to_code, replaced.sequence) == ("RECEIVED", "RFE_ISSUED", 3)
    assert replaced.normalizer.endswith("+firm.1")
    with pytest.raises(VersionIsFixed):
        ReprocessedReading.objects.update(code="DENIED")


def test_what_follows_from_a_change_follows_from_the_new_reading(cases: dict[str, Receipt]) -> None:
    publish(RULE)
    run_all()
    replaced = StatusChange.objects.get(reread_of__isnull=False)
    assert OutboxEvent.objects.filter(key=f"change:{replaced.pk}").exists()
    assert replaced.attention == "act"


def test_questions_it_answers_are_settled(cases: dict[str, Receipt]) -> None:
    assert ReviewItem.objects.filter(kind="unknown_status", state="open").count() == 2
    publish(RULE)
    run_all()
    assert not ReviewItem.objects.filter(state="open").exists()


def test_a_question_stays_open_while_the_new_reading_is_in_doubt(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.eves_matter)
    make_change(receipt, STRANGE, "This is about case IOE0999999999.")
    make_change(receipt, APPROVED, at=later())
    publish(RULE)
    run_all()
    assert ReprocessedReading.objects.get().code == "RFE_ISSUED"
    assert ReviewItem.objects.get().state == "open"


def test_running_it_again_finds_nothing(firm: Firm, cases: dict[str, Receipt]) -> None:
    publish(RULE)
    run_all()
    reprocessing.reprocess_everything(actor=firm.actor("olga"), now=later(5))
    run_all()
    latest = ReprocessingRun.objects.order_by("-pk")[0]
    assert (latest.total, latest.position, latest.differing) == (6, 6, 0)


def test_all_of_history_is_read_by_one_run_at_a_time(firm: Firm, cases: dict[str, Receipt]) -> None:
    reprocessing.reprocess_everything(actor=firm.actor("olga"), now=NOW)
    with pytest.raises(WrongState):
        reprocessing.reprocess_everything(actor=firm.actor("olga"), now=NOW)


def test_a_stopped_run_reads_no_further(firm: Firm, cases: dict[str, Receipt]) -> None:
    run = reprocessing.reprocess_everything(actor=firm.actor("olga"), now=NOW)
    reprocessing.cancel_run(run.pk, actor=firm.actor("olga"), now=NOW)
    assert not reprocessing.run_reprocessing(run.pk, actor=POLLER, now=later())
    with pytest.raises(WrongState):
        reprocessing.cancel_run(run.pk, actor=firm.actor("olga"), now=NOW)


def test_a_long_run_is_given_back_and_goes_on_where_it_stopped(
    cases: dict[str, Receipt], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(RULE)
    monkeypatch.setattr(reprocessing, "AT_ONCE", timedelta(seconds=-1))
    run_all()
    assert ReprocessingRun.objects.get().position == 0
    monkeypatch.undo()
    run_all(minutes=8)
    assert ReprocessingRun.objects.get().state == "done"


def test_a_status_set_by_hand_stands(firm: Firm, cases: dict[str, Receipt]) -> None:
    overrides.override_status(
        cases["dana"].pk, actor=firm.actor("olga"), code="DENIED", reason="Read it on paper.", now=later(3)
    )
    publish(RULE)
    run_all()
    assert status(cases["dana"])[0] == "DENIED"
    assert ReprocessedReading.objects.count() == 2


def test_the_same_text_is_no_news_afterwards(cases: dict[str, Receipt]) -> None:
    publish(RULE)
    run_all()
    again = read(cases["dana"], STRANGE, at=later(9), receipt_number=cases["dana"].number)
    assert again.change is None
    new = read(cases["plain"], STRANGE, at=later(9), receipt_number=cases["plain"].number).change
    assert new is not None
    assert (new.to_code, new.rule, new.needs_review) == ("RFE_ISSUED", "firm rule", False)


def test_the_same_title_in_other_words_is_no_news_either(cases: dict[str, Receipt]) -> None:
    publish(RULE)
    run_all()
    number = cases["dana"].number
    assert read(cases["dana"], STRANGE, "It was.", at=later(9), receipt_number=number).change is None


def test_a_correction_taken_back_leads_to_the_stage_before(firm: Firm, cases: dict[str, Receipt]) -> None:
    olga, receipt = firm.actor("olga"), cases["plain"]
    make_change(receipt, "Expedite Request Received", at=later(1), receipt_number=receipt.number)
    override = overrides.override_status(receipt.pk, actor=olga, code="DENIED", reason="x", now=later(2))
    assert status(receipt) == ("DENIED", "DENIED")
    overrides.revert_override(override.pk, actor=olga, reason="No.", now=later(3))
    assert status(receipt) == ("EXPEDITE", "RECEIVED")


def test_a_client_sees_the_text_once(firm: Firm, cases: dict[str, Receipt]) -> None:
    publish(RULE)
    run_all()
    (receipt,) = list_client_receipts(firm.danas_matter.client_id, now=NOW)
    assert [change.code for change in receipt.history] == ["RFE_ISSUED", "RECEIVED"]


def test_a_rule_taken_back_asks_a_person_again(cases: dict[str, Receipt]) -> None:
    publish(RULE)
    run_all()
    publish(DropRule(STRANGE))
    run_all()
    assert status(cases["dana"]) == ("UNKNOWN", "RECEIVED")
    assert ReviewItem.objects.get(receipt=cases["dana"], state="open").kind == "unknown_status"


def test_one_decision_makes_a_rule_and_mends_the_case_at_once(firm: Firm, cases: dict[str, Receipt]) -> None:
    item = ReviewItem.objects.get(receipt=cases["dana"], state="open")
    version = checkup.decide_status(item.pk, code="RFE_ISSUED", actor=firm.actor("alice"), now=later(5))
    assert status(cases["dana"])[0] == "RFE_ISSUED"
    assert current_mapping().number == version.number == 1
    item.refresh_from_db()
    assert (item.state, item.resolved_by) == ("resolved", firm.actor("alice").key)
    run_all()
    assert not ReviewItem.objects.filter(state="open").exists()
    with pytest.raises(WrongState):
        checkup.decide_status(item.pk, code="DENIED", actor=firm.actor("alice"), now=later(6))


def test_a_decision_about_a_case_that_has_moved_on_leaves_it_there(
    firm: Firm, cases: dict[str, Receipt]
) -> None:
    item = ReviewItem.objects.get(receipt=cases["eve"], state="open")
    checkup.decide_status(item.pk, code="RFE_ISSUED", actor=firm.actor("alice"), now=later(5))
    item.refresh_from_db()
    assert (item.state, status(cases["eve"])[0]) == ("resolved", "APPROVED")


def test_who_may_not_decide_for_the_firm_may_not_decide(firm: Firm, cases: dict[str, Receipt]) -> None:
    item = ReviewItem.objects.get(receipt=cases["dana"], state="open")
    with pytest.raises(Forbidden):
        checkup.decide_status(item.pk, code="RFE_ISSUED", actor=firm.actor("paul"), now=NOW)


def titles(vocabulary: StatusMapping = DEFAULT) -> dict[str, tuple[str, int, int]]:
    return {line.title: (line.state, line.changes, line.cases) for line in all_titles(vocabulary)}


def test_the_list_of_titles_counts_texts_and_cases(cases: dict[str, Receipt]) -> None:
    assert titles() == {
        STRANGE: (TitleState.UNKNOWN, 2, 1),
        RECEIVED: (TitleState.CLEAR, 3, 1),
        APPROVED: (TitleState.CLEAR, 1, 1),
    }
    assert next(iter(titles())) == STRANGE


def test_the_list_shows_what_texts_read_as_today(cases: dict[str, Receipt]) -> None:
    publish(RULE)
    run_all()
    assert titles(current_mapping())[STRANGE] == (TitleState.FIRM, 2, 1)
    (line,) = (line for line in all_titles(DEFAULT) if line.title == STRANGE)
    assert dict(line.codes) == {"RFE_ISSUED": 2}


def test_examples_stop_at_walls(firm: Firm, cases: dict[str, Receipt]) -> None:
    (line,) = (line for line in all_titles(DEFAULT) if line.title == STRANGE)
    assert {change.receipt for change in list_examples(firm.actor("paul"), line)} == {cases["dana"]}


def test_lists_are_narrowed_by_the_firms_stages(firm: Firm, cases: dict[str, Receipt]) -> None:
    publish(SetRule(STRANGE, "INITIAL_REVIEW"))
    run_all()
    olga = firm.actor("olga")
    found = {
        key: list(list_receipts(olga, ReceiptFilters(bucket=key), now=NOW))
        for key in ("INITIAL_REVIEW", "RECEIVED", "IN_REVIEW", "gone")
    }
    assert found == {
        "INITIAL_REVIEW": [cases["dana"]],
        "RECEIVED": [cases["plain"]],
        "IN_REVIEW": [],
        "gone": [],
    }


def test_a_correction_taken_back_shows_what_the_words_mean_today(
    firm: Firm, cases: dict[str, Receipt]
) -> None:
    """A rule that came while a person had set the status is not lost with it."""
    olga, dana = firm.actor("olga"), cases["dana"]
    done = overrides.override_status(dana.pk, actor=olga, code="IN_REVIEW", reason="Called.", now=later(3))
    publish(RULE)
    run_all()
    assert status(dana) == ("IN_REVIEW", "IN_REVIEW")
    change = overrides.revert_override(done.pk, actor=olga, reason="Wrong.", now=later(9))
    assert status(dana) == ("RFE_ISSUED", "RFE_ISSUED")
    assert get_change_facts(change.pk).is_reread
    assert ReprocessedReading.objects.filter(change__receipt=dana).count() == 1


def test_a_correction_taken_back_asks_again_about_a_reading_in_doubt(
    firm: Firm, cases: dict[str, Receipt]
) -> None:
    olga, dana = firm.actor("olga"), cases["dana"]
    ReviewItem.objects.all().delete()
    done = overrides.override_status(dana.pk, actor=olga, code="IN_REVIEW", reason="Called.", now=later(3))
    change = overrides.revert_override(done.pk, actor=olga, reason="Wrong.", now=later(9))
    assert (change.to_code, change.needs_review) == ("UNKNOWN", True)
    assert ReviewItem.objects.get(receipt=dana).change == change


def test_a_text_that_cannot_be_read_is_asked_about_and_the_others_are_read(
    cases: dict[str, Receipt],
) -> None:
    broken = StatusChange.objects.get(receipt=cases["eve"], title_en=STRANGE)
    alter(broken, description_en="v1.00000000.AAAA")
    publish(RULE)
    run_all()

    assert ReprocessingRun.objects.get().state == "done"
    assert status(cases["dana"]) == ("RFE_ISSUED", "RFE_ISSUED")
    item = ReviewItem.objects.get(receipt=cases["eve"], kind="unreadable")
    assert (item.code, item.change_id) == ("text_unreadable", broken.pk)


def test_an_altered_text_does_not_come_back_under_a_seal_of_ours(
    firm: Firm, cases: dict[str, Receipt]
) -> None:
    receipt = cases["plain"]
    alter(StatusChange.objects.get(receipt=receipt), title_en=STRANGE)
    publish(RULE)
    run_all()
    assert status(receipt)[0] == "RECEIVED"

    override = overrides.override_status(
        receipt.pk, actor=firm.actor("alice"), code="DENIED", reason="Letter.", now=later(8)
    )
    with pytest.raises(SealBrokenError):
        overrides.revert_override(override.pk, actor=firm.actor("alice"), reason="No.", now=later(9))
