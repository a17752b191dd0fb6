"""Answers to htmx."""

from __future__ import annotations

import json

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from legist.core.web import htmx


def asked(rf: RequestFactory, path: str = "/", **headers: str) -> HttpRequest:
    request = rf.get(path, headers=headers)
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]  # as the middleware does
    return request


def test_it_adds_a_toast_to_other_events() -> None:
    response = htmx.toast(htmx.trigger(HttpResponse(), "selection-done"), "Two changes done.")

    assert json.loads(response["HX-Trigger"]) == {
        "selection-done": None,
        "toast": {"message": "Two changes done.", "tone": "good"},
    }


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_it_tells_a_fragment_from_a_page(
    rf: RequestFactory, headers: dict[str, str], *, expected: bool
) -> None:
    assert htmx.is_fragment(asked(rf, **headers)) is expected


def test_it_redirects_a_page_and_a_fragment_alike(rf: RequestFactory) -> None:
    page, fragment = asked(rf), asked(rf, **{"HX-Request": "true"})

    assert htmx.redirect(page, "/matters/")["Location"] == "/matters/"
    assert htmx.redirect(fragment, "/matters/")["HX-Redirect"] == "/matters/"


def test_it_reloads_a_page() -> None:
    assert htmx.refresh()["HX-Refresh"] == "true"


def test_it_says_nothing_when_nothing_has_changed(rf: RequestFactory) -> None:
    token = htmx.change_token("paul", 12)
    request = asked(rf, f"/?since={token}", **{"HX-Request": "true"})

    assert htmx.is_unchanged(request, token)
    assert not htmx.is_unchanged(request, htmx.change_token("paul", 13))
    assert htmx.unchanged().status_code == 204


def test_it_never_answers_a_page_with_nothing(rf: RequestFactory) -> None:
    token = htmx.change_token(1)

    assert not htmx.is_unchanged(asked(rf, f"/?since={token}"), token)


def test_it_keeps_parts_of_a_token_apart() -> None:
    assert htmx.change_token("a", "bc") != htmx.change_token("ab", "c")
