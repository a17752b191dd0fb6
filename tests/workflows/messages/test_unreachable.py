"""What nothing carries to a client is never sent by a machine: a person posts it or calls, and says so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.errors import InvalidInput, LegistError, WrongState
from legist.core.models import AuditEntry
from legist.practice.accounts import email_index
from legist.practice.clients.contacts import contact_of
from legist.practice.models import Client
from tests.factories.practice import NOW, SYSTEM, Firm, make_client
from tests.factories.workflows import approve, hear, make_draft
from workflows.clients.contacts import correct_contact
from workflows.messages import drafts, sending
from workflows.messages.queue import undecided_deliveries
from workflows.messages.resolving import BY_CALL, BY_POST, record_by_hand, resolve_delivery
from workflows.models import Delivery, Draft, Notification

SETTINGS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def her(firm: Firm) -> Client:
    return Client.objects.get(pk=firm.danas_matter.client_id)


def without_address(firm: Firm) -> None:
    Client.objects.filter(pk=firm.danas_matter.client_id).update(email=None, email_index=None)
    firm.danas_matter.refresh_from_db()


def with_passkey(firm: Firm) -> None:
    Authenticator.objects.create(user=firm.dana, type=Authenticator.Type.WEBAUTHN, data={})


def unreached(firm: Firm) -> Delivery:
    """Return the delivery of a message that waits for hands."""
    without_address(firm)
    draft = approve(firm, make_draft(firm))
    sending.deliver_due(now=NOW, actor=SYSTEM)
    return Delivery.objects.get(draft=draft)


def test_without_an_address_only_a_passkey_opens_the_portal(firm: Firm) -> None:
    without_address(firm)
    assert make_draft(firm).channels == ["hand"]

    with_passkey(firm)
    assert make_draft(firm).channels == ["portal"]


def test_a_client_who_was_never_in_the_portal_is_not_reached_by_it(firm: Firm) -> None:
    carol = make_client("Carol", with_user=False)
    Client.objects.filter(pk=carol.pk).update(email=None, email_index=None)
    firm.danas_matter.client = Client.objects.get(pk=carol.pk)

    assert make_draft(firm).channels == ["hand"]


def test_it_is_held_and_the_people_are_told_what_to_do(firm: Firm) -> None:
    delivery = unreached(firm)
    hear()

    assert (delivery.channel, delivery.state, delivery.error) == ("hand", "held", "by_hand")
    assert Draft.objects.get(pk=delivery.draft_id).state == "approved"
    assert {notice.user for notice in Notification.objects.filter(kind="delivery")} == {firm.alice, firm.paul}
    assert list(undecided_deliveries(firm.actor("paul"))) == [delivery]
    assert AuditEntry.objects.filter(action="workflows.delivery_by_hand").exists()


@pytest.mark.parametrize("how", [BY_POST, BY_CALL])
def test_a_person_records_the_letter_or_the_call(firm: Firm, how: str) -> None:
    delivery = unreached(firm)

    record_by_hand(delivery.pk, how=how, reason="To Dana, on Monday", actor=firm.actor("paul"), now=NOW)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.channel, delivery.resolved_by) == ("sent", "hand", firm.paul)
    assert (delivery.resolution, delivery.resolved_at) == ("To Dana, on Monday", NOW)
    assert Draft.objects.get(pk=delivery.draft_id).state == "sent"
    entry = AuditEntry.objects.get(action="workflows.delivery_resolved")
    assert (entry.data["decision"], entry.actor_id) == (how, str(firm.paul.pk))


def test_it_wants_to_know_how_and_to_whom(firm: Firm) -> None:
    delivery = unreached(firm)

    for how, reason in (("telepathy", "To Dana"), (BY_POST, " ")):
        with pytest.raises(InvalidInput):
            record_by_hand(delivery.pk, how=how, reason=reason, actor=firm.actor("paul"), now=NOW)
    with pytest.raises(WrongState):
        resolve_delivery(delivery.pk, was_sent=False, reason="Try", actor=firm.actor("paul"), now=NOW)


def test_what_a_machine_can_carry_is_not_recorded_by_hand(firm: Firm) -> None:
    approve(firm, make_draft(firm))

    for delivery in Delivery.objects.all():
        with pytest.raises(WrongState):
            record_by_hand(delivery.pk, how=BY_CALL, reason="Dana", actor=firm.actor("paul"), now=NOW)


def test_words_that_were_changed_since_are_not_recorded_as_sent(firm: Firm) -> None:
    delivery = unreached(firm)
    draft = Draft.objects.get(pk=delivery.draft_id)
    draft.texts = {"en": {"subject": "Other", "body": "Words"}}
    draft.save(update_fields=["texts"])

    with pytest.raises(WrongState):
        record_by_hand(delivery.pk, how=BY_POST, reason="Dana", actor=firm.actor("paul"), now=NOW)


def test_somebody_who_became_unreachable_after_the_words_were_written_is_no_exception(firm: Firm) -> None:
    written, approved = make_draft(firm), make_draft(firm)
    without_address(firm)
    with pytest.raises(InvalidInput, match="Nothing reaches"):
        approve(firm, written)
    with_passkey(firm)
    approved = approve(firm, make_draft(firm))
    Authenticator.objects.all().delete()

    sending.deliver_due(now=NOW, actor=SYSTEM)

    delivery = Delivery.objects.get(draft=approved)
    assert (delivery.state, delivery.error) == ("held", "no_way_in")


ACTS = (
    "deliver",
    "readdress",
    "approve",
    "edit",
    "lose_address",
    "lose_passkey",
    "leave",
    "again",
    "was_sent",
)


@SETTINGS
@given(acts=st.lists(st.sampled_from(ACTS), max_size=12), passkey=st.booleans(), address=st.booleans())
@pytest.mark.django_db
def test_no_path_marks_the_message_of_an_unreachable_client_as_sent(
    firm: Firm, acts: list[str], *, passkey: bool, address: bool
) -> None:
    """Whatever happens in whatever order: what nobody can read is not sent unless a person said so."""
    client = her(firm)
    client.left_portal_at = None
    client.email = "dana@mail.example" if address else None
    client.email_index = email_index("dana@mail.example") if address else None
    client.save()
    Authenticator.objects.all().delete()
    if passkey:
        with_passkey(firm)
    firm.danas_matter.refresh_from_db()
    draft, now = make_draft(firm), NOW
    for act in acts:
        now += timedelta(hours=1)
        before = Draft.objects.get(pk=draft.pk).state
        _do(act, firm, draft, now=now)
        client = her(firm)
        is_reachable = bool(client.email) or (
            client.left_portal_at is None and Authenticator.objects.filter(user=firm.dana).exists()
        )
        after = Draft.objects.get(pk=draft.pk).state
        assert is_reachable or before == "sent" or after != "sent", act


def _do(act: str, firm: Firm, draft: Draft, *, now: datetime) -> None:
    draft.refresh_from_db()
    paul, client = firm.actor("paul"), her(firm)
    doing: dict[str, Callable[[], object]] = {
        "deliver": lambda: sending.deliver_due(now=now, actor=SYSTEM),
        "readdress": lambda: drafts.readdress(client, actor=paul, now=now),
        "approve": lambda: approve(firm, draft),
        "edit": lambda: drafts.edit_draft(
            draft.pk, texts=draft.texts, version_hash=draft.content_hash, actor=paul, now=now
        ),
        "lose_address": lambda: _lose_address(firm, client, now=now),
        "lose_passkey": lambda: Authenticator.objects.all().delete(),
        "leave": lambda: Client.objects.filter(pk=client.pk).update(left_portal_at=now),
        "again": lambda: _resolve_all(firm, draft, was_sent=False, now=now),
        "was_sent": lambda: _resolve_all(firm, draft, was_sent=True, now=now),
    }
    with suppress(LegistError):
        doing[act]()


def _lose_address(firm: Firm, client: Client, *, now: datetime) -> None:
    known = contact_of(client)
    nothing = replace(known, email="")
    correct_contact(firm.danas_matter.pk, nothing, seen=known.version, actor=firm.actor("paul"), now=now)


def _resolve_all(firm: Firm, draft: Draft, *, was_sent: bool, now: datetime) -> None:
    for delivery in Delivery.objects.filter(draft=draft):
        resolve_delivery(delivery.pk, was_sent=was_sent, reason="Try", actor=firm.actor("paul"), now=now)
