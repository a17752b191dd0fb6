"""The firm's polling policy (pure): which tier a receipt is in, by which rule, and until when.

The first rule that a receipt meets gives its tier. An event lifts it above that for some days; it falls back
by itself, since the decision is made from the event's instant whenever it is asked for. A person's choice
holds before rules; who ends it is for others to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from legist.practice.form_numbers import read_form
from tracking.polling.allocation import Bounds
from tracking.polling.cadence import DEFAULT_INTERVALS, TIERS, CadencePolicy, is_over
from tracking.statuses import Bucket, StatusCode

ON_DEMAND, PAUSED = "on_demand", "paused"
# From the most often asked to the least.
RANKS: Final = (*TIERS, ON_DEMAND, PAUSED)
ACTIVE, SHADOW, OFF = STATES = ("active", "shadow", "off")
PROMOTED: Final = "promoted"
LETTER, SIBLING, FILED, DEADLINE = "letter", "sibling", "filed", "deadline"
# An event that a new status is, by the stage of the government it leads to.
BY_STAGE: Final[Mapping[str, str]] = MappingProxyType(
    {
        Bucket.ACTION_REQUESTED: "rfe",
        Bucket.BIOMETRICS: "biometrics",
        Bucket.INTERVIEW_OATH: "interview",
    }
)
EVENTS: Final = (*BY_STAGE.values(), FILED, LETTER, SIBLING, DEADLINE)
PACES: Final = ("every", "soonest", "longest")
LISTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "stage": tuple(Bucket),
        "code": tuple(StatusCode),
        "form": (),
        "priority": ("high", "normal", "low"),
        "matter": ("open", "closed", "none"),
        "team": (),
    }
)
AGES: Final = ("age_from", "age_to")
MOST_RULES, MOST_DAYS, MOST_AGE = 40, 365, 3650
_OPEN_DAY: Final = timedelta(days=1)
_SHORTEST, _LONGEST = timedelta(seconds=1), timedelta(days=7)
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

SHIPPED: Final[dict[str, Any]] = {
    "state": ACTIVE,
    "tiers": {
        "near_real_time": {"every": "15m", "soonest": "5m", "longest": "1h"},
        "standard": {"every": "6h", "soonest": "1h", "longest": "7d"},
        "low": {"every": "7d", "soonest": "1d", "longest": "7d"},
    },
    "rules": [
        {
            "title": "The case is over",
            "when": {"stage": ["DENIED", "REJECTED", "CLOSED"]},
            "tier": "low",
        },
        {"title": "The document was delivered", "when": {"code": ["DOC_DELIVERED"]}, "tier": "low"},
        {"title": "The matter is closed", "when": {"matter": ["closed"]}, "tier": "low"},
        {"title": "High priority", "when": {"priority": ["high"]}, "tier": "near_real_time"},
        {"title": "Low priority", "when": {"priority": ["low"]}, "tier": "low"},
    ],
    "otherwise": "standard",
    "promotions": {
        "rfe": {"tier": "near_real_time", "days": 2},
        "biometrics": {"tier": "near_real_time", "days": 1},
        "interview": {"tier": "near_real_time", "days": 2},
        "filed": {"tier": "standard", "days": 30},
        "letter": {"tier": "near_real_time", "days": 3},
        "sibling": {"tier": "near_real_time", "days": 1},
        "deadline": {"tier": "near_real_time", "days": 2},
    },
}


def seconds_of(text: Any) -> timedelta | None:
    """Read `30s`, `15m`, `6h` or `1d`; None for anything else, or what is no interval of polling."""
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s*([smhd])", text) if isinstance(text, str) else None
    if match is None:
        return None
    read = timedelta(**{_UNITS[match[2]]: float(match[1])})
    return read if _SHORTEST <= read <= _LONGEST else None


def from_intervals(text: str) -> dict[str, Any]:
    """Return the shipped policy with intervals as `standard=6h,low=1d`; ValueError names what is none."""
    tiers = {tier: dict(paces) for tier, paces in SHIPPED["tiers"].items()}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        tier, _, amount = (piece.strip() for piece in part.partition("="))
        every = seconds_of(amount)
        if tier not in TIERS or every is None:
            message = f"{part!r} is no interval: write {' or '.join(TIERS)}, then = and 30s, 15m, 6h or 1d."
            raise ValueError(message)
        paces = {name: seconds_of(tiers[tier][name]) or every for name in PACES}
        if paces["soonest"] > every:
            tiers[tier]["soonest"] = amount
        if paces["longest"] < every:
            tiers[tier]["longest"] = amount
        tiers[tier]["every"] = amount
    return {**SHIPPED, "tiers": tiers}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a policy decides by. `age`: days in its present status; `events`: when each came last.

    `why`: what decided last, as `Placed.why` keeps it.
    """

    stage: str = ""
    code: str = ""
    form: str = ""
    age: int = 0
    priority: str = "normal"
    matter: str = "none"
    teams: frozenset[str] = frozenset()
    tier: str = "standard"
    pinned: str = ""
    events: Mapping[str, datetime] = field(default_factory=dict)
    why: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        return self.matter == "closed" or is_over(self.stage, self.code)


@dataclass(frozen=True, slots=True)
class Placed:
    """A tier with the code of why (`tracking.states.TierReason`) and its values; `until`: it ends then.

    Where it is lifted, the values name the tier `below` that it falls back to with the policy off.

    `opens_at`: when a window opens that is closed now; asked about then, it is decided anew.
    """

    tier: str
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    until: datetime | None = None
    opens_at: datetime | None = None

    @property
    def is_lifted(self) -> bool:
        return self.reason == PROMOTED

    @property
    def name(self) -> str:
        """What decided, for counting: the title of a rule, an event, or else the code of why."""
        return str(self.values.get("rule") or self.values.get("event") or self.reason)

    @property
    def why(self) -> dict[str, Any]:
        """The reason with its values, as JSON keeps them."""
        until = {"until": self.until.isoformat()} if self.until else {}
        return {"reason": self.reason, **self.values, **until}


@dataclass(frozen=True, slots=True)
class Rule:
    """The tier of what meets every condition; a list is met by any of its values."""

    title: str
    when: Mapping[str, Any]
    tier: str

    def is_met(self, facts: Facts) -> bool:
        when = self.when
        said: Mapping[str, frozenset[str]] = {
            "stage": frozenset({facts.stage}),
            "code": frozenset({facts.code}),
            "form": frozenset({facts.form}),
            "priority": frozenset({facts.priority}),
            "matter": frozenset({facts.matter}),
            "team": facts.teams,
        }
        is_of_age = when.get("age_from", 0) <= facts.age <= when.get("age_to", facts.age)
        return is_of_age and all(said[name] & set(when[name]) for name in LISTS if name in when)


@dataclass(frozen=True, slots=True)
class Promotion:
    """The tier an event lifts to, for so many days after it; a deadline's are those before it."""

    tier: str
    days: int

    def window(self, event: str, at: datetime) -> tuple[datetime | None, datetime]:
        """Return from when (None: at once) until when it lifts."""
        if event == DEADLINE:
            return at - timedelta(days=self.days), at + _OPEN_DAY
        return None, at + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class PollingPolicy:
    """A policy that was read; see `faults_in` for its document."""

    state: str
    cadence: CadencePolicy
    rules: tuple[Rule, ...]
    otherwise: str
    promotions: Mapping[str, Promotion]

    @property
    def ages(self) -> list[int]:
        """The days at which a rule may decide otherwise, ascending."""
        met = {rule.when["age_from"] for rule in self.rules if "age_from" in rule.when}
        over = {rule.when["age_to"] + 1 for rule in self.rules if "age_to" in rule.when}
        return sorted(met | over)

    @property
    def names_teams(self) -> bool:
        return any("team" in rule.when for rule in self.rules)

    def place(self, facts: Facts, *, now: datetime) -> Placed:
        """Return the tier of a receipt with these facts, and why."""
        if facts.pinned in (ON_DEMAND, PAUSED):
            return Placed(facts.pinned, "pinned")
        if self.state == OFF:
            return self._as_before(facts, now)
        return self._promoted(self._ruled(facts), facts, now)

    def _as_before(self, facts: Facts, now: datetime) -> Placed:
        """Leave a receipt where it is; a lift that stands ends with its window all the same."""
        if facts.pinned:
            return Placed(facts.pinned, "pinned")
        why = facts.why
        if why.get("reason") != PROMOTED or "until" not in why:
            return Placed(facts.tier, "as_before")
        below, until = why.get("below") or self._ruled(facts).tier, datetime.fromisoformat(why["until"])
        if until <= now:
            return Placed(below, "as_before")
        return Placed(facts.tier, PROMOTED, {"event": why.get("event", ""), "below": below}, until)

    def _ruled(self, facts: Facts) -> Placed:
        rule = next((rule for rule in self.rules if rule.is_met(facts)), None)
        found = Placed(rule.tier, "by_rule", {"rule": rule.title}) if rule else None
        found = found or Placed(self.otherwise, "otherwise")
        return Placed(facts.pinned, "pinned") if facts.pinned else found

    def _promoted(self, found: Placed, facts: Facts, now: datetime) -> Placed:
        best, opens = found, []
        for event, at in facts.events.items():
            promotion = self.promotions.get(event)
            if promotion is None or (facts.has_ended and event not in (LETTER, DEADLINE)):
                continue
            begins, until = promotion.window(event, at)
            gained = RANKS.index(best.tier) - RANKS.index(promotion.tier)
            is_longer = best.until is not None and gained == 0 and until > best.until
            if (gained <= 0 and not is_longer) or until <= now:
                continue
            if begins and begins > now:
                opens.append(begins)
            else:
                best = Placed(promotion.tier, PROMOTED, {"event": event, "below": found.tier}, until)
        return Placed(best.tier, best.reason, best.values, best.until, min(opens, default=None))


def read(content: Mapping[str, Any]) -> PollingPolicy:
    """Return the policy of a document without faults."""
    tiers = {
        tier: {name: seconds_of(paces[name]) for name in PACES} for tier, paces in content["tiers"].items()
    }
    intervals = {tier: paces["every"] or DEFAULT_INTERVALS[tier] for tier, paces in tiers.items()}
    bounds = {
        tier: Bounds(_OPEN_DAY / (paces["longest"] or _LONGEST), _OPEN_DAY / (paces["soonest"] or _SHORTEST))
        for tier, paces in tiers.items()
    }
    return PollingPolicy(
        state=content["state"],
        cadence=CadencePolicy(intervals=intervals, bounds=bounds),
        rules=tuple(Rule(rule["title"], _spelled(rule["when"]), rule["tier"]) for rule in content["rules"]),
        otherwise=content["otherwise"],
        promotions={
            event: Promotion(lifted["tier"], lifted["days"])
            for event, lifted in content["promotions"].items()
        },
    )


def _spelled(when: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return conditions with forms as receipts have them: earlier releases kept what was typed."""
    forms = [read_form(each) or each for each in when.get("form", [])]
    return {**when, "form": forms} if forms else when


def faults_in(content: Any) -> list[str]:
    """Return what is wrong with a document, each fault with its place; never raises.

    {"state": one of STATES, "tiers": {tier: {"every", "soonest", "longest": "15m"}}, "rules": [{"title",
    "when": {LISTS: [...], AGES: days}, "tier"}], "otherwise": tier, "promotions": {event: {"tier", "days"}}}
    """
    parts = tuple(SHIPPED)
    if not isinstance(content, Mapping) or set(content) != set(parts):
        return [f"A policy has exactly these parts: {', '.join(parts)}."]
    faults = list(_tier_faults(content["tiers"]))
    if content["state"] not in STATES:
        faults.append(f"state: choose one of {', '.join(STATES)}.")
    faults += _chosen("otherwise", content["otherwise"], RANKS)
    rules, promotions = content["rules"], content["promotions"]
    if not isinstance(rules, list) or len(rules) > MOST_RULES:
        faults.append(f"rules: give a list of at most {MOST_RULES} rules.")
    else:
        faults += [fault for number, rule in enumerate(rules, 1) for fault in _rule_faults(number, rule)]
        titles = [str(rule.get("title")) for rule in rules if isinstance(rule, Mapping)]
        faults += [
            f"rules: two are called “{title}”."
            for title in sorted({t for t in titles if titles.count(t) > 1})
        ]
    if not isinstance(promotions, Mapping):
        return [*faults, "promotions: give a tier and days for each event."]
    return faults + [fault for event, lifted in promotions.items() for fault in _lift_faults(event, lifted)]


def _tier_faults(tiers: Any) -> Iterator[str]:
    if not isinstance(tiers, Mapping) or set(tiers) != set(TIERS):
        yield f"tiers: give exactly {', '.join(TIERS)}."
        return
    for tier, paces in tiers.items():
        if not isinstance(paces, Mapping) or set(paces) != set(PACES):
            yield f"tiers, {tier}: give exactly {', '.join(PACES)}."
            continue
        read_paces = [seconds_of(paces[name]) for name in ("soonest", "every", "longest")]
        known = [each for each in read_paces if each]
        if len(known) < len(read_paces):
            yield f"tiers, {tier}: write intervals from 1s to 7d, such as 30s, 15m, 6h or 1d."
        elif known != sorted(known):
            yield f"tiers, {tier}: soonest may not be longer than every, nor every longer than longest."


def _rule_faults(number: int, rule: Any) -> Iterator[str]:
    place = f"rules, {number}"
    if not isinstance(rule, Mapping) or set(rule) != {"title", "when", "tier"}:
        yield f"{place}: give exactly title, when, tier."
        return
    title, when = rule["title"], rule["when"]
    if not isinstance(title, str) or not 0 < len(title.strip()) <= 80:
        yield f"{place}: give a title of at most 80 letters."
    yield from _chosen(f"{place}, tier", rule["tier"], RANKS)
    if not isinstance(when, Mapping) or not when:
        yield f"{place}: give at least one condition; for all other receipts there is “otherwise”."
        return
    for name, given in when.items():
        yield from _condition_faults(f"{place}, {name}", name, given)
    ages = [when[name] for name in AGES if type(when.get(name)) is int]
    if ages != sorted(ages):
        yield f"{place}: age_from may not be above age_to."


def _condition_faults(place: str, name: Any, given: Any) -> Iterator[str]:
    if name in AGES:
        if type(given) is not int or not 0 <= given <= MOST_AGE:
            yield f"{place}: give a number of days from 0 to {MOST_AGE}."
    elif name not in LISTS:
        yield f"{place}: there is no such condition; there are {', '.join((*LISTS, *AGES))}."
    elif (
        not isinstance(given, list) or not given or not all(isinstance(each, str) and each for each in given)
    ):
        yield f"{place}: give a list of texts."
    elif LISTS[name] and (strange := [each for each in given if each not in LISTS[name]]):
        yield f"{place}: {', '.join(strange)[:80]} is not known here."


def _lift_faults(event: Any, lifted: Any) -> Iterator[str]:
    if event not in EVENTS:
        yield f"promotions: {str(event)[:40]} is no event; there are {', '.join(EVENTS)}."
    elif not isinstance(lifted, Mapping) or set(lifted) != {"tier", "days"}:
        yield f"promotions, {event}: give exactly tier and days."
    else:
        yield from _chosen(f"promotions, {event}", lifted["tier"], TIERS)
        if type(lifted["days"]) is not int or not 1 <= lifted["days"] <= MOST_DAYS:
            yield f"promotions, {event}: give a number of days from 1 to {MOST_DAYS}."


def _chosen(place: str, given: Any, known: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(given, str) or given not in known:
        yield f"{place}: choose one of {', '.join(known)}."
