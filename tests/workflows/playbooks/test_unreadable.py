"""One message that cannot be read or sent keeps nobody else's waiting, and a person is told."""

from __future__ import annotations

import pytest

from legist.core.given_up import list_given_up, try_again
from legist.core.models import AuditEntry
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import approve, hear, make_draft
from tests.support.forgery import alter
from tests.support.mailserver import MailServer
from workflows.messages import sending
from workflows.models import Delivery, Draft, Notification

BROKEN = {
    "moved": {"texts": "v1.00000000.AAAA"},
    "no text": {"texts": "not even a token"},
    "recipients": {"recipients": "v1.00000000.AAAA"},
}


def deliver() -> dict[str, int]:
    counts = sending.deliver_due(now=NOW, actor=SYSTEM)
    return {state: count for state, count in counts.items() if count}


def two_messages(firm: Firm) -> tuple[Draft, Draft]:
    return approve(firm, make_draft(firm)), approve(firm, make_draft(firm))


@pytest.mark.parametrize("columns", BROKEN.values(), ids=BROKEN.keys())
def test_an_unreadable_message_waits_and_the_rest_goes_out(
    firm: Firm, mailserver: MailServer, columns: dict[str, str]
) -> None:
    broken, good = two_messages(firm)
    alter(broken, **columns)

    assert deliver() == {"held": 2, "sent": 2}
    assert len(mailserver.accepted) == 1
    assert set(Delivery.objects.filter(draft=broken).values_list("state", "error")) == {
        ("held", "unreadable")
    }
    assert Draft.objects.get(pk=good.pk).state == "sent"
    assert deliver() == {}


def test_operations_find_it_among_what_was_given_up_and_can_have_it_tried_again(
    firm: Firm, mailserver: MailServer
) -> None:
    broken, _good = two_messages(firm)
    sealed = str(Draft.objects.get(pk=broken.pk).__dict__["texts"])
    alter(broken, texts="v1.00000000.AAAA")
    deliver()

    held = {listing.source.name: listing.total for listing in list_given_up()}
    assert held == {"deliveries": 2}
    alter(broken, texts=sealed)
    assert try_again("deliveries", actor=firm.actor("olga"), now=NOW) == 2

    assert deliver() == {"sent": 2}
    assert list_given_up() == []


def test_the_people_of_the_matter_are_told_without_a_word_of_it(firm: Firm, mailserver: MailServer) -> None:
    broken, _good = two_messages(firm)
    alter(broken, texts="v1.00000000.AAAA")
    deliver()
    hear()

    held = set(Delivery.objects.filter(draft=broken).values_list("pk", flat=True))
    notices = Notification.objects.filter(kind="delivery", user__in=[firm.alice, firm.paul])
    assert {(notice.subject_id, notice.data["error"]) for notice in notices} == {
        (pk, "unreadable") for pk in held
    }
    entries = AuditEntry.objects.filter(action="workflows.delivery_held", subject_id=str(broken.pk))
    assert [entry.data["error"] for entry in entries] == ["unreadable"] * 2


def test_operations_find_class_and_id_in_the_log_and_nothing_else(
    firm: Firm, mailserver: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    broken, _good = two_messages(firm)
    alter(broken, texts="v1.00000000.AAAA")
    deliver()

    lines = [each.getMessage() for each in caplog.records if "hand_over_failed" in each.getMessage()]
    held = Delivery.objects.filter(draft=broken)
    assert all("legist.core.crypto.CryptoError" in line for line in lines)
    assert all(any(str(delivery.pk) in line for line in lines) for delivery in held)
    assert not any("AAAA" in line or "dana@" in line for line in lines)


def test_an_error_in_the_template_leaves_nothing_behind(
    firm: Firm, mailserver: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(firm, make_draft(firm))
    monkeypatch.setattr("workflows.messages.mail.settings.LEGIST_BASE_URL", None)
    monkeypatch.delattr("workflows.messages.mail.settings.LEGIST_FIRM_NAME")

    assert deliver() == {"held": 1, "sent": 1}
    assert mailserver.accepted == []


def test_an_error_nobody_foresaw_while_sending_is_for_a_person(
    firm: Firm, mailserver: MailServer, settings: object
) -> None:
    approve(firm, make_draft(firm))
    settings.EMAIL_BACKEND = "no.such.Backend"  # type: ignore[attr-defined]

    assert deliver() == {"sent": 1, "uncertain": 1}
    assert Delivery.objects.get(state="uncertain").error == "unforeseen"
    assert deliver() == {}
