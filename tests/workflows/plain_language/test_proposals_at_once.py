"""Whatever people do with words at the same moment: one proposal waits, one version comes of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from legist.core.actors import Actor
from legist.core.errors import LegistError
from legist.practice.roles import Role
from tests.factories.practice import make_firm, make_user
from tests.factories.wording import OWN, approve_words, propose_words, publication
from workflows.models import WordingApproval, WordingProposal, WordingVersion
from workflows.plain_language import Wording
from workflows.plain_language.proposals import propose

pytestmark = pytest.mark.django_db(transaction=True)
OTHER = {**OWN, "en": Wording("It is a yes.", "Keep the letter.", "We will call you.")}


def together(*acts: Callable[[], object]) -> list[str]:
    """Do everything at once; return what came of each: done, or the name of the error."""
    start = Barrier(len(acts))

    def work(act: Callable[[], object]) -> str:
        start.wait()
        try:
            act()
        except LegistError as error:
            return type(error).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(work, acts))


def test_of_many_attorneys_one_publishes() -> None:
    firm = make_firm()
    proposal = propose_words(firm)

    found = together(*[lambda: approve_words(firm, proposal)] * 4)

    assert found == ["WrongState"] * 3 + ["done"]
    assert (WordingApproval.objects.count(), WordingVersion.objects.count()) == (1, 1)


def test_of_many_who_propose_one_waits() -> None:
    firm = make_firm()

    found = together(*[lambda: propose_words(firm)] * 4)

    assert found == ["WrongState"] * 3 + ["done"]
    assert WordingProposal.objects.count() == 1


def test_an_approval_and_newer_words_do_not_both_win() -> None:
    firm = make_firm()
    bob = Actor.for_user(make_user("Bob", Role.ATTORNEY))
    first = propose_words(firm)
    newer = publication(OTHER, over=first.content_hash)

    found = together(
        lambda: approve_words(firm, first), lambda: propose(newer, actor=bob, now=first.proposed_at)
    )

    assert found == ["WrongState", "done"]
    first.refresh_from_db()
    waiting = WordingProposal.objects.filter(state="proposed").count()
    assert (first.state, WordingVersion.objects.count(), waiting) in [
        ("approved", 1, 0),
        ("superseded", 0, 1),
    ]
