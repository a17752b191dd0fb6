"""The whole portal in the client's language, and what is written to them as well."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from legist.practice.models import Client
from tests.factories.practice import Firm
from tests.factories.workflows import make_change, make_receipt

PAGES = ("/portal/", "/portal/messages/", "/portal/settings/", "/portal/settings/passkey/")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_in_spanish_whatever_the_browser_says(page: str, dana: Browser) -> None:
    response = dana.get(page, headers={"Accept-Language": "en"})

    assert '<html lang="es">' in response.content.decode()
    assert response["Content-Language"] == "es"


def test_she_changes_it_for_pages_and_messages(firm: Firm, dana: Browser) -> None:
    response = dana.post("/language/", {"language": "en", "next": "/portal/settings/"})

    assert response["Location"] == "/portal/settings/"
    assert "Pages and messages will be in this language." in dana.get("/portal/settings/").content.decode()
    assert Client.objects.get(user=firm.dana).language == "en"


def test_it_offers_no_other_language(dana: Browser) -> None:
    assert dana.post("/language/", {"language": "tlh"}).status_code == 422


def test_it_sends_nobody_to_another_site(dana: Browser) -> None:
    response = dana.post("/language/", {"language": "en", "next": "https://evil.example/"})

    assert response["Location"] == "/"


def test_a_page_that_does_not_exist_is_in_spanish_too(dana: Browser) -> None:
    assert "Aquí no hay nada" in dana.get("/portal/nowhere/").content.decode()
    assert "Aquí no hay nada" in dana.get("/receipts/").content.decode()


def test_english_is_english_throughout(firm: Firm, eve: Browser) -> None:
    make_change(make_receipt(firm.eves_matter), "IN_REVIEW")

    page = eve.get("/portal/").content.decode()

    assert "Hello, Eve Example" in page
    assert "An officer is looking at your case" in page
