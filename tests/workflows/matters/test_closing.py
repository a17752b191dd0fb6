"""A matter is closed: nothing more reaches the client, and what has a date stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from legist.core.errors import InvalidInput, WrongState
from legist.practice.models import Matter
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.workflows import approve, hear, make_deadline, make_draft, make_news, make_receipt, run
from tests.support.mailserver import MailServer
from workflows.matters import services as matters
from workflows.messages import sending
from workflows.models import Deadline, Delivery, Draft

LATER = NOW + timedelta(minutes=5)


def close(firm: Firm, **options: str) -> matters.Closed:
    return matters.close(
        firm.danas_matter.pk, actor=firm.actor("alice"), now=LATER, reason="Done.", **options
    )


def deliver() -> dict[str, int]:
    counts = sending.deliver_due(now=LATER, actor=SYSTEM)
    return {state: count for state, count in counts.items() if count}


def test_it_asks_about_what_is_approved_and_has_not_gone_out(firm: Firm) -> None:
    approve(firm, make_draft(firm))

    with pytest.raises(InvalidInput, match="1 approved message has"):
        close(firm)

    firm.danas_matter.refresh_from_db()
    assert firm.danas_matter.state == "open"


def test_it_closes_nothing_where_they_are_to_go_out_first(firm: Firm, mailserver: MailServer) -> None:
    draft = approve(firm, make_draft(firm))

    with pytest.raises(WrongState, match="still open"):
        close(firm, unsent="send")

    assert deliver() == {"sent": 2}
    assert close(firm) == matters.Closed(0, 0)
    draft.refresh_from_db()
    assert draft.state == "sent"


def test_it_withdraws_everything_that_has_not_gone_out(firm: Firm, mailserver: MailServer) -> None:
    approve(firm, make_draft(firm))
    make_draft(firm)
    make_draft(firm, submit=False)

    assert close(firm, unsent="withdraw") == matters.Closed(3, 0)

    assert set(Draft.objects.values_list("state", flat=True)) == {"void"}
    assert deliver() == {}
    assert mailserver.messages == []


def test_what_is_on_its_way_is_said_and_the_rest_of_it_held(firm: Firm, mailserver: MailServer) -> None:
    draft = approve(firm, make_draft(firm))
    Delivery.objects.filter(draft=draft, channel="email").update(
        state="sending", lease_until=LATER + timedelta(minutes=5)
    )

    assert close(firm, unsent="withdraw") == matters.Closed(0, 1)

    assert deliver() == {"held": 1}
    assert Delivery.objects.get(channel="portal").error == "closed"


def test_deadlines_stay_open(firm: Firm) -> None:
    deadline = make_deadline(firm)

    close(firm)

    assert Deadline.objects.get(pk=deadline.pk).state == "open"


def test_later_news_make_a_deadline_and_no_message(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "RFE_ISSUED")
    close(firm)

    summary = run(change)

    assert summary.failed == 0
    assert Deadline.objects.filter(receipt=change.receipt, state="open").exists()
    assert not Draft.objects.exists()


def test_nobody_writes_or_approves_in_a_closed_matter(firm: Firm) -> None:
    close(firm)

    with pytest.raises(WrongState, match="closed"):
        make_draft(firm)


def test_a_message_from_before_is_not_approved_in_a_closed_matter(firm: Firm) -> None:
    draft = make_draft(firm)
    firm.danas_matter.state, firm.danas_matter.closed_at = "closed", NOW
    firm.danas_matter.save()

    with pytest.raises(WrongState, match="closed"):
        approve(firm, Draft.objects.get(pk=draft.pk))


def test_a_message_drafted_in_the_moment_of_closing_is_withdrawn_too(firm: Firm) -> None:
    close(firm)
    matter = Matter.objects.filter(pk=firm.danas_matter.pk)
    matter.update(state="open", closed_at=None)
    late = make_draft(firm)
    matter.update(state="closed", closed_at=LATER)
    hear(LATER)

    late.refresh_from_db()
    assert late.state == "void"


def test_what_is_drafted_after_it_was_reopened_stays(firm: Firm) -> None:
    close(firm)
    matters.reopen(firm.danas_matter.pk, actor=firm.actor("alice"), now=LATER)
    draft = make_draft(firm)
    hear(LATER)

    draft.refresh_from_db()
    assert draft.state == "in_review"


def test_a_reopened_matter_is_watched_at_once(firm: Firm) -> None:
    receipt = make_receipt(firm.danas_matter)
    close(firm)
    receipt.next_poll_at = LATER + timedelta(days=1)
    receipt.save(update_fields=["next_poll_at"])

    matters.reopen(firm.danas_matter.pk, actor=firm.actor("alice"), now=LATER)
    hear(LATER)

    receipt.refresh_from_db()
    assert receipt.next_poll_at == LATER
    assert make_draft(firm).state == "in_review"
