"""Which tier a receipt is in by the firm's policy, and what is refused as one."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.practice import NOW
from tracking.polling import policy
from tracking.polling.policies import TIER_REASON, PolicyState, PollingEvent, TierReason
from tracking.polling.policy import SHIPPED, Facts, Placed, faults_in, from_intervals, read
from tracking.states import Tier

DAY = timedelta(days=1)
OURS = read(SHIPPED)


def with_rules(*rules: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {**deepcopy(SHIPPED), "rules": list(rules), "promotions": {}, **parts}


def rule(tier: str, title: str = "A rule", **when: Any) -> dict[str, Any]:
    return {"title": title, "when": when, "tier": tier}


def place(content: dict[str, Any], facts: Facts, *, now: datetime = NOW) -> Placed:
    assert faults_in(content) == []
    return read(content).place(facts, now=now)


def test_its_words_are_those_that_are_kept() -> None:
    assert set(policy.EVENTS) == set(PollingEvent.values)
    assert set(policy.STATES) == set(PolicyState.values)
    assert set(policy.RANKS) == set(Tier.values)


def test_what_ships_can_be_read_and_keeps_the_tiers_by_priority() -> None:
    assert faults_in(SHIPPED) == []
    tiers = {
        priority: OURS.place(Facts(priority=priority), now=NOW).tier for priority in ("high", "normal", "low")
    }
    assert tiers == {"high": "near_real_time", "normal": "standard", "low": "low"}


@pytest.mark.parametrize(
    "facts", [Facts(stage="DENIED"), Facts(code="DOC_DELIVERED"), Facts(matter="closed")]
)
def test_a_case_that_has_ended_leaves_its_tier(facts: Facts) -> None:
    ended = Facts(facts.stage, facts.code, matter=facts.matter, priority="high")
    assert OURS.place(ended, now=NOW).tier == "low"


def test_a_persons_choice_holds_before_rules() -> None:
    placed = OURS.place(Facts(stage="DENIED", pinned="near_real_time"), now=NOW)
    assert (placed.tier, placed.reason) == ("near_real_time", "pinned")


def test_the_first_rule_that_is_met_decides_and_says_so() -> None:
    content = with_rules(
        rule("low", "Slow form", form=["N-400"]), rule("near_real_time", "High", priority=["high"])
    )
    placed = place(content, Facts(form="N-400", priority="high"))
    assert (placed.tier, placed.reason, placed.values) == ("low", "by_rule", {"rule": "Slow form"})
    assert place(content, Facts(form="I-485")).reason == "otherwise"


MET = [
    ({"stage": ["IN_REVIEW"]}, Facts(stage="IN_REVIEW"), Facts(stage="RECEIVED")),
    ({"code": ["TRANSFERRED"]}, Facts(code="TRANSFERRED"), Facts(code="IN_REVIEW")),
    ({"form": ["I-485", "I-765"]}, Facts(form="I-765"), Facts(form="I-130")),
    ({"age_from": 30}, Facts(age=30), Facts(age=29)),
    ({"age_to": 30}, Facts(age=30), Facts(age=31)),
    ({"priority": ["high"]}, Facts(priority="high"), Facts()),
    ({"matter": ["closed"]}, Facts(matter="closed"), Facts(matter="open")),
    ({"team": ["t1"]}, Facts(teams=frozenset({"t1", "t2"})), Facts(teams=frozenset({"t2"}))),
    ({"form": ["I-485"], "age_from": 9}, Facts(form="I-485", age=9), Facts(form="I-485")),
]


@pytest.mark.parametrize(("when", "meets", "misses"), MET)
def test_a_rule_is_met_by_all_its_conditions(*, when: dict[str, Any], meets: Facts, misses: Facts) -> None:
    content = with_rules(rule("near_real_time", **when))
    assert place(content, meets).tier == "near_real_time"
    assert place(content, misses).tier == "standard"


def test_an_event_lifts_for_its_days_and_falls_back_by_itself() -> None:
    content = with_rules(promotions={"rfe": {"tier": "near_real_time", "days": 2}})
    facts = Facts(events={"rfe": NOW})
    lifted = place(content, facts, now=NOW + DAY)
    assert (lifted.tier, lifted.reason, lifted.until) == ("near_real_time", "promoted", NOW + 2 * DAY)
    assert place(content, facts, now=NOW + 2 * DAY).tier == "standard"


def test_a_deadline_lifts_in_the_days_before_it() -> None:
    content = with_rules(promotions={"deadline": {"tier": "near_real_time", "days": 2}})
    facts = Facts(events={"deadline": NOW + 9 * DAY})
    assert place(content, facts).opens_at == NOW + 7 * DAY
    assert place(content, facts, now=NOW + 7 * DAY).tier == "near_real_time"
    assert place(content, facts, now=NOW + 10 * DAY).tier == "standard"


def test_of_lifts_into_one_tier_the_longest_holds() -> None:
    lifts = {event: {"tier": "near_real_time", "days": days} for event, days in (("rfe", 9), ("letter", 2))}
    placed = place(with_rules(promotions=lifts), Facts(events={"letter": NOW, "rfe": NOW}))
    assert (placed.values["event"], placed.until) == ("rfe", NOW + 9 * DAY)


def test_a_deadline_lifts_a_case_that_is_over_for_it_may_still_be_fought() -> None:
    content = with_rules(promotions={"deadline": {"tier": "near_real_time", "days": 2}})
    assert place(content, Facts(stage="DENIED", events={"deadline": NOW + DAY})).tier == "near_real_time"


def test_an_event_never_lowers() -> None:
    content = with_rules(
        rule("near_real_time", priority=["high"]), promotions={"rfe": {"tier": "low", "days": 9}}
    )
    assert place(content, Facts(priority="high", events={"rfe": NOW})).reason == "by_rule"


def test_what_a_person_paused_no_event_lifts() -> None:
    assert OURS.place(Facts(pinned="paused", events={"letter": NOW}), now=NOW).tier == "paused"


def test_a_policy_that_is_off_leaves_every_tier() -> None:
    content = {**SHIPPED, "state": "off"}
    assert place(content, Facts(priority="high", tier="low")).tier == "low"


@pytest.mark.parametrize("below", [{"below": "standard"}, {}])
def test_a_lift_ends_with_its_window_while_the_policy_is_off(below: dict[str, str]) -> None:
    content = with_rules(state="off")
    why = {"reason": "promoted", "event": "rfe", "until": (NOW + DAY).isoformat(), **below}
    facts = Facts(tier="near_real_time", why=why)
    lifted = place(content, facts)
    assert (lifted.tier, lifted.why) == ("near_real_time", why | {"below": "standard"})
    assert place(content, facts, now=NOW + DAY).tier == "standard"


def test_a_letter_lifts_a_case_that_is_over() -> None:
    over = Facts(stage="DENIED", events={"letter": NOW, "sibling": NOW})
    assert OURS.place(over, now=NOW).values == {"event": "letter", "below": "low"}


def test_a_setting_becomes_a_policy_with_its_intervals() -> None:
    made = from_intervals("near_real_time=2s, standard=4d")
    assert faults_in(made) == []
    assert made["tiers"]["near_real_time"] == {"every": "2s", "soonest": "2s", "longest": "1h"}
    assert read(made).cadence.intervals["standard"] == 4 * DAY
    with pytest.raises(ValueError, match="'low=often' is no interval"):
        from_intervals("low=often")


def test_every_reason_has_its_sentence() -> None:
    placed = Placed("near_real_time", "promoted", {"event": "rfe"}, NOW)
    assert "request for evidence" in TIER_REASON.say(TierReason.PROMOTED, placed.why)


FAULTS = [
    ({"state": "on"}, "state: choose"),
    ({"otherwise": []}, "otherwise: choose"),
    ({"tiers": {}}, "tiers: give exactly"),
    ({"tiers": {**SHIPPED["tiers"], "low": {"every": "9d", "soonest": "1d", "longest": "7d"}}}, "tiers, low"),
    (
        {"tiers": {**SHIPPED["tiers"], "low": {"every": "1d", "soonest": "2d", "longest": "7d"}}},
        "soonest may not",
    ),
    ({"rules": [rule("low")]}, "at least one condition"),
    ({"rules": [rule("hourly", form=["I-485"])]}, "rules, 1, tier"),
    ({"rules": [rule("low", moon=["full"])]}, "no such condition"),
    ({"rules": [rule("low", stage=["HAPPY"])]}, "HAPPY is not known"),
    ({"rules": [rule("low", age_from=True)]}, "number of days"),
    ({"rules": [rule("low", age_from=9, age_to=3)]}, "age_from may not"),
    ({"rules": [rule("low", form=["I-485"]), rule("low", form=["I-90"])]}, "two are called"),
    ({"promotions": {"moon": {"tier": "low", "days": 1}}}, "no event"),
    ({"promotions": {"rfe": {"tier": "paused", "days": 1}}}, "promotions, rfe"),
    ({"promotions": {"rfe": {"tier": "low", "days": 0}}}, "from 1 to"),
]


@pytest.mark.parametrize(("parts", "said"), FAULTS)
def test_a_fault_is_named_with_its_place(*, parts: dict[str, Any], said: str) -> None:
    assert said in " ".join(faults_in({**SHIPPED, **parts}))


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from([*policy.RANKS, "1h", "I-485"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(part=st.sampled_from(list(SHIPPED)), given=plain)
def test_whatever_is_given_is_read_or_refused_in_words(part: str, given: Any) -> None:
    content = {**SHIPPED, part: given}
    if not faults_in(content):
        assert read(content).place(Facts(), now=NOW).tier in Tier.values


times = st.datetimes(NOW.replace(tzinfo=None) - 400 * DAY, NOW.replace(tzinfo=None) + 400 * DAY)


@given(
    events=st.dictionaries(
        st.sampled_from(policy.EVENTS), times.map(lambda at: at.replace(tzinfo=NOW.tzinfo))
    ),
    pinned=st.sampled_from(["", *policy.RANKS]),
    stage=st.sampled_from(["", "IN_REVIEW", "DENIED"]),
)
def test_whatever_lifts_it_ends(events: dict[str, datetime], pinned: str, stage: str) -> None:
    facts = Facts(stage, events=events, pinned=pinned)
    placed = OURS.place(facts, now=NOW)
    calm = OURS.place(Facts(stage, pinned=pinned), now=NOW)
    assert policy.RANKS.index(placed.tier) <= policy.RANKS.index(calm.tier)
    assert (placed.until is None) == (placed.tier == calm.tier)
    assert placed.opens_at is None or placed.opens_at > NOW
    after = NOW + 800 * DAY
    assert OURS.place(facts, now=after).tier == calm.tier
