"""One contract for everything a firm may edit, whatever tables it is kept in."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.definitions import kinds
from legist.core.definitions.services import OURS, Decision, Unchanged, publish, restore
from legist.core.definitions.standing import State
from legist.core.errors import InvalidInput, WrongState
from legist.core.models import AuditEntry
from tests.factories.definitions import CASES, Case
from tests.factories.practice import NOW, Firm
from workflows.models import WordingVersion

pytestmark = pytest.mark.django_db


@pytest.fixture(params=list(CASES.values()), ids=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    return request.param  # type: ignore[no-any-return]


def decided(firm: Firm, reason: str = "As we say it.") -> Decision:
    return Decision(reason, firm.actor("alice"), NOW)


def write(case: Case, firm: Firm, **changed: Any) -> Any:
    content = case.held | (changed or {case.part: case.own})
    return publish(case.topic, case.key, content, expected=case.hash, decision=decided(firm))


def test_a_firms_version_holds_and_keeps_upon_what_it_was_written(firm: Firm, case: Case) -> None:
    ours = case.held
    write(case, firm)

    standing = case.topic.read(case.key)
    assert standing.in_force == standing.own
    assert standing.own is not None
    assert (standing.own.content[case.part], standing.own.base) == (case.own, ours)
    assert standing.state == State.CURRENT
    assert AuditEntry.objects.filter(action=case.published, actor_id=str(firm.alice.pk)).count() == 1


def test_what_somebody_did_not_see_is_not_replaced(firm: Firm, case: Case) -> None:
    seen = case.hash
    write(case, firm)
    kept = case.held

    with pytest.raises(WrongState, match="changed since"):
        publish(case.topic, case.key, kept | {case.part: case.later}, expected=seen, decision=decided(firm))

    assert case.held == kept


def test_a_save_without_a_change_makes_no_version(firm: Firm, case: Case) -> None:
    for _round in range(2):
        before, entries = case.topic.read(case.key), AuditEntry.objects.count()

        with pytest.raises(Unchanged):
            publish(case.topic, case.key, case.held, expected=case.hash, decision=decided(firm))

        assert case.topic.read(case.key) == before
        assert AuditEntry.objects.count() == entries
        if before.own is None:
            write(case, firm)


def test_every_kind_that_a_firm_edits_keeps_the_contract() -> None:
    assert set(kinds._KINDS) == set(CASES)


@pytest.mark.parametrize("name", CASES)
@given(acts=st.lists(st.sampled_from(("write", "rewrite", "ours", "ship", "merge")), max_size=4))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_went_before_a_save_without_a_change_is_none(firm: Firm, name: str, acts: list[str]) -> None:
    case = CASES[name]
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        for act in acts:
            with suppress(Unchanged):
                do(act, case, firm, patch)
        before, entries = case.topic.read(case.key), AuditEntry.objects.count()
        approvals = set(WordingVersion.objects.values_list("version", "approval"))
        with pytest.raises(Unchanged):
            publish(case.topic, case.key, case.held, expected=case.hash, decision=decided(firm))

        assert case.topic.read(case.key) == before
        assert AuditEntry.objects.count() == entries
        assert set(WordingVersion.objects.values_list("version", "approval")) == approvals
        transaction.set_rollback(True)


def do(act: str, case: Case, firm: Firm, patch: pytest.MonkeyPatch) -> None:
    """Have the firm write, go back, or take an offer, or an upgrade ship something newer."""
    standing = case.topic.read(case.key)
    if act == "ship":
        shipped = dict(standing.shipped.content) if standing.shipped else {}
        case.ship(patch, case.key, shipped | {case.other: case.newer})
    elif act == "ours":
        restore(case.topic, case.key, OURS, decision=decided(firm))
    elif act == "merge" and standing.offer and standing.shipped:
        seen = {"expected": standing.hash, "merges": standing.shipped.hash}
        publish(case.topic, case.key, standing.offer.content, decision=decided(firm), **seen)
    elif act != "merge":
        write(case, firm, **{case.part: case.own if act == "write" else case.later})


def test_what_makes_no_sense_is_not_published(firm: Firm, case: Case) -> None:
    kept = case.held

    with pytest.raises(InvalidInput) as refused:
        write(case, firm, **case.broken)

    assert refused.value.errors
    assert case.held == kept


def test_what_cannot_be_read_is_out_of_force_and_told(firm: Firm, case: Case) -> None:
    row = write(case, firm)
    QuerySet(type(row)).filter(pk=row.pk).update(**case.columns(row, case.broken))

    standing = case.topic.read(case.key)

    assert standing.state == State.INVALID
    assert standing.own is not None
    assert standing.own.faults
    assert standing.in_force != standing.own


def test_going_back_to_ours_and_forth_loses_nothing(firm: Firm, case: Case) -> None:
    ours = case.held
    write(case, firm)
    number = case.topic.read(case.key).latest

    restore(case.topic, case.key, OURS, decision=decided(firm))
    assert case.held == ours
    with pytest.raises(Unchanged):
        restore(case.topic, case.key, OURS, decision=decided(firm))

    restore(case.topic, case.key, number, decision=decided(firm))
    assert case.held[case.part] == case.own
    with pytest.raises(WrongState, match="no such version"):
        restore(case.topic, case.key, 99, decision=decided(firm))


def test_after_going_back_the_firm_follows_ours(
    firm: Firm, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(case, firm)
    restore(case.topic, case.key, OURS, decision=decided(firm))

    newer = case.held | {case.other: case.newer}
    case.ship(monkeypatch, case.key, newer)

    assert case.held == newer


def test_an_upgrade_leaves_the_firms_in_force_and_is_offered(
    firm: Firm, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = case.held
    write(case, firm)
    case.ship(monkeypatch, case.key, ours | {case.other: case.newer})

    standing = case.topic.read(case.key)

    assert standing.state == State.OUTDATED
    assert standing.in_force == standing.own
    assert standing.offer is not None
    assert standing.offer.content == ours | (case.merged or {case.part: case.own, case.other: case.newer})
    assert not standing.offer.conflicts


def test_an_offer_stays_until_somebody_puts_both_together(
    firm: Firm, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = case.held
    write(case, firm)
    case.ship(monkeypatch, case.key, ours | {case.part: case.rival})
    write(case, firm, **{case.part: case.later})
    standing = case.topic.read(case.key)
    assert (standing.state, standing.shipped is None) == (State.OUTDATED, False)
    assert standing.offer is not None
    assert [each.place for each in standing.offer.conflicts] == [case.place or (case.part,)]

    merges = standing.shipped.hash if standing.shipped else ""
    told: Any = {"decision": decided(firm, "Ours is better."), "merges": merges}
    publish(case.topic, case.key, case.held, expected=case.hash, **told)

    assert (case.topic.read(case.key).state, case.held[case.part]) == (State.CURRENT, case.later)
    with pytest.raises(Unchanged):
        publish(case.topic, case.key, case.held, expected=case.hash, **told)


def test_an_offer_is_taken_as_it_was_seen(firm: Firm, case: Case) -> None:
    write(case, firm)

    with pytest.raises(WrongState, match="changed since"):
        publish(case.topic, case.key, case.held, expected=case.hash, merges="other", decision=decided(firm))
