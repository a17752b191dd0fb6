"""A notice acted on is remembered, whatever came between; where its words have no date a person is asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from legist.core.outbox import drain
from legist.practice.models import Matter
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import RECEIVED, RFE, make_receipt, read
from tracking import reviews
from tracking.models import Receipt, ReviewItem
from tracking.sources.base import HistoryItem
from workflows.models import ChecklistItem, Deadline, Draft, NoticeWatch, PlaybookRun
from workflows.playbooks import resuming

DAY = timedelta(days=1)
OF_MARCH_1 = "On March 1, 2026, we mailed a request for additional evidence for your Form I-485."
OF_APRIL_9 = "On April 9, 2026, we mailed a request for additional evidence for your Form I-485."
UNDATED = "We mailed a request for additional evidence for your Form I-485."
RECEIPT = "On February 1, 2026, we received your Form I-485."
ONCE = {"runs": 1, "deadlines": 1, "drafts": 1, "answers": 1, "tasks": 7}


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    found = make_receipt(matter=firm.danas_matter)
    say(found, RECEIVED, RECEIPT, day=0)
    return found


def say(receipt: Receipt, title: str, text: str = "", *, day: float) -> None:
    """Let the source say something on that day, and the workflows learn of it."""
    at = NOW + day * DAY
    read(receipt, title, text, at=at, form_type="I-485")
    drain(now=at)


def made() -> dict[str, int]:
    return {
        "runs": PlaybookRun.objects.filter(playbook_key="rfe", state="done").count(),
        "deadlines": Deadline.objects.count(),
        "drafts": Draft.objects.count(),
        "answers": Matter.objects.filter(kind="rfe").count(),
        "tasks": ChecklistItem.objects.count(),
    }


def answer(firm: Firm, choice: str, *, day: float) -> None:
    (item,) = ReviewItem.objects.filter(kind="same_notice", state="open")
    at = NOW + day * DAY
    reviews.resolve_review(item.pk, actor=firm.actor("alice"), resolution="Read it.", answer=choice, now=at)
    resuming.resume_ready(now=at, actor=SYSTEM)


@pytest.mark.parametrize(
    "between", [RECEIVED, "Expedite Request Received", "Response To RFE Was Received", "CASE STATUS"]
)
def test_the_same_request_thrice_is_one_request(firm: Firm, receipt: Receipt, between: str) -> None:
    for round_ in range(3):
        say(receipt, RFE, OF_MARCH_1, day=2 * round_ + 1)
        say(receipt, between, day=2 * round_ + 2)

    drafts = Draft.objects.exclude(purpose="rfe_received").count()
    assert made() == ONCE | {"drafts": 1 + drafts}
    assert drafts <= 1
    assert not ReviewItem.objects.filter(kind="same_notice", code="RFE_ISSUED").exists()
    assert NoticeWatch.objects.filter(code="RFE_ISSUED").count() == 1


def test_a_request_of_another_day_is_another_request(firm: Firm, receipt: Receipt) -> None:
    say(receipt, RFE, OF_MARCH_1, day=1)
    say(receipt, RECEIVED, RECEIPT, day=2)
    say(receipt, RFE, OF_APRIL_9, day=40)

    assert (made()["runs"], made()["deadlines"], made()["drafts"]) == (2, 2, 2)


def test_a_request_without_a_date_that_comes_again_is_asked_about_once(firm: Firm, receipt: Receipt) -> None:
    for round_ in range(3):
        say(receipt, RFE, UNDATED, day=2 * round_ + 1)
        say(receipt, RECEIVED, RECEIPT, day=2 * round_ + 2)

    item = ReviewItem.objects.get(kind="same_notice")
    assert (item.state, item.occurrences, item.code) == ("open", 2, "RFE_ISSUED")
    assert made() == ONCE


def test_a_request_restated_in_a_history_alone_is_asked_about_and_counted_once(
    firm: Firm, receipt: Receipt
) -> None:
    say(receipt, RFE, OF_APRIL_9, day=40)
    first = Deadline.objects.get()
    say(receipt, RECEIVED, RECEIPT, day=41)
    listed = HistoryItem((NOW + 50 * DAY).date(), RFE)
    read(receipt, RECEIVED, RECEIPT, at=NOW + 60 * DAY, form_type="I-485", history=(listed,))
    drain(now=NOW + 60 * DAY)

    assert ReviewItem.objects.get(kind="same_notice", state="open").code == "RFE_ISSUED"
    assert Deadline.objects.get(state="open") == first
    assert made() == ONCE


def test_until_it_is_answered_the_shorter_clock_runs(firm: Firm, receipt: Receipt) -> None:
    say(receipt, RFE, UNDATED, day=1)
    first = Deadline.objects.get()
    say(receipt, RECEIVED, RECEIPT, day=2)
    say(receipt, RFE, UNDATED, day=9)

    assert Deadline.objects.get(state="open") == first
    assert first.due_date is not None


def test_a_clock_that_was_stopped_runs_anew_until_a_person_answers(firm: Firm, receipt: Receipt) -> None:
    say(receipt, RFE, UNDATED, day=1)
    Deadline.objects.update(state="met", closed_at=NOW, closed_by=firm.alice)
    say(receipt, "Response To USCIS' Request For Evidence Was Received", day=2)
    say(receipt, RFE, UNDATED, day=9)

    standing = Deadline.objects.get(state="open")
    assert (standing.status, standing.issued_on) == ("provisional", (NOW + 2 * DAY).date())
    assert Draft.objects.filter(purpose="rfe_received").count() == 1


def test_a_new_request_starts_when_a_person_says_so(firm: Firm, receipt: Receipt) -> None:
    say(receipt, RFE, UNDATED, day=1)
    say(receipt, RECEIVED, RECEIPT, day=2)
    say(receipt, RFE, UNDATED, day=9)
    say(receipt, RECEIVED, RECEIPT, day=10)
    answer(firm, "start", day=11)

    assert (made()["runs"], made()["deadlines"], made()["answers"]) == (2, 2, 2)


def test_the_same_request_starts_nothing_when_a_person_says_so(firm: Firm, receipt: Receipt) -> None:
    say(receipt, RFE, UNDATED, day=1)
    say(receipt, RECEIVED, RECEIPT, day=2)
    say(receipt, RFE, UNDATED, day=9)
    answer(firm, "leave", day=11)

    assert made() == ONCE
    assert list(
        PlaybookRun.objects.filter(playbook_key="rfe").values_list("state", "reason").order_by("id")
    ) == [
        ("done", ""),
        ("skipped", "repeated"),
    ]


def test_a_request_given_up_by_an_attorney_does_not_come_back(firm: Firm, receipt: Receipt) -> None:
    say(receipt, RFE, OF_MARCH_1, day=1)
    Deadline.objects.update(state="waived", closed_at=NOW, closed_by=firm.alice)
    say(receipt, RECEIVED, RECEIPT, day=2)
    say(receipt, RFE, OF_MARCH_1, day=3)

    assert made() == ONCE


CALLED_OFF = {
    "Request for Additional Evidence Was Cancelled": (RFE, "rfe", OF_MARCH_1, UNDATED),
    "Biometrics Appointment Was Cancelled": (
        "Biometrics Appointment Was Scheduled",
        "biometrics",
        "On March 2, 2026, we scheduled you for a biometrics appointment on March 20, 2026 at 9:00 AM.",
        "We scheduled you for a biometrics appointment.",
    ),
    "Interview Cancelled": (
        "Interview Was Scheduled",
        "interview",
        "On March 2, 2026, we scheduled an interview for March 30, 2026 at 9:00 AM.",
        "We scheduled an interview.",
    ),
}


@pytest.mark.parametrize("is_dated", [True, False])
@pytest.mark.parametrize("cancelled", CALLED_OFF)
def test_what_was_called_off_and_comes_again_is_asked_about_and_its_clock_runs(
    *, cancelled: str, is_dated: bool, firm: Firm, receipt: Receipt
) -> None:
    title, kind, dated, undated = CALLED_OFF[cancelled]
    text = dated if is_dated else undated
    say(receipt, title, text, day=1)
    say(receipt, cancelled, day=2)
    Deadline.objects.update(state="waived", closed_at=NOW, closed_by=firm.alice)
    for round_ in range(2):
        say(receipt, title, text, day=3 + 2 * round_)
        say(receipt, RECEIVED, RECEIPT, day=4 + 2 * round_)

    item = ReviewItem.objects.get(kind="same_notice")
    assert item.state == "open"
    standing = Deadline.objects.filter(state="open", kind=kind)
    assert [each.status for each in standing] == ["provisional"]

    answer(firm, "start", day=9)
    assert PlaybookRun.objects.filter(playbook_key=kind, state="done").count() == 2
    assert Deadline.objects.filter(state="open", kind=kind).count() <= 1


def test_a_clock_that_still_runs_is_not_doubled_when_the_request_comes_again(receipt: Receipt) -> None:
    say(receipt, RFE, OF_MARCH_1, day=1)
    say(receipt, "Request for Additional Evidence Was Cancelled", day=2)
    say(receipt, RFE, OF_MARCH_1, day=3)

    assert ReviewItem.objects.filter(kind="same_notice").count() == 1
    assert Deadline.objects.count() == 1


def test_a_request_of_another_kind_that_was_cancelled_reopens_nothing(firm: Firm, receipt: Receipt) -> None:
    say(receipt, RFE, OF_MARCH_1, day=1)
    say(receipt, "Notice Of Intent To Deny Was Cancelled", day=2)
    say(receipt, RFE, OF_MARCH_1, day=3)

    assert not ReviewItem.objects.filter(kind="same_notice").exists()
    assert Deadline.objects.count() == 1


def test_a_last_day_that_the_same_request_names_only_now_is_kept(firm: Firm, receipt: Receipt) -> None:
    say(receipt, RFE, OF_MARCH_1, day=1)
    say(receipt, RECEIVED, RECEIPT, day=2)
    say(receipt, RFE, f"{OF_MARCH_1} You must respond by April 6, 2026.", day=3)

    deadline = Deadline.objects.get()
    assert deadline.due_date == date(2026, 4, 6)
    assert "text" in [row["source"] for row in deadline.candidates]


REPEATED = {
    "On April 9, 2026, we sent a second copy of a request for evidence.": "en",
    "On April 9, 2026, we mailed you a duplicate of our request for evidence for your Form I-485.": "en",
    "On April 9, 2026, we sent a reminder of our request for evidence.": "en",
    "On April 9, 2026, we sent a reminder of our request. You must respond by May 20, 2026.": "en",
    "On April 9, 2026, we sent our request for evidence again.": "en",
    "On April 9, 2026, we re-mailed a request for evidence for your Form I-485.": "en",
    "El 9 de abril de 2026, le enviamos una segunda copia de la solicitud de evidencia.": "es",
    "El 9 de abril de 2026, enviamos un recordatorio de nuestra solicitud de evidencia.": "es",
    "El 9 de abril de 2026, le enviamos de nuevo la solicitud de evidencia.": "es",
    "El 9 de abril de 2026, reenviamos una solicitud de evidencia para su Formulario I-485.": "es",
}


@pytest.mark.parametrize("text", REPEATED)
def test_a_copy_or_a_reminder_of_a_request_that_stands_is_put_to_a_person(
    text: str, firm: Firm, receipt: Receipt
) -> None:
    say(receipt, RFE, OF_MARCH_1, day=1)
    first = Deadline.objects.get()
    spanish = {"title_es": "Se Envió Solicitud de Evidencia", "description_es": text}
    english = (RFE, text) if REPEATED[text] == "en" else ("", "")
    told = {} if REPEATED[text] == "en" else spanish
    at = NOW + 40 * DAY
    read(receipt, *english, at=at, form_type="I-485", **told)
    drain(now=at)

    assert made() == ONCE
    assert Deadline.objects.get(state="open") == first
    assert ReviewItem.objects.get(kind="same_notice", state="open").code == "RFE_ISSUED"


def test_a_copy_is_the_first_word_of_a_request_nobody_saw(receipt: Receipt) -> None:
    say(receipt, RFE, next(iter(REPEATED)), day=40)

    assert made() == ONCE
    assert not ReviewItem.objects.filter(kind="same_notice").exists()


def test_a_new_request_that_asks_for_copies_is_a_new_one(receipt: Receipt) -> None:
    say(receipt, RFE, OF_MARCH_1, day=1)
    copies = " Please send a copy of your passport. If it does not reach you, ask us for a copy."
    say(receipt, RFE, OF_APRIL_9 + copies, day=40)

    assert made()["deadlines"] == 2
    assert not ReviewItem.objects.filter(kind="same_notice").exists()


def test_a_new_request_after_a_copy_of_the_one_before_is_a_new_one(receipt: Receipt) -> None:
    say(receipt, RFE, OF_MARCH_1, day=1)
    say(receipt, RFE, next(iter(REPEATED)), day=40)
    say(receipt, RFE, OF_APRIL_9.replace("April 9", "May 4"), day=65)

    assert (made()["runs"], made()["deadlines"]) == (2, 2)


@pytest.mark.parametrize(
    ("first", "later", "runs", "asked"),
    [
        (UNDATED, "We mailed a second request for evidence for your Form I-485.", 2, 0),
        (UNDATED, "We mailed you another request for evidence for your Form I-485.", 2, 0),
        (UNDATED, "Le enviamos una segunda solicitud de evidencia para su Formulario I-485.", 2, 0),
        (OF_MARCH_1, OF_APRIL_9.replace("a request", "a second request"), 2, 0),
        (OF_MARCH_1, OF_MARCH_1.replace("a request", "a second request"), 1, 1),
        (UNDATED, UNDATED, 1, 1),
    ],
)
def test_a_request_that_calls_itself_the_second_is_new_unless_its_day_is_that_of_the_first(
    first: str, later: str, *, runs: int, asked: int, receipt: Receipt
) -> None:
    say(receipt, RFE, first, day=1)
    say(receipt, RECEIVED, day=2)
    say(receipt, RFE, later, day=60)

    questions = ReviewItem.objects.filter(kind="same_notice", code="RFE_ISSUED")
    assert (Deadline.objects.filter(kind="rfe").count(), questions.count()) == (runs, asked)


def test_a_second_request_that_is_shown_twice_is_one(receipt: Receipt) -> None:
    second = "We mailed a second request for evidence for your Form I-485."
    say(receipt, RFE, UNDATED, day=1)
    say(receipt, RFE, second, day=60)
    say(receipt, RECEIVED, day=61)
    say(receipt, RFE, second, day=62)

    assert Deadline.objects.filter(kind="rfe").count() == 2
    assert ReviewItem.objects.filter(kind="same_notice", code="RFE_ISSUED").count() == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_a_decision_shown_again_after_a_reopening_is_told_once(firm: Firm, *, is_first: bool) -> None:
    """Also where it was the first word about the case, and so no news to anybody."""
    found = make_receipt("IOE0912345679", matter=firm.danas_matter)
    if not is_first:
        say(found, RECEIVED, RECEIPT, day=0)
    denial = "On March 1, 2026, we denied your Form I-485."
    say(found, "Case Was Denied", denial, day=1)
    say(found, "Case Was Reopened", "On March 3, 2026, we reopened your Form I-485.", day=2)
    before = Draft.objects.count()
    say(found, "Case Was Denied", denial, day=3)

    assert (Draft.objects.count(), before) == (before, 1 if is_first else 2)
    assert PlaybookRun.objects.filter(playbook_key="denial").count() == 1


SET = (
    "Interview Was Scheduled",
    "On March {sent}, 2026, we scheduled an interview for your Form N-400 on {day}.",
)
MOVED = (
    "Interview Was Rescheduled",
    "On March {sent}, 2026, we rescheduled your interview for your Form N-400 to {day}.",
)
OFF = ("Interview Cancelled", "On March 2, 2026, we cancelled your interview.")
REFERRED = (
    "Case Was Referred To An Immigration Judge",
    "On March 1, 2026, we referred your Form I-589 to an immigration judge.",
)
SUMMONED = ("Notice to Appear Was Issued", "On March {sent}, 2026, we issued a Notice to Appear.")
ON_APRIL_20, AT_NINE = "April 20, 2026", "April 20, 2026 at 9:00 AM"
AT_TWO, ON_APRIL_27 = "April 20, 2026 at 2:00 PM", "April 27, 2026"


@pytest.mark.parametrize(
    ("said", "key", "runs"),
    [
        ([(SET, ON_APRIL_20), (MOVED, ON_APRIL_20)], "interview", 1),
        ([(MOVED, ON_APRIL_20), (SET, ON_APRIL_20)], "interview", 1),
        ([(SET, AT_NINE), (SET, ON_APRIL_20)], "interview", 1),
        ([(SET, AT_NINE), (MOVED, AT_TWO)], "interview", 2),
        ([(SET, ON_APRIL_20), (MOVED, ON_APRIL_27)], "interview", 2),
        ([(SET, ON_APRIL_20), (MOVED, ON_APRIL_27), (MOVED, ON_APRIL_20)], "interview", 3),
        ([(SET, ON_APRIL_20), (OFF, ""), (SET, ON_APRIL_20)], "interview", 2),
        ([(REFERRED, ""), (SUMMONED, "")], "court", 1),
        ([(SUMMONED, ""), (REFERRED, "")], "court", 1),
    ],
)
def test_one_appointment_is_kept_once_whichever_letter_tells_of_it(
    said: list[tuple[tuple[str, str], str]], key: str, runs: int, receipt: Receipt
) -> None:
    for place, ((title, text), day) in enumerate(said):
        sent = 1 if key == "court" else place + 1
        say(receipt, title, text.format(sent=sent, day=day), day=place + 1)

    assert PlaybookRun.objects.filter(playbook_key=key, state="done").count() == runs
    assert Deadline.objects.count() == runs * (2 if key == "court" else 1)


def test_a_summons_of_another_day_is_another(receipt: Receipt) -> None:
    say(receipt, *REFERRED, day=1)
    say(receipt, SUMMONED[0], SUMMONED[1].format(sent=5), day=5)

    assert PlaybookRun.objects.filter(playbook_key="court", state="done").count() == 2
