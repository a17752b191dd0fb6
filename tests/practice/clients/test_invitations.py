"""A client gets in by one link, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from legist.core.errors import InvalidInput, NotFound
from legist.practice.accounts import find_client_user
from legist.practice.clients.invitations import (
    accept_invitation,
    find_invitation,
    invite_client,
    is_open,
    token_of,
)
from legist.practice.models import User
from tests.factories.practice import NOW, SYSTEM, make_client


def test_it_lets_the_client_in_once(db: None) -> None:
    client = make_client("Frank", with_user=False)
    token = token_of(invite_client(client, actor=SYSTEM, now=NOW))

    user = accept_invitation(token, now=NOW)

    assert user.is_client
    client.refresh_from_db()
    assert client.user == user
    with pytest.raises(NotFound):
        accept_invitation(token, now=NOW)


def test_it_keeps_name_and_address_out_of_the_sign_in_table(db: None) -> None:
    client = make_client("Frank", with_user=False)

    user = accept_invitation(token_of(invite_client(client, actor=SYSTEM, now=NOW)), now=NOW)

    assert "frank" not in f"{user.email} {user.name}".lower()
    assert find_client_user(" FRANK@mail.example ") == user


@pytest.mark.parametrize("token", ["", "nonsense", "eyJh:1abc:zzz"])
def test_it_knows_no_link_it_did_not_make(db: None, token: str) -> None:
    assert find_invitation(token) is None
    with pytest.raises(NotFound):
        accept_invitation(token, now=NOW)


def test_it_runs_out(db: None) -> None:
    token = token_of(invite_client(make_client("Frank", with_user=False), actor=SYSTEM, now=NOW))

    with pytest.raises(NotFound, match="new one"):
        accept_invitation(token, now=NOW + timedelta(days=15))


def test_a_new_invitation_ends_the_old_one(db: None) -> None:
    client = make_client("Frank", with_user=False)
    first = token_of(invite_client(client, actor=SYSTEM, now=NOW))

    second = invite_client(client, actor=SYSTEM, now=NOW)

    with pytest.raises(NotFound):
        accept_invitation(first, now=NOW)
    assert is_open(second, now=NOW)


def test_it_does_not_let_in_whom_the_firm_has_shut_out(db: None) -> None:
    client = make_client("Frank")
    token = token_of(invite_client(client, actor=SYSTEM, now=NOW))
    User.objects.filter(client=client).update(is_active=False)

    with pytest.raises(NotFound):
        accept_invitation(token, now=NOW)


def test_it_needs_an_address(db: None) -> None:
    client = make_client("Frank", with_user=False)
    client.email = None

    with pytest.raises(InvalidInput):
        invite_client(client, actor=SYSTEM, now=NOW)
    assert not User.objects.exists()
