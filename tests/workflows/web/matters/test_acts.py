"""Several matters at once: given to somebody, tagged, closed; what is left is counted with its reason."""

from __future__ import annotations

from typing import Any

import pytest

from legist.practice.editing import keep_tag
from legist.practice.models import Matter
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import make_draft
from tests.workflows.web.asking import Browser, text

pytestmark = pytest.mark.django_db


def act(browser: Any, name: str, matters: list[Matter], **given: str) -> Any:
    return browser.post(
        f"/lists/matters/{name}/", {"ids": [each.pk for each in matters], **given}, follow="sure" in given
    )


def test_several_matters_are_given_to_a_person_by_who_manages_them(firm: Firm, browser_of: Browser) -> None:
    both, mary = [firm.danas_matter, firm.eves_matter], browser_of("mary")

    assert act(mary, "assign", both).context["preview"].fitting == 2
    said = text(act(mary, "assign", both, sure="1", value=f"paralegal:{firm.charlie.pk}"))

    assert "1 is done. 1 is skipped: This person is shut out of the matter." in said
    assert Matter.objects.get(pk=firm.eves_matter.pk).paralegal == firm.charlie
    assert act(browser_of("paul"), "assign", both).status_code == 403
    assert act(mary, "assign", both, sure="1", value=f"paralegal:{firm.dana.pk}").status_code == 422


def test_a_tag_goes_on_and_off_and_who_has_it_is_skipped(firm: Firm, browser_of: Browser) -> None:
    tag = keep_tag("Expedite", actor=firm.actor("alice"), now=NOW)
    both, alice = [firm.danas_matter, firm.eves_matter], browser_of("alice")
    firm.danas_matter.tags.add(tag)

    said = text(act(alice, "tag", both, sure="1", value=str(tag.pk)))

    assert "1 is done." in said
    assert "1 is skipped: it stood so already." in said
    assert act(browser_of("paul"), "tag", both).context["preview"].fitting == 1
    act(alice, "untag", both, sure="1", value=str(tag.pk))
    assert not tag.matters.exists()


def test_only_those_in_which_nothing_is_open_are_closed(firm: Firm, browser_of: Browser) -> None:
    make_draft(firm)
    both, mary = [firm.danas_matter, firm.eves_matter], browser_of("mary")

    preview = act(mary, "close", both).context["preview"]
    said = text(act(mary, "close", both, sure="1"))

    assert (preview.fitting, preview.rest) == (1, 1)
    assert "1 is done." in said
    assert "1 is skipped: Something is still open" in said
    assert Matter.objects.get(state="closed") == firm.eves_matter
