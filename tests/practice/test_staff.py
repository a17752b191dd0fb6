"""How staff get in: the firm adds them."""

from __future__ import annotations

import pytest

from legist.core.errors import InvalidInput
from legist.practice.roles import Role
from legist.practice.services import add_staff
from tests.factories.practice import NOW, PASSWORD, SYSTEM


def test_it_adds_a_person_who_can_sign_in(db: None) -> None:
    user = add_staff(
        "Nina@Firm.example", password=PASSWORD, name="Nina", role=Role.ATTORNEY, actor=SYSTEM, now=NOW
    )

    assert user.email == "nina@firm.example"
    assert user.check_password(PASSWORD)


def test_it_refuses_an_address_that_is_taken(db: None) -> None:
    add_staff("nina@firm.example", password=PASSWORD, name="Nina", role=Role.ATTORNEY, actor=SYSTEM, now=NOW)

    with pytest.raises(InvalidInput, match="already"):
        add_staff("NINA@firm.example", password=PASSWORD, name="N", role=Role.MANAGER, actor=SYSTEM, now=NOW)
