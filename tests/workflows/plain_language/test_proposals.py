"""Words for all clients: one person proposes them, an attorney who did not write them approves them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from legist.core.actors import Actor
from legist.core.errors import Forbidden, InvalidInput, NeedsReauthentication, NotFound, WrongState
from legist.core.models import AuditEntry
from legist.practice.models import User
from legist.practice.roles import Role
from tests.factories.practice import NOW, Firm, make_user
from tests.factories.wording import OURS, OWN, propose_words, publication, publish_words
from workflows.models import Notification, WordingApproval, WordingProposal, WordingVersion
from workflows.plain_language import Wording, proposals
from workflows.plain_language.fingerprint import words_hash
from workflows.plain_language.pending import count_waiting_words, proposal_detail, read_waiting
from workflows.plain_language.selectors import read_book
from workflows.states import Basis

LATER = NOW + timedelta(hours=1)
OTHER = {**OWN, "en": Wording("Good news: the office approved it.", "Keep the letter.", "We will call you.")}


@pytest.fixture
def bob(firm: Firm) -> User:
    """A second attorney."""
    return make_user("Bob", Role.ATTORNEY)


def approve(who: User, proposal: WordingProposal, **options: Any) -> WordingVersion:
    given: dict[str, Any] = {
        "version_hash": proposal.content_hash,
        "now": LATER,
        "authenticated_at": LATER,
        **options,
    }
    return proposals.approve(proposal.pk, actor=Actor.for_user(who), **given)


def test_clients_read_nothing_of_it_before_an_attorney_approves(firm: Firm) -> None:
    proposal = propose_words(firm)
    assert read_book().own == {}

    version = approve(firm.alice, proposal)

    assert read_book().find("APPROVED") == OWN["en"]
    assert (version.basis, version.published_by, version.approved_hash) == (
        Basis.APPROVED,
        firm.mary,
        words_hash("APPROVED", proposal.texts),
    )
    assert version.approval is not None
    assert (version.approval.by, version.approval.is_own) == (firm.alice, False)


def test_both_acts_are_on_the_record_without_the_words(firm: Firm) -> None:
    proposal = propose_words(firm)
    approve(firm.alice, proposal)

    proposed, approved = (
        AuditEntry.objects.get(action=f"workflows.wording_{act}") for act in ("proposed", "approved")
    )
    assert (proposed.actor_id, approved.actor_id) == (str(firm.mary.pk), str(firm.alice.pk))
    assert approved.data == {"code": "APPROVED", "content_hash": proposal.content_hash, "own": False}


@pytest.mark.parametrize(
    ("who", "error"),
    [("mary", Forbidden), ("paul", Forbidden), ("olga", Forbidden), ("dana", NotFound)],
)
def test_only_an_attorney_approves(firm: Firm, who: str, error: type[Exception]) -> None:
    proposal = propose_words(firm)

    with pytest.raises(error):
        approve(getattr(firm, who), proposal)
    assert read_book().own == {}


@pytest.mark.parametrize("actor", [Actor.system("tests"), Actor.command("shell")])
def test_the_machine_never_approves(firm: Firm, actor: Actor) -> None:
    proposal = propose_words(firm)

    with pytest.raises(Forbidden):
        proposals.approve(
            proposal.pk,
            version_hash=proposal.content_hash,
            actor=actor,
            now=LATER,
            authenticated_at=LATER,
        )


def test_an_attorney_does_not_approve_words_of_their_own(firm: Firm, bob: User) -> None:
    proposal = propose_words(firm, by="alice")

    with pytest.raises(Forbidden, match="another attorney"):
        approve(firm.alice, proposal)
    assert approve(bob, proposal).published_by == firm.alice


def test_nor_when_somebody_else_proposed_them_again_with_a_touch(firm: Firm, bob: User) -> None:
    first = propose_words(firm, by="alice")
    touched = {**OWN, "en": OWN["en"]._replace(todo="Keep the letter safe.")}
    second = propose_words(firm, touched, by="mary", over=first.content_hash)

    with pytest.raises(Forbidden, match="another attorney"):
        approve(firm.alice, second)
    approve(bob, second)


def test_nor_after_they_withdrew_them(firm: Firm, bob: User) -> None:
    first = propose_words(firm, by="alice")
    proposals.withdraw(first.pk, actor=firm.actor("alice"), now=NOW)
    second = propose_words(firm, by="mary")

    with pytest.raises(Forbidden):
        approve(firm.alice, second)
    approve(bob, second)


def test_somebody_whose_words_are_gone_may_approve(firm: Firm, bob: User) -> None:
    alices = {**OURS, "en": OURS["en"]._replace(todo="Put the letter in a box.")}
    first = propose_words(firm, alices, by="alice")
    marys = {**OURS, "es": OURS["es"]._replace(todo="Guarde la carta.")}
    second = propose_words(firm, marys, by="mary", over=first.content_hash)

    assert approve(firm.alice, second).published_by == firm.mary


def test_the_only_attorney_approves_their_own_words_with_a_fresh_proof(firm: Firm) -> None:
    proposal = propose_words(firm, by="alice")

    for stale in (None, NOW - timedelta(minutes=1), NOW, LATER - timedelta(minutes=6)):
        with pytest.raises(NeedsReauthentication):
            approve(firm.alice, proposal, authenticated_at=stale)
    version = approve(firm.alice, proposal, authenticated_at=LATER - timedelta(minutes=4))

    assert version.approval is not None
    assert version.approval.is_own


def test_others_words_take_the_usual_proof(firm: Firm, settings: LazySettings) -> None:
    proposal = propose_words(firm)
    long_ago = LATER - timedelta(minutes=settings.LEGIST_REAUTH_MINUTES + 1)

    for stale in (None, long_ago):
        with pytest.raises(NeedsReauthentication):
            approve(firm.alice, proposal, authenticated_at=stale)
    approve(firm.alice, proposal, authenticated_at=LATER - timedelta(minutes=200))


@pytest.mark.parametrize("loss", [{"is_active": False}, {"role": Role.MANAGER}])
def test_whoever_lost_their_office_meanwhile_approves_nothing(
    firm: Firm, bob: User, loss: dict[str, Any]
) -> None:
    """Bob's page was loaded while he was an attorney: what counts is the moment of the act."""
    proposal = propose_words(firm)
    User.objects.filter(pk=bob.pk).update(**loss)

    with pytest.raises(Forbidden):
        approve(bob, proposal)
    assert read_book().own == {}


def test_an_attorney_who_left_does_not_count(firm: Firm, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)

    assert approve(firm.alice, propose_words(firm, by="alice")).version == 1


def test_it_is_bound_to_the_words_that_were_read(firm: Firm) -> None:
    first = propose_words(firm)
    second = propose_words(firm, OTHER, over=first.content_hash)

    with pytest.raises(WrongState, match="replaced by newer words"):
        approve(firm.alice, first)
    with pytest.raises(WrongState, match="changed after you opened"):
        approve(firm.alice, second, version_hash=first.content_hash)
    assert read_book().own == {}


def test_words_that_were_altered_behind_its_back_are_not_published(firm: Firm) -> None:
    proposal = propose_words(firm)
    forged = {**proposal.texts, "en": {**proposal.texts["en"], "todo": "Something else."}}
    WordingProposal.objects.filter(pk=proposal.pk).update(texts=forged)

    with pytest.raises(WrongState, match="changed after you opened"):
        approve(firm.alice, proposal)


def test_it_is_approved_once(firm: Firm, bob: User) -> None:
    proposal = propose_words(firm)
    approve(firm.alice, proposal)

    with pytest.raises(WrongState, match="approved"):
        approve(bob, proposal)
    assert (WordingApproval.objects.count(), WordingVersion.objects.count()) == (1, 1)


def test_what_became_refused_meanwhile_is_not_published(firm: Firm, settings: LazySettings) -> None:
    settings.LEGIST_FIRM_PHONE = ["+1 305 555 0100"]
    call = {**OWN, "en": OWN["en"]._replace(next="Call us at (305) 555-0100.")}
    proposal = propose_words(firm, call)
    settings.LEGIST_FIRM_PHONE = []

    with pytest.raises(InvalidInput):
        approve(firm.alice, proposal)


def test_a_newer_proposal_takes_the_place_of_one_that_was_seen(firm: Firm) -> None:
    first = propose_words(firm)

    with pytest.raises(WrongState, match="Somebody else wrote"):
        propose_words(firm, OTHER, by="alice")
    propose_words(firm, OTHER, by="alice", over=first.content_hash)

    first.refresh_from_db()
    assert (first.state, first.closed_by) == ("superseded", firm.alice)


def test_our_words_are_back_at_once_and_replace_what_waits(firm: Firm) -> None:
    publish_words(firm)
    waiting = propose_words(firm, OTHER, based_on=1)

    version = proposals.propose(
        publication(OURS, based_on=1, over=waiting.content_hash), actor=firm.actor("mary"), now=LATER
    )

    waiting.refresh_from_db()
    assert isinstance(version, WordingVersion)
    assert (version.basis, version.own, waiting.state) == (Basis.SHIPPED, [], "superseded")
    assert read_book().own == {}


def test_going_back_to_words_that_were_approved_once_takes_an_approval_again(firm: Firm) -> None:
    publish_words(firm)
    publish_words(firm, OTHER, based_on=1)

    proposal = propose_words(firm, OWN, based_on=2)
    assert read_book().find("APPROVED") == OTHER["en"]
    approve(firm.alice, proposal)
    assert read_book().find("APPROVED") == OWN["en"]


def test_any_attorney_sends_words_back_with_a_reason(firm: Firm) -> None:
    proposal = propose_words(firm)
    send: dict[str, Any] = {"version_hash": proposal.content_hash, "actor": firm.actor("alice"), "now": LATER}

    with pytest.raises(InvalidInput):
        proposals.reject(proposal.pk, reason=" ", **send)
    rejected = proposals.reject(proposal.pk, reason="Too cheerful.", **send)

    assert (rejected.state, rejected.closing_reason) == ("rejected", "Too cheerful.")
    assert Notification.objects.get(user=firm.mary, kind="wording").data["what"] == "rejected"
    with pytest.raises(WrongState):
        approve(firm.alice, proposal)


@pytest.mark.parametrize(("who", "error"), [("mary", Forbidden), ("paul", Forbidden), ("eve", NotFound)])
def test_nobody_else_sends_words_back(firm: Firm, who: str, error: type[Exception]) -> None:
    proposal = propose_words(firm)

    with pytest.raises(error):
        proposals.reject(
            proposal.pk,
            reason="No.",
            version_hash=proposal.content_hash,
            actor=firm.actor(who),
            now=LATER,
        )


def test_its_author_withdraws_it_and_nobody_else(firm: Firm) -> None:
    proposal = propose_words(firm)

    with pytest.raises(Forbidden):
        proposals.withdraw(proposal.pk, actor=firm.actor("alice"), now=LATER)
    assert proposals.withdraw(proposal.pk, actor=firm.actor("mary"), now=LATER).state == "withdrawn"
    with pytest.raises(WrongState, match="withdrawn"):
        approve(firm.alice, proposal)


def test_those_who_may_approve_are_told_and_see_a_number(firm: Firm, bob: User) -> None:
    propose_words(firm, by="alice")

    told = Notification.objects.filter(kind="wording").values_list("user", flat=True)
    assert list(told) == [bob.pk]
    assert [count_waiting_words(firm.actor(each)) for each in ("alice", "mary", "paul", "dana")] == [
        1,
        0,
        0,
        0,
    ]
    assert len(read_waiting(firm.actor("paul")).proposals) == 1


def test_a_page_is_told_who_wrote_and_who_may_approve(firm: Firm, bob: User) -> None:
    first = propose_words(firm, by="alice")
    second = propose_words(firm, OTHER, by="mary", over=first.content_hash)

    detail = proposal_detail(Actor.for_user(bob), second.pk)

    assert [each.name for each in detail.authors] == ["Alice", "Mary"]
    assert list(detail.approvers) == [bob]
    assert (detail.can_approve, proposal_detail(firm.actor("alice"), second.pk).can_approve) == (True, False)
