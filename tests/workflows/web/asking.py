"""How the tests of the pages ask: who may, and how htmx would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

Browser = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
# A playbook of the firm's own, as its form sends it.
PLAYBOOK = {
    "name": "Request for evidence",
    "purpose": "An answer in time.",
    "mode": "active",
    "codes": "RFE_ISSUED",
    "conditions": "form_in: [I-129, '']",
    "actions": "- {key: notice, kind: notice, params: {level: urgent}}",
}


def address(name: str, *args: Any) -> str:
    return reverse(f"workflows:{name}", args=args)


def statuses(
    browser_of: Browser, url: str, people: tuple[str, ...], method: str = "get", **data: Any
) -> list[int]:
    """Return what each of the people gets."""
    return [getattr(browser_of(person), method)(url, data).status_code for person in people]


def text(response: Any) -> str:
    """Return the page as one line, so that a sentence is found however it is laid out."""
    return " ".join(response.content.decode().split())


def said(response: Any) -> list[str]:
    """Return what the next page would say as a toast."""
    return [str(message) for message in response.wsgi_request._messages]


def unknown(name: str) -> str:
    return address(name, uuid4())
