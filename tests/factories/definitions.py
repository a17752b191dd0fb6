"""Every kind of definition that a firm edits, with what the contract of all of them tries on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from legist.core.definitions.services import Decision, Topic
from legist.core.definitions.standing import Version
from legist.practice import firm_contact
from legist.practice.models import FirmContact
from tests.factories.practice import NOW
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


NUMBERS = [f"+1 305 555 010{digit}" for digit in range(3)]
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
    "firm-contact": Case(
        firm_contact.TOPIC,
        firm_contact.KEY,
        ship_row(FirmContact, firm_contact.TOPIC),
        part="phone",
        other="hours",
        newer={"first": 0, "last": 4, "opens": "09:00", "closes": "17:00"},
        broken={"phone": "call us"},
        own=NUMBERS[0],
        later=NUMBERS[1],
        rival=NUMBERS[2],
        published="practice.firm_contact_published",
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
