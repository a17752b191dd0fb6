"""Who may open what: every address, every method, every role. An address without a row fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factories.practice import NOW, Firm
from tests.security.matrix import CLOSED, PEOPLE, PUBLIC, TABLE
from tests.security.world import build
from workflows.messages.resolving import WAS_SENT

SIGN_IN = ("/accounts/login/", "/accounts/reauthenticate/")


def addresses(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    """Yield (name, placeholders) of every address of ours."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
        elif isinstance(entry, URLPattern) and entry.name:
            yield ":".join([*spaces, entry.name]), list(entry.pattern.converters)


# Enough for every form, so that what is tested is the permission and not the form.
DATA = {
    "list": "receipts",
    "receipt_number": "IOE0987650001",
    "reason": "The reason.",
    "resolution": "What was found.",
    "person": "00000000-0000-7000-8000-000000000000",
    "due": "2026-05-20",
    "decision": WAS_SENT,
    "version_hash": "0" * 64,
    "tier": "low",
    "code": "APPROVED",
    "offsets": "30, 7",
    "attorney_after": "1",
    "manager_after": "1",
    "scope": "mine",
    "text": "The words.",
    "owner": "00000000-0000-7000-8000-000000000000",
}
ALL = dict(addresses(get_resolver()))
OURS = {name: given for name, given in ALL.items() if name not in PUBLIC | CLOSED}


def outcome(response: Any) -> str:
    """Put an answer into one letter, as the matrix explains them."""
    if response.status_code in {301, 302}:
        place = str(response.url)
        return "l" if place.startswith(SIGN_IN) else "p" if place.startswith("/portal/") else "y"
    return {403: "f", 404: "n", 405: "-"}.get(response.status_code, "y")


def ask(client: Client, method: str, url: str, data: dict[str, str]) -> tuple[str, set[str]]:
    """Ask without leaving a trace, so that one person's act does not change what the next one finds.

    Return the letter of the answer, and the addresses to which a page that is shown would post.
    """
    with transaction.atomic():
        response = getattr(client, method)(url, data)
        transaction.set_rollback(True)
    is_page = method == "get" and response.status_code == 200 and not response.streaming
    return outcome(response), posted_to(response.content.decode(errors="replace")) if is_page else set()


FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
ACTION = re.compile(r'\baction="([^"]+)"')
SENDS = re.compile(r'<button\b(?![^>]*type="button")')


def posted_to(page: str) -> set[str]:
    """Return the addresses of the forms of a page that have a button to send them."""
    forms = FORM.findall(page)
    to_send = (head for head, body in forms if 'method="post"' in head and SENDS.search(body))
    return {urlsplit(found[1]).path for head in to_send if (found := ACTION.search(head))}


Answers = dict[tuple[str, str, str], list[tuple[str, set[str]]]]
# Whether somebody may depends on what is sent along: the list they work on, pinning a view or changing it.
DEPENDS = frozenset({"practice:list_act", "practice:view"})


@pytest.fixture
def observed(firm: Firm) -> Answers:
    with time_machine.travel(NOW, tick=False):
        known = build(firm)
        clients = {person: Client() for person in PEOPLE}
        for person, client in clients.items():
            if person != "nobody":
                client.force_login(
                    getattr(firm, person), backend="allauth.account.auth_backends.AuthenticationBackend"
                )
        at = {name: reverse(name, kwargs={key: known[key] for key in given}) for name, given in OURS.items()}
        return {
            (name, method, url): [
                ask(clients[person], method, url, DATA if method == "post" else {}) for person in PEOPLE
            ]
            for name, url in at.items()
            for method in ("get", "post")
        }


@pytest.mark.timeout(400)  # every address, every method, every role
def test_every_address_answers_every_role_as_the_matrix_says_and_no_page_offers_what_is_refused(
    observed: Answers,
) -> None:
    said = {(name, method): "".join(each for each, _ in got) for (name, method, _), got in observed.items()}
    wrong = {key: (letters, TABLE.get(key)) for key, letters in said.items() if TABLE.get(key) != letters}
    refusing = {
        (url, person)
        for (name, method, url), got in observed.items()
        for person, (letter, _offered) in zip(PEOPLE, got, strict=True)
        if (method, letter) == ("post", "f") and name not in DEPENDS
    }
    refused = {
        f"{name} offers {person} {url}"
        for (name, _method, _url), got in observed.items()
        for person, (_letter, offered) in zip(PEOPLE, got, strict=True)
        for url in offered
        if (url, person) in refusing
    }
    assert not wrong, "\n".join(
        f'    ("{n}", "{m}"): "{got}",  # was {said}' for (n, m), (got, said) in wrong.items()
    )
    assert not refused, "\n".join(sorted(refused))


def test_the_matrix_names_no_address_that_is_gone() -> None:
    assert not {name for name, _ in TABLE} - set(OURS)
    assert not (PUBLIC | CLOSED) - set(ALL)
