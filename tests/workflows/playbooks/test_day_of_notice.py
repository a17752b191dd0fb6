"""From which day a notice counts where its text is wrong, old or silent about it; who is asked then."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from legist.core.outbox import drain
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import RECEIVED, REVIEW, RFE, make_receipt, read
from tests.tracking.normalizer.turned import MESES
from tracking.models import Receipt, ReviewItem
from tracking.observations.standing import STILL_STARTS
from tracking.sources.base import HistoryItem
from tracking.statuses import StatusCode
from workflows.models import Deadline, Draft, PlaybookRun
from workflows.playbooks.builtin import DEFINITIONS, Definition
from workflows.playbooks.engine import run_for_change

DAY = timedelta(days=1)
TODAY = NOW.date()
NOID, DENIED = "Notice Of Intent To Deny Was Sent", "Case Was Denied"
SPANISH = {"title_es": "Se Envió Solicitud de Evidencia"}


@pytest.fixture
def receipt(firm: Firm) -> Receipt:
    return make_receipt(matter=firm.danas_matter)


def asked_on(day: date, *, in_spanish: bool = False) -> str:
    if in_spanish:
        written = f"{day.day} de {MESES[day.month - 1]} de {day.year}"
        return f"El {written}, le enviamos una solicitud de evidencia para su Formulario I-485."
    return f"On {day:%B} {day.day}, {day.year}, we sent a request for evidence for your Form I-485."


def say(
    receipt: Receipt,
    title: str,
    text: str = "",
    *history: HistoryItem,
    changed: datetime | None = None,
    at: datetime = NOW,
    in_spanish: bool = False,
) -> None:
    words = {"title_es": title, "description_es": text} if in_spanish else {}
    english = ("", "") if in_spanish else (title, text)
    read(receipt, *english, at=at, form_type="I-485", modified_at=changed, history=history, **words)
    drain(now=at)


def kinds_asked() -> list[str]:
    return sorted(ReviewItem.objects.filter(state="open").values_list("kind", flat=True))


@pytest.mark.parametrize("in_spanish", [False, True])
@pytest.mark.parametrize("changed", [None, NOW - 400 * DAY, NOW + 30 * DAY])
def test_a_first_status_that_is_a_request_of_long_ago_goes_to_a_person(
    *, changed: datetime | None, in_spanish: bool, receipt: Receipt
) -> None:
    title = SPANISH["title_es"] if in_spanish else RFE
    for day in (0, 1):
        text = asked_on(date(2016, 5, 20), in_spanish=in_spanish)
        entry = HistoryItem(date(2016, 5, 20), RFE)
        say(receipt, title, text, *[entry] * day, changed=changed, at=NOW + day * DAY, in_spanish=in_spanish)

    assert not PlaybookRun.objects.filter(playbook_key="rfe").exists()
    (item,) = ReviewItem.objects.filter(state="open")
    assert (item.kind, item.detail) == ("past_request", f"2016-05-20 {title}")


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize(
    "said", ["On May 20, 2025, we mailed your receipt. We sent a request for evidence.", ""]
)
def test_an_old_day_that_the_source_itself_contradicts_keeps_its_clock_and_is_asked_about(
    *, said: str, first: bool, receipt: Receipt
) -> None:
    if not first:
        say(receipt, RECEIVED, at=NOW - 20 * DAY)
    say(receipt, RFE, said or asked_on(date(2016, 5, 20)), changed=NOW - 10 * DAY)

    deadline = Deadline.objects.get(state="open")
    assert (deadline.status, deadline.kind) == ("provisional", "rfe")
    assert deadline.issued_on == (date(2025, 5, 20) if said else date(2016, 5, 20))
    assert kinds_asked() == ["check_reading"]
    assert not Draft.objects.filter(purpose="rfe_received").exists()


@pytest.mark.parametrize("title", [RFE, "Case Was Denied"])
@pytest.mark.parametrize("year", [1926, 2025])
def test_news_of_long_ago_is_asked_about_as_its_year_may_be_a_slip(
    title: str, year: int, receipt: Receipt
) -> None:
    what = "sent a request for evidence for" if title == RFE else "denied"
    say(receipt, RECEIVED, at=NOW - 20 * DAY)
    say(receipt, title, f"On January 12, {year}, we {what} your Form I-485.")

    assert {each.issued_on for each in Deadline.objects.all()} == {date(year, 1, 12)}
    assert kinds_asked() == ["check_reading"]
    assert not Draft.objects.exists()


@pytest.mark.parametrize("days", [61, 98])
@pytest.mark.parametrize("title", [NOID, "Notice Of Intent To Revoke Was Sent"])
def test_a_notice_of_intent_within_any_period_starts_at_a_first_reading(
    title: str, days: int, receipt: Receipt
) -> None:
    day = TODAY - days * DAY
    say(receipt, title, f"On {day:%B} {day.day}, {day.year}, we mailed you a notice.")

    assert Deadline.objects.get().issued_on == day


@pytest.mark.parametrize("in_spanish", [False, True])
@pytest.mark.parametrize("ahead", [1, 10, 342])
def test_a_day_after_the_reading_is_never_the_day_of_a_notice(
    *, ahead: int, in_spanish: bool, receipt: Receipt
) -> None:
    title = SPANISH["title_es"] if in_spanish else RFE
    say(receipt, title, asked_on(TODAY + ahead * DAY, in_spanish=in_spanish), in_spanish=in_spanish)

    assert Deadline.objects.get().issued_on == TODAY
    assert kinds_asked() == ["check_reading"]


def test_beside_a_status_before_it_counts_from_the_last_day_of_that(receipt: Receipt) -> None:
    say(receipt, RECEIVED, at=NOW - 2 * DAY)
    say(receipt, RFE, asked_on(TODAY + 10 * DAY))

    deadline = Deadline.objects.get()
    assert (deadline.issued_on, deadline.due_date is None) == (TODAY - 2 * DAY, False)
    assert kinds_asked() == ["check_reading"]


def test_a_notice_of_today_is_of_today(receipt: Receipt) -> None:
    say(receipt, RFE, asked_on(TODAY))

    assert (Deadline.objects.get().issued_on, kinds_asked()) == (TODAY, [])


@pytest.mark.parametrize("changed", [None, NOW - 4 * DAY])
def test_an_entry_of_the_history_cannot_be_of_a_day_to_come(
    changed: datetime | None, receipt: Receipt
) -> None:
    say(receipt, RECEIVED, at=NOW - 20 * DAY, changed=NOW - 30 * DAY)
    entry = HistoryItem(TODAY + 10 * DAY, RFE)
    for day in (0, 1, 11, 12):
        more = [HistoryItem(TODAY + 11 * DAY, REVIEW)] if day > 10 else []
        say(receipt, REVIEW, "", *more, entry, changed=changed, at=NOW + day * DAY)

    assert Deadline.objects.get().issued_on == (changed.date() if changed else TODAY)
    assert kinds_asked() == ["past_request"]


@pytest.mark.parametrize(
    ("title", "text"),
    [(RFE, "We mailed a request for evidence."), (NOID, ""), (DENIED, "We denied your Form I-485.")],
)
def test_an_undated_notice_counts_from_the_day_the_source_changed_its_answer(
    title: str, text: str, receipt: Receipt
) -> None:
    say(receipt, title, text, changed=NOW - 9 * DAY)

    assert {each.issued_on for each in Deadline.objects.all()} == {TODAY - 9 * DAY}


@pytest.mark.parametrize("changed", [NOW + DAY, NOW - 40 * DAY, NOW - 50 * DAY])
def test_a_day_that_cannot_be_that_of_the_notice_does_not_date_it(
    changed: datetime, receipt: Receipt
) -> None:
    say(receipt, RECEIVED, at=NOW - 20 * DAY, changed=NOW - 40 * DAY)
    Receipt.objects.update(modified_at=NOW - 40 * DAY)
    say(receipt, RFE, "We mailed a request for evidence.", changed=changed)

    dates = {each.issued_on for each in Deadline.objects.all()}
    assert dates <= {TODAY - 20 * DAY}


def test_an_undated_request_that_was_not_changed_for_long_stands_and_is_asked_about(receipt: Receipt) -> None:
    say(receipt, RFE, "We mailed a request for evidence.", changed=NOW - 200 * DAY)

    assert Deadline.objects.get().issued_on == TODAY - 200 * DAY
    assert kinds_asked() == ["check_reading"]


APPOINTMENTS = {
    "interview": ("Interview Was Scheduled", "We scheduled an interview for {} at 9:00 AM."),
    "biometrics": (
        "Biometrics Appointment Was Scheduled",
        "Your biometrics appointment is on {} at 9:00 AM.",
    ),
    "oath": ("Oath Ceremony Notice Was Mailed", "Your oath ceremony is scheduled for {} at 9:00 AM."),
}
DOUBT = " This is not certain yet."


@pytest.mark.parametrize("kind", APPOINTMENTS)
def test_the_day_of_a_doubtful_appointment_stands_until_a_person_has_looked(
    kind: str, firm: Firm, receipt: Receipt
) -> None:
    title, text = APPOINTMENTS[kind]
    say(receipt, title, text.format("March 20, 2026") + DOUBT)

    deadline = Deadline.objects.get(kind=kind)
    assert (deadline.status, deadline.due_date) == ("provisional", date(2026, 3, 20))
    assert kinds_asked() == ["check_reading"]
    run = PlaybookRun.objects.get(playbook_key=kind)
    assert (run.state, run.actions.count()) == ("held", 1)

    run_for_change(run.change_id, now=NOW, actor=SYSTEM, confirmed=True)
    assert PlaybookRun.objects.get(pk=run.pk).state == "done"
    assert Deadline.objects.filter(kind=kind).count() == 1


@pytest.mark.parametrize("kind", APPOINTMENTS)
def test_a_day_that_only_opens_the_text_is_that_of_the_appointment(kind: str, receipt: Receipt) -> None:
    say(receipt, APPOINTMENTS[kind][0], "On March 20, 2026, come to the office for it.")

    assert Deadline.objects.get(kind=kind).due_date == date(2026, 3, 20)
    assert kinds_asked() == ["check_reading"]


def test_a_doubtful_appointment_that_is_over_waits_for_a_person(receipt: Receipt) -> None:
    title, text = APPOINTMENTS["interview"]
    say(receipt, title, text.format("February 20, 2026") + DOUBT)

    assert not Deadline.objects.exists()
    assert kinds_asked() == ["check_reading"]


def test_an_appointment_to_come_is_news_however_long_ago_it_was_set(receipt: Receipt) -> None:
    say(
        receipt,
        "Interview Was Scheduled",
        "On November 3, 2025, we scheduled an interview for March 20, 2026 at 9:00 AM.",
    )

    assert Deadline.objects.get(kind="interview").due_date == date(2026, 3, 20)


@pytest.mark.parametrize(
    ("days", "starts"), [(59, True), (61, False), (75, False), (98, False), (400, False)]
)
@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Case Was Denied", "On {day}, we denied your Form I-485."),
        ("Case Approval Was Revoked", "On {day}, we revoked the approval of your Form I-485."),
    ],
)
def test_a_decision_against_the_client_starts_or_goes_to_a_person_whatever_its_age(
    title: str, text: str, *, days: int, starts: bool, receipt: Receipt
) -> None:
    day = TODAY - days * DAY
    say(receipt, title, text.format(day=f"{day:%B} {day.day}, {day.year}"))

    assert Deadline.objects.exists() is starts
    assert kinds_asked() == ([] if starts else ["past_request"])


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda each: each.key)
def test_no_clock_is_left_out_for_its_age_without_a_question(definition: Definition) -> None:
    most = definition.conditions.get("first_reading_max_age_days")
    has_clock = any(step["kind"] == "deadline" for step in definition.actions)
    # After a year a closed application for naturalization counts as abandoned.
    if most is None or not has_clock or definition.codes == ("CLOSED",):
        return

    assert {code: STILL_STARTS[StatusCode(code)].days <= most for code in definition.codes} == dict.fromkeys(
        definition.codes, True
    )


@pytest.mark.parametrize("said", ["saw", "recorded on March 20, 2026"])
@pytest.mark.parametrize("noun", ["interview", "oath ceremony"])
def test_what_was_missed_is_explained_from_its_day_however_late_it_is_said(
    noun: str, said: str, receipt: Receipt
) -> None:
    kind, days = {"interview": ("n400_absence", 30), "oath ceremony": ("oath_absence", 15)}[noun]
    held = date(2026, 3, 9)
    text = f"On March 1, 2026, we scheduled your {noun} for your Form N-400 for March 9, 2026."
    for at, title, words in (
        (NOW, f"{noun} Was Scheduled".title(), text),
        (NOW + 15 * DAY, f"{noun} Was Scheduled".title(), text),
        (NOW + 18 * DAY, f"You Did Not Appear For Your {noun}".title(), f"We {said} that nobody came."),
    ):
        read(receipt, title, words, at=at, form_type="N-400")
        drain(now=at)

    (found,) = Deadline.objects.filter(kind=kind)
    assert found.issued_on == held
    assert found.due_date == held + days * DAY


@pytest.mark.parametrize(
    ("held", "is_kept"), [("", False), (" on February 20, 2026", False), (" on March 20, 2026", True)]
)
@pytest.mark.parametrize("noun", ["interview", "biometrics appointment", "oath ceremony"])
def test_an_old_letter_about_an_appointment_is_kept_or_asked_about(
    noun: str, held: str, *, is_kept: bool, receipt: Receipt
) -> None:
    read(
        receipt,
        f"{noun} Was Scheduled".title(),
        f"On December 20, 2025, we scheduled your {noun} for your Form N-400{held}.",
        form_type="N-400",
    )
    drain(now=NOW)

    assert Deadline.objects.exists() is is_kept
    assert bool(kinds_asked()) is not is_kept
