"""What the tests of the staff's pages share: a fixed day, and real sign-ins."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from tests.factories.practice import NOW, PASSWORD, Firm


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def signed_in(firm: Firm) -> Callable[[str], Client]:
    """Return the browser of somebody who has just proved who they are."""

    def sign_in(name: str) -> Client:
        client = Client()
        form = {"login": getattr(firm, name).email, "password": PASSWORD}
        response = client.post("/accounts/login/", form)
        assert response.status_code == 302
        return client

    return sign_in
