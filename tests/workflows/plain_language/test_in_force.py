"""Words in force: none without an approval of exactly these, but ours and those from before."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from legist.core import verification
from legist.core.actors import Actor
from legist.core.errors import Forbidden, WrongState
from legist.practice.models import User
from legist.practice.roles import Role
from tests.factories.practice import NOW, Firm, make_user
from tests.factories.wording import OWN, make_old, publish_words
from tests.support.forgery import alter
from workflows.models import WordingVersion
from workflows.plain_language import TEXTS, proposals
from workflows.plain_language.pending import read_waiting
from workflows.plain_language.selectors import read_book
from workflows.states import Basis

LATER = NOW + timedelta(hours=1)
FORGED = {"meaning": "Call 900 555 0100.", "todo": "Pay.", "next": "Now."}


@pytest.fixture
def bob(firm: Firm) -> User:
    """A second attorney."""
    return make_user("Bob", Role.ATTORNEY)


def afterwards(who: User, version: WordingVersion, **options: Any) -> WordingVersion:
    given: dict[str, Any] = {
        "version_hash": version.content_hash,
        "now": LATER,
        "authenticated_at": LATER,
        **options,
    }
    return proposals.approve_afterwards(version.pk, actor=Actor.for_user(who), **given)


@pytest.mark.parametrize(
    "columns",
    [{"texts": json.dumps({"en": FORGED, "es": FORGED})}, {"own": '["en"]'}, {"seal": "", "version": 7}],
    ids=["other words", "other languages", "never written by the application"],
)
def test_clients_read_no_words_that_were_written_past_the_application(
    firm: Firm, columns: dict[str, Any]
) -> None:
    version = publish_words(firm)
    assert read_book().find("APPROVED") == OWN["en"]

    alter(version, **columns)

    assert read_book().find("APPROVED") == TEXTS["en"]["APPROVED"]
    assert verification.verify().is_whole is False


def test_words_from_before_stay_in_force_and_can_be_approved_afterwards(firm: Firm) -> None:
    version = make_old(firm)
    assert read_book().find("APPROVED") == OWN["en"]
    assert read_waiting(firm.actor("alice")).unapproved == [version]

    afterwards(firm.alice, version)

    version.refresh_from_db()
    assert version.approval is not None
    assert (version.basis, version.approval.by) == (Basis.BEFORE, firm.alice)
    assert read_waiting(firm.actor("alice")).unapproved == []
    with pytest.raises(WrongState):
        afterwards(firm.alice, version)


def test_and_only_by_an_attorney_who_did_not_publish_them(firm: Firm, bob: User) -> None:
    version = make_old(firm, by="alice")

    for who in (firm.alice, firm.mary):
        with pytest.raises(Forbidden):
            afterwards(who, version)
    with pytest.raises(WrongState):
        afterwards(bob, version, version_hash="0" * 64)
    afterwards(bob, version)


FORGERIES: dict[str, Callable[[WordingVersion], dict[str, Any]]] = {
    "no approval": lambda _old: {"approval": None, "approved_hash": ""},
    "an approval of other words": lambda _old: {"approved_hash": "0" * 64},
    "said to be ours": lambda _old: {"basis": Basis.SHIPPED, "approval": None, "approved_hash": ""},
    "other words under the approval": lambda _old: {"content_hash": "0" * 64},
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_the_database_refuses_words_in_force_without_an_approval(firm: Firm, forgery: str) -> None:
    version = publish_words(firm)
    rows = WordingVersion._base_manager.filter(pk=version.pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**FORGERIES[forgery](version))


def test_one_approval_puts_one_version_in_force(firm: Firm) -> None:
    version = publish_words(firm)
    again = WordingVersion.objects.get(pk=version.pk)
    again._state.adding, again.version = True, 2
    again.pk = WordingVersion._meta.pk.get_default()

    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)
