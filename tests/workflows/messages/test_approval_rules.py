"""Who has to approve a message, as its playbook says: any attorney, the responsible one, or two of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from legist.core.actors import Actor
from legist.core.errors import Forbidden
from legist.practice.models import User
from legist.practice.permissions import grant_matter
from legist.practice.roles import Role
from tests.factories.practice import NOW, SYSTEM, Firm, make_user
from tests.factories.workflows import make_draft, make_news, run
from tests.workflows.web.asking import text
from workflows.messages import drafts, sending
from workflows.messages.approval_rules import strictest
from workflows.messages.queue import count_waiting_drafts
from workflows.models import Draft, DraftEvent, Notification, Playbook
from workflows.states import ApprovalRule


@pytest.fixture
def vera(firm: Firm) -> User:
    """A second attorney who works on Dana's matter."""
    vera = make_user("Vera", Role.ATTORNEY)
    grant_matter(firm.danas_matter, vera)
    return vera


@pytest.fixture
def draft(firm: Firm) -> Draft:
    return make_draft(firm)


def under(draft: Draft, rule: ApprovalRule) -> Draft:
    Draft.objects.filter(pk=draft.pk).update(approval_rule=rule)
    draft.refresh_from_db()
    return draft


def approve(draft: Draft, person: User) -> Draft:
    return drafts.approve_draft(
        draft.pk,
        actor=Actor.for_user(person),
        version_hash=draft.content_hash,
        now=NOW,
        authenticated_at=NOW,
    )


def waits_for(person: User) -> int:
    return count_waiting_drafts(Actor.for_user(person))


def test_any_attorney_of_the_matter_approves(draft: Draft, vera: User) -> None:
    assert approve(draft, vera).state == "approved"


def test_only_the_responsible_attorney_approves(firm: Firm, draft: Draft, vera: User) -> None:
    under(draft, ApprovalRule.RESPONSIBLE)
    assert (waits_for(firm.alice), waits_for(vera)) == (1, 0)

    with pytest.raises(Forbidden, match="Alice is responsible for this matter"):
        approve(draft, vera)

    assert approve(draft, firm.alice).state == "approved"


@pytest.mark.parametrize("is_gone", [True, False])
def test_without_a_responsible_attorney_any_of_the_matter_may(
    firm: Firm, draft: Draft, vera: User, *, is_gone: bool
) -> None:
    under(draft, ApprovalRule.RESPONSIBLE)
    if is_gone:
        User.objects.filter(pk=firm.alice.pk).update(is_active=False)
    else:
        type(firm.danas_matter).objects.filter(pk=firm.danas_matter.pk).update(attorney=None)

    assert waits_for(vera) == 1
    assert approve(draft, vera).state == "approved"


def test_two_attorneys_approve_one_after_the_other(firm: Firm, draft: Draft, vera: User) -> None:
    under(draft, ApprovalRule.TWO)

    assert approve(draft, firm.alice).state == "in_review"
    assert (waits_for(firm.alice), waits_for(vera)) == (0, 1)
    assert Notification.objects.filter(user=vera, kind="approval", subject_id=draft.pk).exists()
    with pytest.raises(Forbidden, match="once another attorney has approved it"):
        approve(draft, firm.alice)

    assert approve(draft, vera).state == "approved"
    assert sending.deliver_due(now=NOW, actor=SYSTEM)["sent"]


def test_a_new_version_is_read_by_both_again(firm: Firm, draft: Draft, vera: User) -> None:
    under(draft, ApprovalRule.TWO)
    approve(draft, firm.alice)
    texts = {"en": {"subject": "New", "body": "New"}, "es": {"subject": "Nuevo", "body": "Nuevo"}}
    edited = drafts.edit_draft(
        draft.pk, texts=texts, version_hash=draft.content_hash, actor=firm.actor("paul"), now=NOW
    )

    assert approve(edited, vera).state == "in_review"
    assert approve(edited, firm.alice).state == "approved"


def test_where_nobody_else_may_it_says_what_to_do(firm: Firm, draft: Draft) -> None:
    approve(under(draft, ApprovalRule.TWO), firm.alice)

    with pytest.raises(Forbidden, match="A manager gives another attorney access"):
        approve(draft, firm.alice)
    assert Notification.objects.filter(user=firm.mary, kind="approval", subject_id=draft.pk).exists()


def test_nothing_goes_out_after_a_first_approval_that_the_record_does_not_know(
    firm: Firm, draft: Draft, vera: User
) -> None:
    under(draft, ApprovalRule.TWO)
    DraftEvent.objects.create(
        draft=draft, kind="read", version=draft.version, by=vera, actor_key=f"user:{vera.pk}", at=NOW
    )

    approve(draft, firm.alice)

    assert not sending.deliver_due(now=NOW, actor=SYSTEM)["sent"]


@pytest.mark.parametrize(
    ("rules", "whole"),
    [([], "one"), (["one", "responsible"], "responsible"), (["responsible", "two", "one"], "two")],
)
def test_what_is_put_together_takes_the_strictest_rule(rules: list[str], whole: str) -> None:
    assert strictest(rules) == whole


def test_a_playbook_says_who_approves_its_message(firm: Firm) -> None:
    playbook = Playbook.objects.get(key="rfe", enabled=True)
    for step in playbook.actions:
        if step["kind"] == "message":
            step["params"]["approval"] = "two"
    playbook.save()

    run(make_news(firm.danas_matter, "RFE_ISSUED"))

    assert Draft.objects.get(purpose="rfe_received").approval_rule == "two"


def test_the_page_says_whose_turn_it_is(
    firm: Firm, draft: Draft, vera: User, browser_of: Callable[[str], Any]
) -> None:
    under(draft, ApprovalRule.TWO)
    page = f"/approvals/{draft.pk}/"
    alice = browser_of("alice")

    assert "Approve as the first of two" in text(alice.get(page))
    approve(draft, firm.alice)

    read = text(alice.get(page))
    assert "once another attorney has approved it" in read
    assert "Approve as" not in read
    assert "approved as the first of two" in read
