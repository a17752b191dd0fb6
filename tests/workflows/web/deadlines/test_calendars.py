"""The settings of a calendar, and the file that a calendar program reads."""

from __future__ import annotations

import logging
import re
from datetime import date

import pytest
from django.test import Client
from icalendar import Calendar, Event
from pytest_django import DjangoAssertNumQueries

from legist.logs import mask_secrets
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import make_deadline
from tests.workflows.web.asking import Browser, address, text
from workflows.deadlines import calendars, services

ADDRESS = re.compile(r"https?://[\w.:-]+(/calendar/[\w-]{43}\.ics)")


def make(browser: Client, **data: str) -> str:
    """Make an address as a person does, and return its path."""
    response = browser.post(address("calendar_create"), {"scope": "mine", **data})
    found = ADDRESS.search(response.content.decode())
    assert found is not None
    return found[1]


def events(path: str) -> list[Event]:
    response = Client().get(path)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content).events


def test_it_is_shown_once_and_kept_nowhere(browser_of: Browser) -> None:
    browser = browser_of("paul")
    path = make(browser)

    settings = text(browser.get("/settings/"))
    assert path not in settings
    assert "No program has read it yet." in settings


def test_a_program_reads_it_without_signing_in(firm: Firm, browser_of: Browser) -> None:
    deadline = make_deadline(firm)
    (event,) = events(make(browser_of("paul")))

    assert (event["uid"], str(event["summary"])) == (
        f"{deadline.pk}@deadlines.legist",
        "RFE answer due (provisional)",
    )
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 5, 1), date(2026, 5, 2))
    assert event.decoded("dtstamp") == NOW
    assert (event["status"], event["transp"]) == ("CONFIRMED", "TRANSPARENT")
    assert "the date printed on the notice decides" in str(event["description"])


def test_it_names_nobody_unless_it_was_chosen(firm: Firm, browser_of: Browser) -> None:
    make_deadline(firm)
    name = firm.danas_matter.client.name
    plain = Client().get(make(browser_of("paul"))).content.decode()
    named = events(make(browser_of("paul"), shows_names="on"))

    assert name not in plain
    assert "M-2026-0001" not in plain
    assert str(named[0]["summary"]) == f"RFE answer due (provisional) · M-2026-0001 · {name}"


def test_it_follows_what_becomes_of_a_deadline(firm: Firm, browser_of: Browser) -> None:
    deadline, paul = make_deadline(firm), firm.actor("paul")
    path = make(browser_of("paul"))
    before = events(path)[0]
    services.confirm_deadline(deadline.pk, due=date(2026, 5, 8), actor=paul, now=NOW)
    confirmed = events(path)[0]
    services.move_deadline(deadline.pk, due=date(2026, 6, 1), reason="Moved.", actor=paul, now=NOW)
    old, new = events(path)

    assert before["uid"] == confirmed["uid"] == old["uid"] != new["uid"]
    assert before.sequence < confirmed.sequence < old.sequence
    assert str(confirmed["summary"]) == "RFE answer due (confirmed)"
    assert (old["status"], new["status"]) == ("CANCELLED", "CONFIRMED")


def test_it_says_that_one_is_met(firm: Firm, browser_of: Browser) -> None:
    services.meet_deadline(make_deadline(firm).pk, actor=firm.actor("paul"), now=NOW)

    assert str(events(make(browser_of("paul")))[0]["summary"]) == "RFE answer due (met)"


def test_nothing_keeps_a_copy(firm: Firm, browser_of: Browser) -> None:
    path = make(browser_of("paul"))
    response = Client().get(path)

    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies
    assert Client().post(path).status_code == 405


@pytest.mark.parametrize("path", ["/calendar/guess.ics", f"/calendar/{'a' * 43}.ics"])
def test_a_guess_finds_nothing(firm: Firm, path: str) -> None:
    assert Client().get(path).status_code == 404


def test_a_closed_address_finds_nothing(browser_of: Browser) -> None:
    browser = browser_of("paul")
    path = make(browser)

    assert browser.post(address("calendar_revoke")).status_code == 302
    assert Client().get(path).status_code == 404


def test_its_secret_is_in_no_log(firm: Firm, browser_of: Browser, caplog: pytest.LogCaptureFixture) -> None:
    path = make(browser_of("paul"))
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    calendars.revoke_feed(actor=firm.actor("paul"), now=NOW)
    caplog.clear()
    with caplog.at_level(logging.INFO):
        Client().get(path)

    seen = [
        mask_secrets(None, "", {"event": record.getMessage(), **_fields(record)}) for record in caplog.records
    ]
    assert seen
    assert secret not in str(seen)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    return dict(record.msg) if isinstance(record.msg, dict) else {}


def test_the_mask_covers_every_text_of_an_event() -> None:
    event = {"request": "GET /calendar/abc-DEF_123.ics", "exception": 'at "/calendar/abc.ics"', "code": 404}

    assert mask_secrets(None, "", dict(event)) == {
        "request": "GET /calendar/***.ics",
        "exception": 'at "/calendar/***.ics"',
        "code": 404,
    }


def test_it_asks_the_database_the_same_however_much_is_due(
    firm: Firm, browser_of: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    path = make(browser_of("paul"))
    for _ in range(5):
        make_deadline(firm)
    events(path)

    with django_assert_max_num_queries(8):
        assert len(events(path)) == 5
