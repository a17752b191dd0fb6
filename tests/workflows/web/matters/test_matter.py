"""The page of a matter."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from legist.practice.services import set_matter_stage
from legist.practice.states import MatterStage
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import make_change, make_deadline, make_draft, make_news, run
from tests.workflows.web.asking import HTMX, Browser, address, statuses, text, unknown
from tracking import services as tracking
from workflows.checklists.services import complete_item
from workflows.deadlines.services import confirm_deadline
from workflows.models import ChecklistItem

SECTIONS = ("timeline", "work", "messages", "documents", "people")


def test_it_is_for_those_who_may_see_the_matter(firm: Firm, browser_of: Browser) -> None:
    people = ("alice", "paul", "mary", "charlie", "olga", "dana", "eve")

    found = statuses(browser_of, address("matter", firm.danas_matter.pk), people)

    assert found == [200, 200, 200, 404, 404, 404, 404]


def test_it_does_not_know_a_matter_that_does_not_exist(browser_of: Browser) -> None:
    assert browser_of("alice").get(unknown("matter")).status_code == 404


@pytest.mark.parametrize("section", SECTIONS)
def test_it_shows_every_part(firm: Firm, browser_of: Browser, section: str) -> None:
    run(make_news(firm.danas_matter, "APPROVED"))

    page = browser_of("mary").get(address("matter", firm.danas_matter.pk), {"section": section})

    assert page.status_code == 200
    assert "Dana Example" in text(page)


@pytest.mark.parametrize("section", SECTIONS)
def test_it_shows_every_part_of_an_empty_matter(firm: Firm, browser_of: Browser, section: str) -> None:
    page = browser_of("paul").get(address("matter", firm.danas_matter.pk), {"section": section})

    assert page.status_code == 200


def test_it_says_where_the_matter_stands(firm: Firm, browser_of: Browser) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    page = text(browser_of("paul").get(address("matter", firm.danas_matter.pk)))

    assert "Responding to USCIS" in page
    assert "Request for evidence" in page
    assert "never read" in page
    assert "M-2026-0001/1" in page


def test_it_shows_a_matter_below_with_the_receipt_of_the_case(firm: Firm, browser_of: Browser) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    child = firm.danas_matter.children.get()

    page = browser_of("paul").get(address("matter", child.pk))

    assert [line.receipt.current_code for line in page.context["page"].receipts] == ["RFE_ISSUED"]


def test_it_tells_what_happened_who_did_it_and_what(firm: Firm, browser_of: Browser) -> None:
    run(make_news(firm.danas_matter, "BIOMETRICS_SCHEDULED"))
    item = ChecklistItem.objects.get(key="log_notice")
    complete_item(item.pk, actor=firm.actor("paul"), now=NOW)

    lines = browser_of("paul").get(address("matter", firm.danas_matter.pk)).context["timeline"].lines

    newest, playbook = lines[0], lines[1]
    assert (newest.who, newest.before) == ("Paul", f"checked off “{item.text}”")
    assert (playbook.who, playbook.before) == ("Legist", "started the playbook “Biometrics appointment”")
    assert [step.before for step in playbook.steps] == [
        "added the deadline “biometrics appointment”, provisional, due on a day that the notice tells",
        "opened the checklist “Biometrics”",
        "drafted the message “Instructions for the fingerprints appointment”",
        "asked for approval of the message “Instructions for the fingerprints appointment”",
    ]


def test_it_shows_the_official_words_beside_a_change(firm: Firm, browser_of: Browser) -> None:
    make_news(firm.danas_matter, "DENIED")

    page = text(browser_of("paul").get(address("matter", firm.danas_matter.pk)))

    assert "What USCIS says" in page
    assert "USCIS acted" in page


@pytest.mark.parametrize(
    ("show", "codes"),
    [
        ("status", {"tracking.status_changed"}),
        ("messages", {"workflows.draft_created", "workflows.draft_submitted"}),
        ("people", {"practice.matter_opened", "practice.wall_raised"}),
        ("nonsense", None),
    ],
)
def test_it_narrows_the_timeline(firm: Firm, browser_of: Browser, show: str, codes: set[str] | None) -> None:
    make_news(firm.danas_matter, "DENIED")
    make_draft(firm)

    page = browser_of("paul").get(address("matter", firm.danas_matter.pk), {"show": show})

    shown = {line.event.entry.action for line in page.context["timeline"].lines}
    assert shown == codes if codes else len(shown) == 5


def test_it_leaves_out_who_looked_unless_asked(firm: Firm, browser_of: Browser) -> None:
    receipt = make_news(firm.danas_matter, "DENIED").receipt
    tracking.open_receipt(receipt.pk, actor=firm.actor("paul"), now=NOW)
    browser, url = browser_of("paul"), address("matter", firm.danas_matter.pk)

    assert "looked at the status" not in text(browser.get(url))
    assert "looked at the status" in text(browser.get(url, {"show": "all"}))


def test_it_shows_more_on_demand(firm: Firm, browser_of: Browser) -> None:
    for _ in range(30):
        make_draft(firm)
    browser, url = browser_of("paul"), address("matter", firm.danas_matter.pk)

    first, more = browser.get(url), browser.get(url, {"pages": "2"})

    assert (len(first.context["timeline"].lines), first.context["timeline"].has_more) == (50, True)
    assert (len(more.context["timeline"].lines), more.context["timeline"].has_more) == (62, False)


def test_it_answers_a_poll_only_when_something_happened(firm: Firm, browser_of: Browser) -> None:
    browser, url = browser_of("paul"), address("matter", firm.danas_matter.pk)
    token = browser.get(url).context["token"]

    quiet = browser.get(url, {"since": token}, headers=HTMX)
    make_draft(firm)
    changed = browser.get(url, {"since": token}, headers=HTMX)

    assert quiet.status_code == 204
    assert changed.status_code == 200
    assert "<html" not in text(changed)


def test_it_offers_the_attorney_the_message_first(firm: Firm, browser_of: Browser) -> None:
    make_deadline(firm)
    draft = make_draft(firm)
    url = address("matter", firm.danas_matter.pk)

    assert browser_of("alice").get(url).context["page"].next_step == "approve"
    assert browser_of("paul").get(url).context["page"].next_step == "confirm"
    assert browser_of("mary").get(url).context["page"].next_step == ""
    assert address("draft", draft.pk) in text(browser_of("alice").get(url))


def test_it_offers_to_close_what_is_ready(firm: Firm, browser_of: Browser) -> None:
    set_matter_stage(firm.danas_matter, MatterStage.TO_CLOSE, actor=SYSTEM, now=NOW)
    url = address("matter", firm.danas_matter.pk)

    assert browser_of("alice").get(url).context["page"].next_step == "close"
    assert browser_of("paul").get(url).context["page"].next_step == ""


def test_it_shows_the_next_deadline_and_how_sure_it_is(firm: Firm, browser_of: Browser) -> None:
    deadline = make_deadline(firm, date(2026, 5, 1))
    confirm_deadline(deadline.pk, due=date(2026, 4, 20), actor=firm.actor("paul"), now=NOW)

    page = text(browser_of("paul").get(address("matter", firm.danas_matter.pk)))

    assert "Apr 20, 2026" in page
    assert "Confirmed" in page


def test_its_head_names_no_date_and_no_message_that_a_later_status_has_answered(
    firm: Firm, browser_of: Browser
) -> None:
    asked = make_news(firm.danas_matter, "RFE_ISSUED")
    run(asked)
    url, browser = address("matter", firm.danas_matter.pk), browser_of("alice")
    before = browser.get(url).context["page"]
    make_change(asked.receipt, "RESPONSE_RECEIVED", at=NOW + timedelta(days=1), event_date=date(2026, 3, 3))
    after = browser.get(url).context["page"]

    assert (before.work.next_deadline.kind, before.next_step) == ("rfe", "approve")
    assert (after.work.next_deadline, after.next_step) == (None, "")
    assert [each.kind for each in after.open_deadlines] == ["rfe"]
    listed = text(browser.get("/matters/"))
    assert before.work.next_deadline.title not in listed


def test_it_keeps_the_reason_of_a_wall_to_those_who_manage(firm: Firm, browser_of: Browser) -> None:
    url = address("matter", firm.danas_matter.pk) + "?section=people"

    assert "Represented the other side before." in text(browser_of("alice").get(url))
    pauls = text(browser_of("paul").get(url))
    assert "Charlie" in pauls
    assert "Represented the other side before." not in pauls
    assert "Assign the matter" not in pauls


def test_it_asks_the_database_the_same_however_much_happened(
    firm: Firm, browser_of: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for code in ("RFE_ISSUED", "APPROVED", "BIOMETRICS_SCHEDULED", "DENIED"):
        run(make_news(firm.danas_matter, code))
    browser = browser_of("alice")

    # Its parties and tags; notes, to whom a task may be given; seven: what the newest status has overtaken.
    with django_assert_max_num_queries(57):
        browser.get(address("matter", firm.danas_matter.pk))


def test_it_asks_little_of_the_database_when_nothing_happened(
    firm: Firm, browser_of: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser, url = browser_of("alice"), address("matter", firm.danas_matter.pk)
    token = browser.get(url).context["token"]

    with django_assert_max_num_queries(6):
        browser.get(url, {"since": token}, headers=HTMX)
