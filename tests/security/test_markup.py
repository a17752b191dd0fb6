"""Whatever people, files and USCIS write is text, on every page that shows it and to everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.template.base import Variable
from django.test import Client
from django.urls import reverse
from django.utils.safestring import SafeData

from tests.factories.practice import NOW, Firm
from tests.security.matrix import PEOPLE, TABLE
from tests.security.test_access_matrix import OURS
from tests.support import hostile
from tests.support.soak import of_today

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ROLES = ("alice", "paul", "charlie", "olga", "mary", "dana")
PARTS = {
    "workflows:matter": (
        "section=work",
        "section=messages",
        "section=documents",
        "section=people",
        "show=all",
    ),
    "workflows:approvals": ("view=approved", "view=returned"),
    "workflows:deadlines": ("view=month",),
    "workflows:matters": ("state=any",),
    "workflows:paper": ("tab=missing", "tab=aside"),
    "tracking:receipt": ("tab=history", "tab=calls", "tab=corrections", "tab=reviews"),
    "tracking:reviews": ("state=resolved",),
    "tracking:import": ("outcome=created",),
}


# Markup that Django draws and escapes: its widgets, the attributes of the cells of a list; a block's own
# parent, a literal of allauth's templates.
DRAWN_BY_DJANGO = {
    *("attrs.type", "block.super", "choice.tag", "column.cell_attributes", "field.control", "field.input"),
}
# What the context processors add to every page: no data of the firm but its name.
SHELL = {"True", "False", "None", "csrf_token", "block", "request", "user", "perms", "messages", "CSP_NONCE"}


def addresses(known: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name and the address of every page, and of the parts of some."""
    for name, given in OURS.items():
        url = reverse(name, kwargs={key: known[key] for key in given})
        yield name, url
        for part in PARTS.get(name, ()):
            yield name, f"{url}?{part}"


@pytest.fixture
def known(firm: Firm, settings: LazySettings) -> Iterator[dict[str, Any]]:
    """One of everything, each field of it full of markup, at a firm whose name is markup too."""
    settings.LEGIST_FIRM_NAME = hostile.SHORT
    with time_machine.travel(NOW, tick=False):
        yield hostile.spoiled_world(firm)


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The look-ups in templates that brought a text which is marked safe."""
    found: set[str] = set()
    original = Variable._resolve_lookup  # type: ignore[attr-defined]  # private, and the one place

    def resolve(self: Variable, context: Any) -> Any:
        value = original(self, context)
        if isinstance(value, SafeData) and value:
            found.add(str(self.var))
        return value

    monkeypatch.setattr(Variable, "_resolve_lookup", resolve)
    return found


def walk(firm: Firm, known: dict[str, Any], who: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the address, the body and the marked data of every page that a person may open."""
    browser = Client()
    browser.force_login(getattr(firm, who), backend=BACKEND)
    for name, url in addresses(known):
        if TABLE[name, "get"][PEOPLE.index(who)] not in "yp":
            continue
        for headers in ({}, {"HX-Request": "true", "HX-Target": "side-panel-body"}):
            answer = browser.get(url, headers=headers)
            if "html" in answer.headers.get("Content-Type", "") and answer.status_code < 500:
                yield url, answer.content.decode(), data_of(answer)
            assert answer.status_code < 400 or answer.status_code == 409, url


def data_of(answer: Any) -> list[str]:
    """Return where the data that a view handed to its template holds a text marked safe."""
    if not answer.context:
        return []
    given = (answer.context[0] if isinstance(answer.context, list) else answer.context).flatten()
    return [
        place
        for name, value in given.items()
        if name not in SHELL
        for place in hostile.safe_texts(value, name)
        if place != name  # a word that the template itself has named
    ]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("who", of_today(ROLES, days=2))
def test_markup_acts_on_no_page(firm: Firm, known: dict[str, Any], marked: set[str], who: str) -> None:
    pages = list(walk(firm, known, who))

    acting = {url: found for url, page, _ in pages if (found := hostile.acts(page))}
    assert acting == {}
    assert {url: data for url, _, data in pages if data} == {}
    assert {each for each in marked if "." in each} <= DRAWN_BY_DJANGO
    shown = [url for url, page, _ in pages if hostile.MARK in page]
    assert len(shown) > len(pages) // 2
