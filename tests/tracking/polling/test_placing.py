"""Receipts in the tiers of the policy in force, its shadow beside it, its file, and what it costs."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from legist.core.errors import Forbidden, InvalidInput
from legist.core.models import AuditEntry
from legist.practice.models import Team
from legist.practice.permissions import grant_matter
from tests.factories.practice import NOW, SYSTEM, Firm
from tests.factories.tracking import make_policy, make_receipt, make_receipts, numbers
from tests.support.simulator import RunningSimulator
from tracking import services
from tracking.models import PollingPolicyVersion, Receipt
from tracking.polling import dials, placing, policies, policy
from tracking.polling.lifting import expect_deadline
from tracking.polling.policy import SHIPPED, from_intervals
from tracking.polling.run import poll_due
from tracking.selectors.receipts import freshness
from tracking.sources.uscis import UscisSource
from tracking.tasks import steer

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LOW_FORM = {"title": "Slow form", "when": {"form": ["I-90"]}, "tier": "low"}


def make_watched(count: int = 1, **fields: Any) -> list[Receipt]:
    """Receipts that were read an hour ago and are planned in five hours."""
    known = {"last_checked_at": NOW - HOUR, "last_good_at": NOW - HOUR, "next_poll_reason": "by_tier"}
    return make_receipts(count, **({"due": NOW + 5 * HOUR, "form_type": "I-90"} | known | fields))


def the_receipt() -> Receipt:
    return Receipt.objects.get()


def test_a_published_policy_moves_every_receipt_and_plans_it_anew() -> None:
    make_watched(3)
    make_policy(rules=[LOW_FORM])
    for receipt in Receipt.objects.all():
        assert (receipt.tier, receipt.tier_why) == ("low", {"reason": "by_rule", "rule": "Slow form"})
        assert receipt.next_poll_at is not None
        assert abs(receipt.next_poll_at - (NOW + 7 * DAY - HOUR)) < 17 * HOUR
    assert AuditEntry.objects.filter(action="tracking.polling_policy_published").count() == 1


def test_it_moves_them_in_portions_that_a_dead_worker_leaves_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "PORTION", 2)
    make_policy(rules=[LOW_FORM])
    make_watched(5)
    PollingPolicyVersion.objects.update(placed_at=None, placed_upto=None)
    assert placing.place_waiting(now=NOW, portions=1) == 2
    assert placing.place_waiting(now=NOW) == 3
    assert Receipt.objects.filter(tier="low").count() == 5
    assert placing.place_waiting(now=NOW) == 0


def test_the_worker_does_what_publishing_left() -> None:
    make_policy(rules=[LOW_FORM])
    make_watched(1)
    PollingPolicyVersion.objects.update(placed_at=None, placed_upto=None)
    assert steer().did == 1
    assert the_receipt().tier == "low"


def test_each_day_decides_anew_about_what_no_answer_moves(firm: Firm) -> None:
    """An age that is reached, and a deadline that comes near, move a receipt that nobody asks about."""
    young = {"title": "Young", "when": {"age_to": 9}, "tier": "paused"}
    make_watched(1, current_since=NOW.date(), matter=firm.danas_matter)
    make_policy(rules=[young])
    assert (the_receipt().tier, the_receipt().next_poll_at) == ("paused", None)
    placing.place_waiting(now=NOW + 9 * DAY)
    assert the_receipt().tier == "paused"
    placing.place_waiting(now=NOW + 10 * DAY)
    assert (the_receipt().tier, the_receipt().next_poll_reason) == ("standard", "by_tier")
    make_policy(rules=[], otherwise="paused")
    expect_deadline(the_receipt().pk, due=(NOW + 19 * DAY).date(), now=NOW + 11 * DAY)
    assert the_receipt().tier == "paused"
    placing.place_waiting(now=NOW + 18 * DAY)
    assert (the_receipt().tier, the_receipt().tier_why["event"]) == ("near_real_time", "deadline")


def test_a_day_decides_once() -> None:
    make_watched(2)
    make_policy(rules=[LOW_FORM])
    placing.place_waiting(now=NOW + DAY)
    Receipt.objects.update(tier="standard")
    assert placing.place_waiting(now=NOW + DAY + HOUR) == 0
    assert placing.place_waiting(now=NOW + 2 * DAY) == 2


def test_another_matter_is_another_tier_at_once(firm: Firm) -> None:
    make_policy(rules=[{"title": "Tray", "when": {"matter": ["none"]}, "tier": "paused"}])
    receipt = services.track_receipt(numbers(1)[0], actor=firm.actor("paul"), now=NOW)
    assert (receipt.tier, receipt.tier_why["rule"], receipt.next_poll_at) == ("paused", "Tray", None)
    paul = firm.actor("paul")
    services.assign_receipt(receipt.pk, matter_id=firm.danas_matter.pk, actor=paul, now=NOW)
    assert (the_receipt().tier, the_receipt().next_poll_at) == ("standard", NOW)


def test_what_somebody_waits_for_stays_due() -> None:
    make_watched(1, due=NOW, next_poll_reason="person_asked")
    make_policy(rules=[LOW_FORM])
    assert (the_receipt().tier, the_receipt().next_poll_at) == ("low", NOW)


def test_each_answer_decides_anew(uscis: UscisSource, simulator: RunningSimulator) -> None:
    receipt = make_receipt(numbers(1)[0], priority="high")
    simulator.set_status(receipt.number, "in_review")
    poll_due(source=uscis, now=NOW)
    assert (the_receipt().tier, the_receipt().tier_why["rule"]) == ("near_real_time", "High priority")
    simulator.set_status(receipt.number, "denied")
    poll_due(source=uscis, now=NOW + HOUR)
    assert (the_receipt().tier, the_receipt().tier_why["rule"]) == ("low", "The case is over")


def test_a_shadow_decides_beside_and_changes_nothing(uscis: UscisSource) -> None:
    make_policy(rules=[LOW_FORM])
    make_watched(1, due=NOW)
    make_policy("near_real_time=5m", rules=[], otherwise="near_real_time", state="shadow")
    poll_due(source=uscis, now=NOW)
    held = policies.in_force()
    assert held.policy.cadence.intervals["near_real_time"] == timedelta(minutes=15)
    assert (the_receipt().tier, the_receipt().shadow["tier"]) == ("low", "near_real_time")
    assert placing.compared() == [("low", "near_real_time", 1)]


def test_a_policy_that_is_off_leaves_the_tiers(uscis: UscisSource) -> None:
    make_receipt(numbers(1)[0], tier="low", pinned_tier="", priority="high")
    make_policy(state="off")
    poll_due(source=uscis, now=NOW)
    assert the_receipt().tier == "low"
    assert the_receipt().tier_why == {"reason": "as_before"}


def test_on_demand_is_asked_once_and_then_only_when_somebody_asks(firm: Firm, uscis: UscisSource) -> None:
    receipt = make_receipt(numbers(1)[0], matter=firm.danas_matter)
    make_policy(rules=[], otherwise="on_demand")
    poll_due(source=uscis, now=NOW)
    assert (the_receipt().tier, the_receipt().next_poll_at) == ("on_demand", None)
    assert freshness(the_receipt(), now=NOW + DAY).stale == "on_demand"
    services.request_check(receipt.pk, actor=firm.actor("paul"), now=NOW + HOUR)
    assert poll_due(source=uscis, now=NOW + HOUR).counters.ok == 1
    assert the_receipt().next_poll_at is None


def test_the_database_refuses_a_standard_receipt_without_a_next_check() -> None:
    receipt = make_receipt()
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(next_poll_at=None)


def test_a_rule_may_name_a_team(firm: Firm) -> None:
    receipt = make_watched(1, matter=firm.danas_matter)[0]
    team = Team.objects.create(name="Family", group=Group.objects.create(name="Family"))
    grant_matter(firm.danas_matter, team)
    rule = {"title": "Team", "when": {"team": [str(team.pk)]}, "tier": "near_real_time"}
    make_policy(rules=[rule])
    receipt.refresh_from_db()
    assert receipt.tier == "near_real_time"
    assert placing.cost(now=NOW, policy=policies.in_force().policy).rules == {"Team": 1}


def test_a_person_chooses_a_tier_and_leaves_it_to_the_policy_again(firm: Firm) -> None:
    receipt, paul = make_receipt(matter=firm.danas_matter), firm.actor("paul")
    services.set_tier(receipt.pk, tier="low", actor=paul, now=NOW)
    assert (the_receipt().tier, the_receipt().tier_why) == ("low", {"reason": "pinned"})
    services.set_tier(receipt.pk, tier=services.BY_POLICY, actor=paul, now=NOW)
    assert (the_receipt().tier, the_receipt().pinned_tier) == ("standard", "")


def test_it_costs_what_the_real_receipts_ask_for() -> None:
    make_watched(4, stage_code="IN_REVIEW", current_bucket="IN_REVIEW")
    make_receipt(form_type="I-485", tier="paused", due=None)
    today = placing.cost(now=NOW)
    assert (today.calls_per_day, today.tiers["standard"].receipts) == (16, 4)
    draft = placing.cost(now=NOW, policy=policy.read({**from_intervals("low=1d"), "rules": [LOW_FORM]}))
    assert (draft.calls_per_day, draft.moved) == (4, 4)
    assert draft.rules == {"Slow form": 4, "pinned": 1}
    assert draft.expected_delay_hours["low"] == pytest.approx(12)
    assert draft.as_json()["receipts"] == {"low": 4, "paused": 1}


def test_a_rule_that_decides_nothing_is_counted_with_none() -> None:
    make_watched(1, form_type="I-765")
    assert placing.cost(now=NOW, policy=policy.read({**SHIPPED, "rules": [LOW_FORM]})).rules == {
        "Slow form": 0,
        "otherwise": 1,
    }


@pytest.mark.parametrize("said", ["i485", "485", "i-485", "Form I 485"])
def test_a_form_that_is_clear_is_written_as_receipts_have_it(firm: Firm, said: str) -> None:
    team = Team.objects.create(name="Family", group=Group.objects.create(name="Family"))
    when = {"form": [said, "I-485"], "team": ["family"]}
    make_policy(rules=[{"title": "A rule", "when": when, "tier": "low"}])
    held = policies.TOPIC.read().held
    assert held is not None
    assert held.content["rules"][0]["when"] == {"form": ["I-485"], "team": [str(team.pk)]}


@pytest.mark.parametrize(
    ("when", "words"),
    [({"form": ["I-4855"]}, "“I-4855” is no form"), ({"team": ["Nobody's"]}, "no team “Nobody's”")],
)
def test_a_form_or_team_that_nobody_knows_is_refused(
    tmp_path: Path, when: dict[str, list[str]], words: str
) -> None:
    content = {**SHIPPED, "rules": [{"title": "A rule", "when": when, "tier": "low"}]}
    with pytest.raises(InvalidInput) as refused:
        placing.import_policy(content, reason="No.", actor=SYSTEM, now=NOW)
    assert words in refused.value.errors["definition"][0]
    (tmp_path / "polling.yaml").write_text(json.dumps(content))
    for act in ("import", "cost"):
        with pytest.raises(CommandError, match=words):
            call_command("polling_policy", act, str(tmp_path / "polling.yaml"))


def test_a_policy_in_force_is_read_although_a_team_of_it_is_gone() -> None:
    team = Team.objects.create(name="Family", group=Group.objects.create(name="Family"))
    make_policy(rules=[{"title": "A rule", "when": {"team": [str(team.pk)]}, "tier": "low"}])
    team.delete()
    assert policies.in_force().policy.names_teams


def test_a_file_that_names_a_part_twice_is_refused(tmp_path: Path) -> None:
    call_command("polling_policy", "export", stdout=(out := StringIO()))
    (tmp_path / "polling.yaml").write_text(out.getvalue() + "rules: []\n")
    with pytest.raises(CommandError, match="a second time"):
        call_command("polling_policy", "cost", str(tmp_path / "polling.yaml"))


@pytest.mark.parametrize("is_shared", [False, True])
def test_the_cost_counts_what_dials_let_through(firm: Firm, *, is_shared: bool) -> None:
    make_watched(4, stage_code="IN_REVIEW", current_bucket="IN_REVIEW")
    make_receipt("EAC9999103400", tier="low", due=NOW + DAY, last_checked_at=NOW)
    full = placing.cost(now=NOW, is_shared=is_shared)
    olga = firm.actor("olga")
    dials.turn(50, scope=dials.Scope(tier="standard"), actor=olga, now=NOW, reason="budget")
    dials.turn(0, scope=dials.Scope(tier="low"), actor=olga, now=NOW, reason="budget")

    turned = placing.cost(now=NOW, is_shared=is_shared)

    assert turned.tiers["standard"].calls == pytest.approx(full.tiers["standard"].calls / 2)
    delay = full.expected_delay_hours["standard"] * 2
    assert turned.expected_delay_hours == {"standard": pytest.approx(delay)}
    assert (turned.tiers["low"].receipts, turned.tiers["low"].calls, turned.turned_off) == (1, 0, 1)


def test_a_dial_on_a_team_counts_for_the_receipts_of_its_matters(firm: Firm) -> None:
    team = Team.objects.create(name="Family", group=Group.objects.create(name="Family"))
    grant_matter(firm.danas_matter, team)
    make_receipt(numbers(1)[0], matter=firm.danas_matter, due=NOW)
    make_receipt(due=NOW)
    dials.turn(0, scope=dials.Scope(team=team.pk), actor=firm.actor("olga"), now=NOW, reason="budget")
    assert placing.cost(now=NOW).turned_off == 1
    assert placing.cost(now=NOW, policy=policies.in_force().policy).turned_off == 1


def test_the_cost_counts_what_an_event_lifts() -> None:
    make_watched(1, events={"rfe": NOW.isoformat()})
    draft = placing.cost(now=NOW, policy=policies.in_force().policy)
    assert {name: count for name, count in draft.rules.items() if count} == {"rfe": 1}
    assert set(draft.tiers) == {"near_real_time"}


def test_who_does_not_edit_polling_publishes_nothing(firm: Firm) -> None:
    with pytest.raises(Forbidden):
        placing.import_policy(from_intervals("low=2d"), reason="No.", actor=firm.actor("paul"), now=NOW)
    with pytest.raises(InvalidInput):
        placing.import_policy({}, reason="No.", actor=SYSTEM, now=NOW)
    assert not PollingPolicyVersion.objects.exists()


def test_what_is_exported_is_imported_without_a_new_version(tmp_path: Path) -> None:
    make_policy("low=2d")
    out, file = StringIO(), tmp_path / "polling.yaml"
    call_command("polling_policy", "export", stdout=out)
    file.write_text(out.getvalue())
    call_command("polling_policy", "import", str(file), "--json", stdout=(again := StringIO()))
    assert json.loads(again.getvalue()) == {"published": False, "version": 1}
    file.write_text(out.getvalue().replace("2d", "3d"))
    call_command("polling_policy", "import", str(file), "--json", stdout=(other := StringIO()))
    assert json.loads(other.getvalue()) == {"published": True, "version": 2}


@pytest.mark.parametrize("text", ["state: [", "state: active", "- 1", ""])
def test_a_file_that_is_no_policy_changes_nothing(text: str, tmp_path: Path) -> None:
    file = tmp_path / "polling.yaml"
    file.write_text(text)
    for act in ("import", "cost"):
        with pytest.raises(CommandError) as refused:
            call_command("polling_policy", act, str(file))
        assert refused.value.returncode == 2
    assert not PollingPolicyVersion.objects.exists()


def test_the_cost_of_a_file_writes_nothing(tmp_path: Path) -> None:
    make_watched(4)
    file = tmp_path / "polling.yaml"
    file.write_text(json.dumps({**SHIPPED, "rules": [LOW_FORM]}))
    call_command("polling_policy", "cost", str(file), "--json", stdout=(out := StringIO()))
    assert json.loads(out.getvalue())["receipts"] == {"low": 4}
    assert not PollingPolicyVersion.objects.exists()
    assert set(Receipt.objects.values_list("tier", flat=True)) == {"standard"}


def test_ours_decides_where_the_firms_cannot_be_read() -> None:
    make_policy("standard=2h")
    PollingPolicyVersion.objects.create(
        number=2, content={"state": "active"}, reason="Bad.", published_at=NOW
    )
    assert policies.in_force().policy.cadence.intervals["standard"] == 6 * HOUR
