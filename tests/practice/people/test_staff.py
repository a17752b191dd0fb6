"""Staff: how they get in, change their role, lose a telephone, and come back."""

from __future__ import annotations

import json
import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from hypothesis import given, settings
from hypothesis import strategies as st

from legist.core.errors import InvalidInput, WrongState
from legist.core.models import AuditEntry
from legist.practice.models import SignInJob, User
from legist.practice.people import staff
from legist.practice.people.leaving import deactivate_staff
from legist.practice.people.staff import (
    add_staff,
    change_role,
    invite_staff,
    reactivate_staff,
    reset_second_factor,
)
from legist.practice.roles import Role
from legist.practice.services import assign_matter
from tests.factories.practice import NOW, PASSWORD, SYSTEM, Firm
from tests.factories.tracking import make_receipt
from tracking.models import ReviewItem

OTHER = "purple lantern on the quiet river"  # another test's password


def link_in_mail() -> str:
    found = re.search(r"https?://[^/]+(/accounts/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def choose(link: str, password: str = OTHER) -> bool:
    """Open a link as its reader does and choose a password; say whether there was a form to do it."""
    browser = Browser()
    page = browser.get(link, follow=True)
    if b"password1" not in page.content:
        return False
    browser.post(page.redirect_chain[-1][0], {"password1": password, "password2": password})
    return True


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))


def manage(*arguments: str) -> str:
    out = StringIO()
    call_command("staff", *arguments, stdout=out)
    return out.getvalue()


def test_it_adds_a_person_who_can_sign_in(db: None) -> None:
    user = add_staff(
        " Nina@Firm.example", password=PASSWORD, name="Nina", role=Role.ATTORNEY, actor=SYSTEM, now=NOW
    )

    assert user.email == "nina@firm.example"
    assert user.check_password(PASSWORD)
    assert actions() == ["practice.staff_added", "practice.staff_password_set"]


def test_it_refuses_the_address_of_a_client(firm: Firm) -> None:
    address, before = str(firm.danas_matter.client.email), User.objects.count()

    with pytest.raises(InvalidInput, match="A client is written to at this address"):
        add_staff(address.upper(), name="Nina", role=Role.ATTORNEY, actor=SYSTEM, now=NOW)

    assert (User.objects.count(), actions().count("practice.staff_added")) == (before, 0)
    assert not SignInJob.objects.exists()


def test_it_refuses_an_address_that_is_taken(db: None) -> None:
    add_staff("nina@firm.example", password=PASSWORD, name="Nina", role=Role.ATTORNEY, actor=SYSTEM, now=NOW)

    with pytest.raises(InvalidInput, match="already"):
        add_staff("NINA@firm.example", password=PASSWORD, name="N", role=Role.MANAGER, actor=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    "address", ["", "nina", "a@b", "n@firm.example\nBcc: x@y.example", "x@client.invalid", '"\x07"@a.example']
)
def test_it_refuses_what_is_no_address(address: str, db: None) -> None:
    with pytest.raises(InvalidInput, match="not an e-mail address"):
        add_staff(address, name="Nina", role=Role.ATTORNEY, actor=SYSTEM, now=NOW)

    assert not User.objects.exists()


@settings(deadline=None)
@given(st.text(max_size=300) | st.emails().map(lambda address: address + "\x00"))
def test_an_address_is_kept_clean_or_refused(text: str) -> None:
    try:
        address = staff.checked_address(text)
    except InvalidInput:
        return

    assert address == address.strip().lower()
    assert address.isprintable()
    assert len(address) <= 254


def test_it_refuses_a_weak_password_and_a_role_of_clients(db: None) -> None:
    with pytest.raises(InvalidInput, match="too short"):
        add_staff("n@firm.example", password="x", name="Nina", role=Role.ATTORNEY, actor=SYSTEM, now=NOW)
    with pytest.raises(InvalidInput, match="Clients are not staff"):
        add_staff("n@firm.example", name="Nina", role=Role.CLIENT, actor=SYSTEM, now=NOW)

    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_person_who_is_added_chooses_a_password_by_a_link_that_works_once() -> None:
    manage("add", "nina@firm.example", "--name", "Nina", "--role", "attorney")
    link = link_in_mail()

    assert mail.outbox[-1].to == ["nina@firm.example"]
    assert choose(link)
    assert User.objects.get().check_password(OTHER)
    assert not choose(link, PASSWORD)
    assert User.objects.get().check_password(OTHER)
    assert not SignInJob.objects.filter(content__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_a_new_invitation_ends_the_one_before() -> None:
    manage("add", "nina@firm.example", "--name", "Nina", "--role", "attorney")
    first = link_in_mail()

    manage("invite", "nina@firm.example")

    assert not choose(first)
    assert choose(link_in_mail())


@pytest.mark.django_db(transaction=True)
def test_the_link_of_somebody_who_left_meanwhile_opens_nothing() -> None:
    manage("add", "nina@firm.example", "--name", "Nina", "--role", "attorney")

    manage("deactivate", "nina@firm.example")

    assert not choose(link_in_mail())


@pytest.mark.parametrize("renew", [invite_staff, reset_second_factor])
def test_what_let_a_person_in_before_ends(renew: object, firm: Firm) -> None:
    Authenticator.objects.create(user=firm.paul, type=Authenticator.Type.TOTP, data={"secret": "x"})
    browser = Browser()
    browser.force_login(firm.paul)

    renew(firm.paul, actor=SYSTEM, now=NOW)  # type: ignore[operator]

    assert browser.get("/matters/").status_code == 302
    assert not User.objects.get(pk=firm.paul.pk).check_password(PASSWORD)
    assert actions()[-1] == "practice.staff_invited"
    assert Authenticator.objects.filter(user=firm.paul).exists() is (renew is invite_staff)


def test_a_second_factor_that_is_not_there_is_not_reset(firm: Firm) -> None:
    with pytest.raises(WrongState, match="no second factor"):
        reset_second_factor(firm.paul, actor=SYSTEM, now=NOW)

    assert User.objects.get(pk=firm.paul.pk).check_password(PASSWORD)


def test_a_role_waits_until_the_seats_are_given_to_others(firm: Firm) -> None:
    with pytest.raises(WrongState, match="1 open matter as Paralegal"):
        change_role(firm.paul, Role.OPERATIONS, actor=SYSTEM, now=NOW)

    assert User.objects.get(pk=firm.paul.pk).role == Role.PARALEGAL


def test_a_new_role_is_on_the_record_and_takes_work_away_it_does_not_reach(firm: Firm) -> None:
    item = ReviewItem.objects.create(
        receipt=make_receipt(matter=None),
        source="uscis",
        kind="check_reading",
        assigned_to=firm.olga,
        opened_at=NOW,
        latest_at=NOW,
    )

    returned = change_role(firm.olga, Role.ATTORNEY, actor=SYSTEM, now=NOW)

    item.refresh_from_db()
    entry = AuditEntry.objects.get(action="practice.staff_role_changed")
    assert entry.data == {"from": "operations", "to": "attorney", "returned": returned}
    assert (item.assigned_to is None) is bool(returned)
    with pytest.raises(WrongState, match="already"):
        change_role(firm.olga, Role.ATTORNEY, actor=SYSTEM, now=NOW)


def test_nobody_is_seated_in_a_role_they_had_until_a_moment_ago(firm: Firm) -> None:
    stale = User.objects.get(pk=firm.alice.pk)
    User.objects.filter(pk=stale.pk).update(role=Role.MANAGER)

    with pytest.raises(InvalidInput, match="role has changed"):
        assign_matter(firm.danas_matter, attorney=stale, actor=SYSTEM, now=NOW)


def test_somebody_comes_back_by_a_link_and_not_with_what_they_knew(firm: Firm) -> None:
    deactivate_staff(firm.paul, actor=SYSTEM, now=NOW)

    reactivate_staff(firm.paul, actor=SYSTEM, now=NOW)

    paul = User.objects.get(pk=firm.paul.pk)
    assert (paul.is_active, paul.check_password(PASSWORD)) == (True, False)
    assert actions()[-2:] == ["practice.staff_returned", "practice.staff_invited"]
    with pytest.raises(WrongState, match="already"):
        reactivate_staff(firm.paul, actor=SYSTEM, now=NOW)


@pytest.mark.parametrize("act", [invite_staff, reactivate_staff, reset_second_factor])
def test_a_client_is_not_let_in_by_this_door(act: object, firm: Firm) -> None:
    with pytest.raises(InvalidInput, match="client"):
        act(firm.dana, actor=SYSTEM, now=NOW)  # type: ignore[operator]


def test_the_list_of_what_somebody_holds_is_shown_before_and_when_they_leave(firm: Firm) -> None:
    held = {
        "email": "paul@firm.example",
        "seats": [{"matter": "M-2026-0001", "seat": "paralegal"}],
        "shared": [],
        "teams": [],
        "given_back": 0,
        "managers_left": 1,
    }

    assert json.loads(manage("deactivate", "paul@firm.example", "--dry-run", "--json")) == held | {
        "dry_run": True
    }
    assert User.objects.get(pk=firm.paul.pk).is_active
    assert json.loads(manage("deactivate", "Paul@Firm.example", "--json")) == held | {"dry_run": False}
    assert "paul@firm.example  Paul  paralegal  has left" in manage("list")


def test_it_says_when_nobody_is_left_who_is_told(firm: Firm) -> None:
    assert "Nobody is left who manages" not in manage("deactivate", "paul@firm.example")
    assert "Nobody is left who manages" in manage("deactivate", "mary@firm.example")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("role paul@firm.example paralegal", 1),
        ("role paul@firm.example manager", 1),
        ("reset-second-factor paul@firm.example", 1),
        ("reactivate paul@firm.example", 1),
        ("invite nobody@firm.example", 2),
        ("add paul@firm.example --name Paul --role attorney", 2),
    ],
)
def test_what_cannot_be_done_has_its_code(line: str, code: int, firm: Firm) -> None:
    with pytest.raises(CommandError) as refused:
        manage(*line.split())

    assert refused.value.returncode == code
    assert not any(action.startswith("practice.staff") for action in actions())


def test_a_password_is_typed_twice(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(f"{OTHER}\n{OTHER} \n"))
    with pytest.raises(CommandError, match="differ"):
        manage("invite", "paul@firm.example", "--ask-password")
    assert User.objects.get(pk=firm.paul.pk).check_password(PASSWORD)

    monkeypatch.setattr("sys.stdin", StringIO(f"{OTHER}\n{OTHER}\n"))
    manage("invite", "paul@firm.example", "--ask-password")

    assert User.objects.get(pk=firm.paul.pk).check_password(OTHER)
    assert actions()[-1] == "practice.staff_password_set"
