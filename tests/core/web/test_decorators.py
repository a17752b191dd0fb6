"""A sign-in that ends loses nothing: to the door as a page of its own, and back to a page that opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from hypothesis import given
from hypothesis import strategies as st

from legist.core.web.middleware import is_page, nearest_page, page_of
from tests.factories.practice import PASSWORD, Firm

Browser = Callable[[str], Client]
PAGE = "/approvals/019caf10-3180-7000-8000-000000000000/"


def asked_on(page: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}


def next_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["next"][0]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("part", [f"{PAGE}pulse/", f"{PAGE}approve/", "/shell/rail/", "/search/"])
def test_a_part_of_a_page_leads_to_the_door_as_a_page(
    method: str, part: str, client: Client, db: None
) -> None:
    answer = getattr(client, method)(part, headers=asked_on(f"{PAGE}?view=all"))
    if answer.status_code == 405:
        return

    assert (answer.status_code, answer.content, "Location" in answer) == (204, b"", False)
    assert answer["HX-Redirect"] == f"/accounts/login/?next={PAGE}%3Fview%3Dall"


def test_a_client_is_led_to_the_door_of_clients(client: Client, db: None) -> None:
    answer = client.post("/portal/settings/leave/", headers=asked_on("/portal/settings/"))

    assert answer["HX-Redirect"] == "/accounts/login/code/?next=/portal/settings/"


def test_a_form_sent_after_the_end_comes_back_to_its_page(client: Client, db: None) -> None:
    there = client.post(f"{PAGE}approve/", headers={"Referer": f"http://testserver{PAGE}"})
    blind = client.post(f"{PAGE}approve/")

    assert [next_of(answer["Location"]) for answer in (there, blind)] == [PAGE, PAGE]


def test_sign_in_never_ends_on_an_address_that_only_takes_a_form(firm: Firm, client: Client) -> None:
    answer = client.post(
        f"/accounts/login/?next={PAGE}approve/",
        {"login": firm.alice.email, "password": PASSWORD, "next": f"{PAGE}approve/"},
    )

    assert answer["Location"] == PAGE


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/approvals/", "//evil.example/", "javascript:alert(1)"]
)
def test_it_leads_to_nobody_elses_page(elsewhere: str, client: Client, db: None) -> None:
    answer = client.get("/shell/rail/", headers={"HX-Request": "true", "HX-Current-URL": elsewhere})

    assert answer["HX-Redirect"].partition("next=")[2].startswith("/shell/")


def test_a_missing_second_factor_is_no_part_of_a_page_either(
    browser_of: Browser, settings: LazySettings
) -> None:
    settings.LEGIST_REQUIRE_MFA = True

    answer = browser_of("alice").get("/shell/rail/", headers=asked_on("/"))

    assert (answer.status_code, answer["HX-Redirect"].partition("?")[0]) == (204, "/accounts/2fa/")


def test_a_page_from_before_a_new_sign_in_is_loaded_anew(firm: Firm) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(firm.alice, backend="allauth.account.auth_backends.AuthenticationBackend")

    part = browser.post("/search/", {"q": "x"}, headers=asked_on("/matters/"))
    page = browser.post("/search/", {"q": "x"}, headers={"Referer": "http://testserver/matters/"})

    assert (part.status_code, part["HX-Refresh"]) == (204, "true")
    assert (page.status_code, 'href="/matters/"' in page.content.decode()) == (403, True)


def patterns(found: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in found:
        if isinstance(each, URLResolver):
            namespace = f"{prefix}{each.namespace}:" if each.namespace else prefix
            yield from patterns(each.url_patterns, namespace)
        elif each.name:
            yield f"{prefix}{each.name}", each


SAMPLES = {"uuid": uuid4(), "int": 7, "slug": "a", "string": "a", "path": "a/b"}


def test_it_knows_of_every_address_whether_it_can_be_opened(client: Client, db: None) -> None:
    wrong = []
    for name, pattern in patterns(get_resolver().url_patterns):
        kinds = {key: type(kind).__name__ for key, kind in pattern.pattern.converters.items()}
        known = {key: SAMPLES[kind.removesuffix("Converter").lower()] for key, kind in kinds.items()}
        try:
            path = reverse(name, kwargs=known)
        except NoReverseMatch:  # it stands below another address with a part of its own
            continue
        opens = client.get(path).status_code != 405
        if is_page(path) != opens:
            wrong.append((name, path, opens))
    assert wrong == []


@pytest.mark.parametrize("who", ["", "paul", "dana"])
@pytest.mark.parametrize("path", ["/receipts/check/", "/notices/read/", "/settings/"])
def test_an_address_that_only_takes_a_form_is_no_empty_window(
    who: str, path: str, firm: Firm, client: Client
) -> None:
    if who:
        client.force_login(getattr(firm, who))
    ask = client.post if path == "/settings/" else client.get

    answer = ask(path)

    assert (answer.status_code, b"</h1>" in answer.content) == (405, path != "/settings/")


@given(path=st.text(alphabet="abc/?#%.é-", max_size=30))
def test_the_nearest_page_can_always_be_opened(path: str) -> None:
    found = nearest_page("/" + path.lstrip("/"))

    assert found.startswith("/")
    assert not found.startswith("//")
    assert is_page(urlsplit(found).path)


def test_a_plain_page_comes_back_with_its_filters(rf: RequestFactory) -> None:
    assert page_of(rf.get("/matters/?view=closed")) == "/matters/?view=closed"
