"""The steps and conditions of a playbook as fields: read, added to, moved, taken out, written."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.practice import Firm
from tests.workflows.web.asking import text
from tests.workflows.web.test_definition_pages import send, url_of
from workflows.playbooks.builtin import DEFINITIONS
from workflows.playbooks.rules import CONDITIONS, GROUPS
from workflows.playbooks.steps import KINDS
from workflows.playbooks.store import TOPIC
from workflows.web.playbooks import words
from workflows.web.playbooks.fields import Listing, is_list, sorts
from workflows.web.playbooks.nodes import Node, condition_nodes, conditions_of, step_nodes, steps_of

Browser = Any
KIND = "playbooks"


class Fields(HTMLParser):
    """What a browser would send of the form that writes a definition."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.is_in, self.select, self.area = False, "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        said = dict(attrs)
        name = said.get("name", "")
        if tag == "form":
            self.is_in = said.get("id") == "definition-form"
        elif not self.is_in:
            return
        elif tag == "select":
            self.select = name
        elif tag == "option" and ("selected" in said or self.select not in self.sent):
            self.sent[self.select] = [said.get("value", "")]
        elif tag == "textarea":
            self.area = name
            self.sent[name] = [""]
        elif tag == "input":
            self._input(name, said)

    def _input(self, name: str, said: dict[str, Any]) -> None:
        if said.get("type") not in ("checkbox", "radio", "file"):
            self.sent[name] = [said.get("value") or ""]
        elif "checked" in said:
            self.sent.setdefault(name, []).append(said.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area][0] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        self.area = "" if tag == "textarea" else self.area
        self.is_in = self.is_in and tag != "form"


def shown(response: Any) -> dict[str, list[str]]:
    return Fields(response.content.decode()).sent


def act(browser: Any, fields: dict[str, list[str]], what: str, **changed: Any) -> Any:
    sent = fields | {name.replace("_", "-"): value for name, value in changed.items()}
    return browser.post(url_of(KIND), sent | {"act": what, "reason": "As we do it."})


def held() -> dict[str, Any]:
    found = TOPIC.read(("rfe",)).held
    assert found is not None
    return dict(found.content)


def test_every_part_of_every_step_and_condition_has_its_words() -> None:
    assert words.KINDS.keys() == KINDS.keys()
    assert words.CONDITIONS.keys() == CONDITIONS.keys()
    assert words.GROUPS.keys() == GROUPS.keys()
    parts = {name for kind in KINDS.values() for name, part in kind.params.items() if not is_list(part)}
    assert parts - {"key"} <= words.PARTS.keys()


@pytest.mark.django_db
def test_every_step_and_condition_has_fields() -> None:
    for name in ("steps", "when"):
        nodes = [Node(sort, sort) for sort in sorts(name)]
        found = Listing(name, name, written=nodes).entries
        assert [entry.sort for entry in found] == list(sorts(name))


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda each: each.key)
def test_what_ships_is_written_as_it_was_read(definition: Any) -> None:
    steps = list(definition.actions)
    assert steps_of(step_nodes(steps), steps) == steps
    assert conditions_of(condition_nodes(definition.conditions)) == definition.conditions


LEAF = st.fixed_dictionaries({}, optional={"language": st.just("es"), "client_action": st.booleans()})
TREE = st.recursive(
    LEAF,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "any": st.lists(inner.filter(bool), min_size=1, max_size=2),
            "not": inner.filter(bool),
            "language": st.just("en"),
        },
    ),
    max_leaves=6,
)


@given(TREE)
def test_conditions_in_groups_are_written_as_they_were_read(conditions: dict[str, Any]) -> None:
    once = conditions_of(condition_nodes(conditions))

    assert conditions_of(condition_nodes(once)) == once
    assert condition_nodes(once) == condition_nodes(conditions)


def test_a_page_that_is_sent_as_it_was_shown_changes_nothing(browser_of: Browser) -> None:
    mary = browser_of("mary")
    before = held()

    response = act(mary, shown(mary.get(url_of(KIND))), "publish")

    assert response.status_code == 302
    assert held() == before


def test_a_step_is_added_filled_moved_and_another_taken_out(browser_of: Browser) -> None:
    mary = browser_of("mary")
    keys = [step["key"] for step in held()["actions"]]
    fields = shown(mary.get(url_of(KIND)))
    last = str(len(keys))
    page = act(mary, fields, "edit:add:steps", steps_add="stage")
    assert "This field is required" not in text(page)
    page = act(mary, shown(page), f"edit:up:steps:{last}", **{f"steps_{last}_stage": "responding"})
    page = act(mary, shown(page), "edit:remove:steps:0")
    fields = shown(page)
    assert [step["key"] for step in held()["actions"]] == keys

    # The matter that further steps worked in is gone: they say so, and nothing is published.
    assert "which is no earlier step that opens a matter" in text(act(mary, fields, "publish"))
    fields |= {name: [""] for name in fields if name.endswith("-in")}
    assert act(mary, fields, "publish").status_code == 302

    steps = held()["actions"]
    assert [step["key"] for step in steps] == [*keys[1:-1], "stage", keys[-1]]
    assert steps[-2]["params"] == {"stage": "responding"}


def test_an_item_of_a_checklist_is_added_in_its_place(browser_of: Browser) -> None:
    mary = browser_of("mary")
    page = act(mary, shown(mary.get(url_of(KIND))), "edit:add:steps-3-items")
    fields = shown(page)
    new = fields["steps-3-items-order"][0].split()[-1]

    act(
        mary,
        fields,
        "publish",
        **{f"steps-3-items-{new}-text": "Call them", f"steps-3-items-{new}-role": "client"},
    )

    items = held()["actions"][3]["params"]["items"]
    assert items[-1] == {"key": "one", "role": "client", "text": "Call them"}


def test_conditions_stand_in_groups_and_are_said(firm: Firm, browser_of: Browser) -> None:
    mary = browser_of("mary")
    page = act(mary, shown(mary.get(url_of(KIND))), "edit:add:conditions", conditions_add="any")
    group = f"conditions-{shown(page)['conditions-order'][0].split()[-1]}-within"
    page = act(mary, shown(page), f"edit:add:{group}", **{f"{group}-add": "language"})
    page = act(mary, shown(page), f"edit:add:{group}", **{f"{group}-add": "form_in"})
    written = {f"{group}-0-value": "es", f"{group}-1-value": "I-129, unknown"}

    page = act(mary, shown(page), "edit", **written)

    assert "At least one: “The client reads Spanish” or “The form is one of I-129" in text(page)
    assert act(mary, shown(page), "publish").status_code == 302
    assert held()["conditions"]["any"] == [{"language": "es"}, {"form_in": ["I-129", ""]}]


def test_what_is_missing_is_said_beside_it_and_nothing_kept(browser_of: Browser) -> None:
    mary = browser_of("mary")
    page = act(mary, shown(mary.get(url_of(KIND))), "edit:add:steps", steps_add="billing")

    refused = act(mary, shown(page), "keep")

    assert refused.status_code == 422
    assert "This field is required" in text(refused)


@pytest.mark.parametrize(
    "what",
    [
        "edit:add:nothing",
        "edit:up:steps:99",
        "edit:remove:steps",
        "edit:",
        "edit:add:steps-0-items-1-x",
        "edit:x:y:z",
    ],
)
def test_an_edit_of_nothing_changes_nothing(browser_of: Browser, what: str) -> None:
    mary = browser_of("mary")
    fields = shown(mary.get(url_of(KIND)))

    page = act(mary, fields, what)

    assert page.status_code == 200
    assert shown(page)["steps-order"] == fields["steps-order"]


def test_steps_that_cannot_be_shown_as_fields_are_shown_as_text(browser_of: Browser) -> None:
    mary = browser_of("mary")
    send(mary, KIND, "keep", actions="- {key: a, kind: mesage}")

    page = mary.get(url_of(KIND))

    assert "mesage" in shown(page)["actions"][0]
    assert "conditions-order" in shown(page)
