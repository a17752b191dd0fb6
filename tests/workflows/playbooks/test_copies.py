"""A firm copies a playbook: of a copy and its original one runs for a change, never both."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from legist.core.definitions.services import Decision, publish
from legist.core.errors import Forbidden, InvalidInput
from tests.factories.practice import NOW, Firm
from tests.factories.workflows import make_change, make_news, run
from tests.workflows.web.asking import address, said, statuses, text
from tests.workflows.web.test_definition_pages import send, url_of
from workflows.models import Deadline, Playbook, PlaybookRun
from workflows.playbooks.rehearsal import rehearse
from workflows.playbooks.store import TOPIC, copy_playbook

Browser = Any
pytestmark = pytest.mark.django_db


def write(firm: Firm, key: str, **changed: Any) -> dict[str, Any]:
    standing = TOPIC.read((key,))
    assert standing.held is not None
    content = standing.held.content | changed
    decision = Decision("As we want it.", firm.actor("mary"), NOW)
    publish(TOPIC, (key,), content, expected=standing.hash, decision=decision)
    return dict(content)


@pytest.fixture
def copy(firm: Firm) -> str:
    return copy_playbook("rfe", sent=uuid4(), actor=firm.actor("mary"), now=NOW)


def ran() -> list[str]:
    return sorted(PlaybookRun.objects.values_list("playbook_key", flat=True))


def test_a_copy_does_nothing_before_it_is_published(firm: Firm, copy: str) -> None:
    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    assert ran() == ["rfe"]


def test_only_one_of_them_runs_the_copy_first(firm: Firm, copy: str) -> None:
    write(firm, copy, mode="active", conditions={"form_in": ["I-539"]})

    run(make_news(firm.danas_matter, "RFE_ISSUED", form="I-539"))
    run(make_news(firm.danas_matter, "RFE_ISSUED", form="I-765"))

    assert ran() == sorted([copy, "rfe"])
    assert Deadline.objects.count() == 2


def test_what_the_original_has_begun_a_later_copy_does_not_do_again(firm: Firm, copy: str) -> None:
    change = make_news(firm.danas_matter, "RFE_ISSUED")
    run(change)
    write(firm, copy, mode="active")

    run(change, confirmed=True)
    again = make_change(change.receipt, "IN_REVIEW", at=NOW + timedelta(days=1))
    run(again)
    run(make_change(change.receipt, "RFE_ISSUED", at=NOW + timedelta(days=2)))

    assert ran() == ["rfe"]
    assert Deadline.objects.count() == 1


def test_a_copy_of_a_copy_is_of_the_same_family_in_every_version(firm: Firm, copy: str) -> None:
    second = copy_playbook(copy, sent=uuid4(), actor=firm.actor("mary"), now=NOW)
    for key in (copy, second):
        write(firm, key, mode="active")

    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    assert set(Playbook.objects.filter(key__in=[copy, second]).values_list("copy_of", flat=True)) == {"rfe"}
    assert len(ran()) == 1


def test_the_dry_run_says_the_same(firm: Firm, copy: str) -> None:
    content = write(firm, copy, mode="active")
    make_news(firm.danas_matter, "RFE_ISSUED")
    original = TOPIC.read(("rfe",)).held
    assert original is not None

    assert rehearse(firm.actor("mary"), copy, content, now=NOW).started == 1
    assert rehearse(firm.actor("mary"), "rfe", dict(original.content), now=NOW).started == 0


def test_it_is_copied_once_by_whoever_edits_playbooks(firm: Firm) -> None:
    sent, mary = uuid4(), firm.actor("mary")
    assert copy_playbook("rfe", sent=sent, actor=mary, now=NOW) == copy_playbook(
        "rfe", sent=sent, actor=mary, now=NOW
    )
    assert Playbook.objects.exclude(copy_of="").count() == 1
    with pytest.raises(Forbidden):
        copy_playbook("rfe", sent=uuid4(), actor=firm.actor("paul"), now=NOW)


def test_the_page_copies_it_and_leads_to_the_copy(browser_of: Browser) -> None:
    mary = browser_of("mary")
    response = mary.post(address("playbook_copy", "rfe"), {"submission": str(uuid4())})
    page = text(mary.get(response.url))

    assert "Copy of Request for evidence" in page
    assert "The firm's own: nothing that Legist comes with lies under it." in page.replace("&#x27;", "'")
    key = Playbook.objects.exclude(copy_of="").get().key
    assert "Of the two only one runs for a change" in text(mary.get(address("playbook", key)))
    people = ("alice", "paul", "charlie", "olga", "mary", "dana")
    found = statuses(browser_of, address("playbook_copy", "rfe"), people, "post", submission="x")
    assert found == [422, 403, 403, 403, 422, 404]


@pytest.mark.parametrize(
    ("steps", "conditions", "fault"),
    [
        ([{"key": "a", "kind": "message", "params": {"template": "gone"}}], {}, "there is no template"),
        (
            [{"key": "a", "kind": "document", "params": {"template": "rfe_received"}}],
            {},
            "there is no template",
        ),
        ([], {"any": [{"not": {"team_in": ["gone"]}}]}, "a team that is not there"),
        ([{"key": "a", "kind": "assign", "when": {"team_in": ["gone"]}}], {}, "a team that is not there"),
    ],
)
def test_what_is_not_there_is_refused_when_it_is_published(
    firm: Firm, steps: Any, conditions: Any, fault: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        write(firm, "rfe", actions=steps, conditions=conditions)

    assert fault in " ".join(refused.value.errors["definition"])
    assert TOPIC.read(("rfe",)).own is None


def test_it_is_said_and_kept_that_a_version_was_never_tried(firm: Firm, browser_of: Browser) -> None:
    mary = browser_of("mary")
    assert "never tried on the past" in said(send(mary, "playbooks", "publish"))[0]
    assert "Published without having been tried on the past." in text(mary.get(url_of("playbooks")))

    page = send(mary, "playbooks", "check", purpose="Tried.")
    mark = page.context["tried"]
    assert "never tried" not in said(send(mary, "playbooks", "publish", purpose="Tried.", tried=mark))[0]
    assert "never tried" in said(send(mary, "playbooks", "publish", purpose="Another.", tried=mark))[0]


def test_a_newer_one_of_ours_is_offered_item_by_item(firm: Firm) -> None:
    write(firm, "rfe", name="Our way")
    ours = Playbook.objects.get(key="rfe", origin="shipped")
    steps = [dict(step) for step in ours.actions]
    steps[3] = {**steps[3], "params": {**steps[3]["params"], "items": steps[3]["params"]["items"][:-1]}}
    newer = Playbook(
        key="rfe", version=ours.version + 1, created_at=NOW, **(ours.definition | {"actions": steps})
    )
    TOPIC.install([newer])

    offer = TOPIC.read(("rfe",)).offer

    assert offer is not None
    assert [each.place for each in offer.changes] == [("actions", "checklist", "params", "items", "file")]
    assert (offer.content["name"], offer.content["actions"]) == ("Our way", steps)
