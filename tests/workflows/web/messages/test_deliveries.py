"""Settling deliveries of which nobody can tell whether they went out."""

from __future__ import annotations

import pytest

from tests.factories.practice import NOW, Firm
from tests.factories.workflows import make_delivery
from tests.workflows.web.asking import Browser, address, said, statuses, text
from workflows.models import Delivery
from workflows.states import DeliveryState


@pytest.fixture
def unclear(firm: Firm) -> Delivery:
    """Return an e-mail whose hand-over was interrupted."""
    delivery = make_delivery(firm)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.UNCERTAIN, error="interrupted", attempts=1
    )
    delivery.refresh_from_db()
    return delivery


def test_it_lists_them_with_what_is_known(unclear: Delivery, browser_of: Browser) -> None:
    page = text(browser_of("paul").get(address("deliveries")))

    assert "Dana Example" in page
    assert "the hand-over was interrupted" in page
    assert "It was sent" in page


def test_it_shows_them_beside_the_message(unclear: Delivery, browser_of: Browser) -> None:
    page = text(browser_of("alice").get(address("draft", unclear.draft_id)))

    assert "It is unclear whether this message went out" in page


def test_it_says_when_everything_is_clear(browser_of: Browser) -> None:
    assert "Every delivery is clear" in text(browser_of("alice").get(address("deliveries")))


def test_it_is_settled_by_those_who_work_on_the_matter(unclear: Delivery, browser_of: Browser) -> None:
    url = address("delivery", unclear.pk)
    data = {"decision": "was_sent", "reason": "The client has it."}
    people = ("mary", "charlie", "olga", "dana", "paul", "paul")

    found = statuses(browser_of, url, people, "post", **data)

    unclear.refresh_from_db()
    assert found == [403, 404, 404, 404, 302, 409]
    assert unclear.state == DeliveryState.SENT


def test_it_sends_again_under_the_same_approval(unclear: Delivery, browser_of: Browser) -> None:
    data = {"decision": "send_again", "reason": "The client has nothing."}

    response = browser_of("paul").post(address("delivery", unclear.pk), data)

    unclear.refresh_from_db()
    assert said(response) == ["The message goes out again, as it was approved."]
    assert (unclear.state, unclear.next_attempt_at) == (DeliveryState.PENDING, NOW)


@pytest.mark.parametrize(
    "data", [{"decision": "was_sent"}, {"reason": "I know"}, {"decision": "x", "reason": "y"}]
)
def test_it_wants_a_decision_and_how_one_knows(
    unclear: Delivery, browser_of: Browser, data: dict[str, str]
) -> None:
    assert browser_of("paul").post(address("delivery", unclear.pk), data).status_code == 422


def test_it_changes_nothing_by_looking(unclear: Delivery, browser_of: Browser) -> None:
    assert browser_of("paul").get(address("delivery", unclear.pk)).status_code == 405
