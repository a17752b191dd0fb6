"""One contract for everything a firm may edit, whatever tables it is kept in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from legist.core.definitions import kinds
from legist.core.definitions.services import OURS, Decision, Topic, Unchanged, publish, restore
from legist.core.definitions.standing import State, Version
from legist.core.errors import InvalidInput, WrongState
from legist.core.models import AuditEntry
from tests.factories.practice import NOW, Firm
from tracking.mapping.content import DEFAULT, from_json, to_json
from tracking.mapping_editor import versions
from tracking.polling import policies as polling
from tracking.polling.policy import SHIPPED
from workflows.deadlines import reminder_rules
from workflows.deadlines.reminder_days import RuleOfKind
from workflows.documents import letters
from workflows.messages.templates import store as messages
from workflows.models import DocumentTemplate, MessageTemplate, Playbook, WordingApproval, WordingVersion
from workflows.plain_language import TEXTS, Wording
from workflows.plain_language.fingerprint import words_hash
from workflows.plain_language.publishing import WordingTopic
from workflows.playbooks import store as playbooks

Content = dict[str, Any]
Patch = pytest.MonkeyPatch
Ship = Callable[[Patch, Any, Content], object]


@dataclass(frozen=True)
class Case:
    """A topic, one of its definitions, and what the firm and an upgrade make of it.

    The firm writes `own` into `part` and later `later`; we write `newer` into `other`, or `rival` into the
    same `part`, which conflicts at `place`.
    """

    topic: Topic[Any, Any]
    key: Any
    ship: Ship
    part: str
    other: str
    newer: Any
    broken: Content
    own: Any = "As we say it"
    later: Any = "z"
    rival: Any = "As Legist says it"
    place: tuple[str, ...] = ()
    merged: Content | None = None
    published: str = "workflows.definition_published"
    columns: Callable[[Any, Content], Content] = lambda row, content: row.columns(content)

    @property
    def held(self) -> Content:
        held = self.topic.read(self.key).held
        assert held is not None
        return dict(held.content)

    @property
    def hash(self) -> str:
        return self.topic.read(self.key).hash


def ship_row(model: Any, topic: Any) -> Ship:
    def ship(_patch: object, key: tuple[str, ...], content: Content) -> object:
        named = dict(zip(model.IDENTITY, key, strict=True))
        return topic.install([model(**named, **model.columns(content), version=9, created_at=NOW)])

    return ship


def ship_stages(patch: Patch, _key: str, content: Content) -> None:
    patch.setattr("tracking.mapping.current.DEFAULT", from_json(content, number=0))


def ship_reminders(patch: Patch, key: str, content: Content) -> None:
    shipped = RuleOfKind(key, **content | {"offsets": tuple(content["offsets"])})
    patch.setattr("workflows.deadlines.reminder_days.shipped_rule", lambda _kind: shipped)


def ship_polling(patch: Patch, _key: str, content: Content) -> None:
    patch.setattr("tracking.polling.policies.SHIPPED", content)


def polling_rules(tier: str) -> list[Content]:
    return [*SHIPPED["rules"], {"title": "Slow form", "when": {"form": ["I-90"]}, "tier": tier}]


def rule(code: str) -> list[Content]:
    return [{"title": "Case Was Sent To The Moon", "code": code, "client_action": None, "terminal": None}]


class ApprovedWords(WordingTopic):
    """The words as they stand once an attorney has approved them."""

    def write(self, key: str, version: Version, decision: Decision, /) -> WordingVersion:
        plain = {language: version.content[language] for language in TEXTS}
        is_ours = all(TEXTS[language][key]._asdict() == text for language, text in plain.items())
        by: Any = decision.actor.user
        digest = words_hash(key, plain)
        approval = None if is_ours else WordingApproval.objects.create(content_hash=digest, by=by, at=NOW)
        return WordingTopic(None, by, approval).write(key, version, decision)


def ship_words(patch: Patch, key: str, content: Content) -> None:
    texts = {language: {**TEXTS[language], key: Wording(**content[language])} for language in TEXTS}
    for module in ("selectors", "publishing", "proposals"):
        patch.setattr(f"workflows.plain_language.{module}.TEXTS", texts)


STAGES = to_json(DEFAULT)["buckets"]
ENGLISH = TEXTS["en"]["APPROVED"]._asdict()
CASES = {
    "stages": Case(
        versions.MappingTopic(),
        versions.EVERYTHING,
        ship_stages,
        part="rules",
        other="buckets",
        newer=[STAGES[0] | {"name": "Got it"}, *STAGES[1:]],
        broken={"rules": rule("NO_SUCH_STATUS")},
        own=rule("DENIED"),
        later=rule("REJECTED"),
        rival=rule("APPROVED"),
        place=("rules", "Case Was Sent To The Moon", "code"),
        published="tracking.vocabulary_published",
        columns=lambda row, content: {"content": row.content | content},
    ),
    "reminders": Case(
        reminder_rules.TOPIC,
        "rfe",
        ship_reminders,
        part="offsets",
        other="manager_after",
        newer=3,
        broken={"offsets": [400]},
        own=[45, 10],
        later=[5],
        rival=[60],
        published="workflows.reminder_rule_set",
        columns=lambda _row, content: content,
    ),
    "polling": Case(
        polling.TOPIC,
        polling.KEY,
        ship_polling,
        part="rules",
        other="otherwise",
        newer="low",
        broken={"otherwise": "hourly"},
        own=polling_rules("low"),
        later=polling_rules("standard"),
        rival=polling_rules("near_real_time"),
        place=("rules", "Slow form", "tier"),
        published="tracking.polling_policy_published",
        columns=lambda row, content: {"content": row.content | content},
    ),
    "playbooks": Case(
        playbooks.TOPIC,
        ("rfe",),
        ship_row(Playbook, playbooks.TOPIC),
        part="name",
        other="purpose",
        newer="Said better",
        broken={"codes": ["RFE_ISUED"]},
    ),
    "messages": Case(
        messages.TOPIC,
        ("approval_news", "en"),
        ship_row(MessageTemplate, messages.TOPIC),
        part="subject",
        other="body",
        newer="Said better",
        broken={"body": "{% if %}"},
    ),
    "letters": Case(
        letters.TOPIC,
        ("approval_letter", "en"),
        ship_row(DocumentTemplate, letters.TOPIC),
        part="name",
        other="content",
        newer="UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==",
        broken={"content": "bm8gV29yZCBmaWxl"},
    ),
    "wording": Case(
        ApprovedWords(),
        "APPROVED",
        ship_words,
        part="en",
        other="en",
        newer=ENGLISH | {"next": "We will call you soon."},
        merged={"en": ENGLISH | {"meaning": "Good news: USCIS said yes.", "next": "We will call you soon."}},
        broken={"en": ENGLISH | {"meaning": "<b>Good news.</b>"}},
        own=ENGLISH | {"meaning": "Good news: USCIS said yes."},
        later=ENGLISH | {"meaning": "USCIS said yes."},
        rival=ENGLISH | {"meaning": "USCIS has approved it."},
        place=("en", "meaning"),
        published="workflows.wording_published",
        columns=lambda row, content: {"texts": row.texts | content},
    ),
}

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


def do(act: str, case: Case, firm: Firm, patch: Patch) -> None:
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
