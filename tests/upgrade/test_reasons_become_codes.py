"""Sentences that earlier releases stored become codes; what nobody knows is read as it was written."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from django.apps import apps

from legist.core.reasons import Reasons
from tests.factories.practice import NOW, Firm
from tests.factories.tracking import make_receipt
from tests.factories.workflows import make_deadline, make_news, run
from tracking.models import Receipt, ReviewItem
from tracking.states import NEXT_CHECK, REVIEW_CLOSING
from workflows.models import ActionRun, ChecklistItem, ChecklistRun
from workflows.states import PAPER_STEP, STEP_FAILURE

OF_TRACKING = import_module("tracking.migrations.0012_sentences_become_codes")
OF_WORKFLOWS = import_module("workflows.migrations.0020_sentences_become_codes")
EXAMPLES = {"tier": "near_real_time", "every": 900, "attempts": 2, "most": 6, "status": "RFE_ISSUED"}
EXAMPLES |= {"due": "2026-12-01", "left": 3, "key": "rfe", "error": "UndefinedError"}


# Reasons that came later and were never kept as sentences.
SINCE = {"shared", "by_tier_biometrics", "by_tier_request", "event_near", "agreed", "turned_up", "overtaken"}


def known(family: Reasons) -> list[str]:
    return [code for code in family.sentences if code not in SINCE]


def values_of(family: Reasons, code: str) -> dict[str, object]:
    names = re.findall(r"%\((\w+)\)", str(family.sentences[code]))
    return {name: EXAMPLES[name] for name in names}


@pytest.mark.parametrize("code", known(NEXT_CHECK))
def test_it_reads_every_reason_for_the_next_check(code: str) -> None:
    values = values_of(NEXT_CHECK, code)

    assert OF_TRACKING.read(OF_TRACKING.NEXT_CHECKS, NEXT_CHECK.say(code, values)) == (code, values)


@pytest.mark.parametrize("code", known(REVIEW_CLOSING))
def test_it_reads_why_every_question_was_closed(code: str) -> None:
    values = values_of(REVIEW_CLOSING, code)

    assert OF_TRACKING.read(OF_TRACKING.CLOSINGS, REVIEW_CLOSING.say(code, values)) == (code, values)


@pytest.mark.parametrize("code", known(PAPER_STEP))
def test_it_reads_every_step_about_a_missing_paper(code: str) -> None:
    values = values_of(PAPER_STEP, code)
    text = PAPER_STEP.say(code, values).replace("Dec. 1, 2026", "December 1, 2026")

    assert OF_WORKFLOWS.read_step(text) == (code, values)


@pytest.mark.parametrize(("words", "left"), [("one day is left", 1), ("no day is left", 0)])
def test_it_reads_how_little_time_was_left(words: str, left: int) -> None:
    text = f"The answer is due May 1, 2026 as known so far, {words}: plan without the paper"

    assert OF_WORKFLOWS.read_step(text) == ("window", {"due": "2026-05-01", "left": left})


@pytest.mark.parametrize("code", known(STEP_FAILURE))
def test_it_reads_why_every_step_failed(code: str) -> None:
    values = values_of(STEP_FAILURE, code)
    text = re.sub("[“”]", "'", STEP_FAILURE.say(code, values))

    assert OF_WORKFLOWS.read_failure(text) == (code, values)


def test_a_receipt_says_why_as_before(firm: Firm) -> None:
    told = {"standard tier: every 6 hours", "first check", "the moon was full", "the source asked us to wait"}
    for index, text in enumerate(sorted(told)):
        make_receipt(f"IOE092345670{index}", due=NOW, next_poll_reason=text)

    for _ in range(2):
        OF_TRACKING.next_checks(apps, None)

    said = {NEXT_CHECK.say(each.next_poll_reason, each.next_poll_values) for each in Receipt.objects.all()}
    assert said == told - {"first check"} | {"standard tier: first check"}
    assert set(Receipt.objects.values_list("next_poll_reason", flat=True)) == {
        "by_tier", "first_check", "as_written", "asked_to_wait",
    }  # fmt: skip


def test_a_question_keeps_a_persons_words_and_gives_up_ours(firm: Firm) -> None:
    receipt = make_receipt(matter=firm.danas_matter)
    for text in ("The source answered again.", "I called them."):
        ReviewItem.objects.create(
            receipt=receipt, source="uscis", kind="refused", state="resolved", resolution=text,
            opened_at=NOW, latest_at=NOW, resolved_at=NOW,
        )  # fmt: skip
    ReviewItem.objects.create(
        source="firm", kind="vocabulary", detail="3 not understood, 0 ambiguous, 2 new",
        opened_at=NOW, latest_at=NOW,
    )  # fmt: skip

    for _ in range(2):
        OF_TRACKING.reviews(apps, None)

    items = ReviewItem.objects.filter(kind="refused").order_by("pk")
    assert [(item.closing, item.resolution) for item in items] == [
        ("answered_again", None),
        ("", "I called them."),
    ]
    asked = ReviewItem.objects.get(kind="vocabulary")
    assert (asked.detail, asked.values) == (None, {"unmapped": 3, "ambiguous": 0, "fresh": 2})


def test_steps_failures_and_deadlines_say_the_same_as_before(firm: Firm) -> None:
    checklist = ChecklistRun.objects.create(
        matter=firm.danas_matter, key="missing_paper", title="Get the returned notice", created_at=NOW
    )
    for position, text in enumerate([*OF_WORKFLOWS.STEPS.values(), "Whistle"]):
        ChecklistItem.objects.create(
            checklist=checklist, key=f"k{position}", position=position, text=text, role="paralegal"
        )
    run(make_news(firm.danas_matter, "APPROVED"))
    failed = ActionRun.objects.order_by("pk")[:2]
    texts = ["The matter has no attorney. Assign one, then repeat the step.", "It rained."]
    for row, text in zip(failed, texts, strict=True):
        ActionRun.objects.filter(pk=row.pk).update(state="failed", reason=text)
    moved = make_deadline(firm, NOW.date())
    moved.state, moved.closed_at, moved.closed_by = "moved", NOW, firm.paul
    moved.reason = OF_WORKFLOWS.NEW_APPOINTMENT
    moved.save()

    for _ in range(2):
        for change in (OF_WORKFLOWS.papers, OF_WORKFLOWS.failures, OF_WORKFLOWS.deadlines):
            change(apps, None)

    checklist.refresh_from_db()
    assert (checklist.code, checklist.label) == ("get_returned", "Get the returned notice")
    assert [item.label for item in checklist.items.all()] == [*OF_WORKFLOWS.STEPS.values(), "Whistle"]
    assert [row.why for row in ActionRun.objects.order_by("pk")[:2]] == texts
    moved.refresh_from_db()
    assert (moved.reason, moved.why_closed) == ("", OF_WORKFLOWS.NEW_APPOINTMENT)
