"""The approval queue, and one message beside the reasons for it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import approve, make_change, make_draft, make_news, run
from tests.workflows.web.asking import HTMX, Browser, address, statuses, text, unknown
from tracking import reviews
from tracking.states import ReviewKind
from workflows.messages import sending
from workflows.messages.drafts import edit_draft, return_draft
from workflows.models import Deadline, Draft

QUEUE = "/approvals/"
PEOPLE = ("alice", "paul", "mary", "charlie", "olga", "dana")


def test_it_shows_the_queue_to_those_who_read_matters(browser_of: Browser) -> None:
    assert statuses(browser_of, QUEUE, PEOPLE) == [200, 200, 200, 200, 403, 404]
    assert statuses(browser_of, address("deliveries"), PEOPLE) == [200, 200, 200, 200, 403, 404]


def test_it_shows_a_message_to_those_who_may_see_the_matter(firm: Firm, browser_of: Browser) -> None:
    url = address("draft", make_draft(firm).pk)

    assert statuses(browser_of, url, PEOPLE) == [200, 200, 200, 404, 404, 404]
    assert statuses(browser_of, url + "pulse/", PEOPLE) == [200, 200, 200, 404, 404, 404]
    assert browser_of("alice").get(unknown("draft")).status_code == 404


def test_it_lists_what_waits_with_the_reason(firm: Firm, browser_of: Browser) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    page = text(browser_of("alice").get(QUEUE))

    assert "Dana Example" in page
    assert "Request for evidence: what happens now" in page
    assert "Spanish" in page


def test_it_shows_the_parts_of_one_message_and_takes_it_apart(firm: Firm, browser_of: Browser) -> None:
    for form in ("I-765", "I-131"):
        run(make_news(firm.danas_matter, "DOC_PRODUCTION", form=form))
    whole, alice = Draft.objects.get(purpose="joined"), browser_of("alice")
    part = whole.parts.earliest("created_at", "id")

    page = text(alice.get(address("draft", whole.pk)))
    assert page.count("Open the part") == 2
    assert "Approve and send" in page
    page = text(alice.get(address("draft", part.pk)))
    assert "Open the whole message" in page
    assert "Approve and send" not in page
    assert alice.get(address("draft_edit", whole.pk)).status_code == 409
    assert alice.post(address("draft_separate", whole.pk), {"version_hash": "old"}).status_code == 409
    alice.post(address("draft_separate", whole.pk), {"version_hash": whole.content_hash})

    assert "Approve and send" in text(alice.get(address("draft", part.pk)))


def test_it_lists_nothing_of_a_matter_that_is_walled_off(firm: Firm, browser_of: Browser) -> None:
    make_draft(firm)

    assert "Nothing waits for approval" in text(browser_of("charlie").get(QUEUE))


def test_it_puts_the_urgent_first_and_what_was_overtaken_last(firm: Firm, browser_of: Browser) -> None:
    old = make_news(firm.danas_matter, "BIOMETRICS_SCHEDULED")
    run(old, now=NOW - timedelta(days=3))
    make_change(old.receipt, "BIOMETRICS_DONE", at=NOW + timedelta(minutes=1))
    run(make_news(firm.danas_matter, "DENIED"), now=NOW - timedelta(days=2))
    run(make_news(firm.danas_matter, "RFE_ISSUED"))
    Deadline.objects.filter(kind="rfe").update(due_date=date(2026, 3, 9))

    rows = browser_of("alice").get(QUEUE).context["queue"].rows

    assert [row.code for row in rows] == ["RFE_ISSUED", "DENIED", "BIOMETRICS_SCHEDULED"]


@pytest.mark.parametrize("who", ["alice", "paul"])
def test_what_was_overtaken_can_be_withdrawn_where_it_is_advised(
    firm: Firm, browser_of: Browser, who: str
) -> None:
    old = make_news(firm.danas_matter, "BIOMETRICS_SCHEDULED")
    run(old)
    make_change(old.receipt, "BIOMETRICS_DONE", at=NOW + timedelta(minutes=1))
    draft = Draft.objects.get(change=old)

    page = text(browser_of(who).get(f"{QUEUE}{draft.pk}/"))

    banner = page.partition("it may be better to withdraw this one")[2].partition("</div></div>")[0]
    assert 'data-dialog-open="void"' in banner
    assert page.count('data-dialog-open="void"') == 2
    assert page.count('id="void"') == 1
    bar = page.partition('class="action-bar')[2].partition("action-bar-note")[0]
    assert "btn-primary" in bar.partition('data-dialog-open="void"')[0].rpartition("<button")[2]
    assert bar.count("btn-primary") == 1, "to approve it is no longer the first thing to do"


@pytest.mark.parametrize(
    ("view", "count"), [("", 0), ("returned", 1), ("drafts", 1), ("approved", 1), ("sent", 0)]
)
def test_it_has_a_view_for_every_state(firm: Firm, browser_of: Browser, view: str, count: int) -> None:
    make_draft(firm, submit=False)
    approve(firm, make_draft(firm))
    back = make_draft(firm)
    alice = firm.actor("alice")
    return_draft(back.pk, reason="No", version_hash=back.content_hash, actor=alice, now=NOW)

    assert len(browser_of("alice").get(QUEUE, {"view": view}).context["queue"].rows) == count


def test_it_answers_a_poll_only_when_the_queue_changed(firm: Firm, browser_of: Browser) -> None:
    browser = browser_of("alice")
    token = browser.get(QUEUE).context["token"]

    quiet = browser.get(QUEUE, {"since": token}, headers=HTMX)
    make_draft(firm)

    assert quiet.status_code == 204
    assert browser.get(QUEUE, {"since": token}, headers=HTMX).status_code == 200


def test_it_shows_exactly_what_the_client_gets_in_both_languages(firm: Firm, browser_of: Browser) -> None:
    draft = make_draft(firm)

    response = browser_of("alice").get(address("draft", draft.pk))

    page = text(response)
    assert [view.language for view in response.context["detail"].languages] == ["es", "en"]
    assert "Un mensaje sobre su caso" in page
    assert "A message about your case" in page
    assert "dana@mail.example" in page
    assert response.context["detail"].languages[0].email.text in response.content.decode()


def test_it_says_why_the_message_exists(firm: Firm, browser_of: Browser) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    page = text(browser_of("alice").get(address("draft", Draft.objects.get().pk)))

    assert "The answer has an owner" in page
    assert "What USCIS says, and how it was read" in page
    assert "Answer to the request for evidence" in page
    assert "check them against the file" in page
    assert "this would be the first message" in page


def test_it_shows_what_was_changed_against_the_template(firm: Firm, browser_of: Browser) -> None:
    draft = make_draft(firm)
    texts = {"en": {"subject": draft.texts["en"]["subject"], "body": "Dear Dana,\n\nVery good news."}}
    edit_draft(draft.pk, texts=texts, version_hash=draft.content_hash, actor=firm.actor("paul"), now=NOW)

    page = text(browser_of("alice").get(address("draft", draft.pk)))

    assert ">Very good</ins>" in page
    assert "Word for word as the template gives it." in page


def test_it_lets_only_an_attorney_approve(firm: Firm, browser_of: Browser) -> None:
    url = address("draft", make_draft(firm).pk)

    assert "Approve and send to Dana Example" in text(browser_of("alice").get(url))
    pauls, marys = text(browser_of("paul").get(url)), text(browser_of("mary").get(url))
    assert "Approve and send" not in pauls + marys
    assert "An attorney of the matter approves it." in pauls
    assert "Withdraw" not in marys


def test_it_knows_the_way_to_the_next_message(firm: Firm, browser_of: Browser) -> None:
    first = make_draft(firm, now=NOW - timedelta(hours=2))
    second = make_draft(firm, now=NOW - timedelta(hours=1))

    place = browser_of("alice").get(address("draft", first.pk)).context["place"]

    assert (place.position, place.total, place.previous, place.next) == (1, 2, None, second.pk)


def test_it_tells_when_the_message_is_not_the_one_on_the_screen(firm: Firm, browser_of: Browser) -> None:
    draft, browser = make_draft(firm), browser_of("alice")
    token = browser.get(address("draft", draft.pk)).context["token"]
    pulse = address("draft_pulse", draft.pk)

    quiet = browser.get(pulse, {"since": token}, headers=HTMX)
    approve(firm, draft)
    changed = browser.get(pulse, {"since": token}, headers=HTMX)

    assert quiet.status_code == 204
    assert "This message is no longer the one you see" in text(changed)


def test_it_blames_no_other_window_for_what_was_done_here(firm: Firm, browser_of: Browser) -> None:
    draft, browser = make_draft(firm), browser_of("alice")
    pulse = address("draft_pulse", draft.pk)
    approve(firm, draft)

    said = text(browser.get(pulse, {"since": "old", "shown": "in_review"}, headers=HTMX))

    assert "You changed or decided on it since you opened this page: it is now “Approved”" in said
    assert "another window" not in said


def test_what_was_approved_on_the_screen_has_simply_gone_out(firm: Firm, browser_of: Browser) -> None:
    draft, browser = approve(firm, make_draft(firm)), browser_of("alice")
    sending.deliver_due(now=NOW, actor=SYSTEM)

    said = text(
        browser.get(address("draft_pulse", draft.pk), {"since": "old", "shown": "approved"}, headers=HTMX)
    )

    assert "This message has gone out" in said
    assert "changed" not in said


def test_it_pins_what_it_asks_of_the_database(
    firm: Firm, browser_of: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        run(make_news(firm.danas_matter, "RFE_ISSUED"))
    browser = browser_of("alice")

    with django_assert_max_num_queries(18):  # one: what was reported since; three: views and columns
        browser.get(QUEUE)
    # Two of them say whom the client is told to call.
    with django_assert_max_num_queries(30):
        browser.get(address("draft", Draft.objects.all()[0].pk))


def test_good_news_is_not_approved_unknowingly_of_what_may_take_it_back(
    firm: Firm, browser_of: Browser
) -> None:
    told = make_news(firm.danas_matter, "APPROVED")
    run(told)
    page = address("draft", Draft.objects.get(change=told).pk)
    assert "nobody has confirmed" not in text(browser_of("alice").get(page))

    doubtful = make_change(told.receipt, "NOIR_ISSUED", needs_review=True)
    asked = reviews.open_item(
        ReviewKind.CHECK_READING,
        receipt=told.receipt,
        source="uscis",
        code="NOIR_ISSUED",
        detail="",
        change=doubtful,
        now=NOW,
        actor=SYSTEM,
    )

    read = browser_of("alice").get(page)
    assert "nobody has confirmed how it is meant" in text(read)
    assert f"/reviews/{asked.pk}/" in read.content.decode()
