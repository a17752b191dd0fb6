"""One contract for everything a firm may edit, whatever tables it is kept in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from legist.core.definitions.services import OURS, Decision, Topic, Unchanged, publish, restore
from legist.core.definitions.standing import State
from legist.core.errors import InvalidInput, WrongState
from legist.core.models import AuditEntry
from tests.factories.practice import NOW, Firm
from workflows.documents import letters
from workflows.messages.templates import store as messages
from workflows.models import DocumentTemplate, MessageTemplate, Playbook
from workflows.playbooks import store as playbooks


@dataclass(frozen=True)
class Case:
    """A topic, one of its definitions, and how a test changes it; `published` is what the record calls it."""

    topic: Topic[Any, Any]
    key: Any
    part: str
    other: str
    broken: dict[str, Any]
    ship: Callable[[Any, dict[str, Any]], object]
    published: str = "workflows.definition_published"
    values: tuple[Any, Any] = ("As we say it", "Said better")

    @property
    def held(self) -> dict[str, Any]:
        held = self.topic.read(self.key).held
        assert held is not None
        return dict(held.content)

    @property
    def hash(self) -> str:
        return self.topic.read(self.key).hash


def ship_row(model: Any, topic: Any) -> Callable[[Any, dict[str, Any]], object]:
    def ship(key: tuple[str, ...], content: dict[str, Any]) -> object:
        named = dict(zip(model.IDENTITY, key, strict=True))
        return topic.install([model(**named, **model.columns(content), version=9, created_at=NOW)])

    return ship


CASES = {
    "playbook": Case(
        playbooks.TOPIC,
        ("rfe",),
        "name",
        "purpose",
        {"codes": ["RFE_ISUED"]},
        ship_row(Playbook, playbooks.TOPIC),
    ),
    "message template": Case(
        messages.TOPIC,
        ("approval_news", "en"),
        "subject",
        "body",
        {"body": "{% if %}"},
        ship_row(MessageTemplate, messages.TOPIC),
    ),
    "letter": Case(
        letters.TOPIC,
        ("approval_letter", "en"),
        "name",
        "content",
        {"content": "bm8gV29yZCBmaWxl"},
        ship_row(DocumentTemplate, letters.TOPIC),
        values=("As we say it", "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="),
    ),
}

pytestmark = pytest.mark.django_db


@pytest.fixture(params=list(CASES.values()), ids=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    return request.param  # type: ignore[no-any-return]


def decided(firm: Firm, reason: str = "As we say it.") -> Decision:
    return Decision(reason, firm.actor("alice"), NOW)


def write(case: Case, firm: Firm, **changed: Any) -> Any:
    content = case.held | (changed or {case.part: case.values[0]})
    return publish(case.topic, case.key, content, expected=case.hash, decision=decided(firm))


def test_a_firms_version_holds_and_keeps_upon_what_it_was_written(firm: Firm, case: Case) -> None:
    ours = case.held
    write(case, firm)

    standing = case.topic.read(case.key)
    assert standing.in_force == standing.own
    assert standing.own is not None
    assert (standing.own.content[case.part], standing.own.base) == (case.values[0], ours)
    assert standing.state == State.CURRENT
    assert AuditEntry.objects.filter(action=case.published, actor_id=str(firm.alice.pk)).count() == 1


def test_what_somebody_did_not_see_is_not_replaced(firm: Firm, case: Case) -> None:
    seen = case.hash
    write(case, firm)
    kept = case.held

    with pytest.raises(WrongState, match="changed since"):
        publish(case.topic, case.key, kept | {case.part: "z"}, expected=seen, decision=decided(firm))

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


def test_what_makes_no_sense_is_not_published(firm: Firm, case: Case) -> None:
    kept = case.held

    with pytest.raises(InvalidInput) as refused:
        write(case, firm, **case.broken)

    assert refused.value.errors
    assert case.held == kept


def test_what_cannot_be_read_is_out_of_force_and_told(firm: Firm, case: Case) -> None:
    row = write(case, firm)
    spoil(row, row.columns(case.broken))

    standing = case.topic.read(case.key)

    assert standing.state == State.INVALID
    assert standing.own is not None
    assert standing.own.faults
    assert standing.in_force != standing.own


def spoil(row: Any, columns: dict[str, Any]) -> None:
    type(row).objects.filter(pk=row.pk).update(**columns)


def test_going_back_to_ours_and_forth_loses_nothing(firm: Firm, case: Case) -> None:
    ours = case.held
    write(case, firm)
    number = case.topic.read(case.key).latest

    restore(case.topic, case.key, OURS, decision=decided(firm))
    assert case.held == ours
    with pytest.raises(Unchanged):
        restore(case.topic, case.key, OURS, decision=decided(firm))

    restore(case.topic, case.key, number, decision=decided(firm))
    assert case.held[case.part] == case.values[0]
    with pytest.raises(WrongState, match="no such version"):
        restore(case.topic, case.key, 99, decision=decided(firm))


def test_after_going_back_the_firm_follows_ours(firm: Firm, case: Case) -> None:
    write(case, firm)
    restore(case.topic, case.key, OURS, decision=decided(firm))

    newer = case.held | {case.other: case.values[1]}
    case.ship(case.key, newer)

    assert case.held == newer


def test_an_upgrade_leaves_the_firms_in_force_and_is_offered(firm: Firm, case: Case) -> None:
    ours = case.held
    write(case, firm)
    case.ship(case.key, ours | {case.other: case.values[1]})

    standing = case.topic.read(case.key)

    assert standing.state == State.OUTDATED
    assert standing.in_force == standing.own
    assert standing.offer is not None
    assert standing.offer.content == ours | {case.part: case.values[0], case.other: case.values[1]}
    assert not standing.offer.conflicts


def test_an_offer_stays_until_somebody_puts_both_together(firm: Firm, case: Case) -> None:
    ours = case.held
    write(case, firm)
    case.ship(case.key, ours | {case.part: "As Legist says it"})
    write(case, firm, **{case.part: "z"})
    standing = case.topic.read(case.key)
    assert (standing.state, standing.shipped is None) == (State.OUTDATED, False)
    assert standing.offer is not None
    assert [each.place for each in standing.offer.conflicts] == [(case.part,)]

    merges = standing.shipped.hash if standing.shipped else ""
    told: Any = {"decision": decided(firm, "Ours is better."), "merges": merges}
    publish(case.topic, case.key, case.held, expected=case.hash, **told)

    assert (case.topic.read(case.key).state, case.held[case.part]) == (State.CURRENT, "z")
    with pytest.raises(Unchanged):
        publish(case.topic, case.key, case.held, expected=case.hash, **told)


def test_an_offer_is_taken_as_it_was_seen(firm: Firm, case: Case) -> None:
    write(case, firm)

    with pytest.raises(WrongState, match="changed since"):
        publish(case.topic, case.key, case.held, expected=case.hash, merges="other", decision=decided(firm))
