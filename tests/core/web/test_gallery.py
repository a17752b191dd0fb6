"""The component gallery."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from legist.core.web.views import PAGES

TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "components"
STYLES = Path(__file__).resolve().parents[3] / "static" / "css"


@pytest.mark.parametrize("path", ["/gallery/", *(f"/gallery/{page}/" for page in PAGES)])
def test_it_shows_every_page(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


def test_it_has_no_other_pages(client: Client) -> None:
    assert client.get("/gallery/nothing/").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("paul", 200), ("dana", 404)])
def test_it_is_for_staff_in_production(
    browser_of: Callable[[str], Client], settings: LazySettings, who: str, status: int
) -> None:
    browser = browser_of(who)
    settings.IS_PRODUCTION = True

    assert browser.get("/gallery/").status_code == status


def test_it_carries_no_inline_script_or_style(client: Client) -> None:
    page = client.get("/gallery/").content.decode()

    assert " style=" not in page
    assert " onclick=" not in page


def test_every_component_style_is_part_of_the_sheet() -> None:
    sheet = (STYLES / "app.css").read_text()

    missing = [
        path.name for path in (STYLES / "components").glob("*.css") if f"components/{path.name}" not in sheet
    ]

    assert not missing
