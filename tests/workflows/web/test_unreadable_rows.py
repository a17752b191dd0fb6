"""Pages that list many people's things: a value that cannot be opened costs its own place and no other."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client as Browsing

from legist.core.crypto import CryptoError, showing
from legist.practice.models import Client
from tests.factories.practice import Firm
from tests.factories.workflows import approve, make_deadline, make_draft, make_news
from tests.support.forgery import alter
from tests.workflows.web.asking import Browser
from tests.workflows.web.deadlines.test_calendars import events, make
from tracking.models import Receipt
from workflows.models import Delivery

BROKEN = "v1.00000000.AAAA"
LISTS = ["/", "/approvals/", "/approvals/deliveries/", "/receipts/", "/matters/", "/deadlines/", "/notices/"]
LISTS += ["/reviews/", "/paper/", "/imports/"]


@pytest.fixture
def spoiled(firm: Firm) -> Client:
    """Dana's name and one receipt number cannot be opened; Eve's things can."""
    for matter in (firm.danas_matter, firm.eves_matter):
        make_news(matter, "RFE_ISSUED")
    make_draft(firm)
    approve(firm, make_draft(firm))
    Delivery.objects.update(state="failed", error="smtp_554")
    make_deadline(firm)
    client: Client = firm.danas_matter.client
    alter(client, name=BROKEN, email=BROKEN)
    alter(firm.danas_matter, title=BROKEN)
    alter(Receipt.objects.filter(matter=firm.danas_matter)[0], number=BROKEN)
    return client


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_shown_with_the_other_rows(spoiled: Client, browser_of: Browser, path: str) -> None:
    browser: Browsing = browser_of("alice")

    assert browser.get(path).status_code == 200


def test_the_approval_queue_marks_the_place(spoiled: Client, browser_of: Browser) -> None:
    page = browser_of("alice").get("/approvals/").content.decode()

    assert "(?)" in page


def test_a_calendar_with_names_is_still_read(spoiled: Client, browser_of: Browser) -> None:
    (event,) = events(make(browser_of("paul"), shows_names="on"))

    assert "(?)" in str(event["summary"])


def test_a_message_that_cannot_be_read_says_so(firm: Firm, browser_of: Browser) -> None:
    draft = make_draft(firm)
    alter(draft, texts=BROKEN)

    response = browser_of("alice").get(f"/approvals/{draft.pk}/")

    assert response.status_code == 500
    assert "cannot be read" in response.content.decode()


def test_the_placeholder_never_takes_the_place_of_the_value(spoiled: Client) -> None:
    with showing():
        read = Client.objects.get(pk=spoiled.pk)
        assert read.name == "(?)"
        read.language = "en"
        read.save()
        assert Client.objects.filter(pk=spoiled.pk).values_list("name", flat=True)[0] == BROKEN
        read.name = "(?)"
        with pytest.raises(CryptoError), transaction.atomic():
            read.save()
    with pytest.raises(CryptoError):
        _ = Client.objects.get(pk=spoiled.pk).name
