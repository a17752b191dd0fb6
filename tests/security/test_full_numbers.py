"""One rule for whole receipt numbers, on every page and print: staff read them masked until they ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from tests.factories.practice import NOW, Firm
from tests.security.test_walls_hold import addresses, browser_for, build_more
from tests.support.soak import of_today
from tracking.models import Receipt
from workflows.models import UscisNotice

SEPARATORS = re.compile(r"&nbsp;|&#\w+;|[\s\u00a0\u2010-\u2015-]")
OPENS, IS_DIALOG = re.compile(r'data-dialog-open="([^"]+)"'), re.compile(r'<dialog[^>]* id="([^"]+)"')
# Opened by scripts, or by a button that comes when calls are held back while the page is open.
OPENED_OTHERWISE = {"confirm", "keyboard-help", "health-reset"}
# Pages whose printed example happens to be the number of the tests.
EXAMPLES = ("tracking:import_new", "tracking:assistant")
# Where a template shows a number whole: to its client, to staff who asked, and to those who have to find the
# case of a paper by the number printed on it.
WHOLE = {
    "portal/case.html",
    "portal/case_card.html",
    "tracking/receipts/number.html",
    "workflows/notices/printed.html",
}


@pytest.fixture
def known(firm: Firm) -> Iterator[dict[str, Any]]:
    with time_machine.travel(NOW, tick=False):
        yield build_more(firm)


def hidden_numbers() -> set[str]:
    printed = {notice.number for notice in UscisNotice.objects.all()}
    return {receipt.number for receipt in Receipt.objects.all()} | {number for number in printed if number}


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", of_today(["alice", "paul", "olga", "mary"], days=2))
def test_no_page_shows_staff_a_whole_number_unasked_and_every_dialog_can_be_opened(
    firm: Firm, known: dict[str, Any], name: str
) -> None:
    hidden, examples = hidden_numbers(), {reverse(place) for place in EXAMPLES}
    found: list[tuple[str, str]] = []
    browser = browser_for(getattr(firm, name))
    for url in addresses(known):
        page = browser.get(url).content.decode(errors="replace")
        text = SEPARATORS.sub("", page).upper()
        if url not in examples:
            found += [(url, number) for number in sorted(hidden) if number in text]
        dialogs, opened = set(IS_DIALOG.findall(page)), set(OPENS.findall(page))
        if dialogs:
            found += [(url, dialog) for dialog in sorted((dialogs ^ opened) - OPENED_OTHERWISE)]

    assert hidden
    assert not found, "\n".join(map(str, found))


def test_staff_who_ask_read_it_whole_and_that_is_on_the_record(firm: Firm, known: dict[str, Any]) -> None:
    receipt = Receipt.objects.filter(matter=firm.danas_matter).first()
    assert receipt
    shown = browser_for(firm.paul).post(reverse("tracking:receipt_number", args=[receipt.pk]))

    assert receipt.number in SEPARATORS.sub("", shown.content.decode())


def test_templates_show_a_number_whole_in_few_places() -> None:
    root = Path(settings.BASE_DIR) / "templates"
    whole = {
        str(path.relative_to(root))
        for path in root.rglob("*.html")
        if "gallery" not in path.parts
        and re.search(
            r"whole=True|\|grouped|(?:receipt|receipt_number)\.(?:canonical|grouped|number)\b *(?:\||}})",
            path.read_text(),
        )
    }

    assert whole == WHOLE
