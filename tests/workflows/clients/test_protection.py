"""A protected client: nothing goes to the ordinary address, whatever is done, and everybody sees why."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from legist.core.errors import Forbidden, InvalidInput, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.practice.accounts import find_client
from legist.practice.clients.contacts import Contact, contact_of
from legist.practice.clients.protection import SafeContact, proposing_forms
from legist.practice.models import Client, ContactChange, Matter, SignInJob
from legist.practice.people.staff import add_staff
from legist.practice.roles import Role
from legist.practice.services import NOBODY, People
from legist.practice.sign_in import jobs
from legist.practice.sign_in import services as sign_in
from legist.practice.walls import wall_off
from portal.services import invite, send
from tests.factories.practice import NOW, SYSTEM, Firm, make_matter
from tests.factories.workflows import approve, make_draft, make_receipt
from tests.support.mailserver import MailServer
from tracking.selectors.receipts import proposing_forms as proposed
from workflows.clients import contacts
from workflows.clients.contacts import Corrected
from workflows.messages import sending
from workflows.models import Delivery, Draft, Notification

SAFE = SafeContact(email="advocate@shelter.example", note="Ask for Ms. Lee, mornings only.")
ORDINARY = "dana@mail.example"


def her(firm: Firm) -> Client:
    return Client.objects.get(pk=firm.danas_matter.client_id)


def protect(firm: Firm, who: str = "paul", safe: SafeContact = SAFE, reason: str = "") -> Corrected:
    seen = contact_of(her(firm)).version
    return contacts.protect(
        firm.danas_matter.pk, safe, reason=reason, seen=seen, actor=firm.actor(who), now=NOW
    )


def end(firm: Firm, who: str, reason: str = "She moved away from him.") -> None:
    seen = contact_of(her(firm)).version
    contacts.end_protection(firm.danas_matter.pk, reason=reason, seen=seen, actor=firm.actor(who), now=NOW)


def correct(firm: Firm, *, now: datetime = NOW, **changes: str) -> None:
    known = contact_of(her(firm))
    fields = ("name", "email", "phone", "language", "note")
    given = Contact(**{name: changes.get(name, getattr(known, name)) for name in fields})
    contacts.correct_contact(
        firm.danas_matter.pk, given, seen=known.version, actor=firm.actor("paul"), now=now
    )


# What proposes it


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ("I-360", {"I-360"}),
        ("i-589", {"I-589"}),
        ("I914", {"I-914"}),
        ("I-914A", {"I-914"}),
        ("I-918B", {"I-918"}),
        ("I-9180", set()),
        ("I-130", set()),
        ("", set()),
    ],
)
def test_these_forms_propose_it_with_their_supplements(form: str, found: set[str]) -> None:
    assert proposing_forms([form]) == found


def test_a_form_proposes_it_until_a_person_has_decided(firm: Firm) -> None:
    paul, client = firm.actor("paul"), her(firm)
    assert proposed(paul, client) == []
    make_receipt(firm.danas_matter, form="I-360")
    assert proposed(paul, client) == ["I-360"]
    assert client.protected_at is None

    contacts.decline_protection(firm.danas_matter.pk, seen=contact_of(client).version, actor=paul, now=NOW)

    assert proposed(paul, her(firm)) == []
    make_receipt(firm.danas_matter, form="I-589")
    assert proposed(paul, her(firm)) == ["I-589"]
    protect(firm)
    assert proposed(paul, her(firm)) == []
    assert AuditEntry.objects.get(action="practice.client_protection_declined").data == {"forms": "I-360"}


def test_no_form_tells_of_a_case_behind_a_wall(firm: Firm) -> None:
    other = make_matter(her(firm), "M-2026-0009", NOBODY)
    wall_off(other, firm.paul, reason="A relative.", actor=SYSTEM, now=NOW)
    make_receipt(other, form="I-918")

    assert proposed(firm.actor("paul"), her(firm)) == []
    assert proposed(firm.actor("mary"), her(firm)) == ["I-918"]


# What it does


def test_the_safe_contact_takes_the_place_of_the_ordinary_one(firm: Firm) -> None:
    correct(firm, phone="2025550143")

    done = protect(firm, reason="She told us that he reads her mail.")

    client = her(firm)
    assert done.fields == {"email", "phone", "note"}
    assert client.protected_at == NOW
    assert contact_of(client) == Contact("Dana Example", SAFE.email, "", "es", SAFE.note, is_protected=True)
    before = [change.before for change in ContactChange.objects.filter(client=client)]
    assert {"email": ORDINARY, "phone": "2025550143", "note": ""} in before
    mark = next(change for change in ContactChange.objects.all() if "protected" in change.before)
    assert (mark.by, mark.reason) == (firm.paul, "She told us that he reads her mail.")
    assert AuditEntry.objects.filter(action="practice.client_protected").get().data == {}


def test_nothing_reaches_the_ordinary_address_whatever_is_done(firm: Firm, mailserver: MailServer) -> None:
    approve(firm, make_draft(firm))
    sign_in.post(sign_in.Letter(to=ORDINARY, subject="x", text="x"), now=NOW)
    open_before = invite(firm.danas_matter.pk, actor=firm.actor("paul"), now=NOW)
    protect(firm)

    sending.deliver_due(now=NOW, actor=SYSTEM)
    send(open_before.pk, actor=SYSTEM, now=NOW)
    for draft in Draft.objects.all():
        approve(firm, draft)
    sending.deliver_due(now=NOW, actor=SYSTEM)
    send(invite(firm.danas_matter.pk, actor=firm.actor("paul"), now=NOW).pk, actor=SYSTEM, now=NOW)
    for address in (ORDINARY, SAFE.email):
        sign_in.issue_code(address, now=NOW)
        sign_in.ask_for_reset(address, now=NOW)
    for job in SignInJob.objects.filter(done_at=None):
        jobs.run_job(str(job.pk), now=NOW)

    assert {message["To"] for message in mailserver.messages} == {SAFE.email}
    assert len(mailserver.messages) == 3


def test_every_message_that_waits_is_called_back_to_be_looked_at_again(firm: Firm) -> None:
    approved, waiting = approve(firm, make_draft(firm)), make_draft(firm)

    done = protect(firm, safe=SafeContact(email=ORDINARY, note="Safe as it is."))

    assert done.messages == 2
    for draft in (approved, waiting):
        draft.refresh_from_db()
        assert (draft.state, draft.version, draft.approval) == ("in_review", 2, None)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}
    with pytest.raises(WrongState):
        approve(firm, Draft(pk=waiting.pk, content_hash="what was read before"))


def test_without_a_safe_address_messages_wait_for_a_letter_or_a_call(
    firm: Firm, mailserver: MailServer
) -> None:
    protect(firm, safe=SafeContact(phone="+1 202 555 0143"))
    firm.danas_matter.client.refresh_from_db()
    approve(firm, make_draft(firm))

    sending.deliver_due(now=NOW, actor=SYSTEM)

    assert mailserver.messages == []
    assert [(row.channel, row.state) for row in Delivery.objects.all()] == [("hand", "held")]


def test_nobody_becomes_staff_at_an_address_that_was_given_up(firm: Firm) -> None:
    protect(firm)

    with pytest.raises(InvalidInput, match="A client is written to at this address"):
        add_staff(ORDINARY, name="Nina", role=Role.PARALEGAL, actor=SYSTEM, now=NOW)


def test_it_does_not_come_back_by_a_second_record_of_the_same_person(firm: Firm) -> None:
    protect(firm)
    both = People(attorney=firm.alice, paralegal=firm.paul)
    twice, other = (
        make_matter(Client.objects.create(name=name, created_at=NOW), reference, both)
        for name, reference in (("EXAMPLE, Dana", "M-8"), ("Carlos Other", "M-9"))
    )

    def write(matter: Matter, name: str) -> None:
        known = contact_of(matter.client)
        given = Contact(name, ORDINARY, "", "es")
        contacts.correct_contact(matter.pk, given, seen=known.version, actor=firm.actor("paul"), now=NOW)

    for name in ("EXAMPLE, Dana", "Dana Example"):
        with pytest.raises(InvalidInput, match="on record for another client"):
            write(twice, name)
    write(other, "Carlos Other")

    assert find_client(ORDINARY) == other.client


def test_the_address_that_was_given_up_does_not_come_back(firm: Firm) -> None:
    protect(firm)

    with pytest.raises(InvalidInput, match="given up") as caught:
        correct(firm, email=ORDINARY.upper())

    assert "email" in caught.value.errors
    later = NOW + timedelta(days=1)
    correct(firm, email="other@shelter.example", now=later)
    correct(firm, email=SAFE.email, now=later)
    assert her(firm).email == SAFE.email


def test_the_other_people_of_the_matter_are_told(firm: Firm) -> None:
    protect(firm)

    assert [notice.user for notice in Notification.objects.filter(kind="contact")] == [firm.alice]


# Who may, and what is refused


@pytest.mark.parametrize("who", ["olga", "charlie", "dana", "eve"])
def test_nobody_else_marks_or_decides(firm: Firm, who: str) -> None:
    make_receipt(firm.danas_matter, form="I-589")
    seen, actor = contact_of(her(firm)).version, firm.actor(who)
    with pytest.raises((NotFound, Forbidden)):
        protect(firm, who)
    with pytest.raises((NotFound, Forbidden)):
        contacts.decline_protection(firm.danas_matter.pk, seen=seen, actor=actor, now=NOW)
    assert her(firm).protected_at is None


@pytest.mark.parametrize(
    ("safe", "field"),
    [
        (SafeContact(), "email"),
        (SafeContact(email=" ", phone=" "), "email"),
        (SafeContact(email="shelter"), "email"),
        (SafeContact(email="eve@mail.example"), "email"),
        (SafeContact(phone="soon"), "phone"),
        (SafeContact(note="x" * 501), "note"),
    ],
)
def test_a_contact_that_reaches_nobody_is_refused(firm: Firm, safe: SafeContact, field: str) -> None:
    draft = approve(firm, make_draft(firm))

    with pytest.raises(InvalidInput) as caught:
        protect(firm, safe=safe)

    assert field in caught.value.errors
    draft.refresh_from_db()
    assert (her(firm).protected_at, her(firm).email, draft.state) == (None, ORDINARY, "approved")


def test_of_two_who_decide_at_once_the_second_has_to_look_again(firm: Firm) -> None:
    seen = contact_of(her(firm)).version
    protect(firm, safe=SafeContact(email=ORDINARY))
    with pytest.raises(WrongState):
        contacts.protect(firm.danas_matter.pk, SAFE, reason="", seen=seen, actor=firm.actor("alice"), now=NOW)
    with pytest.raises(WrongState):
        given = Contact("Dana Example", "new@mail.example", "", "es")
        contacts.correct_contact(firm.danas_matter.pk, given, seen=seen, actor=firm.actor("alice"), now=NOW)
    assert her(firm).email == ORDINARY


def test_an_attorney_or_a_manager_ends_it_and_says_why(firm: Firm) -> None:
    protect(firm)
    for who in ("paul", "charlie", "olga", "dana"):
        with pytest.raises((NotFound, Forbidden)):
            end(firm, who)
    with pytest.raises(InvalidInput):
        end(firm, "alice", reason="  ")

    end(firm, "alice")

    assert (her(firm).protected_at, her(firm).email) == (None, SAFE.email)
    latest = ContactChange.objects.filter(client=her(firm)).order_by("id").last()
    assert latest is not None
    assert (latest.before, latest.reason) == ({"protected": "yes"}, "She moved away from him.")
    with pytest.raises(WrongState):
        end(firm, "mary")
