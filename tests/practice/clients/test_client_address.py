"""Whose address the limits of sign-in count: nobody chooses it by writing a header."""

from __future__ import annotations

import pytest
from allauth.account.adapter import get_adapter
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client, RequestFactory

PROXY, VISITOR, MADE_UP = "10.0.0.1", "203.0.113.7", "198.51.100.99"


def address(rf: RequestFactory, forwarded: str) -> str:
    request = rf.get("/", REMOTE_ADDR=PROXY, headers={"X-Forwarded-For": forwarded})
    return str(get_adapter().get_client_ip(request))


def test_the_header_is_ignored_by_default(rf: RequestFactory, settings: LazySettings) -> None:
    assert settings.ALLAUTH_TRUSTED_PROXY_COUNT == 0
    assert address(rf, MADE_UP) == PROXY


@pytest.mark.parametrize(
    ("proxies", "forwarded"), [(1, f"{MADE_UP}, {VISITOR}"), (2, f"{MADE_UP}, {VISITOR}, 10.0.0.2")]
)
def test_only_what_our_proxies_wrote_is_believed(
    proxies: int, forwarded: str, rf: RequestFactory, settings: LazySettings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies

    assert address(rf, forwarded) == VISITOR


@pytest.mark.django_db
def test_a_made_up_header_does_not_help_to_guess_on(client: Client) -> None:
    cache.clear()
    answers = [
        client.post(
            "/accounts/login/",
            {"login": f"nobody{number}@firm.example", "password": "a guess"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )
        for number in range(12)
    ]
    cache.clear()

    assert b"There were too many attempts" not in answers[0].content
    assert b"There were too many attempts" in answers[-1].content
