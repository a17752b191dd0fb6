"""Sessions are sealed: they hold what a person typed."""

from __future__ import annotations

import pytest

from legist.practice.sign_in.sealing import SealedSerializer


def test_it_comes_back_as_it_was() -> None:
    session = {"account_login": {"email": "dana@mail.example"}, "n": 1}

    assert SealedSerializer().loads(SealedSerializer().dumps(session)) == session


def test_nothing_of_it_can_be_read() -> None:
    assert b"dana" not in SealedSerializer().dumps({"email": "dana@mail.example"})


@pytest.mark.parametrize("data", [b"{}", b"v1.unknown.AAAA", b'{"old": "plain session"}'])
def test_one_that_does_not_open_is_empty(data: bytes) -> None:
    assert SealedSerializer().loads(data) == {}
