"""USCIS's own words, both languages, beside the message they led to."""

from __future__ import annotations

import re

from tests.factories.practice import Firm
from tests.factories.tracking import make_change as read_change
from tests.factories.workflows import make_draft, make_receipt
from tests.workflows.web.asking import Browser, address, text
from workflows.models import Draft


def test_the_approval_page_shows_both_languages_as_text(firm: Firm, browser_of: Browser) -> None:
    change = read_change(
        make_receipt(firm.danas_matter),
        "Case <i>Was</i> Approved",
        'We approved it. <a href="https://x.example">More</a>',
        title_es="Caso Fue Aprobado",
    )
    draft = make_draft(firm)
    Draft.objects.filter(pk=draft.pk).update(change=change)

    page = text(browser_of("alice").get(address("draft", draft.pk)))

    assert re.search(
        r'<blockquote class="official" lang="en">\s*<strong>Case Was Approved</strong>'
        r"\s*<p>We approved it. More</p>",
        page,
    )
    assert re.search(
        r'<blockquote class="official" lang="es">\s*<strong>Caso Fue Aprobado</strong>\s*</blockquote>', page
    )
    assert "x.example" not in page
