"""What every answer says to browsers, caches and search engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.practice import Firm

PRIVATE = {"Cross-Origin-Resource-Policy": "same-origin", "X-Robots-Tag": "noindex, nofollow"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/no/such/place/", "/healthz", "/portal/"])
def test_a_stranger_is_shown_nothing_that_is_kept_or_listed(path: str) -> None:
    response = Client().get(path)

    assert "no-store" in response["Cache-Control"]
    assert {name: response[name] for name in PRIVATE} == PRIVATE


def test_a_person_is_shown_nothing_that_is_kept_or_listed(
    firm: Firm, browser_of: Callable[[str], Client]
) -> None:
    response = browser_of("paul").get(reverse("practice:settings"))

    assert "no-store" in response["Cache-Control"]
    assert {name: response[name] for name in PRIVATE} == PRIVATE


@pytest.mark.django_db
def test_a_page_may_use_passkeys_and_copy_and_nothing_else_of_the_machine() -> None:
    policy = Client().get("/accounts/login/")["Permissions-Policy"]

    allowed = {feature for feature in policy.split(", ") if not feature.endswith("=()")}
    assert allowed == {
        "clipboard-write=(self)",
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    }
    assert {"camera=()", "geolocation=()", "microphone=()", "usb=()"} <= set(policy.split(", "))


@pytest.mark.django_db
def test_what_is_the_same_for_everybody_may_be_kept_but_stays_ours() -> None:
    response = Client().get("/static/js/theme.js")

    response.close()
    assert "no-store" not in response["Cache-Control"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
