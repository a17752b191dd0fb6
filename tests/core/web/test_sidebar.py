"""The rail asks for fresh counts while a page is open."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from legist.core import flags
from legist.core.clock import utc_now
from legist.core.models import AuditEntry
from tests.factories.practice import SYSTEM


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


def test_the_dot_of_the_top_bar_comes_along_and_alone_makes_news(browser_of: Callable[[str], Client]) -> None:
    paul = browser_of("paul")
    _status, html = rail(paul, since="")
    assert 'id="health-dot"' in html
    assert 'hx-swap-oob="true"' in html

    flags.set_flag(flags.POLLING, on=False, actor=SYSTEM, now=utc_now())

    status, html = rail(paul, since=token_in(html))
    assert (status, "Polling is off" in html) == (200, True)


def test_asking_leaves_nothing_on_the_record(browser_of: Callable[[str], Client]) -> None:
    paul = browser_of("paul")
    before = AuditEntry.objects.count()

    rail(paul, since="")

    assert AuditEntry.objects.count() == before


def test_it_is_not_there_for_strangers(client: Client, db: None) -> None:
    assert rail(client, since="")[0] == 404
