"""Correcting how a client is reached, and what follows for everything that was bound to the old way."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator

from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.core.uow import unit_of_work
from legist.practice.accounts import email_index, find_client, find_client_user
from legist.practice.clients.conflicts import ConflictFound, check_conflicts
from legist.practice.clients.contacts import Contact, contact_of
from legist.practice.clients.invitations import invite_client, is_open
from legist.practice.clients.offers import offer
from legist.practice.models import Client, ConflictCheck, ContactChange, SignInJob
from legist.practice.services import NOBODY
from legist.practice.sign_in import services as sign_in
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm, make_matter
from tests.factories.workflows import approve, make_draft
from tests.support.mailserver import MailServer
from workflows.clients.contacts import (
    Corrected,
    contact_page,
    correct_contact,
    take_offer,
    tell_of_conflict,
    tell_of_known_number,
)
from workflows.matters.services import correct_client_name
from workflows.messages import sending
from workflows.models import Delivery, Draft, Notification
from workflows.web.notifications.labels import explain


def her(firm: Firm) -> Client:
    return Client.objects.get(pk=firm.danas_matter.client_id)


def correct(firm: Firm, who: str = "paul", **changes: str) -> Corrected:
    known = contact_of(her(firm))
    fields = {
        name: changes.get(name, getattr(known, name)) for name in ("name", "email", "phone", "language")
    }
    return correct_contact(
        firm.danas_matter.pk, Contact(**fields), seen=known.version, actor=firm.actor(who), now=NOW
    )


def test_it_corrects_every_field_and_keeps_what_stood_there(firm: Firm) -> None:
    done = correct(
        firm, name="Dana Right", email="Dana.New@Mail.Example ", phone="+1 (202) 555-0143", language="en"
    )

    assert done.fields == {"name", "email", "phone", "language"}
    client = her(firm)
    assert contact_of(client) == Contact("Dana Right", "dana.new@mail.example", "+1 (202) 555-0143", "en")
    assert find_client("dana.new@mail.example") == client
    assert find_client("dana@mail.example") is None
    kept = {name: value for row in ContactChange.objects.all() for name, value in row.before.items()}
    assert kept == {"name": "Dana Example", "email": "dana@mail.example", "phone": "", "language": "es"}
    assert {(row.by, row.at) for row in ContactChange.objects.all()} == {(firm.paul, NOW)}
    assert ContactChange.objects.filter(email_index=email_index("dana@mail.example")).count() == 1


def test_the_record_names_the_fields_and_no_value(firm: Firm) -> None:
    correct(firm, email="new@mail.example", phone="2025550143")

    entry = AuditEntry.objects.get(action="practice.client_contact_corrected")
    assert entry.data == {"fields": "email, phone"}


@pytest.mark.parametrize(
    ("who", "refusal"), [("olga", NotFound), ("charlie", NotFound), ("dana", NotFound), ("eve", NotFound)]
)
def test_only_those_who_work_on_the_matter_or_manage_it_may(
    firm: Firm, who: str, refusal: type[Exception]
) -> None:
    with pytest.raises((refusal, Forbidden)):
        correct(firm, who, phone="2025550143")
    with pytest.raises((refusal, Forbidden)):
        contact_page(firm.actor(who), firm.danas_matter.pk)
    assert correct(firm, "mary", phone="2025550143").fields == {"phone"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "dana at mail"),
        ("email", "dana@mail.example\r\nBcc: eve@mail.example"),
        ("email", "x@client.invalid"),
        ("email", f"{'d' * 300}@mail.example"),
        ("email", "EVE@mail.example"),
        ("email", "paul@firm.example"),
        ("phone", "12345"),
        ("phone", "call me"),
        ("phone", "1" * 16),
        ("language", "xx"),
        ("name", "https://evil.example"),
        ("name", ""),
    ],
)
def test_what_cannot_be_right_is_refused_by_its_field_and_changes_nothing(
    firm: Firm, field: str, value: str
) -> None:
    before = contact_of(her(firm))

    with pytest.raises(InvalidInput) as refused:
        correct(firm, **{"phone": "2025550143", field: value})

    assert list(refused.value.errors) == [field]
    assert contact_of(her(firm)) == before
    assert not ContactChange.objects.exists()


def test_the_refusal_of_a_taken_address_names_nobody(firm: Firm) -> None:
    with pytest.raises(InvalidInput) as refused:
        correct(firm, email="eve@mail.example")

    assert "Eve" not in str(refused.value)


def test_of_two_who_correct_at_once_the_second_has_to_look_again(firm: Firm) -> None:
    seen = contact_of(her(firm))
    correct(firm, phone="2025550143")

    with pytest.raises(WrongState, match="meanwhile"):
        correct_contact(firm.danas_matter.pk, seen, seen=seen.version, actor=firm.actor("alice"), now=NOW)


def test_saving_what_stands_there_does_nothing(firm: Firm) -> None:
    draft = approve(firm, make_draft(firm))

    assert correct(firm) == Corrected(frozenset(), 0)
    draft.refresh_from_db()
    assert draft.state == "approved"
    assert not Notification.objects.filter(kind="contact").exists()


def test_another_address_calls_back_what_waits_in_every_matter(firm: Firm, mailserver: MailServer) -> None:
    approved = approve(firm, make_draft(firm))
    waiting = make_draft(firm)
    other = make_matter(her(firm), "M-2026-0009", NOBODY)
    elsewhere = make_draft(firm)
    Draft.objects.filter(pk=elsewhere.pk).update(matter=other)

    done = correct(firm, email="new@mail.example")
    sending.deliver_due(now=NOW, actor=SYSTEM)

    assert done.messages == 3
    assert mailserver.messages == []
    for draft in (approved, waiting, elsewhere):
        draft.refresh_from_db()
        assert (draft.state, draft.version, draft.approval) == ("in_review", 2, None)
        assert {"channel": "email", "address": "new@mail.example"} in draft.recipients
        assert draft.events.last().kind == "readdressed"  # type: ignore[union-attr]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}
    approve(firm, approved)
    sending.deliver_due(now=NOW, actor=SYSTEM)
    assert [message["To"] for message in mailserver.messages] == ["new@mail.example"]


def test_what_is_on_its_way_to_the_old_address_is_not_sent_there_again(
    firm: Firm, mailserver: MailServer
) -> None:
    draft = approve(firm, make_draft(firm))
    Delivery.objects.filter(draft=draft, channel="portal").update(state="sent", sent_at=NOW)

    assert correct(firm, email="new@mail.example").messages == 0
    sending.deliver_due(now=NOW, actor=SYSTEM)

    assert mailserver.messages == []
    assert Delivery.objects.get(draft=draft, channel="email").state == "held"


def test_another_address_ends_what_the_old_one_opened(firm: Firm) -> None:
    client = her(firm)
    invitation = invite_client(client, actor=SYSTEM, now=NOW)
    Authenticator.objects.create(user=firm.dana, type=Authenticator.Type.WEBAUTHN, data={})
    sign_in.post(sign_in.Letter(to="dana@mail.example", subject="x", text="x"), now=NOW)
    hash_before = firm.dana.get_session_auth_hash()

    correct(firm, email="new@mail.example")

    invitation.refresh_from_db()
    firm.dana.refresh_from_db()
    assert not is_open(invitation, now=NOW)
    assert firm.dana.get_session_auth_hash() != hash_before
    assert not Authenticator.objects.filter(user=firm.dana).exists()
    assert find_client_user("dana@mail.example") is None
    assert find_client_user("new@mail.example") == firm.dana
    assert not SignInJob.objects.filter(done_at=None).exists()


def test_another_telephone_ends_nothing(firm: Firm) -> None:
    invitation = invite_client(her(firm), actor=SYSTEM, now=NOW)
    draft = approve(firm, make_draft(firm))

    correct(firm, phone="2025550143")

    invitation.refresh_from_db()
    draft.refresh_from_db()
    assert (is_open(invitation, now=NOW), draft.state) == (True, "approved")


def test_the_other_people_of_the_matter_are_told(firm: Firm) -> None:
    correct(firm, email="new@mail.example")

    told = Notification.objects.filter(kind="contact")
    assert [(notice.user, notice.data) for notice in told] == [(firm.alice, {})]


def test_the_old_address_is_not_written_to(firm: Firm) -> None:
    correct(firm, email="new@mail.example")

    assert not SignInJob.objects.exists()


def test_an_address_taken_away_leaves_post_and_telephone(firm: Firm) -> None:
    draft = approve(firm, make_draft(firm))

    correct(firm, email="")

    draft.refresh_from_db()
    assert (draft.state, draft.channels) == ("in_review", ["hand"])


def test_another_name_is_compared_with_everybody_first(firm: Firm) -> None:
    with pytest.raises(ConflictFound) as found:
        correct(firm, name="Eve Example")

    assert (found.value.known, found.value.is_other) == ([], True)
    assert her(firm).name == "Dana Example"
    check = ConflictCheck.objects.get()
    assert (check.client, check.by, list(check.found)) == (
        her(firm),
        firm.paul,
        [str(firm.eves_matter.client_id)],
    )
    known = contact_of(her(firm))
    done = correct_contact(
        firm.danas_matter.pk,
        replace(known, name="Eve Example"),
        seen=known.version,
        told=found.value.seen,
        actor=firm.actor("paul"),
        now=NOW,
    )
    assert done.fields == {"name"}
    assert her(firm).name == "Eve Example"


def test_the_short_form_and_a_list_rename_nobody_past_the_check(firm: Firm) -> None:
    with pytest.raises(ConflictFound):
        correct_client_name(firm.danas_matter.pk, name="Eve Example", actor=firm.actor("paul"), now=NOW)
    with unit_of_work(actor=SYSTEM, now=NOW):
        (offered,) = offer(her(firm), {"name": "Eve Example"}, source=uuid4(), actor=SYSTEM, now=NOW)
    with pytest.raises(ConflictFound):
        seen = contact_of(her(firm)).version
        take_offer(firm.danas_matter.pk, offered.pk, seen=seen, actor=firm.actor("paul"), now=NOW)

    assert her(firm).name == "Dana Example"


def test_another_spelling_of_the_same_name_asks_nothing(firm: Firm) -> None:
    assert correct(firm, name="Dána Example").fields == {"name"}
    assert not ConflictCheck.objects.exists()


def asked_about_dana(firm: Firm) -> ConflictCheck:
    with pytest.raises(ConflictFound):
        check_conflicts(Contact("Dana Example", "", "", "en"), seen="", actor=firm.actor("charlie"), now=NOW)
    return ConflictCheck.objects.get()


def test_where_no_manager_may_look_the_attorney_is_told_of_their_own_matter(firm: Firm) -> None:
    wall_off(firm.danas_matter.client, firm.mary, reason="A relative.", actor=SYSTEM, now=NOW)

    assert tell_of_conflict(asked_about_dana(firm).pk, now=NOW) == 1

    (notice,) = Notification.objects.all()
    assert (notice.user, notice.matter) == (firm.alice, firm.danas_matter)
    (line,) = explain([notice])
    assert line.url == f"/matters/{firm.danas_matter.pk}/"
    assert line.text.startswith("Charlie entered somebody")


def test_where_nobody_may_be_told_the_record_and_operations_say_so_without_a_name(firm: Firm) -> None:
    for person in (firm.mary, firm.alice):
        wall_off(firm.danas_matter.client, person, reason="A relative.", actor=SYSTEM, now=NOW)

    assert tell_of_conflict(asked_about_dana(firm).pk, now=NOW) == 1

    (notice,) = Notification.objects.all()
    assert (notice.user, notice.matter, notice.data) == (firm.olga, None, {"what": "untold"})
    (line,) = explain([notice])
    assert "Dana" not in line.text
    assert AuditEntry.objects.filter(action="practice.conflict_untold").count() == 1


def test_a_number_that_is_known_behind_every_managers_wall_is_told_to_its_attorney(firm: Firm) -> None:
    wall_off(firm.danas_matter.client, firm.mary, reason="A relative.", actor=SYSTEM, now=NOW)
    assert tell_of_known_number(firm.danas_matter.pk, key="a", now=NOW) == 1
    wall_off(firm.danas_matter.client, firm.alice, reason="A relative.", actor=SYSTEM, now=NOW)
    assert tell_of_known_number(firm.danas_matter.pk, key="b", now=NOW) == 1

    assert [notice.user for notice in Notification.objects.order_by("key")] == [firm.alice, firm.olga]
