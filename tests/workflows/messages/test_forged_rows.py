"""Rows written past the application: nothing leaves, nothing starts, and the record's check names them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from pytest_django import DjangoAssertNumQueries

from legist.core import audit
from legist.core.ids import uuid7
from legist.core.seals import SealBrokenError
from legist.practice.permissions import revoke_matter
from legist.practice.roles import Role
from legist.practice.walls import wall_off
from tests.factories.practice import NOW, SYSTEM, Firm, make_user
from tests.factories.workflows import approve, make_delivery, make_draft, make_news, run
from tests.support.forgery import alter, copy_of, delete, write
from tests.support.mailserver import MailServer
from tracking.overrides import override_status
from tracking.selectors import list_client_receipts
from workflows.messages import drafts, sending
from workflows.messages.client import list_client_messages
from workflows.messages.consent import fingerprint
from workflows.models import ActionRun, Approval, Delivery, Draft, PlaybookRun
from workflows.notices import watch

HOUR = timedelta(hours=1)


def deliver() -> dict[str, int]:
    counts = sending.deliver_due(now=NOW, actor=SYSTEM)
    return {state: count for state, count in counts.items() if count}


def forge_approval(firm: Firm) -> None:
    """A message nobody approved, with a row that says Alice did, and deliveries to go out."""
    draft = make_draft(firm)
    approval, now = uuid7(), NOW
    write(
        "INSERT INTO workflows_approval (id, draft_id, version, content_hash, by_id, at, seal)"
        " VALUES (%s, %s, 1, %s, %s, %s, %s)",
        *(approval, draft.pk, draft.content_hash, firm.alice.pk, now, "f" * 64),
    )
    alter(draft, state="approved", approval_id=approval, approved_hash=draft.content_hash)
    genuine = make_delivery(firm)
    copy_of(genuine, id=uuid7(), draft_id=draft.pk, approval_id=approval)
    copy_of(genuine, id=uuid7(), draft_id=draft.pk, approval_id=approval, channel="portal")
    Delivery.objects.exclude(draft=draft).update(state="cancelled")


def change_the_text(firm: Firm) -> None:
    """The text is encrypted, so an older ciphertext of the same row is put back, with both hashes."""
    draft = make_draft(firm)
    old = Draft.objects.values_list("texts", flat=True).get()
    texts = {"es": {"subject": "Otro", "body": "Otro"}}
    edited = drafts.edit_draft(
        draft.pk, texts=texts, version_hash=draft.content_hash, actor=firm.actor("paul"), now=NOW
    )
    approve(firm, edited)
    write("UPDATE workflows_draft SET texts = %s", str(old))
    changed = fingerprint(Draft.objects.get())
    alter(edited, content_hash=changed, approved_hash=changed)
    alter(Approval.objects.get(), content_hash=changed)


def swap_the_approver(firm: Firm) -> None:
    make_delivery(firm)
    alter(Approval.objects.get(), by_id=make_user("Albert", Role.ATTORNEY).pk)


def revive_a_withdrawn_approval(firm: Firm) -> None:
    """Everything put back as it stood before the withdrawal, but for the seal."""
    draft = approve(firm, make_draft(firm))
    drafts.void(draft.pk, reason="Wrong client.", actor=firm.actor("paul"), now=NOW)
    put_back(draft, Approval.objects.get())


def put_back(draft: Draft, approval: Approval, **columns: object) -> None:
    alter(approval, voided_at=None, **columns)
    alter(draft, state="approved", approval_id=approval.pk, approved_hash=draft.content_hash)
    write("UPDATE workflows_delivery SET state = 'pending'")


FORGERIES: list[Callable[[Firm], None]] = [
    forge_approval,
    change_the_text,
    swap_the_approver,
    revive_a_withdrawn_approval,
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forged_approval_sends_nothing_and_is_named(
    firm: Firm, mailserver: MailServer, forge: Callable[[Firm], None]
) -> None:
    forge(firm)

    assert deliver() == {"held": 2}
    assert mailserver.accepted == []
    assert list_client_messages(firm.danas_matter.client) == []
    result = audit.verify()
    assert result.first is not None
    assert result.first.table == "workflows.approval"


def test_it_holds_an_approval_that_is_put_back_with_the_seal_it_had(
    firm: Firm, mailserver: MailServer
) -> None:
    draft = approve(firm, make_draft(firm))
    seal = Approval.objects.get().seal
    drafts.void(draft.pk, reason="Wrong client.", actor=firm.actor("paul"), now=NOW)
    put_back(draft, Approval.objects.get(), seal=seal)

    assert deliver() == {"held": 2}
    assert set(Delivery.objects.values_list("error", flat=True)) == {"unrecorded"}
    assert audit.verify().reason == "the row says something else than the record"


def test_it_does_not_send_again_what_the_record_says_is_delivered(firm: Firm, mailserver: MailServer) -> None:
    delivery = make_delivery(firm)
    deliver()
    alter(delivery, state="pending", sent_at=None)

    assert deliver() == {"held": 1}
    assert len(mailserver.accepted) == 1


def test_it_holds_a_delivery_over_a_channel_that_was_not_approved(firm: Firm, mailserver: MailServer) -> None:
    client = firm.danas_matter.client
    client.email = client.email_index = None
    client.save(update_fields=["email", "email_index"])
    Authenticator.objects.create(user=firm.dana, type=Authenticator.Type.WEBAUTHN, data={})
    portal = make_delivery(firm, "portal")
    copy_of(portal, id=uuid7(), channel="email")

    assert deliver() == {"held": 1, "sent": 1}
    assert mailserver.accepted == []


def test_it_holds_a_delivery_that_was_moved_to_another_message(firm: Firm, mailserver: MailServer) -> None:
    delivery, other = make_delivery(firm), make_draft(firm)
    alter(delivery, draft_id=other.pk)

    assert deliver() == {"held": 1, "sent": 1}
    assert mailserver.accepted == []


@pytest.mark.parametrize(("column", "holder"), [("client_id", "client_id"), ("matter_id", "pk")])
def test_it_holds_a_message_that_was_moved_to_another_client_or_matter(
    firm: Firm, mailserver: MailServer, column: str, holder: str
) -> None:
    delivery = make_delivery(firm)
    alter(delivery.draft, **{column: getattr(firm.eves_matter, holder)})

    assert deliver() == {"held": 2}
    assert mailserver.accepted == []
    assert list_client_messages(firm.eves_matter.client) == []


def demote(firm: Firm) -> None:
    firm.alice.role = Role.PARALEGAL
    firm.alice.save(update_fields=["role"])


def dismiss(firm: Firm) -> None:
    firm.alice.is_active = False
    firm.alice.save(update_fields=["is_active"])


def take_off(firm: Firm) -> None:
    revoke_matter(firm.danas_matter, firm.alice)


def wall(firm: Firm) -> None:
    wall_off(firm.danas_matter, firm.alice, reason="Conflict.", actor=SYSTEM, now=NOW)


@pytest.mark.parametrize("happen", [demote, dismiss, take_off, wall])
def test_it_asks_again_at_the_hand_over_whether_the_approver_may(
    firm: Firm, mailserver: MailServer, happen: Callable[[Firm], None]
) -> None:
    make_delivery(firm)
    happen(firm)

    assert deliver() == {"held": 2}
    assert set(Delivery.objects.values_list("error", flat=True)) == {"approver"}
    assert mailserver.accepted == []


@pytest.mark.parametrize("columns", [{"state": "sent", "sent_at": NOW}])
def test_a_forged_delivery_shows_no_unapproved_words_in_the_portal(
    firm: Firm, columns: dict[str, object]
) -> None:
    forge_approval(firm)
    for delivery in Delivery.objects.filter(state="pending"):
        alter(delivery, **columns)
    draft = Draft.objects.exclude(deliveries__state="cancelled").get()
    alter(draft, state="sent", sent_at=NOW)

    assert list_client_messages(firm.danas_matter.client) == []


def test_words_approved_for_e_mail_alone_are_shown_in_no_portal(firm: Firm) -> None:
    """Dana's approved letter, moved to another client: no address on it says that it is not for them."""
    dana = firm.danas_matter.client
    dana.left_portal_at = NOW
    dana.save(update_fields=["left_portal_at"])
    genuine = make_delivery(firm)
    copy_of(genuine, id=uuid7(), channel="portal", state="sent", sent_at=NOW)
    stranger = firm.eves_matter.client

    assert list_client_messages(dana) == []
    alter(genuine.draft, client_id=stranger.pk)
    assert list_client_messages(stranger) == []


def test_an_altered_status_starts_nothing_and_is_not_shown(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "IN_REVIEW")
    alter(change, to_code="APPROVED", to_bucket="decided")

    with pytest.raises(SealBrokenError):
        run(change)
    with pytest.raises(SealBrokenError):
        watch.begin(change.pk, now=NOW, actor=SYSTEM)
    assert (PlaybookRun.objects.count(), ActionRun.objects.count()) == (0, 0)
    (receipt,) = list_client_receipts(firm.danas_matter.client_id, now=NOW)
    assert (receipt.current and receipt.current.code, receipt.is_being_checked) == ("IN_REVIEW", True)
    assert [each.change_id for each in receipt.history] != [change.pk]


def test_an_inserted_status_starts_nothing_and_is_named(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "IN_REVIEW")
    forged = uuid7()
    copy_of(change, id=forged, sequence=change.sequence + 1, to_code="APPROVED")

    with pytest.raises(SealBrokenError):
        run(type(change)(pk=forged))
    result = audit.verify()
    assert (result.faults, result.first and result.first.row) == (1, str(forged))


def test_an_altered_correction_starts_nothing_and_is_named(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "IN_REVIEW")
    override = override_status(
        change.receipt_id, actor=firm.actor("alice"), code="APPROVED", reason="Letter seen.", now=NOW
    )
    alter(override, by_id=firm.olga.pk)

    with pytest.raises(SealBrokenError):
        run(override.changes.get())
    result = audit.verify()
    assert result.first is not None
    assert (result.first.table, result.first.row) == ("tracking.override", str(override.pk))


def test_a_missing_correction_and_status_are_found_by_the_record(firm: Firm) -> None:
    change = make_news(firm.danas_matter, "IN_REVIEW")
    write("UPDATE tracking_receipt SET latest_change_id = NULL")
    write("DELETE FROM core_outboxdelivery")
    delete(change)

    result = audit.verify()
    assert result.first is not None
    assert (result.reason, result.first.row) == ("the row is missing", str(change.pk))
    assert result.faults == 1


def test_a_missing_approval_is_found_by_the_record(firm: Firm) -> None:
    draft = approve(firm, make_draft(firm))
    write("DELETE FROM workflows_delivery")
    alter(draft, state="in_review", approval_id=None, approved_hash="")
    delete(Approval.objects.get())

    result = audit.verify()
    assert (result.reason, result.faults) == ("the row is missing", 1)
    assert result.first is not None
    assert result.first.table == "workflows.approval"


def test_a_voided_approval_keeps_no_forged_seal(firm: Firm) -> None:
    """An edit of a message with a forged approval must not bless the forgery."""
    draft = approve(firm, make_draft(firm))
    alter(Approval.objects.get(), by_id=firm.paul.pk)
    drafts.edit_draft(
        draft.pk, texts={}, version_hash=draft.content_hash, actor=firm.actor("paul"), now=NOW + HOUR
    )

    assert (Approval.objects.get().seal, Approval.objects.get().voided_at) == ("", NOW + HOUR)
    assert not audit.verify().is_whole


def test_it_asks_little_to_hand_a_message_over(
    firm: Firm, mailserver: MailServer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    delivery = make_delivery(firm)

    telling_the_other_rooms, whom_to_call = 2, 1
    with django_assert_num_queries(20 + telling_the_other_rooms + whom_to_call):
        assert sending.deliver(delivery.pk, now=NOW, actor=SYSTEM) == "sent"
