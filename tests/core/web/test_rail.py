"""The rail asks for fresh counts while a page is open."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client


def rail(client: Client, since: str) -> tuple[int, str]:
    response = client.get("/shell/rail/", {"since": since}, headers={"HX-Request": "true"})
    return response.status_code, response.content.decode()


def token_in(html: str) -> str:
    return html.partition('"since": "')[2].partition('"')[0]


def test_it_answers_only_when_a_count_has_changed(browser_of: Callable[[str], Client]) -> None:
    paul = browser_of("paul")

    status, html = rail(paul, since="")

    assert status == 200
    assert rail(paul, since=token_in(html)) == (204, "")


def test_it_is_not_there_for_strangers(client: Client, db: None) -> None:
    assert rail(client, since="")[0] == 404
