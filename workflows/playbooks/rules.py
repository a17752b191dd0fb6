"""Which steps a change of status starts: facts in, planned steps out. Pure: no clock, no database."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

from legist.practice.form_numbers import family, read_form
from tracking.observations.standing import REQUESTS, starts_clock
from tracking.statuses import Bucket, acts_as, is_called_off
from workflows.playbooks.shapes import Check, Flag, Many, Part, Record, Text, Whole, one_of, optional

Params = Mapping[str, Any]
UNREADABLE = "UNKNOWN"
CLIENT_FACING = frozenset({"message"})


class Facts(Protocol):
    """What a rule may look at; tracking's ChangeFacts fits."""

    @property
    def code(self) -> str: ...
    @property
    def bucket(self) -> str: ...
    @property
    def previous_code(self) -> str | None: ...
    @property
    def previous_bucket(self) -> str | None: ...
    @property
    def event_date(self) -> date | None: ...
    @property
    def modified_on(self) -> date | None: ...
    @property
    def appointment_on(self) -> date | None: ...
    @property
    def detected_at(self) -> datetime: ...
    @property
    def forms(self) -> tuple[str, ...]: ...
    @property
    def client_action(self) -> bool: ...
    @property
    def needs_review(self) -> bool: ...
    @property
    def read_at(self) -> datetime: ...
    @property
    def is_new(self) -> bool: ...
    @property
    def is_restored(self) -> bool: ...
    @property
    def title_en(self) -> str: ...
    @property
    def title_es(self) -> str: ...
    @property
    def matter_kind(self) -> str: ...
    @property
    def teams(self) -> frozenset[str]: ...
    @property
    def priority(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def filed_on(self) -> date | None: ...


class Names(Protocol):
    """The statuses that a playbook is about."""

    @property
    def codes(self) -> Container[str]: ...
    @property
    def buckets(self) -> Container[str]: ...


class Hold(StrEnum):
    """Why a planned step is not done now."""

    NEEDS_REVIEW = "needs_review"
    SUPERSEDED = "superseded"
    SAME_NOTICE = "same_notice"
    BEHIND_DECISION = "behind_decision"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One step of a playbook; `when` holds conditions of its own."""

    key: str
    kind: str
    params: Params = field(default_factory=dict)
    when: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlaybookRule:
    """The part of a playbook that decides."""

    key: str
    codes: frozenset[str]
    buckets: frozenset[str]
    conditions: Params
    actions: tuple[ActionSpec, ...]
    copy_of: str = ""

    @property
    def family(self) -> str:
        """What a playbook and its copies share: only one of them runs for a change."""
        return self.copy_of or self.key


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """A step to do, or to hold back and say why."""

    playbook_key: str
    action_key: str
    kind: str
    params: Params
    hold: Hold | None = None


def decide(
    facts: Facts, playbooks: Iterable[PlaybookRule], *, superseded: bool = False, confirmed: bool = False
) -> list[PlannedAction]:
    """Return the steps that this change starts, in order.

    A status that cannot be read starts nothing, nor does a correction that was taken back: what the source
    said then has had its consequences. One that a person still has to review plans every step as held, unless
    a person has `confirmed` it; but the clock of what is to be answered, paid or fought runs meanwhile, and
    the day of an appointment to come is kept. When
    a newer change has `superseded` it, the work inside the firm goes on, but nothing is prepared for the
    client about yesterday's news.
    """
    if facts.code == UNREADABLE or facts.is_restored:
        return []
    return [
        PlannedAction(
            playbook.key,
            action.key,
            action.kind,
            action.params,
            _hold(facts, action.kind, superseded=superseded, confirmed=confirmed),
        )
        for playbook in without_taken_over(facts.code, playbooks)
        if is_triggered(facts, playbook)
        for action in playbook.actions
        if all_hold(facts, action.when)
    ]


def is_triggered(facts: Facts, playbook: PlaybookRule) -> bool:
    """True when the change starts this playbook."""
    return names(playbook, facts.code, facts.bucket) and all_hold(facts, playbook.conditions)


def gives_way(playbook: PlaybookRule, facts: Facts, others: Iterable[PlaybookRule]) -> bool:
    """True when the change starts another of its family: a copy goes first, then the order of their keys."""
    rank = (not playbook.copy_of, playbook.key)
    first = (
        each for each in others if each.family == playbook.family and (not each.copy_of, each.key) < rank
    )
    return any(is_triggered(facts, each) for each in first)


def names(playbook: Names, code: str, bucket: str) -> bool:
    """True when the playbook is about the code, about the older one whose work it does, or about the stage.

    What was called off is in the stage still, but no step of that stage is to be taken.
    """
    if code in playbook.codes:
        return True
    if is_called_off(code):
        return False
    return acts_as(code) in playbook.codes or bucket in playbook.buckets


def without_taken_over(code: str, playbooks: Iterable[PlaybookRule]) -> list[PlaybookRule]:
    """Return the playbooks that a code may start: once one names it, the older code's are not for it."""
    known = list(playbooks)
    has_own = acts_as(code) != code and any(code in each.codes for each in known)
    return [each for each in known if not has_own or code in each.codes or acts_as(code) not in each.codes]


def _hold(facts: Facts, kind: str, *, superseded: bool, confirmed: bool) -> Hold | None:
    if facts.needs_review and not confirmed:
        stands = (
            starts_clock(facts.code) if kind == "deadline" else kind == "appointment" and _is_to_come(facts)
        )
        return None if stands else Hold.NEEDS_REVIEW
    if superseded and kind in CLIENT_FACING:
        return Hold.SUPERSEDED
    return None


def _is_to_come(facts: Facts) -> bool:
    """True for a status that names an appointment which was not over when it was read."""
    return facts.appointment_on is not None and facts.appointment_on >= facts.read_at.date()


def all_hold(facts: Facts, conditions: Params) -> bool:
    """True when every condition holds; an unknown condition raises ValueError rather than passing.

    Beside those of CONDITIONS stand groups of others: `all` and `any` of a list, and what may `not` hold.
    """
    return all(_holds(facts, name, value) for name, value in conditions.items())


def _holds(facts: Facts, name: str, value: Any) -> bool:
    if name in GROUPS:
        return GROUPS[name](facts, value)
    return _condition(name).holds(facts, value)


GROUPS: Mapping[str, Callable[[Facts, Any], bool]] = MappingProxyType(
    {
        "all": lambda facts, inner: all(all_hold(facts, each) for each in inner),
        "any": lambda facts, inner: any(all_hold(facts, each) for each in inner),
        "not": lambda facts, inner: not all_hold(facts, inner),
    }
)


def _condition(name: str) -> Condition:
    if name not in CONDITIONS:
        message = f"Unknown condition {name!r}; known are {', '.join(sorted(CONDITIONS))}."
        raise ValueError(message)
    return CONDITIONS[name]


UNNAMED = ""


def _named(facts: Facts) -> set[str]:
    """The forms that the case may be about; where nothing names one it is the empty text."""
    return {family(form) for form in facts.forms} or {UNNAMED}


def _meant(forms: Iterable[str]) -> set[str]:
    return {family(read_form(form)) or form for form in forms}


def _form_in(facts: Facts, forms: Iterable[str]) -> bool:
    """True when the case may be about one of the forms."""
    return bool(_named(facts) & _meant(forms))


def _form_not_in(facts: Facts, forms: Iterable[str]) -> bool:
    """True when the case may be about another form: where two are named, both conditions may hold."""
    return bool(_named(facts) - _meant(forms))


def _is_fresh(facts: Facts, days: int) -> bool:
    """A first reading of something that happened long ago is history, not news; so are old words read anew.

    Without a date a change counts as news: a request for evidence must not be missed. Old words without
    one are as old as the day on which they were first seen. Of a request whose day is old the day on which
    the source changed its answer counts, where it is later. An appointment that is to come is news.
    """
    if _is_to_come(facts) or (facts.is_new and (facts.previous_code or facts.event_date is None)):
        return True
    happened = facts.event_date or facts.detected_at.date()
    if acts_as(facts.code) in REQUESTS:
        happened = max(happened, facts.modified_on or happened)
    return (facts.read_at.date() - happened).days <= days


# What a title may name, by condition.
_RETURNED = MappingProxyType(
    {
        "card": re.compile(r"\b(card|document|permit|booklet|tarjeta|documento|permiso)\b", re.IGNORECASE),
        "notice": re.compile(r"\b(notice|letter|notificaci[oó]n|aviso|carta)\b", re.IGNORECASE),
    }
)


_MISSED = MappingProxyType(
    {
        "interview": re.compile(r"\b(interview|examination|entrevista|examen)\b", re.IGNORECASE),
        "oath": re.compile(r"\b(oath|ceremon\w+|jura\w+)\b", re.IGNORECASE),
    }
)


@dataclass(frozen=True, slots=True)
class Condition:
    """When a condition holds, and what its value has to look like."""

    holds: Callable[[Facts, Any], bool]
    check: Check


def _title_names(things: Mapping[str, re.Pattern[str]]) -> Condition:
    """Different things ask for different steps; a title that names none of them, for those of all."""

    def holds(facts: Facts, what: str) -> bool:
        title = facts.title_en or facts.title_es
        named = {thing for thing, pattern in things.items() if pattern.search(title)}
        return what in named or not named

    return Condition(holds, one_of(things))


def _is_old(facts: Facts, days: int) -> bool:
    """So many days since it was filed; nobody may miss a step since that day is not known."""
    return facts.filed_on is None or (facts.read_at.date() - facts.filed_on).days >= days


def _is_young(facts: Facts, days: int) -> bool:
    return facts.filed_on is None or (facts.read_at.date() - facts.filed_on).days <= days


_FORMS = Many(Text(20, empty=True), least=1)
_BUCKETS = Many(one_of(Bucket), least=1)
CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "form_in": Condition(_form_in, _FORMS),
        "form_not_in": Condition(_form_not_in, _FORMS),
        "client_action": Condition(lambda facts, wanted: facts.client_action is wanted, Flag()),
        "previous_known": Condition(lambda facts, wanted: bool(facts.previous_code) is wanted, Flag()),
        "previous_bucket_in": Condition(
            lambda facts, buckets: facts.previous_bucket in buckets,
            _BUCKETS,
        ),
        "previous_bucket_not_in": Condition(
            lambda facts, buckets: facts.previous_bucket not in buckets, _BUCKETS
        ),
        "first_reading_max_age_days": Condition(_is_fresh, Whole(0)),
        "returned": _title_names(_RETURNED),
        "missed": _title_names(_MISSED),
        "matter_kind_in": Condition(
            lambda facts, kinds: facts.matter_kind in kinds, Many(one_of(("case", "rfe")), least=1)
        ),
        "team_in": Condition(lambda facts, teams: bool(facts.teams & set(teams)), Many(Text(36), least=1)),
        "priority_in": Condition(
            lambda facts, levels: facts.priority in levels,
            Many(one_of(("high", "normal", "low")), least=1),
        ),
        "language": Condition(lambda facts, language: facts.language == language, one_of(("en", "es"))),
        "case_days_at_least": Condition(_is_old, Whole(0)),
        "case_days_at_most": Condition(_is_young, Whole(0)),
    }
)
DEEPEST = 6


def condition_parts(levels: int = DEEPEST) -> dict[str, Part]:
    """Return what conditions may look like, with groups in groups for so many levels."""
    parts = {name: optional(condition.check) for name, condition in CONDITIONS.items()}
    if levels:
        inner = Record(condition_parts(levels - 1), least=1)
        parts |= {"all": optional(Many(inner, least=1)), "any": optional(Many(inner, least=1))}
        parts["not"] = optional(inner)
    return parts
