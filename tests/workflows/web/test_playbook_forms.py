"""A playbook written on its page, taken out as a file, and brought in again."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from legist.core import plain_yaml
from legist.core.models import DefinitionDraft
from tests.core.test_plain_yaml import PLAIN
from tests.factories.practice import Firm
from tests.factories.workflows import make_news
from tests.workflows.web.asking import text
from tests.workflows.web.test_definition_pages import send, standing, url_of
from workflows.playbooks.files import IN_FILE
from workflows.playbooks.rules import CONDITIONS
from workflows.playbooks.store import TOPIC

Browser = Any
KIND = "playbooks"


def file_of(content: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile(
        "rfe.yaml", content if isinstance(content, bytes) else plain_yaml.write(content).encode()
    )


def test_the_page_says_it_in_plain_words_and_what_it_would_have_done(firm: Firm, browser_of: Browser) -> None:
    make_news(firm.danas_matter, "RFE_ISSUED")

    page = text(send(browser_of("mary"), KIND, "check"))

    assert "In plain words" in page
    assert "The form is one of I-129, a form not known yet." in page
    assert "1. Tell attorney and paralegal, as urgent." in page
    assert "In the last 90 days" in page


def test_a_step_that_is_none_is_named(browser_of: Browser) -> None:
    before = standing(KIND)

    page = text(send(browser_of("mary"), KIND, "publish", actions="- {key: a, kind: mesage}"))

    assert "perhaps &#x27;message&#x27;" in page
    assert standing(KIND) == before


@pytest.mark.parametrize("written", ["- {key: a", "just words", "5", "- [a]", "- 2026-01-01"])
def test_steps_that_are_none_change_nothing(browser_of: Browser, written: str) -> None:
    before = standing(KIND)

    assert send(browser_of("mary"), KIND, "publish", actions=written).status_code == 422
    assert standing(KIND) == before


def test_a_file_goes_out_and_comes_in_as_a_draft(browser_of: Browser) -> None:
    mary: Client = browser_of("mary")
    file = mary.get(f"{url_of(KIND)}?file=1")
    content = yaml.safe_load(file.content)
    assert content["codes"] == ["RFE_ISSUED"]

    sent = file_of(content | {"name": "As another firm does it"})
    assert send(mary, KIND, "publish", upload=sent).status_code == 422
    sent.seek(0)
    assert send(mary, KIND, "keep", upload=sent).status_code == 302

    assert TOPIC.read(("rfe",)).own is None
    assert DefinitionDraft.objects.get().content["name"] == "As another firm does it"
    assert "As another firm does it" in text(mary.get(url_of(KIND)))


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"[]",
        b"5",
        b"name: [",
        b"surprise: 1",
        b"a: &a [x]\nname: *a",
        b"conditions: 5",
        b"conditions: [a]",
        b"conditions: null",
    ],
)
def test_a_file_that_is_no_playbook_is_refused(browser_of: Browser, content: bytes) -> None:
    assert send(browser_of("mary"), KIND, "keep", upload=file_of(content)).status_code == 422
    assert not DefinitionDraft.objects.exists()


@given(
    st.fixed_dictionaries(
        {"conditions": st.fixed_dictionaries({}, optional=dict.fromkeys(CONDITIONS, PLAIN))},
        optional={name: PLAIN for name in IN_FILE if name != "conditions"},
    )
)
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example({"conditions": {"form_in": [["I-129"], None, 5]}, "codes": 5, "actions": "x", "mode": [1]})
def test_whatever_a_file_holds_its_page_is_still_there(browser_of: Browser, content: dict[str, Any]) -> None:
    mary = browser_of("mary")

    assert send(mary, KIND, "keep", upload=file_of(content)).status_code in (302, 422)
    assert mary.get(url_of(KIND)).status_code == 200
    assert send(mary, KIND, "check", upload=file_of(content)).status_code in (200, 422)


def test_conditions_that_are_left_open_are_none(browser_of: Browser) -> None:
    send(browser_of("mary"), KIND, "publish", conditions="")

    held = TOPIC.read(("rfe",)).held
    assert held is not None
    assert held.content["conditions"] == {}
